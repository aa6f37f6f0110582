"""A strict Content-Security-Policy: nothing runs or styles from inside a page."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.IGNORECASE | re.DOTALL)
HANDLER = re.compile(r"<[^>]*\son\w+\s*=", re.IGNORECASE)
STYLE = re.compile(r"<style\b|<[^>]*\sstyle\s*=", re.IGNORECASE)
SCRIPT_URL = re.compile(r"javascript:", re.IGNORECASE)
ABROAD = re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE)
# template: which address on another host it may name, and why
LINKS_ABROAD: dict[str, str] = {}
DATA = re.compile(r"type\s*=\s*[\"']application/json[\"']")


def test_there_are_templates():
    assert len(TEMPLATES) > 5


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_inline(path: Path):
    text = path.read_text(encoding="utf-8")
    for script in SCRIPT.finditer(text):
        inline = script["body"].strip() and not DATA.search(script["attributes"])
        assert not inline, f"an inline script: {script[0][:80]}"
    assert not HANDLER.search(text), f"an on… handler: {HANDLER.search(text)[0][:80]}"
    assert not STYLE.search(text), f"an inline style: {STYLE.search(text)[0][:80]}"
    assert not SCRIPT_URL.search(text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_from_elsewhere(path: Path):
    if path.relative_to(ROOT).as_posix() not in LINKS_ABROAD:
        assert not ABROAD.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_model_wrote_is_escaped_or_came_through_the_sanitiser(path: Path):
    text = path.read_text(encoding="utf-8")
    assert "autoescape off" not in text
    assert "|safe" not in text.replace(" ", ""), "mark what is safe where it is made, not where it is shown"


def test_the_rules_notice_what_they_forbid():
    assert HANDLER.search('<a href="#" onclick="x()">')
    assert STYLE.search('<p class="a" style="color: red">')
    assert STYLE.search("<style>")
    assert ABROAD.search('<script src="//cdn.example.org/x.js">')
    assert not HANDLER.search('<p data-on="x">one = two</p>')
