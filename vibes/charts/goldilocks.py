"""The Goldilocks figure: evals against vibes, price as the size of a mark, the Pareto front filled."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from vibes.charts import amounts, blank, numbers, placing, sheet, wording
from vibes.charts import theme as look
from vibes.charts.drawing import Drawing, Part
from vibes.charts.fronts import GoldilocksInfo, Spot, drawn, info, of_samples
from vibes.charts.placing import Placed
from vibes.charts.plane import Field, field_of, interval_box, mark_box
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import Column, Raw, Table, table_of
from vibes.charts.theme import ModelMark, Shape, Theme
from vibes.stats.results import Report

__all__ = ["NAME", "GoldilocksInfo", "drawn", "figure", "info", "table"]

NAME = "goldilocks"
NAME_COLUMNS = {"wide": 24, "narrow": 15, "sheet": 24}
COLUMN_PIXELS = 7.0
HOVER_COLUMNS = 44
# Up to here a name may cross an interval; above, only those of the front.
FEW = 12
RAW = ("model", "evals", "vibes", "vibes_low", "vibes_high", "vibes_state", "price", "front")


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A mark a model; what is not known of it stands in a strip along the edge.

    x: evals, more is better. y: Elo-like strength, more is better. Both in pixels over the shares of the area.
    """
    told = info(report)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    if told.missing:
        return blank.figure(heading, theme=theme, shape=shape, simulated=told.simulated)
    placed = tuple(one for one in told.spots if one.placed)
    field = field_of(placed, told, theme, shape)
    drawing = Drawing()
    axes(drawing, field)
    add_strips(drawing, field)
    for front in (False, True):
        add_spots(drawing, field, [one for one in placed if one.front == front])
    names = named(field)
    add_names(drawing, field, names)
    said = below(told, field, len(names))
    add_below(drawing, said)
    edge = sheet.EDGE if shape == "sheet" else 4
    room = Room(field.high, edge + 46, edge + 10, 12, 54 + 18 * len(said))
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


def axes(drawing: Drawing, field: Field) -> None:
    """Marks are placed in pixels; ticks say which value stands there."""
    about = 4 if field.narrow else 6
    evals = placing.even(*field.evals, about) if any(one.evals is not None for one in field.spots) else []
    vibes = placing.even(*field.vibes, about) if any(one.vibes for one in field.spots) else []
    drawing.layout["xaxis"] = {
        "range": [0, field.wide],
        "title": {"text": "evals, more is better \u2192"},
        "tickangle": 0,
        "fixedrange": True,
        "tickvals": [field.across(value) for value in evals],
        "ticktext": [amounts.plain(value) for value in evals],
    }
    drawing.layout["yaxis"] = {
        "range": [0, field.high],
        "title": {"text": "vibes, more is better \u2192" if vibes and not field.narrow else ""},
        "showgrid": True,
        "fixedrange": True,
        "tickvals": [field.upright(value) for value in vibes],
        "ticktext": [amounts.plain(value) for value in vibes],
    }


