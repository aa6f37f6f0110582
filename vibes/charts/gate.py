"""The figure of the gate: how far right of what each condition asks for its interval lies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import plotly.graph_objects as go

from vibes.charts import forest, numbers, sheet, wording
from vibes.charts.drawing import Drawing
from vibes.charts.forest import Dot, Headed
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import Column, Raw, Table, table_of
from vibes.charts.theme import Shape, Theme
from vibes.stats.gate import outcome_of
from vibes.stats.results import Effect, Gate, GateCondition, Outcome, Report

__all__ = ["NAME", "GateInfo", "drawn", "figure", "info", "needed", "table", "title", "why"]

NAME = "gate"
PITCH = {"wide": 34, "narrow": 52, "sheet": 34}
NAME_COLUMNS = 28
AXIS = "\u2190 too low   points from what is asked   enough \u2192"
COLOURS = {
    "win rate": "quality",
    "controlled win rate": "quality",
    "flags not worse": "ink-2",
    "probes not worse": "sycophancy",
}
PROBES = "probes not worse"
NOTHING = "nothing was measured"
# What parts the name of a row from its group.
WAY = ": "
MOST_ROWS = 4
SUBTITLE = (
    "Each row is the 95 % interval of one thing that is asked, in points from the bound that its margin sets: wholly right of the line "
    "is a pass, wholly left a fail, across it not enough yet."
)
READING = (
    "A win rate has to lie above its bound, flags and probes have to be worse by less than theirs; all are turned so that right is good. "
    "Every row has to pass, so no correction for their number is due.",
    "Holding style and flattery constant is by covariates, which is observational; what a planted edit does is told by the cues of the same run.",
)


@dataclass(frozen=True)
class GateInfo:
    """`groups`: the four conditions, in their order, the last in two where it was measured."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    groups: tuple[Headed, ...]
    simulated: int


def drawn(report: Report) -> bool:
    return bool(report.get("gate"))


def info(report: Report) -> GateInfo:
    found = report["gate"]
    conditions = found["conditions"] if found else []
    return GateInfo(
        title=title(found) if found else "",
        subtitle=SUBTITLE,
        notes=READING,
        footer=wording.footer(report),
        groups=tuple(group for one in conditions for group in groups(one)),
        simulated=report["simulated"],
    )


def title(found: Gate) -> str:
    """The outcome as a sentence, vetoes left out."""
    one, other = (wording.shortened(found[key], NAME_COLUMNS) for key in ("candidate", "baseline"))
    if found["outcome"] == "pass":
        return f"{one} may take the place of {other}: it passes all that is asked"
    if found["outcome"] == "not enough yet":
        return f"Not enough yet to let {one} take the place of {other}"
    if found["win_vanishes"]:
        return f"{one} does not pass: its win over {other} vanishes once style and flattery are held constant"
    failed = [condition["name"] for condition in found["conditions"] if condition["outcome"] == "fail"]
    return f"{one} does not pass against {other}: {wording.listed(failed)}, fail"


def groups(condition: GateCondition) -> Iterator[Headed]:
    """The condition with its rows; of probes one group towards the user and one against, as the names of the rows say."""
    name, colour = wording.upper_first(condition["name"]), COLOURS[condition["name"]]
    parted: dict[str, list[Dot]] = {}
    for part, effect in condition["effects"].items():
        label, _, way = part.partition(WAY) if condition["name"] == PROBES else (part, "", "")
        parted.setdefault(way, []).append(dot(condition, label, part, effect))
    if not parted:
        yield Headed(f"{name}: {condition['outcome']}", colour, (nothing(colour),))
    for way, dots in parted.items():
        yield Headed(f"Probes, {way}" if way else f"{name}: {condition['outcome']}", colour, tuple(dots))


def nothing(colour: str) -> Dot:
    return Dot(
        "\N{EM DASH}",
        colour,
        None,
        "",
        "not enough yet",
        NOTHING,
        NOTHING,
        wording.upper_first(f"{NOTHING}."),
    )


def dot(condition: GateCondition, name: str, part: str, effect: Effect) -> Dot:
    """The distance from the bound, with the effect in its own unit beside it."""
    label = needed(condition) if is_win(condition) else wording.visible(name)
    made = forest.dot(label, COLOURS[condition["name"]], effect, hover(condition, part, effect))
    return replace(made, values=slack(condition, effect))


