"""What a planted cue does to a judge and to people, in words that say which way it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vibes.charts.numbers import SPACE, Measured, decimal, measured, percent, span
from vibes.stats.cue_directions import Direction, direction_of
from vibes.stats.trust import APART

if TYPE_CHECKING:
    from vibes.stats.results.cues import CueFamily
    from vibes.stats.results.judges import Calibration, CueBias

FAMILIES: dict[CueFamily, str] = {
    "tone": "Sycophancy, tone",
    "stance": "Sycophancy, stance",
    "formatting": "Formatting",
    "length": "Length",
    "other": "Cue",
}
# An answer faces its own edit: `StudyCue.label`.
PAIR = "_pair"


def title(name: str) -> str:
    """What a line about this cue begins with: "Sycophancy, tone, praise_added", "Praise taken away, praise_removed"."""
    known = direction_of(name)
    if known.way == "takes away":
        return f"{known.what.capitalize()} taken away, {name}"
    if known.way == "turns":
        return f"{known.what.capitalize()} turned round, {name}"
    return f"{FAMILIES[known.family]}, {name}"


def chosen(name: str) -> str:
    """What C counts of this cue, as a line about it goes on."""
    ways = {"takes away": "the answer with less of it chosen", "turns": "the turned answer chosen"}
    return ways.get(direction_of(name).way, "chosen")


def remark(name: str) -> str:
    """How the sign of C is read where it is not the usual way round; else empty."""
    known = direction_of(name)
    if known.way == "takes away":
        return f"Above 0 goes against {known.what}, below 0 for it."
    if known.way == "turns":
        return f"Neither sign is for {known.what}: some answers were turned to it, others from it."
    return ""


def remark_on_difference(name: str) -> str:
    """The same of the judge less people."""
    known = direction_of(name)
    return (
        f"Above 0 it is drawn to {known.what} less than people."
        if known.way == "takes away"
        else remark(name)
    )


def sentences(result: Calibration) -> list[str]:
    """One for each cue, in the order of their lines."""
    return [sentence(name, cue) for name, cue in sorted(result["cues"].items())]


def sentence(name: str, cue: CueBias) -> str:
    """How often people and the judge choose the answer with this cue, and who is drawn to it more, as far as that is known."""
    known = direction_of(name)
    people, judge = measured(cue["people"]), measured(cue["judge"])
    where = _where(name, known)
    if people is None or judge is None:
        thin = cue["people"] if people is None else cue["judge"]
        return f"{where}: not enough yet to set this judge beside people ({thin.get('note') or 'too few votes'})."
    return (
        f"{where}, people chose that one {_share(people)[0]} of the time (95{SPACE}% interval {_share(people)[1]}), "
        f"this judge {_share(judge)[0]} ({_share(judge)[1]}): {_compared(known, measured(cue['difference']))}."
    )


def _where(name: str, known: Direction) -> str:
    done = known.done if known.family != "other" else f"{known.done} {name}"
    if name.endswith(PAIR):
        return f"Where two answers differed in nothing but that one {done}"
    return f"Where one of the two answers, drawn by lot, {done}"


def _share(pull: Measured) -> tuple[str, str]:
    """C, which counts from an even choice, as a share of all choices, and its interval."""
    low, high = max(0.0, 0.5 + pull.low), min(1.0, 0.5 + pull.high)
    interval = span(low, high, lambda share: decimal(share * 100, 0))
    return percent(0.5 + pull.estimate, 0), f"{interval}{SPACE}%"


def _compared(known: Direction, difference: Measured | None) -> str:
    """Who is drawn to it more; of a cue that has no known way, who chooses the answer with it more often."""
    if known.sign:
        to, more, less, alike, verb = f"is drawn to {known.what}", "more", "less", "about as much as", "are"
    else:
        to, more, less, alike, verb = (
            "chooses that one",
            "more often",
            "less often",
            "about as often as",
            "do",
        )
    if difference and difference.excludes_zero:
        further = (difference.estimate > 0) == (known.sign >= 0)
        return f"it {to} {more if further else less} than people {verb}"
    if difference and max(-difference.low, difference.high) <= APART:
        return f"it {to} {alike} people {verb}, within {decimal(APART * 100, 0)} points"
    return f"whether it {to} {more} or {less} than people {verb} cannot be told yet"
