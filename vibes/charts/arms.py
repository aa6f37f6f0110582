"""The arms figure: what each planted cue does to the choice (C), grouped by what the cue changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import blank, forest, numbers, sheet, wording
from vibes.charts.drawing import Drawing
from vibes.charts.families import COLOURS, TITLES, cue_name
from vibes.charts.forest import Dot, Headed
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import EFFECT_COLUMNS, Column, Raw, Table, effect_cells, effect_values, table_of
from vibes.charts.theme import Shape, Theme
from vibes.stats.cue_directions import takes_away, turns
from vibes.stats.results import Cue, CueFamily, Effect, Report

__all__ = ["NAME", "ArmsInfo", "drawn", "figure", "info", "table"]

NAME = "arms"
PITCH = {"wide": 34, "narrow": 52, "sheet": 36}
NAME_COLUMNS = 40
AXIS = "\u2190 without it   points from even   with it \u2192"
SUBTITLE = (
    "C: how much more than half of the time the answer with the planted cue is chosen, over all its votes; a tie counts half. "
    "Lines are 95 % intervals."
)
READING = (
    "Right of the line, the answer with the cue is chosen more often than the same answer without it; left of it, less often.",
    "The cue was planted by chance, so the number is what the cue does, to these raters and on these prompts. Effects can differ in sign "
    "between classes of prompts: the table has each class apart, and raters\u2019 own prompts apart from others\u2019.",
    "Each interval stands alone: of twenty cues that do nothing, one misses 0 by chance.",
)
OWN = (
    ("own", "on raters\u2019 own prompts"),
    ("others", "on others\u2019 prompts, same matchups"),
    ("O", "O: own less others"),
)


@dataclass(frozen=True)
class Arm:
    """One cue: its name, C and how to draw it."""

    key: str
    name: str
    family: CueFamily
    effect: Effect
    dot: Dot


@dataclass(frozen=True)
class ArmsInfo:
    """`groups` by family in a fixed order, in each the largest effect first and those without a number last."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    groups: tuple[tuple[CueFamily, tuple[Arm, ...]], ...]
    missing: str
    simulated: int


def drawn(report: Report) -> bool:
    return bool(report.get("cues"))


def info(report: Report) -> ArmsInfo:
    arms = sorted((arm(name, found) for name, found in report.get("cues", {}).items()), key=by_size)
    missing = "" if arms else absent(report)
    groups = [(family, tuple(one for one in arms if one.family == family)) for family in COLOURS]
    otherwise = "An edit of an answer, dealt by chance to some raters and not to others, shows what it does."
    return ArmsInfo(
        title=missing or title(arms),
        subtitle=blank.subtitle(report, "cues", otherwise) if missing else SUBTITLE,
        notes=() if missing else (*READING, *ways(arms)),
        footer=(*wording.footer(report), *kinds(arms)),
        groups=tuple((family, found) for family, found in groups if found),
        missing=missing,
        simulated=report["simulated"],
    )


def absent(report: Report) -> str:
    return blank.title(
        report,
        "cues",
        empty="No judgements yet: what each planted cue does appears with the first ones",
        otherwise="No cue was planted in these votes",
    )


def arm(key: str, found: Cue) -> Arm:
    name, effect = cue_name(key), found["C"]
    return Arm(
        key,
        name,
        found["family"],
        effect,
        forest.dot(name, COLOURS[found["family"]], effect, hover(name, found)),
    )


def hover(name: str, found: Cue) -> str:
    effect, known = found["C"], numbers.measured(found["C"])
    if known is None:
        return f"{name}: {wording.gap(effect)}."
    often = "about as often as without, as far as these votes can tell"
    if known.excludes_zero:
        often = "more often than without" if known.estimate > 0 else "less often than without"
    counted = f"{wording.plural(effect['n'], 'vote')} on {wording.plural(found['matchups'], 'matchup')}"
    return f"{name}: chosen {often}, {numbers.spoken(effect)}. {counted}, {wording.KINDS[effect['kind']]}."


def by_size(one: Arm) -> tuple[float, str]:
    known = numbers.measured(one.effect)
    return (-abs(known.estimate) if known else 1.0, one.name)


