"""Words as they are stored to be found, and what is looked for among them: the same rule for both, on every database.

A text becomes its runs of letters and digits, folded (NFKC, no capitals), with one blank between two. Chinese, Japanese and
Korean are written without blanks, or with particles joined to a word, so that each of their characters is a word of its
own: 天気 is looked for as 天 and then 気. Punctuation is nothing.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_CJK = "\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_ALONE = re.compile(rf"[{_CJK}]")
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
# A passage in quotation marks, or what stands between blanks; either with a hyphen before it.
_TERM = re.compile(r'(-?)"([^"]*)"?|(-?)(\S+)')
# Of the prompt and of each answer: PostgreSQL holds a megabyte of words a row.
LONGEST_PART = 30_000
# Characters on each side of what was found.
AROUND = 70
LONGEST_SEARCH = 500
MOST_TERMS = 20


class NotToBeFound(ValueError):
    """A search that cannot be made; the message is for the team."""


@dataclass(frozen=True)
class Term:
    """A word, or several in this order, that must stand there; `without`: must not."""

    words: str
    without: bool = False


@dataclass(frozen=True)
class Passage:
    """Where a term stands in a text, with a few words on each side."""

    before: str
    hit: str
    after: str


def split(text: str) -> list[str]:
    """The words of a text in their order. Any text: a NUL or half a character is no word."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def stored(parts: list[str]) -> tuple[str, list[int]]:
    """The parts as one row of words, a blank at both ends, and how many words of each part were counted. Of each part the
    first LONGEST_PART characters."""
    words = [split(part[:LONGEST_PART]) for part in parts]
    return f" {' '.join(word for part in words for word in part)} ", [len(part) for part in words]


def terms(search: str) -> list[Term]:
    """What a search asks for: all its words, "passages in quotation marks" as they stand, and -without what has a hyphen
    before it. Empty for a search without a word. Raises NotToBeFound for one that is too long."""
    if len(search) > LONGEST_SEARCH:
        raise NotToBeFound(f"A search has at most {LONGEST_SEARCH} characters: this one has {len(search):,}.")
    found: dict[Term, None] = {}
    for hyphen, passage, before, word in _TERM.findall(search):
        if words := " ".join(split(passage or word)):
            found[Term(words, bool(hyphen or before))] = None
    if len(found) > MOST_TERMS:
        raise NotToBeFound(f"A search has at most {MOST_TERMS} words: this one has {len(found)}.")
    return list(found)


def passage(text: str, looked_for: Sequence[Term]) -> Passage | None:
    """The first place in a text where something looked for stands as it was found; None where it stands only in other letters,
    such as ß for ss."""
    signs = [_sign(term.words.split()) for term in looked_for if not term.without]
    if not signs:
        return None
    text = text[:LONGEST_PART]
    hit = re.search("|".join(signs), text, re.IGNORECASE)
    if hit is None:
        return None
    before, after = text[max(0, hit.start() - AROUND) : hit.start()], text[hit.end() : hit.end() + AROUND]
    return Passage(
        before=_blanks(("…" if hit.start() > AROUND else "") + before),
        hit=_blanks(hit[0]),
        after=_blanks(after + ("…" if hit.end() + AROUND < len(text) else "")),
    )


def _sign(words: list[str]) -> str:
    """Characters that are words of their own need nothing between them, and may stand anywhere in a run."""
    ends = [
        r"(?<![^\W_])" if not _ALONE.match(words[0]) else "",
        r"(?![^\W_])" if not _ALONE.match(words[-1]) else "",
    ]
    between = (r"[\W_]*" if _ALONE.match(a) or _ALONE.match(b) else r"[\W_]+" for a, b in pairwise(words))
    told = "".join(re.escape(word) + gap for word, gap in zip(words, [*between, ""], strict=True))
    return f"{ends[0]}{told}{ends[1]}"


def _blanks(text: str) -> str:
    return re.sub(r"\s+", " ", text)
