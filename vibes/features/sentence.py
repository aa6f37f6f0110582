"""A sentence as the lexicons read it."""

import re
from functools import cache

_STRAIGHT = str.maketrans("’‘ʼ", "'''")
MAX_CHARACTERS = 500
"""Praise comes early in a sentence, and no rule may be made slow by a sentence of a page."""

_LEAD = re.compile(r"^[^\w□]+")

LY = (
    r"(?:(?!not\b|hardly\b|barely\b|only\b)(?:\w+ly|so|quite|very|just|also|both|all|too|too well|such|more than|100 ?%"
    r"|100 percent|one hundred per ?cent|a hundred per ?cent|\d+ ?%) ){0,4}"
)
"""Up to four adverbs that leave what follows true; a piece of the lexicons' expressions."""


def plain(sentence: str) -> str:
    """Lower case, straight apostrophes, single spaces, nothing before the first word (an emoji, a dash, a bracket).

    A sentence beyond `MAX_CHARACTERS` is cut there and keeps its last character, the mark that ends it.
    """
    words = _LEAD.sub("", " ".join(sentence.translate(_STRAIGHT).lower().split()))
    return words if len(words) <= MAX_CHARACTERS else words[:MAX_CHARACTERS] + words[-1]


_YOU = re.compile(r"\byou")


def from_you(words: str, shape: re.Pattern[str]) -> int:
    """Where a shape that begins with "you" or "your" is first found; −1 without one. Much cheaper than a search."""
    return next((place.start() for place in _YOU.finditer(words) if shape.match(words, place.start())), -1)


@cache
def compiled(expression: str) -> re.Pattern[str]:
    """A lexicon's expression, compiled at first use: a process that counts nothing need not spend the time."""
    return re.compile(expression)
