"""The tiebreak curve: how often the more sycophantic answer is chosen, against how much better or worse it is."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from vibes.charts import blank, hatch, numbers, sheet, wording
from vibes.charts import theme as look
from vibes.charts.curves import TiebreakCurveInfo, curve_of, drawn, info
from vibes.charts.drawing import Drawing, Part
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import EFFECT_COLUMNS, Column, Table, effect_values, table_of
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import CurvePoint, Report

__all__ = ["NAME", "TiebreakCurveInfo", "drawn", "figure", "info", "table"]

NAME = "tiebreak-curve"
HEIGHT = {"wide": 380, "narrow": 300, "sheet": 400}
HOVER_COLUMNS = 44
EVEN = 50.0
# Pieces of the lines in text: a legend would stand apart from what it names.
ADDITIVE = "\N{EN DASH} \N{EN DASH} if it only added up"
FITTED = "\N{EM DASH}\N{EM DASH} as fitted"


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """Points with intervals over the two lines, a line at one half, hatched columns where votes are too few.

    x: lead in quality of the more sycophantic answer, log-odds. y: its share of choices, per cent.
    """
    told = info(report)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    if told.missing:
        return blank.figure(heading, theme=theme, shape=shape, simulated=told.simulated)
    drawing = Drawing()
    axes(drawing, told, theme=theme, shape=shape)
    add_thin(drawing, told, theme=theme)
    add_lines(drawing, told, theme=theme)
    add_points(drawing, told, theme=theme)
    edge = sheet.EDGE if shape == "sheet" else 4
    room = Room(HEIGHT[shape], edge + 44, edge + 10, 12, 52)
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


def across(told: TiebreakCurveInfo) -> tuple[float, float]:
    """The x range: about 0, and wide enough for every point; a bin's far end may lie outside."""
    far = max((abs(one.gap) for one in told.points if math.isfinite(one.gap)), default=1.0) * 1.2 or 1.0
    return -far, far


def upright(told: TiebreakCurveInfo) -> tuple[float, float]:
    """The y range: every interval, what is seen of the lines, and one half."""
    low_gap, high_gap = across(told)
    seen = [share for gap, share in (*told.additive, *told.fitted) if low_gap <= gap <= high_gap]
    ends = [end for one in told.points if one.values for end in one.values]
    low, high = min([*seen, *ends, EVEN - 5]), max([*seen, *ends, EVEN + 5])
    return max(-2.0, low - 3), min(102.0, high + 3)


def axes(drawing: Drawing, told: TiebreakCurveInfo, *, theme: Theme, shape: Shape) -> None:
    who = (
        "it"
        if shape == "narrow"
        else "the answer with the cue"
        if told.planted
        else "the more flattering answer"
    )
    drawing.layout["xaxis"] = {
        "range": list(across(told)),
        "nticks": 5 if shape == "narrow" else 9,
        "title": {"text": f"\u2190 {who} is worse   lead in quality, log-odds   better \u2192"},
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": look.colour("line-2", theme),
        "fixedrange": True,
    }
    drawing.layout["yaxis"] = {
        "range": list(upright(told)),
        "nticks": 6,
        "ticksuffix": f"{numbers.SPACE}%",
        "showgrid": True,
        "fixedrange": True,
    }
    half = {"color": look.colour("ink-2", theme), "width": 1}
    drawing.line(x0=0, x1=1, xref="paper", y0=EVEN, y1=EVEN, line=half)
    drawing.line(
        x0=0, x1=0, y0=0, y1=1, yref="paper", line={"color": look.colour("line-2", theme), "width": 1}
    )


def add_lines(drawing: Drawing, told: TiebreakCurveInfo, *, theme: Theme) -> None:
    """The additive expectation dashed, the fit thinner in the colour of its meaning, and what lies between them tinted."""
    same = [gap for gap, _ in told.additive] == [gap for gap, _ in told.fitted]
    colour = look.colour(told.colour, theme)
    dashed = {"color": look.colour("ink-2", theme), "width": 2, "dash": "dash"}
    if told.additive:
        drawing.trace("scatter", **drawn_line(told.additive, dashed))
    if told.fitted:
        tint = (
            {"fill": "tonexty", "fillcolor": look.blend(look.colour("sheet", theme), colour, 0.16)}
            if same and told.additive
            else {}
        )
        drawing.trace("scatter", **drawn_line(told.fitted, {"color": colour, "width": 1.25}), **tint)
    add_line_names(drawing, told, theme=theme)


