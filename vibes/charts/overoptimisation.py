"""The over-optimisation figure: gold against distance as a score is climbed, a panel a model."""

from collections.abc import Sequence

import plotly.graph_objects as go

from vibes.charts import blank, hatch, multiples, numbers, sheet, wording
from vibes.charts import theme as look
from vibes.charts.climb_plan import (
    GOLD,
    HEAD,
    PANELS,
    Panels,
    add_strip,
    distances,
    drawn_line,
    gold_ends,
)
from vibes.charts.climb_table import table
from vibes.charts.climbs import FORMS, Climb, OverOptimisationInfo, Step, drawn, info
from vibes.charts.drawing import Drawing, Part
from vibes.charts.multiples import Slot
from vibes.charts.sheet import Heading, Room
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Report

__all__ = ["NAME", "OverOptimisationInfo", "drawn", "figure", "info", "table"]

NAME = "overoptimisation"
HOVER_COLUMNS = 44
# Pieces of the two lines in text, and where the second one’s name begins, in pixels.
PIECES = ("\N{EM DASH}\N{EM DASH}", "\N{EN DASH} \N{EN DASH}")
SECOND = 96
FIRST: Part = {"width": 1.5}
OTHER: Part = {"width": 1.5, "dash": "dash"}


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A panel a model: gold with intervals, both fitted forms and the turn; under it a strip for each other quantity.

    x: d = √KL from the start, shared by a panel and its strips. y: gain over the start, each in its own unit.
    """
    told = info(report)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    if told.missing:
        return blank.figure(heading, theme=theme, shape=shape, simulated=told.simulated)
    panels = Panels(told, told.climbs[: PANELS[shape]], theme, shape)
    drawing, row = Drawing(), 1
    places = multiples.slots(len(panels.climbs), panels.across, panels.each, panels.inner)
    for number, (one, slot) in enumerate(zip(panels.climbs, places, strict=True), start=1):
        add_panel(drawing, one, slot, number, row, panels)
        row += 1 + panels.strips
    add_left_out(drawing, panels)
    edge = sheet.EDGE if shape == "sheet" else 4
    below = 36 if len(panels.climbs) < len(told.climbs) else 6
    room = Room(panels.inner, edge + 44, edge + 10, 6, below)
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


def add_panel(drawing: Drawing, one: Climb, slot: Slot, number: int, row: int, panels: Panels) -> None:
    """`number`: of its x axis. `row`: of its first y axis."""
    x, y = multiples.axis(number, "x"), multiples.axis(row, "y")
    shown = one.strips[: panels.strips]
    last = multiples.axis(row + len(shown), "y")
    drawing.layout[multiples.key(number, "x")] = distances(one, slot, last, panels)
    ends = gold_ends(one)
    drawing.layout[multiples.key(row, "y")] = {
        "domain": slot.rows(HEAD, GOLD),
        "anchor": x,
        "range": list(ends),
        "nticks": 5,
        "showgrid": True,
        "showticklabels": any(step.gold for step in one.steps),
        "fixedrange": True,
    }
    add_words(drawing, one, slot, panels)
    add_turn(drawing, one, slot, x, panels)
    if any(step.gold for step in one.steps):
        add_form_names(drawing, one, slot, panels)
    add_gold(drawing, one, x, y, ends, panels)
    for place, (name, line) in enumerate(shown):
        add_strip(drawing, name, line, slot, (x, row + 1 + place), place, panels)


def add_words(drawing: Drawing, one: Climb, slot: Slot, panels: Panels) -> None:
    """The model, then where gold turns, or why no turn is seen; why there is no gold stands in its place."""
    columns = multiples.columns(panels.across, panels.shape)
    said = one.turn_text
    if not any(step.gold for step in one.steps):
        said = ""
    font = multiples.small_font(panels.theme, "quality" if one.turn else "ink-2")
    words = [
        (
            wording.shortened(one.name, multiples.name_columns(panels.across, panels.shape)),
            multiples.name_font(panels.theme),
        )
    ]
    multiples.write(drawing, slot, [*words, *((text, font) for text in wording.lines(said, columns)[:2])])


def add_turn(drawing: Drawing, one: Climb, slot: Slot, x: str, panels: Panels) -> None:
    """The turn through gold and all strips: a line on its interval as a tinted band."""
    if one.turn is None:
        return
    far = max(step.distance for step in one.steps) * 1.08
    foot, top = slot.y(panels.foot(one)), slot.y(HEAD)
    upright = {"xref": x, "yref": "paper", "y0": foot, "y1": top}
    tint = look.blend(panels.colour("sheet"), panels.colour("quality"), 0.13)
    band = {"x0": max(0.0, one.turn.low), "x1": min(far, one.turn.high), "fillcolor": tint}
    drawing.shapes.append({"type": "rect", "layer": "below", "line": {"width": 0}, **band, **upright})
    colour = panels.colour("quality")
    drawing.line(x0=one.turn.estimate, x1=one.turn.estimate, line={"color": colour, "width": 1.5}, **upright)


def add_gold(drawing: Drawing, one: Climb, x: str, y: str, ends: tuple[float, float], panels: Panels) -> None:
    on, far = {"xaxis": x, "yaxis": y}, max(step.distance for step in one.steps) or 1.0
    zero = {"color": panels.colour("ink-2"), "width": 1}
    drawing.line(x0=-0.05 * far, x1=1.08 * far, y0=0, y1=0, xref=x, yref=y, line=zero)
    known = [(step, step.gold) for step in one.steps if step.gold]
    if not known:
        add_thin(drawing, one, on, (-0.05 * far, 1.08 * far), ends, panels)
        return
    for place, (_, line) in enumerate(one.fits):
        style = FIRST if place == 0 else OTHER
        style = {**style, "color": panels.colour("quality" if place == 0 else "ink-3")}
        drawing.trace("scatter", **drawn_line(line), mode="lines", line=style, hoverinfo="skip", **on)
    add_points(drawing, known, on, panels)


def add_points(
    drawing: Drawing, known: Sequence[tuple[Step, numbers.Measured]], on: Part, panels: Panels
) -> None:
    """Gold at each distance with its interval."""
    colour = panels.colour("quality")
    drawing.trace(
        "scatter",
        x=[place for step, _ in known for place in (step.distance, step.distance, None)],
        y=[end for _, gold in known for end in (gold.low, gold.high, None)],
        mode="lines",
        line={"color": colour, "width": 1.5},
        hoverinfo="skip",
        **on,
    )
    drawing.trace(
        "scatter",
        x=[step.distance for step, _ in known],
        y=[gold.estimate for _, gold in known],
        mode="markers",
        marker={"size": 8, "color": panels.colour("sheet"), "line": {"width": 2, "color": colour}},
        hovertext=[wording.folded(step.hover, HOVER_COLUMNS) for step, _ in known],
        hoverinfo="text",
        **on,
    )


def add_thin(
    drawing: Drawing,
    one: Climb,
    on: Part,
    across: tuple[float, float],
    ends: tuple[float, float],
    panels: Panels,
) -> None:
    """Gold without intervals is hatched, with the reason in it."""
    why = wording.gap(one.steps[-1].ratio["gold"])
    middle, thick = (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) * 0.6
    hover = [wording.folded(why, HOVER_COLUMNS)]
    drawing.trace("bar", **hatch.bands([middle], *across, thick=thick, hover=hover, theme=panels.theme), **on)
    at = {"xref": on["xaxis"], "yref": on["yaxis"]}
    hatch.label(drawing, middle, sum(across) / 2, why, theme=panels.theme, columns=34, **at)


def add_form_names(drawing: Drawing, one: Climb, slot: Slot, panels: Panels) -> None:
    """What the two lines are, above them: each name behind a piece of its line."""
    at = {"x": slot.columns[0], "xref": "paper", "xanchor": "left", "yref": "paper", "yanchor": "top"}
    for place, (form, line) in enumerate(one.fits[:2]):
        if line:
            font = multiples.small_font(panels.theme, "quality" if place == 0 else "ink-2")
            text = f"{PIECES[place]} {FORMS[form['form']]}"
            drawing.annotate(text=text, font=font, y=slot.y(HEAD - 24), xshift=place * SECOND, **at)


def add_left_out(drawing: Drawing, panels: Panels) -> None:
    shown, every = len(panels.climbs), len(panels.told.climbs)
    if shown < every:
        text = f"{shown} of {every} models are drawn; the table has all."
        below = {"x": 0, "xref": "paper", "xanchor": "left", "y": 0, "yref": "paper", "yanchor": "top"}
        drawing.annotate(text=text, yshift=-10, **below)
