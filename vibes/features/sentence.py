"""A sentence as the lexicons read it."""

import re

_STRAIGHT = str.maketrans("’‘ʼ", "'''")
MAX_CHARACTERS = 500
"""Praise comes early in a sentence, and no rule may be made slow by a sentence of a page."""

_LEAD = re.compile(r"^[^\w□]+")


def plain(sentence: str) -> str:
    """Lower case, straight apostrophes, single spaces, nothing before the first word (an emoji, a dash, a bracket).

    A sentence beyond `MAX_CHARACTERS` is cut there and keeps its last character, the mark that ends it.
    """
    words = _LEAD.sub("", " ".join(sentence.translate(_STRAIGHT).lower().split()))
    return words if len(words) <= MAX_CHARACTERS else words[:MAX_CHARACTERS] + words[-1]
