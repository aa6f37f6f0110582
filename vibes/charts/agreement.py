"""The agreement figure: how far raters agree with one another, with themselves and with golds."""

from collections.abc import Sequence

import plotly.graph_objects as go

from vibes.charts import blank, numbers, onesided, sheet, wording
from vibes.charts import theme as look
from vibes.charts.drawing import Drawing
from vibes.charts.forest import Pane
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import EFFECT_COLUMNS, Column, Raw, Table, effect_values, table_of
from vibes.charts.theme import Shape, Theme
from vibes.charts.yardsticks import AgreementInfo, Measure, Scale, drawn, info
from vibes.stats.results import RaterRow, Report

__all__ = ["NAME", "AgreementInfo", "drawn", "figure", "info", "table"]

NAME = "agreement"
PITCH = {"wide": 36, "narrow": 52, "sheet": 38}
HEADING = 40
ROWS = 200
AXIS = 34
PER_CENT_AT_ONE = 100.0


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A row a measure under its scale; 0 stands above 0 and 1 above 1 throughout.

    x: alpha or kappa above, per cent below. y: rows from 0 at the top.
    """
    told = info(report)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    if told.missing:
        return blank.figure(heading, theme=theme, shape=shape, simulated=told.simulated)
    drawing = Drawing()
    each = [HEADING + len(found) * PITCH[shape] + AXIS for _, found in told.groups]
    inner, top = sum(each), float(sum(each))
    for number, (scale, found) in enumerate(told.groups):
        add_heading(drawing, scale, top / inner, theme=theme, shape=shape)
        rows = ((top - each[number] + AXIS) / inner, (top - HEADING) / inner)
        add_group(drawing, number, found, rows, lowest(told), theme=theme, shape=shape)
        top -= each[number]
    sides = (8, 8) if shape == "narrow" else (132, 226)
    room = Room(inner, *sides, 4, 8)
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


def lowest(told: AgreementInfo) -> float:
    """The left end of every axis: 0, or below the lowest interval of alpha or kappa."""
    lows = [one.dot.values[1] for one in told.groups[0][1] if one.dot.values]
    return min([0.0, *lows]) - 0.03


def add_group(
    drawing: Drawing,
    number: int,
    found: Sequence[Measure],
    rows: tuple[float, float],
    low: float,
    *,
    theme: Theme,
    shape: Shape,
) -> None:
    x, y = ("x", "y") if number == 0 else (f"x{number + 1}", f"y{number + 1}")
    unit = PER_CENT_AT_ONE if number else 1.0
    rows = (max(0.0, rows[0]), rows[1])
    pane = Pane(x, y, (0, 1), rows, "", tuple(one.dot for one in found), (low * unit, 1.03 * unit))
    onesided.add_pane(drawing, pane, theme=theme, shape=shape, labels=True)
    ticks = [step / 4 * unit for step in range(5)]
    words = [f"{tick:.0f}{numbers.SPACE}%" if number else f"{tick:g}" for tick in ticks]
    drawing.layout[f"xaxis{x.removeprefix('x')}"] |= {"tickvals": ticks, "ticktext": words, "tickangle": 0}
    edge = {"color": look.colour("line-2", theme), "width": 1}
    drawing.line(x0=unit, x1=unit, y0=rows[0], y1=rows[1], xref=x, yref="paper", line=edge)


def add_heading(drawing: Drawing, scale: Scale, y: float, *, theme: Theme, shape: Shape) -> None:
    at = {"xref": "paper", "y": y, "yref": "paper", "yanchor": "top", "yshift": -10}
    bold = {"size": look.SMALLEST, "weight": 600, "color": look.colour("ink", theme)}
    if shape == "narrow":
        drawing.annotate(text=scale.title, x=0, xanchor="left", font=bold, **at)
        drawing.annotate(text=scale.ends, x=1, xanchor="right", **at)
        return
    drawing.annotate(text=scale.title, x=0, xanchor="right", xshift=-12, font=bold, **at)
    drawing.annotate(text=scale.ends, x=0, xanchor="left", **at)


def table(report: Report) -> Table:
    """One row a measure, then one a rater with a flag; past two hundred the rest is in the CSV."""
    told = info(report)
    columns = [
        Column("what"),
        Column("estimate", True),
        Column("95 % interval", True),
        Column("verdicts", True),
        Column("how to read it"),
    ]
    found = [(scale, one) for scale, each in told.groups for one in each]
    rows = [cells(scale, one) for scale, one in found]
    rows += [flagged_cells(row) for row in told.flagged[:ROWS]]
    if len(told.flagged) > ROWS:
        rows.append([f"{numbers.count(len(told.flagged) - ROWS)} more raters are in the CSV", "", "", "", ""])
    raw: list[list[Raw]] = [[*effect_values(one.key, one.effect), ""] for _, one in found]
    raw += [
        [row["rater"], *[None] * 4, row["n"], *[None] * 4, "; ".join(row["flags"])] for row in told.flagged
    ]
    return table_of(columns, rows, [*EFFECT_COLUMNS, "flags"], raw)


def cells(scale: Scale, one: Measure) -> list[str]:
    known = numbers.measured(one.effect)
    interval = numbers.interval_text(one.effect) if known else wording.state(one.effect)
    count = numbers.count(one.effect["n"])
    return [
        one.name,
        numbers.estimate_text(one.effect),
        interval,
        count,
        scale.brief if known else wording.why(one.effect),
    ]


def flagged_cells(row: RaterRow) -> list[str]:
    name = f"Rater {wording.visible(row['rater'])}"
    return [
        name,
        numbers.NOTHING,
        numbers.NOTHING,
        numbers.count(row["n"]),
        f"to look at: {', '.join(row['flags'])}",
    ]
