"""The verdicts of a comparison, seen from its own sides.

A and B are the comparison's own sides, never the screen's: which of them stood on the left is kept beside the
verdict. Pure: no Django, no database. An unknown verdict raises; nothing is guessed, and both-bad is not a tie.
"""

from enum import StrEnum


class Verdict(StrEnum):
    """What a rater said of a comparison."""

    A = "a"
    B = "b"
    TIE = "tie"
    BOTH_BAD = "both_bad"


class Lean(StrEnum):
    """The side a rater would have sent, asked after a tie or both-bad."""

    A = "a"
    B = "b"


class UnknownVerdict(ValueError):
    """A text that is no verdict. `value` is the text as it came; the message says which texts are."""

    def __init__(self, value: object, choices: type[StrEnum] = Verdict) -> None:
        self.value = value
        super().__init__(f"{value!r} is not one of {', '.join(choices)}")


_SWAPPED = {Verdict.A: Verdict.B, Verdict.B: Verdict.A}


def parse_verdict(text: str) -> Verdict:
    """Read a verdict as it is stored: `a`, `b`, `tie` or `both_bad`, exactly. Raises UnknownVerdict."""
    try:
        return Verdict(text)
    except ValueError:
        raise UnknownVerdict(text) from None


def parse_lean(text: str) -> Lean:
    """Read a lean as it is stored: `a` or `b`, exactly. Raises UnknownVerdict."""
    try:
        return Lean(text)
    except ValueError:
        raise UnknownVerdict(text, Lean) from None


def swapped(verdict: Verdict) -> Verdict:
    """Give the same verdict with the names of the sides exchanged; ties and both-bad stay as they are."""
    return _SWAPPED.get(verdict, verdict)
