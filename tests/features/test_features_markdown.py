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


PARSED = ("headers", "ordered_items", "bullet_items", "bold", "code_blocks", "tables")
ARENA = ("arena_headers", "arena_ordered_items", "arena_bullet_items", "arena_bold")


@pytest.mark.parametrize(
    ("text", "parsed", "arena"),
    [
        pytest.param("1. a\n   - b\n     * c\n2. d\n", (0, 2, 2, 0, 0, 0), (0, 2, 2, 0), id="nested lists"),
        pytest.param("Title\n=====\n\nSub\n---\n\n# A\n", (3, 0, 0, 0, 0, 0), (1, 0, 0, 0), id="setext"),
        pytest.param("# one #\n####### seven\n###### six\n", (2, 0, 0, 0, 0, 0), (2, 0, 0, 0), id="levels"),
        pytest.param("```\n# n\n- n\n**n**\n```\n", (0, 0, 0, 0, 1, 0), (0, 0, 0, 0), id="fence"),
        pytest.param("~~~\n# n\n- n\n**n**\n~~~\n", (0, 0, 0, 0, 1, 0), (1, 0, 1, 1), id="fence of tildes"),
        pytest.param("```\n# n\n- n\n**n**\n", (0, 0, 0, 0, 1, 0), (1, 0, 1, 1), id="unclosed fence"),
        pytest.param("~~~\n# n\n- n\n", (0, 0, 0, 0, 1, 0), (1, 0, 1, 0), id="unclosed tildes"),
        pytest.param("````\n```\n# n\n```\n````\n", (0, 0, 0, 0, 1, 0), (0, 0, 0, 0), id="fence in a fence"),
        pytest.param("```\n**x**\n```\n\n**y**\n", (0, 0, 0, 1, 1, 0), (0, 0, 0, 1), id="bold after a fence"),
        pytest.param("```\nx\n```\n**x\n**\n", (0, 0, 0, 0, 1, 0), (0, 0, 0, 0), id="fence's text elsewhere"),
        pytest.param("p\n\n    # n\n    - n\n", (0, 0, 0, 0, 1, 0), (0, 0, 1, 0), id="indented code"),
        pytest.param(
            "**one\ntwo** and __three__ ****\n", (0, 0, 0, 2, 0, 0), (0, 0, 0, 2), id="bold over lines"
        ),
        pytest.param(
            "***a*** **b** **c** __d__ e__f__g\n", (0, 0, 0, 4, 0, 0), (0, 0, 0, 5), id="bold in words"
        ),
        pytest.param("`**no**` and `# no`\n", (0, 0, 0, 0, 0, 0), (0, 0, 0, 1), id="code spans"),
        pytest.param(
            "| **a** | b |\n|---|---|\n| - c | 1. d |\n", (0, 0, 0, 1, 0, 1), (0, 0, 0, 1), id="table"
        ),
        pytest.param("- [ ] one\n- [x] two\n* [X] three\n", (0, 0, 3, 0, 0, 0), (0, 0, 3, 0), id="task list"),
        pytest.param("* * *\n\n- - -\n\n---\n", (0, 0, 0, 0, 0, 0), (0, 0, 2, 0), id="rules"),
        pytest.param("> # h\n> - i\n> 1. j\n", (1, 1, 1, 0, 0, 0), (0, 0, 0, 0), id="quotation"),
        pytest.param("#no\n-no\n1.no\n1) yes\n", (0, 1, 0, 0, 0, 0), (0, 0, 0, 0), id="no space"),
        pytest.param("\\# n\n\\- n\n\\*\\*n\\*\\*\n1\\. n\n", (0,) * 6, (0,) * 4, id="escaped"),
        pytest.param("It was\n1999. So.\n\nand\n1. list\n", (0, 1, 0, 0, 0, 0), (0, 2, 0, 0), id="a year"),
    ],
)
def test_both_counts(text: str, parsed: tuple[int, ...], arena: tuple[int, ...]) -> None:
    reading = read(text)

    assert tuple(parsed_counts(reading)[name] for name in PARSED) == parsed
    assert tuple(arena_counts(reading)[name] for name in ARENA) == arena
    assert arena_counts(reading) == published(text)


def published(text: str) -> dict[str, int]:
    """The extractor as published with the arena's style control, one expression a level, one pass a fence.

    lmarena/arena-hard-auto, utils/add_markdown_info.py at 3bab294.
    """
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


PIECES = ["#", "## ", "~~~", "> ", "| a |", "---", "===", "[ ] ", "1.", "12. ", "- ", "*", "**", "__", "+ ", "```", "`", "a", "word ", " ", "\t", "\n", "\n\n", "\r\n", "\x0b", "\u00a0"]  # fmt: skip


@pytest.mark.slow
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_the_arena_counts_are_the_published_ones(text: str) -> None:
    assert arena_counts(read(text)) == published(text)


@pytest.mark.slow
def test_the_arena_counts_are_the_published_ones_on_real_answers(real_answers: list[str]) -> None:
    for text in real_answers:
        assert arena_counts(read(text)) == published(text)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["\n" * 100_000, " \n" * 50_000, "1" * 100_000, "```a" * 25_000])
def test_no_page_of_anything_is_slow(text: str) -> None:
    """With the published `^\\s*` the first of these takes minutes."""
    assert arena_counts(read(text))["arena_bold"] == 0
