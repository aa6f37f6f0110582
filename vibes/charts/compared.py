"""The figure of two runs: a forest of differences, each kind of number on an axis of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import plotly.graph_objects as go

from vibes.charts import blank, card, forest, numbers, run_changes, sheet, wording
from vibes.charts.card import Card
from vibes.charts.drawing import Drawing
from vibes.charts.forest import HEADING, Dot, Headed, Pane
from vibes.charts.run_pair import STRENGTHS, TITLES, RunPair, colour, held, limits, moved, name, scale
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import Column, Raw, Table, table_of
from vibes.charts.theme import Shape, Theme
from vibes.stats.run_differences import Difference

NAME = "compared"
PITCH = {"wide": 32, "narrow": 52, "sheet": 34}
# The room of an axis between two blocks, in pixels.
AXIS = 74
# Rows of a group in the figure; the table has all.
MOST = 12
STAR = " *"
SUBTITLE = "{second} less {first}, each kind of number on an axis of its own. Lines are 95 % intervals of the difference. "
READING = (
    "Right of the line it is more in {second}, left of it less. Strengths are about the mean of the models that both runs rate.",
    "* stands out: of all that are marked, at most one in twenty is so by chance on average (Benjamini\u2013Hochberg over {number} "
    "differences). An interval without a star that misses 0 may be one of those that chance makes.",
    "Nothing was held constant between the two runs: raters, prompts, versions of a model and the time differ as well.",
)
OTHER_SCALES = "The two runs treat ties differently: strengths and log-odds are on two scales."
NOT_ONE = "Nothing can be compared between {}: no number has an interval in both"
UNMOVED = "Nothing moved beyond its interval between {}"


@dataclass(frozen=True)
class Block:
    """Groups of rows on one axis."""

    axis: str
    groups: tuple[Headed, ...]


@dataclass(frozen=True)
class ComparedInfo:
    """`missing`: what cannot be compared, with the reason. `cautions` stand above the figure; `left`: rows in the table alone."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    blocks: tuple[Block, ...]
    cautions: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]
    left: int
    simulated: int


def info(pair: RunPair) -> ComparedInfo:
    told = [one for one in pair.found if one.p is not None]
    shown = chosen(told)
    first, second = map(wording.upper_first, pair.labels)
    words = {"first": pair.labels[0], "second": second}
    cautions = run_changes.cautions(pair)
    rules = {report["specification"]["ties"] for report in (pair.first, pair.second)}
    scales = OTHER_SCALES if len(rules) > 1 else ""
    rest = len(told) - len(shown)
    more = (f"In the table alone: {wording.plural(rest, 'further difference')}.",) if rest else ()
    reading = (text.format(second=pair.labels[1], number=len(told)) for text in READING)
    return ComparedInfo(
        title=title(pair, told),
        subtitle=SUBTITLE.format(**words) + scales,
        notes=(*reading, *more) if told else (),
        footer=(votes(first, pair, 0), votes(second, pair, 1)),
        blocks=blocks(pair, shown),
        cautions=tuple(cautions),
        missing=tuple(
            (called(pair, one), wording.sentence(wording.visible(one.why))) for one in pair.found if one.why
        ),
        left=rest,
        simulated=pair.simulated,
    )


def votes(label: str, pair: RunPair, place: int) -> str:
    report = (pair.first, pair.second)[place]
    return f"{label}: {', '.join(wording.footer(report))}"


def title(pair: RunPair, told: Sequence[Difference]) -> str:
    """The surest of what stands out, or that nothing does."""
    between = pair.label
    marked = sorted((one for one in told if one.stands_out), key=lambda one: (one.p, one.group, one.name))
    outside = sum(one.excludes_zero for one in told)
    if not told:
        return NOT_ONE.format(between)
    if not outside:
        return UNMOVED.format(between)
    if not marked:
        missing = "one interval misses 0" if outside == 1 else f"{outside} intervals miss 0"
        return f"Nothing stands out between {between}: {missing}, which chance does to some of {len(told)}"
    rest = len(marked) - 1
    others = (
        f"; {rest} of {len(told) - 1} other differences {'stands' if rest == 1 else 'stand'} out"
        if rest
        else ""
    )
    return f"{moved(pair, marked[0])} between {between}{others}"


def chosen(told: Sequence[Difference]) -> list[Difference]:
    """The surest of each group, strengths from the largest gain down."""
    found: list[Difference] = []
    for group, every in groupby(told, key=lambda one: one.group):
        rows = list(every)
        kept = sorted(rows, key=lambda one: one.p or 0.0)[:MOST]
        if group in STRENGTHS:
            found += sorted(kept, key=lambda one: (-(one.estimate or 0.0), one.name))
        else:
            found += [one for one in rows if one in kept]
    return found


def blocks(pair: RunPair, shown: Sequence[Difference]) -> tuple[Block, ...]:
    made: dict[str, dict[str, list[Dot]]] = {}
    for one in shown:
        groups = made.setdefault(scale(one.unit).axis, {})
        groups.setdefault(TITLES[one.group], []).append(dot(pair, one))
    return tuple(
        Block(axis, tuple(Headed(head, "ink-2", tuple(dots)) for head, dots in groups.items()))
        for axis, groups in made.items()
    )


