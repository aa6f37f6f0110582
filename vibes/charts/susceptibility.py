"""The susceptibility figure: how far each rater is drawn to flattery, in order, with the mean of them all."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import blank, hatch, numbers, sheet, wording
from vibes.charts import theme as look
from vibes.charts.drawing import Drawing, Part
from vibes.charts.pulls import KEY, Pull, SusceptibilityInfo, drawn, info
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import EFFECT_COLUMNS, Column, Raw, Table, effect_cells, effect_values, table_of
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Effect, Report

__all__ = ["NAME", "SusceptibilityInfo", "drawn", "figure", "info", "table"]

NAME = "susceptibility"
# Up to here every rater has a name; up to MOST each has a line, above only every so-many-th.
NAMED = 40
MOST = 160
PITCH = 20
LOWEST, HIGHEST = 120, 640
NAME_COLUMNS = {"wide": 22, "narrow": 10, "sheet": 22}
COLUMN_PIXELS = 7.6
HOVER_COLUMNS = 44
ROWS = 200


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A row a rater, the most drawn at the top; coloured where the interval excludes 0, else grey.

    x: log-odds, positive towards what has more of it. y: rows from 0 at the top.
    """
    told = info(report)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    if told.missing:
        return blank.figure(heading, theme=theme, shape=shape, simulated=told.simulated)
    rows = Rows(told, thinned(told.pulls[::-1]), theme, shape)
    drawing = Drawing()
    axes(drawing, rows)
    add_mean(drawing, rows)
    if rows.shown:
        add_pulls(drawing, rows, told=False)
        add_pulls(drawing, rows, told=True)
        add_thinned(drawing, rows)
    else:
        add_thin(drawing, rows)
    return sheet.finish(drawing, heading, room(rows), theme=theme, shape=shape, simulated=told.simulated)


def thinned(pulls: Sequence[Pull]) -> tuple[Pull, ...]:
    """All of them, or so many at even steps of their order, both ends among them."""
    if len(pulls) <= MOST:
        return tuple(pulls)
    return tuple(pulls[round(step * (len(pulls) - 1) / (MOST - 1))] for step in range(MOST))


@dataclass(frozen=True)
class Rows:
    """The raters that are drawn, from the top, and how."""

    told: SusceptibilityInfo
    shown: tuple[Pull, ...]
    theme: Theme
    shape: Shape

    @property
    def named(self) -> bool:
        return len(self.shown) <= NAMED

    @property
    def inner(self) -> int:
        pitch = PITCH if self.named else min(PITCH / 2, HIGHEST / len(self.shown))
        return max(LOWEST, round(len(self.shown) * pitch))

    @property
    def ends(self) -> tuple[float, float]:
        every = [end for one in self.shown for end in one.values] or [-1.0, 1.0]
        mean = self.told.mean
        every += [0.0, *((mean.low, mean.high) if mean else ())]
        air = (max(every) - min(every)) * 0.05 or 0.1
        return min(every) - air, max(every) + air

    def name(self, one: Pull) -> str:
        return wording.shortened(one.name, NAME_COLUMNS[self.shape])


def axes(drawing: Drawing, rows: Rows) -> None:
    drawing.layout["xaxis"] = {
        "range": list(rows.ends),
        "nticks": 7,
        "title": {"text": "\u2190 away from it   log-odds   towards it \u2192"},
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": look.colour("line-2", rows.theme),
        "fixedrange": True,
        "showticklabels": bool(rows.shown),
    }
    names: Part = (
        {
            "tickvals": list(range(len(rows.shown))),
            "ticktext": [f"{wording.markup(rows.name(one))}{wording.END_OF_NAME}" for one in rows.shown],
            "tickfont": {"size": look.SMALLEST, "color": look.colour("ink", rows.theme)},
            "ticklabelstandoff": 6,
        }
        if rows.named
        else {"showticklabels": False}
    )
    count = max(1, len(rows.shown))
    drawing.layout["yaxis"] = {"range": [count - 0.5, -0.5], "fixedrange": True, **names}
    zero = {"color": look.colour("ink-2", rows.theme), "width": 1}
    drawing.line(x0=0, x1=0, y0=0, y1=1, yref="paper", line=zero)


def add_mean(drawing: Drawing, rows: Rows) -> None:
    """The mean as an upright line through all rows on its interval as a tinted band, its words above."""
    mean, colour = rows.told.mean, look.colour(rows.told.colour, rows.theme)
    font = {"size": look.SMALLEST, "weight": 600, "color": colour}
    at = {"xref": "paper", "y": 1, "yref": "paper", "yanchor": "bottom", "align": "left"}
    columns = 44 if rows.shape == "narrow" else 110
    if not rows.shown:
        return
    text = wording.broken(wording.balanced(rows.told.mean_text, columns))
    drawing.annotate(text=text, font=font, x=0, xanchor="left", yshift=8, **at)
    if mean is None:
        return
    tint = look.blend(look.colour("sheet", rows.theme), colour, 0.14)
    upright = {"y0": 0, "y1": 1, "yref": "paper"}
    band = {"x0": mean.low, "x1": mean.high, "fillcolor": tint, "line": {"width": 0}}
    drawing.shapes.insert(0, {"type": "rect", "layer": "below", **band, **upright})
    drawing.line(x0=mean.estimate, x1=mean.estimate, line={"color": colour, "width": 1.5}, **upright)


