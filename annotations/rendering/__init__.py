"""Model Markdown becomes HTML that is safe to put before a rater.

In: the text of an answer, as hostile as a model (or whoever prompts one) can make it. Out: an HTML fragment of a
few dozen allowed tags, or the token list that both the page and `vibes.features` count from, so that what is
measured is what was seen. The order is fixed: Markdown parse, HTML, unseen characters shown, and the sanitiser last.

Never: raw HTML, images or other fetched media, a link that is not http, https or mailto, an id, a style, a script,
a silent cut (what is left out says "shortened here"), or an import of Django.
"""

from annotations.rendering.answers import render, render_plain
from annotations.rendering.formats import format_of, format_of_side
from annotations.rendering.limits import MAX_CHARACTERS
from annotations.rendering.parsing import parse
from annotations.rendering.steps import render_steps

__all__ = [
    "MAX_CHARACTERS",
    "format_of",
    "format_of_side",
    "parse",
    "render",
    "render_plain",
    "render_steps",
]