def dot(pair: RunPair, one: Difference) -> Dot:
    shown = scale(one.unit)
    values = tuple(map(shown.shown, (one.estimate or 0.0, one.low or 0.0, one.high or 0.0)))
    text = f"{shown.number(one.estimate or 0.0)} ({limits(one)}){STAR if one.stands_out else ''}"
    return Dot(name(pair, one), colour(pair, one), values, text, "", "", "", hover(pair, one))  # type: ignore[arg-type]


def hover(pair: RunPair, one: Difference) -> str:
    shown = scale(one.unit)
    size = f"{shown.number(one.estimate or 0.0)}{shown.suffix}, 95 % interval {limits(one)}"
    ends = f"{held(one.first)} in {pair.labels[0]}, {held(one.second)} in {pair.labels[1]}"
    stands = " Stands out among all." if one.stands_out else ""
    return f"{name(pair, one)}: {size}; {ends}.{stands}"


def figure(pair: RunPair, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """Blocks below each other, one for each kind of number, all about a zero line. x: second \u2212 first in the unit of the block."""
    told = info(pair)
    heading = Heading(told.title, told.subtitle, (*told.footer, pair.label))
    if not told.blocks:
        return blank.figure(heading, theme=theme, shape=shape, simulated=told.simulated)
    drawing = Drawing()
    inner = add_blocks(drawing, pair, told.blocks, theme=theme, shape=shape)
    sides = (4, 4) if shape == "narrow" else (214, 210)
    return sheet.finish(
        drawing, heading, Room(inner, *sides, 4, 48), theme=theme, shape=shape, simulated=told.simulated
    )


def add_blocks(drawing: Drawing, pair: RunPair, found: Sequence[Block], *, theme: Theme, shape: Shape) -> int:
    """Draws them from the top down; the height of all in pixels."""
    pitch = PITCH[shape]
    heights = [sum(HEADING + len(group.dots) * pitch for group in block.groups) for block in found]
    inner = sum(heights) + AXIS * (len(found) - 1)
    top, number = float(inner), 0
    for block in found:
        ends = forest.reach([dot for group in block.groups for dot in group.dots])
        for group in block.groups:
            number += 1
            forest.add_heading(drawing, group, top / inner, theme=theme, shape=shape)
            foot = top - HEADING - len(group.dots) * pitch
            axis = "" if number == 1 else str(number)
            rows = (max(0.0, foot / inner), min(1.0, (top - HEADING) / inner))
            last = group is block.groups[-1]
            words = (
                f"\u2190 less   {block.axis}, {pair.labels[1]} \u2212 {pair.labels[0]}   more \u2192"
                if last
                else ""
            )
            pane = Pane(f"x{axis}", f"y{axis}", (0, 1), rows, words, group.dots, ends, last)
            forest.add_pane(drawing, pane, theme=theme, shape=shape, labels=True)
            top = foot
        top -= AXIS
    return inner


def called(pair: RunPair, one: Difference) -> str:
    return f"{TITLES[one.group]}: {name(pair, one)}"


def table(pair: RunPair) -> Table:
    """One row for everything that either run tells; the CSV keeps every digit and the reasons."""
    first, second = pair.labels
    columns = [
        Column("group"),
        Column("what"),
        Column(first, True),
        Column(second, True),
        Column("difference", True),
    ]
    columns += [Column("95 % interval", True), Column("judgements", True), Column("stands out")]
    names = [
        "group",
        "what",
        "unit",
        "first",
        "second",
        "first_state",
        "second_state",
        "difference",
        "low",
        "high",
    ]
    names += ["p", "stands_out", "first_n", "second_n", "why_not"]
    return table_of(columns, (cells(pair, one) for one in pair.found), names, map(raw, pair.found))


def cells(pair: RunPair, one: Difference) -> list[str]:
    shown, known = scale(one.unit), one.p is not None
    size = f"{shown.number(one.estimate or 0.0)}{shown.suffix}" if known else numbers.NOTHING
    ns = [numbers.count(effect["n"]) if effect else numbers.NOTHING for effect in (one.first, one.second)]
    return [
        TITLES[one.group],
        name(pair, one),
        held(one.first),
        held(one.second),
        size,
        limits(one) if known else "not comparable",
        " and ".join(ns),
        "yes" if one.stands_out else "",
    ]


def raw(one: Difference) -> list[Raw]:
    both = (one.first, one.second)
    ends: list[Raw] = [effect["estimate"] if effect else None for effect in both]
    states: list[Raw] = [effect["state"] if effect else None for effect in both]
    ns: list[Raw] = [effect["n"] if effect else None for effect in both]
    told: list[Raw] = [one.estimate, one.low, one.high, one.p, one.stands_out]
    return [one.group, one.name, one.unit, *ends, *states, *told, *ns, one.why]


def made(pair: RunPair) -> Card:
    """The figure as a page shows it, in every theme and width."""
    return card.made(
        NAME, info(pair), table(pair), lambda theme, shape: figure(pair, theme, shape), pair.label
    )
