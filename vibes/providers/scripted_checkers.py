"""Scripted characters that read an edit once more: they know the question of vibes.edits.claims_question by its mark.

The plain one says that a claim is changed where a word of the one text has become its opposite in the other, or where number
words or negations differ. The vague one says what it thinks without the line that it was asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType

PUZZLED = "I was asked to compare two texts, and I find none here."
OPPOSITES: tuple[tuple[str, str], ...] = (
    ("rises", "falls"),
    ("rise", "fall"),
    ("more", "less"),
    ("always", "never"),
    ("before", "after"),
    ("warm", "cold"),
    ("safe", "dangerous"),
    ("increases", "decreases"),
    ("better", "worse"),
    ("true", "false"),
)
NUMBERS = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "hundred",
        "thousand",
    ]
)

_MARK = re.compile(r"^CLAIMS ([0-9a-f]{10}): same$", re.MULTILINE)
_WORD = re.compile(r"[a-z]+(?:['’]t)?")
_NEGATION = re.compile(r"no|not|none|nothing|never|without|cannot|[a-z]+['’]t")


def reply(model: str, system: str, user: str) -> str:
    """What this reader says. Raises KeyError for one that does not exist."""
    say = _CHECKERS[model]
    found = _MARK.search(system)
    if found is None:
        return PUZZLED
    mark = found[1]
    first, second = (_words(user, mark, f"{name} text") for name in ("first", "second"))
    return say(mark, _changed(first, second))


def _words(user: str, mark: str, name: str) -> Counter[str]:
    after = user.partition(f"=== {mark} {name} ===\n")[2]
    text = after.partition(f"\n=== {mark} end of {name} ===")[0]
    return Counter(_WORD.findall(text.lower()))


def _changed(first: Counter[str], second: Counter[str]) -> str:
    """The claim that is changed, in a sentence, or empty."""
    lost, new = first - second, second - first
    for one, other in OPPOSITES:
        for before, after in ((one, other), (other, one)):
            if before in lost and after in new:
                return f"“{before}” has become “{after}”."
    for kind, counts in (("lost", lost), ("new", new)):
        for word in sorted(counts):
            if word in NUMBERS or _NEGATION.fullmatch(word):
                return f"“{word}” is {kind}."
    return ""


def _plainly(mark: str, changed: str) -> str:
    return f"CLAIMS {mark}: changed\nWHICH {mark}: {changed}" if changed else f"CLAIMS {mark}: same"


def _vaguely(_: str, changed: str) -> str:
    return f"I would say that they differ: {changed}" if changed else "They look much the same to me."


_CHECKERS: Mapping[str, Callable[[str, str], str]] = MappingProxyType(
    {"scripted-checker": _plainly, "scripted-checker-vague": _vaguely}
)
CHECKERS: tuple[str, ...] = tuple(_CHECKERS)
