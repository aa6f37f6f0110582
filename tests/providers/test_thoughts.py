"""Thoughts apart from answers."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibes.providers.base import Piece
from vibes.providers.thoughts import ThoughtSplitter, split_thoughts


@pytest.mark.parametrize(
    ("content", "thoughts", "answer"),
    [
        ("", "", ""),
        ("Paris.", "", "Paris."),
        ("<think>a</think>Paris.", "a", "Paris."),
        ("\n <think>\na\nb\n</think>\n\nParis.\n", "a\nb", "Paris."),
        ("<think></think>Paris.", "", "Paris."),
        ("<think>\n\n</think>\n\nParis.", "", "Paris."),
        ("<think>I should say Par", "I should say Par", ""),
        ("<think>", "", ""),
        ("<think>a</think>", "a", ""),
        ("<think>a</think><think>b</think>Paris.", "a\n\nb", "Paris."),
        ("<THINK>a</Think>Paris.", "a", "Paris."),
        ("<thinking>a</thinking>Paris.", "a", "Paris."),
        ("<thought>a</thought>Paris.", "a", "Paris."),
        ("<reasoning>a</reasoning>Paris.", "a", "Paris."),
        ("[THINK]a[/THINK]Paris.", "a", "Paris."),
        # The opening tag stood in the prompt.
        ("The user asks.\n</think>\n\nParis.", "The user asks.", "Paris."),
        ("The user asks.</think>\nParis.", "The user asks.", "Paris."),
        ("Only thoughts\n</think>", "Only thoughts", ""),
        # Tags that the answer is about.
        ("Write <think>a</think> first.", "", "Write <think>a</think> first."),
        ("Close with `</think>`\nand go on.", "", "Close with `</think>`\nand go on."),
        ("```\n<think>\n</think>\n```\nDone.", "", "```\n<think>\n</think>\n```\nDone."),
        ("<think>a</think>Use <think>b</think>", "a", "Use <think>b</think>"),
        ("The </think> tag ends it.", "", "The </think> tag ends it."),
    ],
)
def test_split(content, thoughts, answer):
    assert split_thoughts(content) == (thoughts, answer)


def in_chunks(content: str, cuts: list[int]) -> list[Piece]:
    splitter = ThoughtSplitter()
    bounds = [0, *sorted(cuts), len(content)]
    fed = [splitter.feed(content[start:end]) for start, end in itertools.pairwise(bounds)]
    return [piece for pieces in [*map(list, fed), list(splitter.close())] for piece in pieces]


SCRAPS = ["<think>", "</think>", "<thinking>", "</thinking>", "[THINK]", "[/THINK]", "<reasoning>"]
SCRAPS += ["</reasoning>", "<th", "ink>", "</", "<", "[", " ", "\n", "a", "é", "`"]


@pytest.mark.slow
@given(st.data())
def test_a_stream_splits_as_the_whole_does(data):
    content = "".join(data.draw(st.lists(st.sampled_from(SCRAPS), max_size=9)))
    cuts = data.draw(st.lists(st.integers(0, len(content)), max_size=9))
    pieces = in_chunks(content, cuts)
    assert all(piece.text for piece in pieces)
    thoughts = "".join(piece.text for piece in pieces if piece.thought)
    answer = "".join(piece.text for piece in pieces if not piece.thought)
    whole = split_thoughts(content)
    no_block = not re.match(r"\s*(<(think|thinking|reasoning)>|\[THINK\])", content)
    if whole[1] != content.strip() and no_block:  # by a lone closing tag, which comes too late for a stream
        assert (thoughts, answer) == ("", content.strip())
    else:
        assert (thoughts, answer) == whole


def test_nothing_is_held_back_longer_than_it_may_be_a_tag():
    splitter = ThoughtSplitter()
    said = [
        [(piece.text, piece.thought) for piece in splitter.feed(text)] for text in ("<", "th", "e ", "b>")
    ]
    assert said == [[], [], [("<the", False)], [(" b>", False)]]


@pytest.mark.slow
def test_a_long_thought_costs_no_more_than_its_length():
    splitter = ThoughtSplitter()
    list(splitter.feed("<think>"))
    seen = sum(len(piece.text) for n in range(100_000) for piece in splitter.feed("word "[n % 5]))
    assert seen >= 99_999 - 5