def add_pulls(drawing: Drawing, rows: Rows, *, told: bool) -> None:
    """Those whose interval excludes 0, or the others: intervals as one trace, marks as another."""
    chosen = [(row, one) for row, one in enumerate(rows.shown) if one.told == told]
    if not chosen:
        return
    colour = look.colour(rows.told.colour if told else "ink-3", rows.theme)
    x = [end for _, one in chosen for end in (*one.values[1:], None)]
    y = [place for row, _ in chosen for place in (row, row, None)]
    width = 1.75 if rows.named else 1.0
    drawing.trace("scatter", x=x, y=y, mode="lines", line={"color": colour, "width": width}, hoverinfo="skip")
    hollow = look.colour("sheet", rows.theme)
    marker = {"size": 9, "color": hollow, "line": {"width": 2, "color": colour}}
    drawing.trace(
        "scatter",
        x=[one.values[0] for _, one in chosen],
        y=[row for row, _ in chosen],
        mode="markers",
        marker=marker if rows.named else {"size": 4, "color": colour},
        hovertext=[wording.folded(one.hover, HOVER_COLUMNS) for _, one in chosen],
        hoverinfo="text",
    )


def add_thin(drawing: Drawing, rows: Rows) -> None:
    """One hatched band with the reason where no rater has an interval."""
    hover = [wording.folded(rows.told.thin, HOVER_COLUMNS)]
    drawing.trace("bar", **hatch.bands([0.0], *rows.ends, thick=0.9, hover=hover, theme=rows.theme))
    columns = 40 if rows.shape == "narrow" else 88
    hatch.label(drawing, 0, sum(rows.ends) / 2, rows.told.thin, theme=rows.theme, columns=columns)


def add_thinned(drawing: Drawing, rows: Rows) -> None:
    """How many of the raters have a line, where not all have."""
    every = len(rows.told.pulls)
    if len(rows.shown) == every:
        return
    text = f"{numbers.count(len(rows.shown))} of {numbers.count(every)} raters are drawn, at even steps of the order; the table and the CSV have more."
    columns = 44 if rows.shape == "narrow" else 110
    below = {"x": 0, "xref": "paper", "xanchor": "left", "y": 0, "yref": "paper", "yanchor": "top"}
    drawing.annotate(text=wording.broken(wording.balanced(text, columns)), align="left", yshift=-48, **below)


def room(rows: Rows) -> Room:
    edge = sheet.EDGE if rows.shape == "sheet" else 8
    longest = max((wording.width(rows.name(one)) for one in rows.shown), default=0) if rows.named else 0
    left = max(edge, round(longest * COLUMN_PIXELS) + 14)
    below = 90 if len(rows.shown) < len(rows.told.pulls) else 50
    return Room(rows.inner, left, edge + 6, 46 if rows.shape == "narrow" else 30, below)


def table(report: Report) -> Table:
    """The mean, then one row a rater, the most drawn first; past two hundred the rest is in the CSV."""
    told, found = info(report), report.get(KEY)
    columns = [Column("rater"), Column("pull, log-odds", True), Column("95 % interval", True)]
    columns += [Column("kind"), Column("votes", True)]
    if told.missing or not found:
        return table_of(columns, [], EFFECT_COLUMNS, [])
    ordered = [(one.name, one.rater, one.effect) for one in told.pulls[::-1]]
    ordered += [(wording.visible(name), name, slope) for name, slope in told.waiting]
    rows = [effect_cells(f"mean of {len(ordered)}", found["mean"])]
    rows += [effect_cells(name, slope) for name, _, slope in ordered[:ROWS]]
    if len(ordered) > ROWS:
        rows.append([f"{numbers.count(len(ordered) - ROWS)} more are in the CSV", "", "", "", ""])
    raw = [effect_values("(mean)", found["mean"]), spread(found["mean"], found["spread"])]
    raw += [effect_values(rater, slope) for _, rater, slope in ordered]
    return table_of(columns, rows, EFFECT_COLUMNS, raw)


def spread(mean: Effect, found: float) -> list[Raw]:
    """The SD of slopes as a row of the CSV: it has no interval."""
    known: list[Raw] = ["(SD between raters)", found, None, None, None]
    return [*known, mean["n"], mean["effective_raters"], mean["unit"], mean["kind"], mean["state"]]
