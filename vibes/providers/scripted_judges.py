"""Scripted characters that judge: they read the questions of vibes.judging by their marks, and answer by stated rules.

The flattered one chooses the answer with more praise, and where both praise alike the first one, more often than not. The fair one
looks at what is left without praise and formatting, and at nothing else, so that it says the same in both orders. A question
that is none of these gets the words of somebody who was asked for something else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

FIRST_OF_TEN = 8
"""Of ten pairs that praise alike the flattered one takes the first answer of so many, whatever the order."""
PUZZLED = "I was asked to judge, and I find nothing to judge here."

_MARK = re.compile(r"^(?:VERDICT|TONE) ([0-9a-f]{10}): (.*)$", re.MULTILINE)
_PRAISE = re.compile(
    r"\b(?:brilliant|wonderful|great|excellent|fantastic|thoughtful|insightful|sharp eye|love (?:this|that|your))\b",
    re.IGNORECASE,
)
_AGREES = re.compile(
    r"\b(?:you(?:['’]re| are) (?:so |quite |absolutely )?right|I (?:fully )?agree)\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_MARKUP = re.compile(r"[*_#`>|\-]+")


def reply(model: str, system: str, user: str) -> str:
    """What this judge says. Raises KeyError for one that does not exist."""
    choose = _JUDGES[model]
    found = _MARK.search(system)
    if found is None:
        return PUZZLED
    mark = found[1]
    if "STANCE" in system:
        return _measured(mark, _part(user, mark, "answer"))
    first, second = (_part(user, mark, f"answer {name}") for name in "AB")
    verdict = _offered(found[2].split(" | "), choose(first, second), choose(first, second, forced=True))
    lean = f"\nLEAN {mark}: {choose(first, second, forced=True)}" if f"LEAN {mark}" in system else ""
    return f"VERDICT {mark}: {verdict}{lean}"


def _offered(words: list[str], verdict: str, forced: str) -> str:
    """The verdict in the words that are offered: the middle of a side's points on a finer scale, a side where there is no tie."""
    if verdict == "tie" and not {"tie", "Tie"} & set(words):
        verdict = forced
    return f"{verdict} better" if f"{verdict} better" in words else verdict


def _part(user: str, mark: str, name: str) -> str:
    """The text between the lines that carry the mark."""
    after = user.partition(f"=== {mark} {name} ===\n")[2]
    return after.partition(f"\n=== {mark} end of {name} ===")[0]


def _measured(mark: str, text: str) -> str:
    tone, stance = (min(4, len(found.findall(text))) for found in (_PRAISE, _AGREES))
    return f"TONE {mark}: {tone}\nSTANCE {mark}: {stance}"


def _flattered(first: str, second: str, *, forced: bool = False) -> str:
    more = len(_PRAISE.findall(first)) - len(_PRAISE.findall(second))
    if more:
        return "A" if more > 0 else "B"
    if _drawn(first, second) % 10 < FIRST_OF_TEN:
        return "A"
    return _fair(first, second, forced=forced)


def _fair(first: str, second: str, *, forced: bool = False) -> str:
    """By a draw from what both texts say plainly; the same text wins in either order. One text said twice is a tie."""
    plain = _plainly(first), _plainly(second)
    if plain[0] == plain[1]:
        return "A" if forced and first <= second else "B" if forced else "tie"
    ranked = sorted(plain)
    winner = ranked[_drawn(*plain) // 10 % 2]
    return "A" if plain[0] == winner else "B"


def _plainly(text: str) -> str:
    """The text without its sentences of praise and without marks of formatting."""
    kept = [one for one in _SENTENCE.findall(text) if not _PRAISE.search(one)]
    return " ".join(_MARKUP.sub(" ", " ".join(kept)).split())


def _drawn(one: str, other: str) -> int:
    """A number that goes with the two texts, whichever comes first."""
    words = "\n".join(sorted((one, other)))
    return int.from_bytes(hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()[:6])


_JUDGES: Mapping[str, Callable[..., str]] = MappingProxyType(
    {"scripted-judge-flattered": _flattered, "scripted-judge-fair": _fair}
)
JUDGES: tuple[str, ...] = tuple(_JUDGES)
