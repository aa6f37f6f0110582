"""Answers made to hang a server or freeze a page: shortened, visibly and soon."""

import time

import pytest
from rendering_allowed import checked

from annotations.rendering import MAX_CHARACTERS, parse, render, render_plain
from annotations.rendering.limits import MAX_LEVELS
from annotations.rendering.tables import MAX_COLUMNS, MAX_ROWS
from annotations.rendering.unseen import MAX_MARKS, MAX_STACKED
from annotations.rendering.weighing import MAX_ELEMENTS

SECONDS = 8.0
"""Each takes less than 2 s of a quiet core; without its limit, minutes."""

HUGE = {
    "a megabyte of words": "word " * 200_000,
    "ten thousand quotes": "> " * 10_000 + "deep",
    "ten thousand quotes closed up": ">" * 10_000 + "deep",
    "five thousand columns": ("|a" * 5_000 + "|\n") + ("|-" * 5_000 + "|\n") + ("|b" * 5_000 + "|\n") * 20,
    "five thousand rows": "|a|b|\n|-|-|\n" + "|c|d|\n" * 5_000,
}
SLOW = {
    "open brackets": "![" * 12_000,
    "open emphasis": "*a **b _c " * 4_000,
    "backticks": "".join("`" * (count % 200) + "a" for count in range(2_000)),
    "formula openers": "\\[a\n" * 6_000,
    "dollars": "$a " * 10_000,
    "list items": "- a\n" * 5_000,
    "zero width": "a\u200b" * 10_000,
    "long line of code": "```make\n" + "_" * 19_000 + "\n```",
    "blank lines of code": "```java\n" + "\n" * 19_000 + "```",
    "C sharp": "```cs\n" + "a\n  " * 4_000 + "\n```",
}


def timed(text: str) -> tuple[str, float]:
    start = time.process_time()
    html = render(text)
    return html, time.process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize("name", HUGE)
def test_the_huge_is_shortened_and_says_so(name: str) -> None:
    html, seconds = timed(HUGE[name])

    assert "shortened here: " in checked(html).text
    assert seconds < SECONDS
    assert len(html) < 2_000_000


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_the_slow_is_soon_done(name: str) -> None:
    html, seconds = timed(SLOW[name])

    checked(html)
    assert seconds < SECONDS
    assert html.count("<") < 200_000


@pytest.mark.slow
def test_what_is_missing_is_counted() -> None:
    assert "shortened here: 900,000 more characters" in checked(render("a" * 1_000_000)).text
    assert "shortened here: 900,000 more characters" in checked(render_plain("a" * 1_000_000)).text
    assert "shortened here: 4,960 more columns" in checked(render(HUGE["five thousand columns"])).text


def test_nothing_ordinary_is_shortened() -> None:
    table = "|a" * MAX_COLUMNS + "|\n" + "|-" * MAX_COLUMNS + "|\n" + ("|b" * MAX_COLUMNS + "|\n") * 20
    answer = "# a\n\n" + table + "\n" + "> " * (MAX_LEVELS - 1) + "deep\n\n" + "word " * 10_000

    assert "shortened" not in checked(render(answer)).classes
    assert "shortened" not in checked(render("a" * MAX_CHARACTERS)).classes


def table(columns: int, rows: int) -> str:
    return "|a" * columns + "|\n" + "|-" * columns + "|\n" + ("|b" * columns + "|\n") * rows


@pytest.mark.slow
def test_a_table_keeps_its_shape() -> None:
    wide = checked(render(table(MAX_COLUMNS + 5, 20) + "\nafter\n\n|x|\n|-|\n|y|"))
    long = checked(render(table(3, MAX_ROWS) + "\nafter\n\n|x|\n|-|\n|y|"))

    assert wide.tags.count("th") == MAX_COLUMNS + 1
    assert wide.tags.count("tr") == 21 + 2
    assert "5 more columns" in wide.text
    assert long.tags.count("tr") == MAX_ROWS + 2
    assert "1 more rows" in long.text
    assert (wide.text + long.text).count("shortened here") == 2


def test_accents_without_end_are_counted() -> None:
    """A hundred thousand on one letter would stop a browser; as many as any writing has stay as they are."""
    honest = "e" + "\u0301" * MAX_STACKED

    assert checked(render(honest)).text.strip() == honest
    assert "U+0301 ×90000" in checked(render(honest + "\u0301" * 90_000)).text


PILES = {
    "paragraphs": "word\n\n",
    "headings": "# word\n",
    "items": "- word\n",
    "items and quotes": "> 1. word\n",
    "rows": "word|b\n-|-\n" + "word|d\n" * 30 + "\n",
    "code": "```\nword\n```\n",
    "emphasis": "*word* ",
    "links": "[word](https://a.example) ",
    "code in lines": "`word` ",
    "line ends": "word\n",
    "mathematics": "$word$ ",
    "displayed mathematics": "$$\nword\n$$\n\n",
}


@pytest.mark.parametrize("name", PILES)
def test_a_pile_of_small_things_ends_as_plain_text(name: str) -> None:
    """Every word of it stands, and no more elements than a browser bears."""
    text = PILES[name] * (90_000 // len(PILES[name])) + "the end"
    page = checked(render(text))

    assert page.text.count("word") == text.count("word")
    assert page.text.rstrip().endswith("the end")
    assert page.text.count("shortened here: the rest stands as plain text") == 1
    assert len(page.tags) <= 3 * MAX_ELEMENTS


def test_what_comes_before_the_pile_is_parsed() -> None:
    page = checked(render("# Title\n\n- *first*\n" + "- item\n" * 20_000))

    assert {"h3", "em", "li"} <= set(page.tags)
    assert "- item\n- item\n" in page.text


@pytest.mark.parametrize("unit", ["word\u200b", "word\u202e "])
def test_a_pile_of_unseen_characters_stays_light(unit: str) -> None:
    page = checked(render(unit * 20_000))

    assert "\u200b" not in page.text
    assert "\u202e" not in page.text
    assert page.text.count("word") == (unit * 20_000)[:MAX_CHARACTERS].count("word")
    assert page.tags.count("span") <= MAX_MARKS


@pytest.mark.parametrize("opener", ["> ", "- "])
def test_no_word_is_lost_below_the_deepest_level(opener: str) -> None:
    page = checked(render(opener * 60 + "first\n\nafter *all*"))

    assert "first" in page.text
    assert "shortened here: deeper levels stand as plain text" in page.text
    assert page.text.rstrip().endswith("after all")
    assert "em" in page.tags


def test_the_parse_says_what_it_left_out() -> None:
    assert parse("a" * (MAX_CHARACTERS + 1))[-1].content == "1 more characters"
