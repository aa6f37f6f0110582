"""Markdown to plain prose and prose to lists: the form changes, the content does not."""

import random
import re
from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from annotations.rendering import parse
from vibes.edits.checks import check
from vibes.edits.plain_prose import plain
from vibes.edits.prose_lists import as_lists
from vibes.edits.registry import NotPossible, apply
from vibes.features.reading import read

PIECES = [
    *("word ", "Word. ", "two words, ", "42 ", "It is 3.5. ", "not ", "no! ", "Why? ", "Anna ", "e.g. ", "(a) ", "„x“ "),
    *("\n", "\n\n", "  \n", "\n\n\n", "\t", "    ", "\u00a0", "&amp;", "&#10;", "\\"),
    *("# ", "\n## ", "\n\n# A\n\n", "\n===\n", "\n---\n", "\n- ", "\n  - ", "\n* ", "\n1. ", "\n3) ", "\n    1. ", "\n> ", "> - "),
    *("*", "**", "_", "__", "**bold** ", "*it* ", "~~", "`", "``", "`code` ", "```\n", "\n```py\nx = 1\n```\n", "\n~~~\n", "\n    code\n"),
    *("$", "$x$ ", "\\(y\\) ", "\n$$\nz\n$$\n", "\\[", "[", "](", "[a](https://x.example/_b_) ", "<https://y.example> ", "![i](p.png) "),
    *("[r](rel) ", "\n[d]: https://d.example\n", " [d] ", "|", "\n\n| a | b |\n|---|---|\n| c | d |\n", "\n|---|---|\n", "<b>", "🙂 ", "1. ", "- ", "+ "),
]  # fmt: skip
SOURCES = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
PROSE = st.lists(
    st.sampled_from(["It is so. ", "Why not? ", "Wait! ", "e.g. this, ", "Dr. Ba ", "He said “No. Go.” ", "and ", "`a. B` ", "$x. Y$ ", "3. ", "\n\n", "- ", "End", "(See. This.) ", "# "]),
    max_size=25,
).map("".join)  # fmt: skip
FORMATTING = re.compile(r"heading|list|quote|table|hr|strong|em_|link|image|s_open")


