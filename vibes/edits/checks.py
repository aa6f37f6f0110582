"""The check of an edit by rule: what must have stayed has stayed, and the length is within the edit's aim."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from vibes.edits.blocks import length, shown
from vibes.edits.catalogue import EDITS, Edit
from vibes.edits.claims import KINDS, Claims, claims, names, names_forbidden
from vibes.edits.edited import UnknownEdit

MOST_NAMED = 5
_NOUNS = {
    "number": "The number {} ",
    "name": "The name {} ",
    "negation": "The negation “{}” ",
    "code": "The code `{}` ",
    "formula": "The formula {} ",
    "address": "The address {} ",
}
_TALK_OF_THE_EDIT = re.compile(
    r"(?:\b(?:edited|rewritten|revised|modified|adjusted|shortened|lengthened) (?:version|answer|text|reply|response)\b"
    r"|\bhere(?:'s| is| are) (?:the|my|your|an?) (?:edited|rewritten|revised|modified|updated|new|warmer|cooler|longer|shorter)\b"
    r"|</?(?:edited|answer|prompt|original)>|\bas (?:you )?(?:requested|instructed),? i(?:'ve| have)\b"
    r"|\bthe original (?:answer|text|reply|response)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Check:
    """The length of the edited answer in words over that of the original, and what is wrong, in sentences for a lead."""

    ratio: float
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def check(name: str, original: str, edited: str, *, names: Collection[str] = ()) -> Check:
    """Checks an edit of any origin. `names`: further words that must not appear, such as names of endpoints.

    Numbers, proper nouns, negations, code, formulae and addresses must be the same multisets; `Edit.allows` says for
    which edit less is asked. Raises UnknownEdit.
    """
    if name not in EDITS:
        raise UnknownEdit(f"There is no edit {name!r}.")
    ratio = round(length(edited) / max(1, length(original)), 4)
    if not shown(edited):
        return Check(ratio, ("The edited answer is empty.",))
    if edited.strip() == original.strip():
        return Check(ratio, ("The edited answer is the original, unchanged.",))
    problems = (
        *_of_claims(EDITS[name], claims(original), claims(edited)),
        *_of_length(EDITS[name], ratio),
        *_leaks(original, edited, names),
    )
    return Check(ratio, problems)


def _of_claims(edit: Edit, before: Claims, after: Claims) -> Iterator[str]:
    named = names(before, after)
    for kind in KINDS:
        a: Counter[str] = named[0] if kind == "name" else getattr(before, kind)
        b: Counter[str] = named[1] if kind == "name" else getattr(after, kind)
        if f"{kind}s" in edit.allows:
            continue
        if "repeats" in edit.allows:
            a, b = Counter(set(a)), Counter(set(b))
        yield from _sentences(kind, a - b, "is lost.")
        yield from _sentences(kind, b - a, "is new.")


def _sentences(kind: str, counts: Counter[str], ending: str) -> Iterator[str]:
    for word, count in sorted(counts.items())[:MOST_NAMED]:
        times = f" ({count} times)" if count > 1 else ""
        yield _NOUNS[kind].format(_short(word)) + ending[:-1] + times + "."
    if len(counts) > MOST_NAMED:
        yield f"Of the kind “{kind}”, {len(counts) - MOST_NAMED} more: {ending.removeprefix('is ')}"


def _short(word: str) -> str:
    line = " ".join(word.split())
    return line if len(line) <= 60 else line[:57] + "…"


def _of_length(edit: Edit, ratio: float) -> Iterator[str]:
    low, high = edit.ratio
    if not low <= ratio <= high:
        yield (
            f"The edited answer has {ratio:.2f} times the words of the original; "
            f"the aim is {low:.2f} to {high:.2f}."
        )


def _leaks(original: str, edited: str, words: Collection[str]) -> Iterator[str]:
    own = [name for name in EDITS if "_" in name]
    for word in names_forbidden(original, edited, [*own, *words]):
        yield f"The edited answer names “{word}”."
    talk = _TALK_OF_THE_EDIT.search(edited)
    if talk and talk[0].lower() not in original.lower():
        yield f"The edited answer speaks of being edited: “{talk[0]}”."