def slack(condition: GateCondition, effect: Effect) -> tuple[float, float, float] | None:
    """Estimate and limits in points from the bound, right is good."""
    known = numbers.measured(effect)
    if known is None:
        return None
    if is_win(condition):
        ends = (known.estimate, known.low, known.high)
        return tuple_of((end - condition["bound"]) * 100 for end in ends)
    return tuple_of((condition["bound"] - end) * 100 for end in (known.estimate, known.high, known.low))


def tuple_of(values: Iterator[float]) -> tuple[float, float, float]:
    estimate, low, high = values
    return estimate, low, high


def is_win(condition: GateCondition) -> bool:
    return condition["name"] in ("win rate", "controlled win rate")


def needed(condition: GateCondition) -> str:
    bound = condition["bound"]
    if is_win(condition):
        return f"above {numbers.percent(bound)}"
    return f"worse by less than {numbers.DIFFERENCE.bare(bound)} points"


def hover(condition: GateCondition, part: str, effect: Effect) -> str:
    if numbers.measured(effect) is None:
        return f"{wording.visible(part)}: {wording.gap(effect)}."
    return f"{wording.visible(part)}: {numbers.spoken(effect)}; asked: {needed(condition)}. {condition['outcome']}."


def why(condition: GateCondition) -> str:
    """What made the outcome of a condition, in a sentence."""
    found = {part: outcome(condition, effect) for part, effect in condition["effects"].items()}
    rows = [part for part, said in found.items() if said == condition["outcome"]]
    first = f"{wording.upper_first(condition['name'])}, {needed(condition)}: {condition['outcome']}"
    if not found:
        return f"{first}, {NOTHING}."
    told = [row_words(condition, part) for part in rows[:MOST_ROWS]]
    more = [f"and {len(rows) - MOST_ROWS} more"] if len(rows) > MOST_ROWS else []
    if condition["outcome"] == "pass" and len(rows) > 1:
        return f"{first}, all {len(rows)} rows."
    return f"{first}. {wording.upper_first('; '.join([*told, *more]))}."


def row_words(condition: GateCondition, part: str) -> str:
    name = "" if part == condition["name"] else f"{wording.visible(part)} "
    return f"{name}{wording.worded(condition['effects'][part])}"


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """The rows of each condition under its name and outcome, all on one range about the line of what is asked."""
    told = info(report)
    drawing = Drawing()
    inner = forest.add_headed(drawing, told.groups, PITCH[shape], AXIS, theme=theme, shape=shape)
    sides = (4, 4) if shape == "narrow" else (214, 192)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    room = Room(inner, *sides, 4, 48)
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


def table(report: Report) -> Table:
    """One row an effect, and one for a condition of which nothing was measured; the condition's name stands once."""
    columns = [Column("condition"), Column("asked"), Column("of"), Column("found", True)]
    columns += [Column("95 % interval", True), Column("outcome")]
    shown, raw = [], []
    for condition in (report["gate"] or {"conditions": []})["conditions"]:
        for place, (part, effect) in enumerate(condition["effects"].items() or [("", None)]):
            shown.append([*(named(condition) if place == 0 else ("", "")), *cells(condition, part, effect)])
            raw.append(values(condition, part, effect))
    names = ["condition", "bound", "of", "estimate", "low", "high", "n", "unit", "state", "outcome"]
    return table_of(columns, shown, names, raw)


def named(condition: GateCondition) -> Sequence[str]:
    return wording.upper_first(condition["name"]), needed(condition)


def cells(condition: GateCondition, part: str, effect: Effect | None) -> list[str]:
    of = "" if part == condition["name"] else wording.visible(part)
    if effect is None:
        return [of, numbers.NOTHING, NOTHING, condition["outcome"]]
    known = numbers.measured(effect)
    interval = numbers.interval_text(effect) if known else wording.gap(effect)
    return [of, numbers.estimate_text(effect), interval, outcome(condition, effect)]


def outcome(condition: GateCondition, effect: Effect) -> Outcome:
    return outcome_of(effect, condition["bound"], more_is_right=is_win(condition))


def values(condition: GateCondition, part: str, effect: Effect | None) -> list[Raw]:
    first: list[Raw] = [condition["name"], condition["bound"], part]
    if effect is None:
        return [*first, None, None, None, 0, "", "not_enough", condition["outcome"]]
    found: list[Raw] = [effect["estimate"], effect["low"], effect["high"], effect["n"], effect["unit"]]
    return [*first, *found, effect["state"], outcome(condition, effect)]
