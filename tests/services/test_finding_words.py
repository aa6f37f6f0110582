"""What a word is to the search: the same for what is stored and for what is looked for."""

import pytest

from vibes.queries.finding_words import LONGEST_PART, NotToBeFound, Term, passage, split, stored, terms


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's **so** well-known!", ["it", "s", "so", "well", "known"]),
        ("今日の天気は？", list("今日の天気は")),
        ("GPT은 좋다", ["gpt", "은", "좋", "다"]),
        ("ＦＵＬＬ ﬁt Straße snake_case", ["full", "fit", "strasse", "snake", "case"]),
        ("a\x00b \ud800 <script>", ["a", "b", "script"]),
        ("%_' \" -- ; …", []),
    ],
)
def test_a_text_is_its_words(text: str, words: list[str]) -> None:
    assert split(text) == words


def test_parts_are_one_row_with_a_blank_at_both_ends() -> None:
    row, counts = stored(["Who?", "", "x " * LONGEST_PART])
    assert row.startswith(" who x x ") and row.endswith(" x ")
    assert counts == [1, 0, LONGEST_PART // 2]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", []),
        ("warm coat", [Term("warm"), Term("coat")]),
        ('"warm coat" -rain', [Term("warm coat"), Term("rain", True)]),
        ('-"warm coat', [Term("warm coat", True)]),
        ("well-known coat coat", [Term("well known"), Term("coat")]),
        ("天気", [Term("天 気")]),
        ("!!! -- \" '' %", []),
        ("the of and", [Term("the"), Term("of"), Term("and")]),
    ],
)
def test_a_search_is_its_terms(search: str, found: list[Term]) -> None:
    assert terms(search) == found


def test_a_search_that_is_too_long_is_refused_in_words() -> None:
    with pytest.raises(NotToBeFound, match="at most 500 characters: this one has 10,000"):
        terms("x" * 10_000)
    with pytest.raises(NotToBeFound, match="at most 20 words: this one has 21"):
        terms(" ".join(f"w{n}" for n in range(21)))


@pytest.mark.parametrize(
    ("text", "search", "hit"),
    [
        ("Take a **Warm**, coat", '"warm coat"', "Warm**, coat"),
        ("今日の天気は", "天気", "天気"),
        ("Raincoat or coat?", "coat", "coat"),
        ("Straße", "strasse", None),
        ("a coat", "-coat", None),
        ("(((( [a+ \\", "(a", "a"),
    ],
)
def test_a_passage_shows_where_it_stands(text: str, search: str, hit: str | None) -> None:
    found = passage(text, terms(search))
    assert (found.hit if found else None) == hit
    assert found is None or f"{found.before}{found.hit}{found.after}" == text


def test_a_passage_of_a_long_text_is_short() -> None:
    found = passage("x " * 500 + "coat" + " y" * 500, terms("coat"))
    assert found and found.before.startswith("…x") and found.after.endswith("y…")
    assert len(found.before) < 80 > len(found.after)
