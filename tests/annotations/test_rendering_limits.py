"""Answers made to hang a server or freeze a page: shortened, visibly and soon."""

import time

import pytest
from rendering_allowed import checked

from annotations.rendering import MAX_CHARACTERS, parse, render, render_plain
from annotations.rendering.limits import MAX_LEVELS
from annotations.rendering.tables import MAX_COLUMNS, MAX_ROWS

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


@pytest.mark.slow
def test_a_table_keeps_its_shape() -> None:
    wide = (
        "|a" * (MAX_COLUMNS + 5)
        + "|\n"
        + "|-" * (MAX_COLUMNS + 5)
        + "|\n"
        + ("|b" * (MAX_COLUMNS + 5) + "|\n") * MAX_ROWS
    )
    page = checked(render(wide + "\nafter\n\n|x|\n|-|\n|y|"))

    assert page.tags.count("tr") == MAX_ROWS + 2
    assert page.tags.count("th") == MAX_COLUMNS + 1
    assert "5 more columns" in page.text
    assert "1 more rows" in page.text
    assert page.text.count("shortened here") == 2


@pytest.mark.parametrize("opener", ["> ", "- "])
def test_no_word_is_lost_below_the_deepest_level(opener: str) -> None:
    page = checked(render(opener * 60 + "first\n\nafter *all*"))

    assert "first" in page.text
    assert "shortened here: deeper levels stand as plain text" in page.text
    assert page.text.rstrip().endswith("after all")
    assert "em" in page.tags


def test_the_parse_says_what_it_left_out() -> None:
    assert parse("a" * (MAX_CHARACTERS + 1))[-1].content == "1 more characters"
