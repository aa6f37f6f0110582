"""A strict Content-Security-Policy: nothing runs or styles from inside a page."""

import re

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


def test_nothing_inline():
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        for script in SCRIPT.finditer(text):
            inline = script["body"].strip() and not DATA.search(script["attributes"])
            assert not inline, f"{path}: an inline script: {script[0][:80]}"
        for rule, what in (
            (HANDLER, "an on… handler"),
            (STYLE, "an inline style"),
            (SCRIPT_URL, "a script URL"),
        ):
            found = rule.search(text)
            assert not found, f"{path}: {what}: {found[0][:80] if found else ''}"


def test_nothing_from_elsewhere():
    names = {path: path.relative_to(ROOT).as_posix() for path in TEMPLATES}
    ours = [path for path in TEMPLATES if names[path] not in LINKS_ABROAD]
    assert [names[path] for path in ours if ABROAD.search(path.read_text(encoding="utf-8"))] == []


def test_what_a_model_wrote_is_escaped_or_came_through_the_sanitiser():
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert "autoescape off" not in text, path
        assert "|safe" not in text.replace(" ", ""), f"{path}: mark what is safe where it is made"


def test_the_rules_notice_what_they_forbid():
    assert HANDLER.search('<a href="#" onclick="x()">')
    assert STYLE.search('<p class="a" style="color: red">')
    assert STYLE.search("<style>")
    assert ABROAD.search('<script src="//cdn.example.org/x.js">')
    assert not HANDLER.search('<p data-on="x">one = two</p>')
