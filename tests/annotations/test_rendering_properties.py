"""Any text renders, is safe, and keeps its words."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rendering_allowed import checked

from annotations.rendering import render, render_plain

UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\U000e0020-\U000e007f]")

MARKUP = [
    *"*_`~#>|-+=!()[]<>$\\&;:/.'\"\n \t",
    "\n\n", "```", "~~~", "$$", "\\(", "\\)", "\\[", "\\]", "](", "![", "<a href=", "javascript:", "https://x.example",
    "&#x202E;", "\u202e", "\u200b", "<!--", "-->", "</", "|-|", "1. ", "- ", "> ", "    ", "<script>", "\U000e0041",
]  # fmt: skip
hostile_text = st.lists(st.sampled_from(MARKUP) | st.text(max_size=4), max_size=40).map("".join)

words = st.from_regex(r"[a-z]{3,9}", fullmatch=True)
spans = st.one_of(
    words,
    words.map("**{}**".format),
    words.map("*{}*".format),
    words.map("~~{}~~".format),
    words.map("`{}`".format),
    words.map("${}$".format),
    words.map("[{}](https://x.example)".format),
    words.map("[{}](javascript:alert)".format),
    words.map("![{}](https://x.example/p.png)".format),
    words.map("<b>{}</b>".format),
    words.map("{}\u202e".format),
)
lines = st.lists(spans, min_size=1, max_size=5).map(" ".join)
blocks = st.one_of(
    lines,
    lines.map("# {}".format),
    lines.map("> {}".format),
    lines.map("- {}".format),
    lines.map("7. {}".format),
    lines.map("| {} |\n|---|".format),
    words.map("```python\n{}\n```".format),
    words.map("```{}\ncode\n```".format),
    words.map("$$\n{}\n$$".format),
    words.map("    {}".format),
)
documents = st.lists(blocks, min_size=1, max_size=6).map("\n\n".join)


@pytest.mark.slow
@given(st.text() | hostile_text)
@settings(max_examples=150, deadline=None)
@example("![](<")
@example("\x00\u202e")
@example("[a]: javascript:x\n\n[a]")
def test_any_text_renders_safely(text: str) -> None:
    for html in (render(text), render_plain(text)):
        page = checked(html)
        assert not UNSEEN.search(html)
        assert "style" not in html or "style" in page.text


@pytest.mark.slow
@given(documents)
@settings(max_examples=80, deadline=None)
def test_every_word_is_kept(document: str) -> None:
    source = re.sub(r"\]\([^)]*\)", "]", document)
    text = checked(render(document)).text

    for word in re.findall(r"[a-z]{3,}", source):
        assert word in text


@pytest.mark.slow
@given(
    st.text(alphabet=st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Lo", "Zl", "Zp")))
)
@settings(max_examples=60, deadline=None)
def test_the_raw_text_is_the_text(text: str) -> None:
    assert checked(render_plain(text)).text == text.replace("\u2800", "[U+2800]") or "\u2800" in text
