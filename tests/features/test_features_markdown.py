"""Formatting counts: the parse's, and the arena's published ones to the digit."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibes.features.markdown import arena_counts, parsed_counts
from vibes.features.reading import read

ANSWER = """# One
## Two

1. first
2. second
   - nested **bold** and *not*
   - nested __bold__

> 3) quoted item

| a | b |
|---|---|
| **x** | [link](https://x.example) |

```python
# not a heading
- not an item **not bold**
```

    indented code

[refused](javascript:x) ![image](https://x.example/p.png) <https://y.example>
"""


def test_the_parse_counts_what_the_page_shows() -> None:
    assert parsed_counts(read(ANSWER)) == {
        "headers": 2,
        "list_items": 5,
        "ordered_items": 3,
        "bullet_items": 2,
        "bold": 3,
        "code_blocks": 2,
        "tables": 1,
        "links": 2,
    }


def test_the_arena_counts_by_line() -> None:
    assert arena_counts(read(ANSWER)) == {
        "arena_headers": 2,
        "arena_list_items": 4,
        "arena_ordered_items": 2,
        "arena_bullet_items": 2,
        "arena_bold": 3,
    }


def test_verse_is_where_the_two_differ() -> None:
    """A setext heading is one for the reader only, an indented marker one for the expressions only."""
    reading = read("Title\n=====\n\n    - code, not a list\n")

    assert (parsed_counts(reading)["headers"], arena_counts(reading)["arena_headers"]) == (1, 0)
    assert (parsed_counts(reading)["list_items"], arena_counts(reading)["arena_list_items"]) == (0, 1)


def published(text: str) -> dict[str, int]:
    """The extractor as published with the arena's style control, one expression a level, one pass a fence."""
    for block in re.compile("```([^`]*)```").findall(text):
        text = text.replace(block, "")

    def count(pattern: str) -> int:
        return len(re.findall(pattern, text, re.MULTILINE))

    ordered, bullets = count(r"^\s*\d+\.\s"), count(r"^\s*[-*+]\s")
    return {
        "arena_headers": sum(count(rf"^#{{{level}}}\s") for level in range(1, 7)),
        "arena_list_items": ordered + bullets,
        "arena_ordered_items": ordered,
        "arena_bullet_items": bullets,
        "arena_bold": count(r"\*\*[^*\n]+\*\*") + count(r"__[^_\n]+__"),
    }


PIECES = ["#", "## ", "1.", "12. ", "- ", "*", "**", "__", "+ ", "```", "`", "a", "word ", " ", "\t", "\n", "\n\n", "\r\n", "\x0b", "\u00a0"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_the_arena_counts_are_the_published_ones(text: str) -> None:
    assert arena_counts(read(text)) == published(text)


def test_the_arena_counts_are_the_published_ones_on_real_answers(real_answers: list[str]) -> None:
    for text in real_answers:
        assert arena_counts(read(text)) == published(text)


@pytest.mark.parametrize("text", ["\n" * 100_000, " \n" * 50_000, "1" * 100_000, "```a" * 25_000])
def test_no_page_of_anything_is_slow(text: str) -> None:
    """With the published `^\\s*` the first of these takes minutes."""
    assert arena_counts(read(text))["arena_bold"] == 0
