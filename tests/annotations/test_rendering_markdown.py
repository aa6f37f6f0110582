"""What raters see of the Markdown that models write."""

import pytest
from rendering_allowed import checked

from annotations.rendering import parse, render, render_plain


def test_headings_stand_below_the_pages_own_outline() -> None:
    page = checked(render("# one\n## two\n### three\n#### four\n##### five\n###### six"))

    assert page.tags == ["h3", "h4", "h5", "h6", "h6", "h6"]
    assert page.classes == {f"level-{level}" for level in range(1, 7)}


def test_lists_quotes_tables_emphasis() -> None:
    page = checked(
        render("3. c\n4. d\n\n- x\n\n> q\n\n**b** *e* ~~s~~ `c`\n\n---\n\n| l | r |\n|:--|--:|\n| 1 | 2 |")
    )

    for tag in ("ol", "ul", "li", "blockquote", "strong", "em", "s", "code", "hr", "table", "thead", "tbody"):
        assert tag in page.tags
    assert {"align-left", "align-right", "table"} <= page.classes
    assert '<ol start="3">' in render("3. c")


def test_a_line_of_its_own_stays_one() -> None:
    assert (
        render("For Kubernetes, a plea,\nIn containers free")
        == "<p>For Kubernetes, a plea,<br>\nIn containers free</p>\n"
    )


def test_known_code_is_coloured_and_named() -> None:
    page = checked(render("```Python\ndef f():\n    return 'x'\n```"))

    assert {"code", "code-language", "k", "nf"} <= page.classes
    assert page.text.strip() == "Pythondef f():\n    return 'x'"


@pytest.mark.parametrize("language", ["", "klingon", "csharp", "__class__"])
def test_other_code_is_plain(language: str) -> None:
    page = checked(render(f"```{language}\ndef f(): <b>\n```"))

    assert page.classes <= {"code", "code-language"}
    assert "def f(): <b>\n" in page.text


def test_code_keeps_its_blank_lines_and_indents() -> None:
    assert "\n\n  a\n\n\tb\n" in checked(render("```python\n\n\n  a\n\n\tb\n```")).text


@pytest.mark.parametrize(
    ("source", "formula"),
    [
        ("so $x_1 * y_1 * z$ holds", "$x_1 * y_1 * z$"),
        (r"so \(a*b*c\) holds", r"\(a*b*c\)"),
        (r"so \[a*b*c\] holds", r"\[a*b*c\]"),
        ("so $$a_b_c$$ holds", "$$a_b_c$$"),
        ("so:\n$$\na = b\n- c\n= d\n$$\ndone", "$$\na = b\n- c\n= d\n$$"),
        ("\\[\n# not a heading\n\\]", "\\[\n# not a heading\n\\]"),
        ("- item\n  $$\n  x\n  $$", "$$\nx\n$$"),
    ],
)
def test_mathematics_stays_as_marked_source(source: str, formula: str) -> None:
    html = render(source)
    page = checked(html)

    assert "math" in page.classes
    assert f">{formula.replace('<', '&lt;')}</span>" in html
    assert not {"em", "strong", "h3", "h4", "ul"} & set(page.tags) - {"ul" if source.startswith("-") else ""}


@pytest.mark.parametrize(
    "money",
    [
        "It costs $5 and $10.",
        "$5-$10",
        "a $ b $ c",
        r"\$x\$",
        "$$",
        "$$ $$",
        "$HOME and $PATH",
        "$$\na\n\nb\n$$ x",
    ],
)
def test_money_is_no_mathematics(money: str) -> None:
    assert "math" not in checked(render(money)).classes


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("a\u202eb", "U+202E"),
        ("a\u200bb", "U+200B"),
        ("a&#x202E;b", "U+202E"),
        ("`a\u2066b`", "U+2066"),
        ("```\na\u202eb\n```", "U+202E"),
        ("```python\nx = 1 # \u202e\n```", "U+202E"),
        ("a\u200c\u200db", "U+200C U+200D"),
        ("a\u200b\u200b\u200bb", "U+200B ×3"),
        ("a\u200b\u200c\u200d\u2060\ufeffb", "U+200B U+200C U+200D and 2 more"),
        ("a\U000e0048\U000e0049b", "U+E0048 U+E0049"),
        ("a\ufe0f\ufe0fb", "U+FE0F"),
        ("a\u00adb", "U+00AD"),
        ("a\x1b[31mb", "U+001B"),
        ("[a\u202eb](https://x.example)", "U+202E"),
        ("![a\u202eb](x)", "U+202E"),
    ],
)
def test_unseen_characters_are_shown(hidden: str, shown: str) -> None:
    page = checked(render(hidden))

    assert "unseen" in page.classes
    assert shown in page.text
    assert shown in checked(render_plain(hidden)).text or "&#" in hidden


def test_an_unseen_character_is_named() -> None:
    assert 'title="U+202E RIGHT-TO-LEFT OVERRIDE"' in render("a\u202eb")


@pytest.mark.parametrize(
    "ordinary",
    [
        "👨‍👩‍👧 family",
        "❤️ and ✔️",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f Scotland",
        "می‌خواهم",
        "क्‍ष",
        "naïve façade — “quoted”",
        "שלום עולם",
        "日本語",
    ],
)
def test_ordinary_writing_is_left_alone(ordinary: str) -> None:
    assert checked(render(ordinary)).text.strip() == ordinary


def test_the_raw_text_keeps_every_character() -> None:
    source = "# a\n\n  * b <b> &amp;\n```\nc"

    assert checked(render_plain(source)).text == source


def test_half_characters_are_replaced() -> None:
    assert checked(render("a\ud800b")).text.strip() == "a\ufffdb"


def test_the_parse_is_the_one_that_is_shown() -> None:
    types = [token.type for token in parse("# a\n\n$$x$$\n\n[b](javascript:c)")]
    inline = [
        child.type
        for token in parse("[b](javascript:c) [d](https://e.example)")
        for child in token.children or ()
    ]

    assert types[:3] == ["heading_open", "inline", "heading_close"]
    assert "math_block" in types
    assert [name for name in inline if "link" in name] == [
        "unlinked_open",
        "unlinked_close",
        "link_open",
        "link_close",
    ]
