"""An answer as a page shows it: rendered, or raw behind the toggle."""

from html import escape

from annotations.rendering.formats import note
from annotations.rendering.limits import cut, left_out
from annotations.rendering.parsing import PARSER, parse
from annotations.rendering.sanitising import sanitise
from annotations.rendering.unseen import show_unseen
from annotations.rendering.writing import shortened_mark


def render(text: str) -> str:
    """A model's Markdown as a safe HTML fragment, to stand inside an element of class `answer-text`.

    Any text renders; none raises. Headings start at h3, images are their alternative text, links open apart and
    tell nobody where from, unseen characters are shown. Beyond the limits the page says "shortened here".
    """
    tokens = parse(text)
    note(text, tokens)
    html = PARSER.renderer.render(tokens, PARSER.options, {})
    return sanitise(show_unseen(html))


def render_plain(text: str) -> str:
    """The source of an answer, escaped, for the raw toggle: the same limits and marks, no Markdown."""
    surplus = left_out(text)
    html = f'<div class="source">{escape(cut(text))}</div>{shortened_mark(surplus) if surplus else ""}'
    return sanitise(show_unseen(html))
