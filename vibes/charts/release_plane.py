"""Releases over time, drawn: dates across, strength upright, a name beside each mark where there is room for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

from vibes.charts import amounts, blank, numbers, placing, plane, sheet, wording
from vibes.charts import theme as look
from vibes.charts.drawing import Drawing
from vibes.charts.numbers import Measured
from vibes.charts.placing import Box, Placed
from vibes.charts.sheet import Heading, Room
from vibes.charts.theme import ModelMark, Shape, Theme

HEIGHT = {"wide": 380, "narrow": 340, "sheet": 400}
MARK = 12.0
TICKS = {"wide": 7, "narrow": 4, "sheet": 8}
AVERAGE = 1000.0
# Months between two ticks; below, days.
STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
SHORT = 60
COLUMN_PIXELS, NAME_COLUMNS, HOVER_COLUMNS = 7.0, 24, 44
# Up to here a name may cross an interval.
FEW = 12


@dataclass(frozen=True)
class Mark:
    """One release that was voted on. `front`: whether no other is better in evals, vibes and price together."""

    model: str
    name: str
    day: date
    vibes: Measured
    front: bool
    hover: str


@dataclass(frozen=True)
class Field:
    """The plotting area in pixels of its least width."""

    spots: tuple[Mark, ...]
    days: tuple[float, float]
    vibes: tuple[float, float]
    marks: dict[str, ModelMark]
    theme: Theme
    shape: Shape

    @property
    def wide(self) -> int:
        return plane.WIDTH[self.shape]

    @property
    def high(self) -> int:
        return HEIGHT[self.shape]

    def x(self, day: date) -> float:
        return plane.share(day.toordinal(), self.days) * self.wide

    def y(self, strength: float) -> float:
        return plane.share(strength, self.vibes) * self.high


def figure(
    spots: Sequence[Mark], unvoted: int, heading: Heading, *, theme: Theme, shape: Shape, simulated: int
) -> go.Figure:
    """x: dates, y: Elo-like strength, both in pixels. `unvoted`: releases that the table alone has. `spots`: the newest first."""
    if not spots:
        return blank.figure(heading, theme=theme, shape=shape, simulated=simulated)
    field = field_of(tuple(spots), theme, shape)
    drawing = Drawing()
    axes(drawing, field)
    for front in (False, True):
        add_marks(drawing, field, [one for one in spots if one.front == front])
    names = named(field)
    for one, where in names:
        font = {"size": look.SMALLEST, "color": look.colour("ink", theme)} | (
            {"weight": 600} if one.front else {}
        )
        drawing.annotate(text=wording.markup(shortened(one)), font=font, **where.anchored)
    said = below(field, len(names), unvoted)
    at = {"x": 0, "xref": "paper", "xanchor": "left", "y": 0, "yref": "paper", "yanchor": "top"}
    drawing.annotate(text=wording.broken(said), align="left", xshift=-40, yshift=-30, **at)
    edge = sheet.EDGE if shape == "sheet" else 4
    room = Room(field.high, edge + 46, edge + 10, 12, 38 + 18 * len(said))
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=simulated)


def field_of(spots: tuple[Mark, ...], theme: Theme, shape: Shape) -> Field:
    days = plane.reach([float(one.day.toordinal()) for one in spots], 0.09)
    ends = [end for one in spots for end in (one.vibes.low, one.vibes.high)]
    marks = look.model_marks([one.model for one in spots], theme)
    return Field(spots, days, plane.reach([*ends, AVERAGE], 0.06), marks, theme, shape)


def axes(drawing: Drawing, field: Field) -> None:
    days = ticks(field)
    vibes = placing.even(*field.vibes, 5)
    drawing.layout["xaxis"] = {
        "range": [0, field.wide],
        "tickangle": 0,
        "fixedrange": True,
        "tickvals": [field.x(day) for day, _ in days],
        "ticktext": [said for _, said in days],
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": look.colour("line-2", field.theme),
    }
    drawing.layout["yaxis"] = {
        "range": [0, field.high],
        "title": {"text": "" if field.shape == "narrow" else "vibes, more is better \u2192"},
        "showgrid": True,
        "fixedrange": True,
        "tickvals": [field.y(value) for value in vibes],
        "ticktext": [amounts.plain(value) for value in vibes],
    }
    average, line = field.y(AVERAGE), {"color": look.colour("ink-2", field.theme), "width": 1}
    drawing.line(x0=0, x1=1, xref="paper", y0=average, y1=average, line=line)


def ticks(field: Field) -> list[tuple[date, str]]:
    """The first of some months, or days where all was released within two months; about as many as there is room for."""
    first, last = (date.fromordinal(round(end)) for end in field.days)
    most = TICKS[field.shape]
    if (last - first).days <= SHORT:
        some = {date.fromordinal(round(day)) for day in placing.even(*field.days, most)}
        return [(day, f"{day.day} {day:%b}") for day in sorted(some)]
    months = range(first.year * 12 + first.month, last.year * 12 + last.month)
    step = next((one for one in STEPS if len(months) <= one * most), STEPS[-1])
    found = [date(month // 12, month % 12 + 1, 1) for month in months if month % step == 0]
    return [(day, f"{day:%Y}" if step >= 12 else f"{day:%b %Y}") for day in found]


def add_marks(drawing: Drawing, field: Field, spots: Sequence[Mark]) -> None:
    """Intervals as thin lines, then the marks: filled on the front, hollow off it."""
    for one in spots:
        x, ends = field.x(one.day), [field.y(one.vibes.low), field.y(one.vibes.high)]
        line = {"color": field.marks[one.model].edge, "width": 1.5}
        drawing.trace("scatter", x=[x, x], y=ends, mode="lines", line=line, hoverinfo="skip")
    marks = [field.marks[one.model] for one in spots]
    if not marks:
        return
    hollow = look.colour("sheet", field.theme)
    drawing.trace(
        "scatter",
        x=[field.x(one.day) for one in spots],
        y=[field.y(one.vibes.estimate) for one in spots],
        mode="markers",
        marker={
            "opacity": 1,
            "size": MARK,
            "symbol": [mark.symbol for mark in marks],
            "color": [mark.fill if one.front else hollow for one, mark in zip(spots, marks, strict=True)],
            "line": {"width": 2, "color": [mark.edge for mark in marks]},
        },
        hovertext=[wording.folded(one.hover, HOVER_COLUMNS) for one in spots],
        hoverinfo="text",
    )


def named(field: Field) -> list[tuple[Mark, Placed]]:
    """The releases whose name has room, the newest first; the others are in hover and table."""
    size, half = (float(field.wide), float(field.high)), MARK / 2
    at = {one.model: (field.x(one.day), field.y(one.vibes.estimate)) for one in field.spots}
    taken = [Box(x - half, y - half, x + half, y + half) for x, y in at.values()]
    lines = [
        Box(at[one.model][0] - 2, field.y(one.vibes.low), at[one.model][0] + 2, field.y(one.vibes.high))
        for one in field.spots
    ]
    found: list[tuple[Mark, Placed]] = []
    for one in field.spots:
        wide = wording.width(shortened(one)) * COLUMN_PIXELS
        where = placing.place(at[one.model], half + 5, wide, [*taken, *lines], size)
        if where is None and len(field.spots) <= FEW:
            where = placing.place(at[one.model], half + 5, wide, taken, size)
        if where:
            taken.append(where.box)
            found.append((one, where))
    return found


def shortened(one: Mark) -> str:
    return wording.shortened(one.name, NAME_COLUMNS)


def below(field: Field, names: int, unvoted: int) -> list[str]:
    """What the marks mean, and how many releases stand in the table alone, in lines."""
    nameless = len(field.spots) - names
    parts = [f"{numbers.count(nameless)} without room for a name"] if nameless else []
    parts += [f"{numbers.count(unvoted)} without enough votes"] if unvoted else []
    more = f" In the table: {wording.listed(parts)}." if parts else ""
    said = f"Filled: no other is better in evals, vibes and price at once.{more}"
    return wording.balanced(said, 46 if field.shape == "narrow" else 112)