def drawn_line(values: Sequence[tuple[float, float]], style: Part) -> Part:
    return {
        "x": [gap for gap, _ in values],
        "y": [share for _, share in values],
        "mode": "lines",
        "line": style,
        "hoverinfo": "skip",
    }


def add_line_names(drawing: Drawing, told: TiebreakCurveInfo, *, theme: Theme) -> None:
    """Each line's name behind a piece of it, in the corner that a rising curve leaves free."""
    quiet: Part = {"color": look.colour("ink-2", theme)}
    loud: Part = {"color": look.colour(told.colour, theme), "weight": 600}
    names = [(ADDITIVE, quiet)] if told.additive else []
    names += [(FITTED, loud)] if told.fitted else []
    corner = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "top"}
    for row, (text, font) in enumerate(names):
        ground = {"bgcolor": look.colour("sheet", theme), "borderpad": 1}
        drawing.annotate(
            text=text,
            font={"size": look.SMALLEST, **font},
            xshift=6,
            yshift=-4 - 18 * row,
            **corner,
            **ground,
        )


def add_points(drawing: Drawing, told: TiebreakCurveInfo, *, theme: Theme) -> None:
    colour = look.colour(told.colour, theme)
    known = [(one, one.values) for one in told.points if one.values]
    x = [gap for one, _ in known for gap in (one.gap, one.gap, None)]
    y = [end for _, (_, low, high) in known for end in (low, high, None)]
    drawing.trace("scatter", x=x, y=y, mode="lines", line={"color": colour, "width": 1.75}, hoverinfo="skip")
    drawing.trace(
        "scatter",
        x=[one.gap for one, _ in known],
        y=[estimate for _, (estimate, _, _) in known],
        mode="markers",
        marker={"size": 10, "color": look.colour("sheet", theme), "line": {"width": 2.25, "color": colour}},
        hovertext=[wording.folded(one.hover, HOVER_COLUMNS) for one, _ in known],
        hoverinfo="text",
    )


def add_thin(drawing: Drawing, told: TiebreakCurveInfo, *, theme: Theme) -> None:
    """A hatched column over the gaps of each bin that has too few votes."""
    low, high = across(told)
    foot, top = upright(told)
    thin = [one for one in told.points if one.values is None]
    ends = [(max(low, one.low_gap), min(high, one.high_gap)) for one in thin]
    if not thin:
        return
    drawing.trace(
        "bar",
        x=[(start + stop) / 2 for start, stop in ends],
        width=[stop - start for start, stop in ends],
        base=[foot] * len(thin),
        y=[top - foot] * len(thin),
        hovertext=[wording.folded(one.hover, HOVER_COLUMNS) for one in thin],
        hoverinfo="text",
        marker=hatch.marker(theme),
    )


def table(report: Report) -> Table:
    """One row a bin of the quality gap; the CSV keeps every digit."""
    told, curve = info(report), curve_of(report)["points"]
    columns = [
        Column("lead in quality, log-odds", True),
        Column("chosen", True),
        Column("95 % interval", True),
        Column("kind"),
        Column("votes", True),
    ]
    rows = [cells(one) for one in curve] if not told.missing else []
    raw = [
        [one["gap"], one["low_gap"], one["high_gap"], *effect_values("chosen", one["chosen"])[1:]]
        for one in curve
    ]
    return table_of(columns, rows, ["gap", "low_gap", "high_gap", *EFFECT_COLUMNS[1:]], raw)


def cells(one: CurvePoint) -> list[str]:
    effect = one["chosen"]
    known = numbers.measured(effect)
    shown = (
        [numbers.percent(known.estimate), numbers.span(known.low, known.high, numbers.percent)]
        if known
        else [numbers.NOTHING, wording.state(effect)]
    )
    return [
        numbers.LOG_ODDS.number(one["gap"]),
        *shown,
        wording.KINDS[effect["kind"]],
        numbers.count(effect["n"]),
    ]
