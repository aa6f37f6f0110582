"""Thoughts apart from answers."""

import pytest

from vibes.providers.thoughts import split_thoughts


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