def add_strips(drawing: Drawing, field: Field) -> None:
    """The ground for models whose evals or vibes are not known, with the words."""
    font = {"size": look.SMALLEST, "color": look.colour("ink-2", field.theme)}
    if field.left:
        drawing.shapes.append(ground(field, x1=field.left, y1=1, yref="paper"))
        at = {"x": 4, "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "top", "yshift": -6}
        drawing.annotate(text="evals unknown", textangle=-90, font=font, **at)
    if field.foot:
        drawing.shapes.append(ground(field, x1=1, xref="paper", y1=field.foot))
        at = {"x": 1, "xref": "paper", "xanchor": "right", "xshift": -6, "y": 2, "yanchor": "bottom"}
        drawing.annotate(text="vibes unknown", font=font, **at)


def ground(field: Field, **ends: Any) -> Part:
    fill = look.colour("well", field.theme)
    return {
        "type": "rect",
        "layer": "below",
        "line": {"width": 0},
        "fillcolor": fill,
        "x0": 0,
        "y0": 0,
        **ends,
    }


def add_spots(drawing: Drawing, field: Field, spots: Sequence[Spot]) -> None:
    """Intervals of vibes as thin lines, then the marks: filled on the front, hollow off it."""
    if not spots:
        return
    marks = [field.marks[one.model] for one in spots]
    for one, mark in zip(spots, marks, strict=True):
        add_interval(drawing, field, one, mark)
    hollow = look.colour("sheet", field.theme)
    drawing.trace(
        "scatter",
        x=[field.x(one) for one in spots],
        y=[field.y(one) for one in spots],
        mode="markers",
        cliponaxis=False,
        marker={
            "opacity": 1,
            "size": [field.size(one) for one in spots],
            "symbol": [mark.symbol for mark in marks],
            "color": [mark.fill if one.front else hollow for one, mark in zip(spots, marks, strict=True)],
            "line": {"width": 2, "color": [mark.edge for mark in marks]},
        },
        hovertext=[wording.folded(one.hover, HOVER_COLUMNS) for one in spots],
        hoverinfo="text",
    )


def add_interval(drawing: Drawing, field: Field, one: Spot, mark: ModelMark) -> None:
    if one.vibes is None:
        return
    ends = [field.upright(end) for end in (one.vibes.low, one.vibes.high)]
    strength = 1.5 if one.front else 1.0
    x = field.x(one)
    drawing.trace(
        "scatter",
        x=[x, x],
        y=ends,
        mode="lines",
        line={"color": mark.edge, "width": strength},
        hoverinfo="skip",
    )


def named(field: Field) -> list[tuple[Spot, Placed]]:
    """The models whose name and price have room, those of the front first; the others are in hover and table."""
    size = (float(field.wide), float(field.high))
    taken = [mark_box(field, one) for one in field.spots]
    lines = [box for one in field.spots if (box := interval_box(field, one))]
    found: list[tuple[Spot, Placed]] = []
    for one in field.spots:
        wide = wording.width(label(one, field)) * COLUMN_PIXELS
        at, off = (field.x(one), field.y(one)), field.size(one) / 2 + 5
        where = placing.place(at, off, wide, [*taken, *lines], size)
        if where is None and (one.front or len(field.spots) <= FEW):
            where = placing.place(at, off, wide, taken, size)
        if where:
            taken.append(where.box)
            found.append((one, where))
    return found


def add_names(drawing: Drawing, field: Field, names: Sequence[tuple[Spot, Placed]]) -> None:
    for one, where in names:
        ink = {"size": look.SMALLEST, "color": look.colour("ink" if one.front else "ink-2", field.theme)}
        bold = {"weight": 600} if one.front else {}
        drawing.annotate(text=wording.markup(label(one, field)), font=ink | bold, **where.anchored)


def label(one: Spot, field: Field) -> str:
    name = wording.shortened(one.name, NAME_COLUMNS[field.shape])
    price = "price ?" if one.price is None else amounts.amount(one.price * field.per)
    return f"{name}{wording.END_OF_NAME} \u00b7 {price}"


def below(told: GoldilocksInfo, field: Field, names: int) -> list[str]:
    """What stands beside a name, and how many models stand in the table alone, in lines."""
    nameless, left = len(field.spots) - names, len(told.spots) - len(field.spots)
    parts = [f"{numbers.count(nameless)} without room for a name"] if nameless else []
    parts += [f"{numbers.count(left)} with a price alone"] if left else []
    more = f" In the table: {wording.listed(parts)}." if parts else ""
    return wording.balanced(
        f"Beside a name stands its price {of_samples(told.per)}.{more}", 46 if field.narrow else 112
    )


def add_below(drawing: Drawing, parts: Sequence[str]) -> None:
    at = {"x": 0, "xref": "paper", "xanchor": "left", "y": 0, "yref": "paper", "yanchor": "top"}
    drawing.annotate(text=wording.broken(parts), align="left", xshift=-40, yshift=-46, **at)


def table(report: Report) -> Table:
    """One row a model, the front first; the CSV keeps every digit."""
    told = info(report)
    columns = [Column("model"), Column("evals", True), Column("vibes", True), Column("95 % interval", True)]
    columns += [Column(f"price {of_samples(told.per)}", True), Column("front"), Column("not known")]
    return table_of(columns, [cells(one, told.per) for one in told.spots], RAW, map(raw, told.spots))


def cells(one: Spot, per: int) -> list[str]:
    vibes = [numbers.NOTHING, wording.state(one.row["vibes"]) if one.row["vibes"] else numbers.NOTHING]
    if one.vibes:
        vibes = [numbers.elo(one.vibes.estimate), numbers.span(one.vibes.low, one.vibes.high, numbers.elo)]
    evals = numbers.NOTHING if one.evals is None else amounts.amount(one.evals)
    price = numbers.NOTHING if one.price is None else amounts.amount(one.price * per)
    return [one.name, evals, *vibes, price, "on the front" if one.front else "", ", ".join(one.unknown)]


def raw(one: Spot) -> list[Raw]:
    vibes = one.row["vibes"]
    known: list[Raw] = [None] * 4
    if vibes:
        known = [vibes["estimate"], vibes["low"], vibes["high"], vibes["state"]]
    return [one.model, one.evals, *known, one.price, int(one.front)]
