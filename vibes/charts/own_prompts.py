"""The figure of own and others' prompts: C of each planted cue on both, in the same matchups, and O, how far they are apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import blank, forest, numbers, sheet, wording
from vibes.charts.drawing import Drawing
from vibes.charts.families import COLOURS, cue_name
from vibes.charts.forest import Dot, Headed
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import EFFECT_COLUMNS, Column, Table, effect_cells, effect_values, table_of
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import CueFamily, Effect, OwnPrompts, Report

__all__ = ["NAME", "OwnInfo", "drawn", "figure", "info", "table"]

NAME = "own-prompts"
PITCH = {"wide": 34, "narrow": 52, "sheet": 36}
NAME_COLUMNS = 32
AXIS = "\u2190 without it   points   with it \u2192"
OWN, OTHERS, APART = "on own prompts", "on others\u2019 prompts", "O: own less others\u2019"
SUBTITLE = (
    "C where raters wrote the prompt themselves and where another did, on the same pairs of answers, in points from an even choice; "
    "O is the first less the second. Lines are 95 % intervals."
)
READING = (
    "O right of the line: the cue wins more where people judge answers to what they asked themselves; left of it, less. Where its interval "
    "includes 0, neither is shown.",
    "Only pairs judged both by their author and by others are counted; which side carries the cue was dealt by chance in both. Who wrote a "
    "prompt was not: people know their own, so O is of authorship as it is.",
)


@dataclass(frozen=True)
class Group:
    """One cue: C on own prompts, C on others', and O."""

    key: str
    name: str
    family: CueFamily
    effects: OwnPrompts
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class OwnInfo:
    """`groups`: the largest O first, those without a number last."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    groups: tuple[Group, ...]
    missing: str
    simulated: int


def drawn(report: Report) -> bool:
    return bool(report.get("own_prompts"))


def info(report: Report) -> OwnInfo:
    cues = report.get("cues", {})
    found = report.get("own_prompts", {})
    groups = sorted((group(name, cues[name]["family"], own) for name, own in found.items()), key=by_size)
    missing = "" if groups else absent(report)
    otherwise = "Where raters write prompts of their own, C is told on those and on others\u2019 apart."
    return OwnInfo(
        title=missing or title(groups),
        subtitle=blank.subtitle(report, "cues", otherwise) if missing else SUBTITLE,
        notes=() if missing else READING,
        footer=(*wording.footer(report), *kinds(groups)),
        groups=tuple(groups),
        missing=missing,
        simulated=report["simulated"],
    )


def absent(report: Report) -> str:
    return blank.title(
        report,
        "cues",
        empty="No judgements yet: own and others\u2019 prompts appear with the first ones",
        otherwise="No rater wrote a prompt that carries a planted cue",
    )


def group(key: str, family: CueFamily, own: OwnPrompts) -> Group:
    colour = COLOURS[family]
    dots = tuple(
        forest.dot(name, "ink" if name == APART else colour, effect, hover(cue_name(key), name, effect))
        for name, effect in rows(own)
    )
    return Group(key, cue_name(key), family, own, dots)


def rows(own: OwnPrompts) -> tuple[tuple[str, Effect], ...]:
    return (OWN, own["own"]), (OTHERS, own["others"]), (APART, own["O"])


def hover(cue: str, name: str, effect: Effect) -> str:
    if numbers.measured(effect) is None:
        return f"{cue}, {name}: {wording.gap(effect)}."
    counted = wording.plural(effect["n"], "vote")
    return f"{cue}, {name}: {numbers.spoken(effect)}. {counted}, {wording.KINDS[effect['kind']]}."


def by_size(one: Group) -> tuple[float, str]:
    known = numbers.measured(one.effects["O"])
    return (-abs(known.estimate) if known else 1.0, one.name)


def kinds(groups: Sequence[Group]) -> tuple[str, ...]:
    found = sorted({wording.KINDS[one.effects["O"]["kind"]] for one in groups})
    return (wording.listed(found),) if found else ()


def title(groups: Sequence[Group]) -> str:
    """The largest O that is told from 0."""
    found = [(one, known) for one in groups if (known := numbers.measured(one.effects["O"]))]
    told = [(one, known) for one, known in found if known.excludes_zero]
    if not found:
        return "Not enough yet to tell raters\u2019 own prompts from others\u2019"
    if not told:
        return "Own prompts and others\u2019 cannot be told apart yet: O includes 0"
    one, known = told[0]
    name = wording.quoted(one.name, NAME_COLUMNS)
    points = numbers.decimal(abs(known.estimate) * 100, 1)
    return f"{name} is worth {points} points {'more' if known.estimate > 0 else 'less'} on raters\u2019 own prompts than on others\u2019"


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """Three rows a cue under its name, all on one range about a zero line.

    x: percentage points; of C from an even choice, of O between the two.
    """
    told = info(report)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    if told.missing:
        return blank.figure(heading, theme=theme, shape=shape, simulated=told.simulated)
    drawing = Drawing()
    groups = [
        Headed(wording.shortened(one.name, NAME_COLUMNS), COLOURS[one.family], one.dots)
        for one in told.groups
    ]
    inner = forest.add_headed(drawing, groups, PITCH[shape], AXIS, theme=theme, shape=shape)
    sides = (4, 4) if shape == "narrow" else (214, 192)
    room = Room(inner, *sides, 4, 48)
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


def table(report: Report) -> Table:
    """Three rows a cue; its name stands once. The CSV keeps every digit."""
    columns = [Column("cue"), Column("on"), Column("estimate", True), Column("95 % interval", True)]
    columns += [Column("kind"), Column("votes", True)]
    lines = [(one, name, effect) for one in info(report).groups for name, effect in rows(one.effects)]
    shown = [[one.name if name == OWN else "", *effect_cells(name, effect)] for one, name, effect in lines]
    raw = [[one.key, *effect_values(name, effect)] for one, name, effect in lines]
    return table_of(columns, shown, ["cue", "on", *EFFECT_COLUMNS[1:]], raw)