def words(source: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", read(source).visible.casefold()))


def code(source: str) -> list[str]:
    blocks = list(parse(source))
    inner = [child for block in blocks for child in block.children or ()]
    return sorted(
        token.content.strip("\n")
        for token in (*blocks, *inner)
        if token.type in ("fence", "code_block", "code_inline")
    )


def in_plain(source: str) -> str:
    try:
        return plain(source)
    except NotPossible:
        assume(False)
        raise


def edited(name: str, text: str) -> str:
    return apply(name, text, prompt_class="advice", rng=random.Random(0)).text


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(SOURCES)
def test_plain_prose_keeps_every_word_and_all_code(source: str) -> None:
    text = in_plain(source)

    assert words(source) - words(text) == Counter()
    assert code(source) == code(text)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(SOURCES)
def test_plain_prose_is_plain_and_stays_what_it_is(source: str) -> None:
    text = in_plain(source)

    shown = {inner.type for token in parse(text) for inner in (token, *(token.children or ()))}
    assert [name for name in shown if FORMATTING.search(name)] == []
    assert plain(text) == text


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(SOURCES | PROSE)
def test_plain_to_lists_to_plain_is_stable(source: str) -> None:
    first = in_plain(source)
    again = plain(as_lists(first))

    assert words(as_lists(first)) == words(first)
    assert code(as_lists(first)) == code(first)
    assert plain(as_lists(again)) == again


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(SOURCES | PROSE)
def test_lists_are_made_once(source: str) -> None:
    assert as_lists(as_lists(source)) == as_lists(source)


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("# Cost\n\nIt is dear.", "Cost: It is dear."),
        ("# Why?\n\nBecause.", "Why? Because."),
        ("# Flats\n\n## Rent\n\nIt is due.", "Flats.\n\nRent: It is due."),
        ("# Code\n\n```\nx\n```", "Code:\n\n```\nx\n```"),
        ("**Do this first**\n\n- Ring him\n- Write to him again, and keep a copy", "Do this first: Ring him. Write to him again, and keep a copy."),
        ("You need:\n\n- Eggs\n- Flour\n- Milk\n\nThe milk and flour are cold.", "You need: Eggs, flour, milk.\n\nThe milk and flour are cold."),
        ("We saw\n\n- Paris\n- Rome", "We saw: Paris, Rome."),
        ("1. Mix the flour, then rest it\n2. Bake it for 20 minutes;", "Mix the flour, then rest it. Bake it for 20 minutes."),
        ("1. Mix the flour, then rest it\n2. Bake it\n\nAfter step 2, wait.", "(1) Mix the flour, then rest it. (2) Bake it.\n\nAfter step 2, wait."),
        ("- Ask who receives it:\n  - A clear answer is fair\n  - A shrug is not at all", "Ask who receives it: A clear answer is fair. A shrug is not at all."),
        ("- One\n\n  two\n- Three", "One.\n\ntwo.\n\nThree."),
        ("- Run it:\n\n  ```sh\n  ls\n  ```\n- Done", "Run it:\n\n```sh\nls\n```\n\nDone."),
        ("> Be brief.\n\nSaid he.", "“Be brief.”\n\nSaid he."),
        ('> "Be brief."', '"Be brief."'),
        ("See [the guide](https://x.example/a) or <https://y.example>.", "See the guide (https://x.example/a) or https://y.example."),
        ("See [the guide](rel/a.md).", "See the guide."),
        ("| Feature | Jar | Screen |\n|---|---|---|\n| Price | free | **a fee** |\n| Code | `a` | |", "Feature: Price; Jar: free; Screen: a fee. Feature: Code; Jar: `a`."),
        ("| a | b |\n|---|---|", "a; b."),
        ("*Two* \\*stars\\* and **\\_one\\_**", "Two \\*stars\\* and \\_one\\_"),
        ("**1986\\. A good year.**", "1986\\. A good year\\."),
        ("Line one\n**line** two", "Line one\nline two"),
        ("x\n\n---\n\ny **z**", "x\n\ny z"),
    ],
)  # fmt: skip
def test_markdown_in_plain_prose(source: str, after: str) -> None:
    assert edited("markdown_to_plain", source) == after


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("Nothing here is marked.", "plain prose already"),
        ("It costs ~~50~~ **40**.", "struck out"),
    ],
)
def test_what_cannot_become_plain_says_why(source: str, why: str) -> None:
    with pytest.raises(NotPossible, match=why):
        edited("markdown_to_plain", source)


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("It is so. Wait for it! Is it?", "- It is so.\n- Wait for it!\n- Is it?"),
        ("One. Two.\n\nThree. Four.", "- One.\n- Two.\n\n* Three.\n* Four."),
        ("# A. B.\n\nOne. **Two. Three.** Four.", "# A. B.\n\n- One.\n- **Two. Three.**\n- Four."),
        ("Ask Dr. Ba, e.g. Monday. He said “No. Go.” Then `a. B` ran.", "- Ask Dr. Ba, e.g. Monday.\n- He said “No. Go.”\n- Then `a. B` ran."),
    ],
)  # fmt: skip
def test_prose_in_lists(source: str, after: str) -> None:
    assert edited("plain_to_lists", source) == after
    assert check("plain_to_lists", source, after).ok


@pytest.mark.parametrize(
    "source",
    [
        "One sentence.",
        "It is. 1. So.",
        "Here:\n\nOne. Two.",
        "Roses. Are\nred. Yes.",
        "- One. Two.",
        "```\nA. B.\n```",
    ],
)
def test_what_has_no_sentences_to_list_says_so(source: str) -> None:
    with pytest.raises(NotPossible, match="No paragraph"):
        edited("plain_to_lists", source)
