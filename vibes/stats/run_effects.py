"""What two reports both tell, side by side: strengths, effects, the tiebreak, cues, agreement, shares of votes, flags.

Traits, the win matrix, exchange rates and shares of a lead are left out: they say again, in other units, what is here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast

from vibes.stats.common_strengths import about_common, in_common
from vibes.stats.controls import TONE
from vibes.stats.results import Effect, Report

Group = Literal[
    "plain board",
    "style board",
    "sycophancy board",
    "both board",
    "effects",
    "tiebreak",
    "cues",
    "raters",
    "votes",
    "flags",
]
BOARDS: dict[str, Group] = {
    "plain": "plain board",
    "style": "style board",
    "sycophancy": "sycophancy board",
    "both": "both board",
}
EVERY_MODEL = "every model"
OF_A_CUE = ("C", "T1", "T2", "T1a_star")
NO_BOARD = "the {} run has no such board"
Key = tuple[Group, str]


@dataclass(frozen=True)
class Pair:
    """One estimate in both runs, or in one of them. `why`: it cannot be compared although both have it."""

    group: Group
    name: str
    first: Effect | None
    second: Effect | None
    why: str = ""


def pairs(first: Report, second: Report) -> list[Pair]:
    """All that either report tells, in the order of the first and then of the second."""
    one, other = dict(_told(first)), dict(_told(second))
    rest = [
        Pair(*key, one.get(key), other.get(key), _other_measure(key, first, second))
        for key in dict.fromkeys((*one, *other))
    ]
    return [*_strengths(first, second), *rest]


def _strengths(first: Report, second: Report) -> Iterator[Pair]:
    for board, group in BOARDS.items():
        one, other = first["boards"].get(board, []), second["boards"].get(board, [])
        if not one and not other:
            continue
        if not one or not other:
            yield Pair(group, EVERY_MODEL, None, None, NO_BOARD.format("second" if one else "first"))
            continue
        common = in_common(one, other)  # type: ignore[arg-type]
        here, there = about_common(one, common), about_common(other, common)  # type: ignore[arg-type]
        yield from (Pair(group, model, here.get(model), there.get(model)) for model in {**here, **there})


def _told(report: Report) -> Iterator[tuple[Key, Effect]]:
    """A report that was frozen by an earlier version lacks some of the keys."""
    for name, effect in report["effects"].items():
        yield ("effects", name), effect
    for name in ("T0", "T1a", "T1b"):
        if name in report["tiebreak"]:
            yield ("tiebreak", name), report["tiebreak"][name]  # type: ignore[literal-required]
    for cue, found in report.get("cues", {}).items():
        for name in OF_A_CUE:
            yield ("cues", f"{cue}: {name.replace('_star', '*')}"), found[name]  # type: ignore[literal-required]
    for cue, own in report.get("own_prompts", {}).items():
        yield ("cues", f"{cue}: O"), own["O"]
    for name, found_by in report["agreement"].items():
        yield ("raters", name), cast(Effect, found_by)
    if susceptibility := report.get("susceptibility"):
        yield ("raters", f"susceptibility to {susceptibility['of']}"), susceptibility["mean"]
    yield ("votes", "left_given_decisive"), report["describe"]["left_given_decisive"]
    for name, effect in report["describe"]["longer_wins"].items():
        yield ("votes", f"longer_wins: {name}"), effect
    for flag in report.get("flags", []):
        yield ("flags", f"{flag['model']}: {flag['flag']}"), flag["rate"]


def _other_measure(key: Key, first: Report, second: Report) -> str:
    """Why one unit of it is not one unit in the other run: a feature that was measured otherwise."""
    group, name = key
    of_tone = group == "tiebreak" or name == f"susceptibility to {TONE}"
    names = _tone(first) | _tone(second) if of_tone else {name} if group == "effects" else set()
    for feature in sorted(names):
        one, other = first["features"].get(feature), second["features"].get(feature)
        if one is None or other is None:
            continue
        if (one["version"], one["reference_sd"]) != (other["version"], other["reference_sd"]):
            return f"{feature} is measured otherwise: version {one['version']} in the first run, {other['version']} in the second"
    return ""


def _tone(report: Report) -> set[str]:
    return {name for name, note in report["features"].items() if note["family"] == TONE}
