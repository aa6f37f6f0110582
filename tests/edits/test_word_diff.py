"""The word diff: both texts come back from it, to the character."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibes.edits.word_diff import Piece, word_diff

TEXTS = st.text() | st.lists(
    st.sampled_from(["a ", "b ", "a\n", "**", "ü", "\n\n", "x-y ", "’"]), max_size=60
).map("".join)


def sides(pieces: tuple[Piece, ...]) -> tuple[str, str]:
    original = "".join(piece.text for piece in pieces if piece.kind != "added")
    edited = "".join(piece.text for piece in pieces if piece.kind != "removed")
    return original, edited


@given(TEXTS, TEXTS)
def test_the_pieces_are_both_texts(original: str, edited: str) -> None:
    assert sides(word_diff(original, edited)) == (original, edited)


@given(TEXTS)
def test_a_text_and_itself_are_one_piece(text: str) -> None:
    assert word_diff(text, text) == ((Piece("same", text),) if text else ())


def test_words_are_compared_not_letters() -> None:
    assert word_diff("It costs **42** euros.", "It costs 43 euros.") == (
        Piece("same", "It costs "),
        Piece("removed", "**42** "),
        Piece("added", "43 "),
        Piece("same", "euros."),
    )


@pytest.mark.parametrize(
    ("original", "edited"),
    [
        ("a b " * 20_000, "b a c " * 15_000),
        ("x " * 50_000, "y " * 50_000),
        ("\n" * 90_000, "a\n" * 45_000),
        (" ".join(map(str, range(20_000))), " ".join(map(str, range(20_000, 0, -1)))),
        ("\n".join(map(str, range(20_000))), "\n".join(map(str, range(1, 20_001)))),
    ],
    ids=["two words", "one word", "empty lines", "turned round", "lines"],
)
def test_a_long_text_takes_bounded_time(original: str, edited: str) -> None:
    start = time.process_time()
    pieces = word_diff(original, edited)

    assert time.process_time() - start < 10
    assert sides(pieces) == (original, edited)


def test_one_word_more_in_a_long_text_is_found_as_a_word() -> None:
    words = [f"word{number}" for number in range(9_000)]
    pieces = word_diff(" ".join(words), " ".join([*words[:4_000], "more", *words[4_000:]]))

    assert [piece for piece in pieces if piece.kind != "same"] == [Piece("added", "more ")]