def ways(arms: Sequence[Arm]) -> Iterator[str]:
    """How the signs of those cues are read that do not add what their family is about."""
    less = [quoted(one) for one in arms if takes_away(one.key)]
    round_ = [quoted(one) for one in arms if turns(one.key)]
    if less:
        yield f"Taken away by {wording.listed(less)}: right of the line is a vote against what was taken, left of it for it."
    if round_:
        yield f"Turned round by {wording.listed(round_)}, which may agree or disagree with the user: neither side of the line is flattery."


def quoted(one: Arm) -> str:
    return wording.quoted(one.name, NAME_COLUMNS)


def kinds(arms: Sequence[Arm]) -> tuple[str, ...]:
    found = sorted({wording.KINDS[one.effect["kind"]] for one in arms})
    return (wording.listed(found),) if found else ()


def title(arms: Sequence[Arm]) -> str:
    """The largest effect that is told from 0, and how many others are."""
    found = [(one, known) for one in arms if (known := numbers.measured(one.effect))]
    told = [(one, known) for one, known in found if known.excludes_zero]
    if not found:
        return "Not enough yet to say what the planted cues do to the choice"
    if not told:
        return "Whether any planted cue moves the choice cannot be told yet"
    one, known = told[0]
    way = "wins" if known.estimate > 0 else "costs"
    said = f"{quoted(one)} {way} {numbers.decimal(abs(known.estimate) * 100, 1)} points"
    if len(arms) == 1:
        return said
    others = len(told) - 1
    verb = "moves" if others == 1 else "move"
    return f"{said}, the most of {len(arms)} cues; {others} of the other {len(arms) - 1} {verb} the choice"


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A row a cue under the heading of its family, all on one range about a zero line.

    x: percentage points from an even choice; positive favours the answer with the cue.
    """
    told = info(report)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    if told.missing:
        return blank.figure(heading, theme=theme, shape=shape, simulated=told.simulated)
    drawing = Drawing()
    groups = [
        Headed(TITLES[family], COLOURS[family], tuple(one.dot for one in arms))
        for family, arms in told.groups
    ]
    inner = forest.add_headed(drawing, groups, PITCH[shape], AXIS, theme=theme, shape=shape)
    sides = (4, 4) if shape == "narrow" else (236, 192)
    room = Room(inner, *sides, 4, 48)
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


@dataclass(frozen=True)
class Line:
    """One row of the table: the cue, what it is measured on, C there and T1 where that is told apart."""

    key: str
    name: str
    on: str
    C: Effect
    T1: Effect | None


def table(report: Report) -> Table:
    """One row a cue, under it its classes of prompts and own and others' prompts; the CSV keeps every digit."""
    told = info(report)
    columns = [Column("cue"), Column("on"), Column("C", True), Column("95 % interval", True)]
    columns += [Column("T1, near ties", True), Column("kind"), Column("votes", True)]
    lines = [line for _, arms in told.groups for one in arms for line in lines_of(report, one)]
    names = ["cue", "on", *EFFECT_COLUMNS[1:], "T1", "T1_low", "T1_high", "T1_state"]
    return table_of(columns, map(cells, lines), names, map(raw, lines))


def cells(line: Line) -> list[str]:
    estimate, interval, kind, votes = effect_cells("", line.C)[1:]
    return [line.name, line.on, estimate, interval, near_ties(line.T1), kind, votes]


def near_ties(effect: Effect | None) -> str:
    if effect is None:
        return ""
    known = numbers.measured(effect)
    if known is None:
        return wording.state(effect)
    return f"{numbers.scale(effect['unit']).number(known.estimate)} ({numbers.interval_text(effect)})"


def raw(line: Line) -> list[Raw]:
    near = line.T1
    ends: list[Raw] = (
        [None] * 4 if near is None else [near["estimate"], near["low"], near["high"], near["state"]]
    )
    return [line.key, *effect_values(line.on, line.C), *ends]


def lines_of(report: Report, one: Arm) -> list[Line]:
    """A cue over all prompts, then by class of prompt, then on own and on others' prompts. Its name stands once."""
    found, own = report["cues"][one.key], report.get("own_prompts", {}).get(one.key)
    lines = [Line(one.key, one.name, "all prompts", found["C"], found["T1"])]
    lines += [
        Line(one.key, "", wording.visible(name), each["C"], each["T1"])
        for name, each in found["by_class"].items()
    ]
    if own:
        lines += [Line(one.key, "", on, own[key], None) for key, on in OWN]  # type: ignore[literal-required]
    return lines
