"""Dots with thin intervals about a zero line: the drawing that the tiebreak and the formatting figure share."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import hatch, numbers, sheet, wording
from vibes.charts import theme as look
from vibes.charts.drawing import Drawing
from vibes.charts.sheet import Heading, Room
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Effect

HOVER_COLUMNS = 44
NARROW_LABEL = 0.27
# The room of a heading above its rows, in pixels.
HEADING = 34
# A line of a phone: the name and the numbers share it.
PHONE_COLUMNS = 46


@dataclass(frozen=True)
class Dot:
    """One row: a label, a meaning colour, the three numbers in the units of the axis, or the state and why there are none."""

    label: str
    colour: str
    values: tuple[float, float, float] | None
    text: str
    state: str
    why: str
    brief: str
    hover: str


@dataclass(frozen=True)
class Pane:
    """One pair of axes. `x` and `y` name them ("x", "x2"), domains are shares of the plotting area.

    `ends` fixes the x range, by default that of its own dots, and an axis is drawn even if none of them has a number; `ticks`
    says whether the axis has numbers.
    """

    x: str
    y: str
    x_domain: tuple[float, float]
    y_domain: tuple[float, float]
    axis_title: str
    dots: tuple[Dot, ...]
    ends: tuple[float, float] | None = None
    ticks: bool = True


@dataclass(frozen=True)
class Headed:
    """Rows that belong together, under a name in a meaning colour."""

    name: str
    colour: str
    dots: tuple[Dot, ...]


def dot(label: str, colour: str, effect: Effect, hover: str) -> Dot:
    unit, known = numbers.scale(effect["unit"]), numbers.measured(effect)
    values = (unit.shown(known.estimate), unit.shown(known.low), unit.shown(known.high)) if known else None
    text = f"{unit.number(known.estimate)} ({numbers.interval_text(effect)})" if known else ""
    missing = ("", "", "") if known else (wording.state(effect), wording.why(effect), wording.brief(effect))
    return Dot(label, colour, values, text, *missing, hover)


def reach(dots: Sequence[Dot]) -> tuple[float, float]:
    """An x range about zero that holds every interval; from -1 to 1 where there is none."""
    ends = [abs(end) for one in dots if one.values for end in one.values]
    far = max(ends, default=1.0) * 1.12 or 1.0
    return -far, far


def add_pane(drawing: Drawing, pane: Pane, *, theme: Theme, shape: Shape, labels: bool) -> None:
    """The axes, the zero line, the dots and the hatched rows of one pane."""
    low, high = pane.ends or reach(pane.dots)
    add_axes(drawing, pane, (low, high), theme=theme, shape=shape)
    for row, one in enumerate(pane.dots):
        if one.values:
            add_dot(drawing, pane, row, one, theme=theme, shape=shape)
        else:
            add_band(drawing, pane, row, one, (low, high), theme=theme, shape=shape, labels=labels)
        if labels:
            add_label(drawing, pane, row, one, theme=theme, shape=shape)


def add_axes(drawing: Drawing, pane: Pane, ends: tuple[float, float], *, theme: Theme, shape: Shape) -> None:
    known = pane.ends is not None or any(one.values for one in pane.dots)
    number = pane.x.removeprefix("x")
    drawing.layout.update(
        {
            f"xaxis{number}": {
                "domain": pane.x_domain,
                "anchor": pane.y,
                "range": list(ends),
                "title": {"text": pane.axis_title},
                "showticklabels": known and pane.ticks,
                "nticks": 5,
                "fixedrange": True,
            },
            f"yaxis{number}": {
                "domain": pane.y_domain,
                "anchor": pane.x,
                "range": [max(1, len(pane.dots)) - 0.5, -0.5],
                "showticklabels": False,
                "fixedrange": True,
            },
        }
    )
    if not known:
        return
    zero = {"color": look.colour("ink-2", theme), "width": 1}
    bottom, top = pane.y_domain
    drawing.line(x0=0, x1=0, y0=bottom, y1=top, xref=pane.x, yref="paper", line=zero)


def add_headed(
    drawing: Drawing, groups: Sequence[Headed], pitch: int, axis: str, *, theme: Theme, shape: Shape
) -> int:
    """Groups below each other, all on one range about a zero line, the axis under the last; the height of all in pixels.

    `pitch`: of a row, in pixels.
    """
    inner = sum(HEADING + len(one.dots) * pitch for one in groups)
    dots = [dot for one in groups for dot in one.dots]
    ends = reach(dots) if any(dot.values for dot in dots) else None
    top = float(inner)
    for number, one in enumerate(groups, 1):
        add_heading(drawing, one, top / inner, theme=theme, shape=shape)
        foot = top - HEADING - len(one.dots) * pitch
        rows = (max(0.0, foot / inner), max(0.0, (top - HEADING) / inner))
        name = "" if number == 1 else str(number)
        last = number == len(groups)
        pane = Pane(f"x{name}", f"y{name}", (0, 1), rows, axis if last else "", one.dots, ends, last)
        add_pane(drawing, pane, theme=theme, shape=shape, labels=True)
        top = foot
    return inner


def add_heading(drawing: Drawing, one: Headed, y: float, *, theme: Theme, shape: Shape) -> None:
    """`y`: where its room begins, as a share of the paper."""
    left = {"xanchor": "left"} if shape == "narrow" else {"xanchor": "right", "xshift": -12}
    font = {"size": look.SMALLEST, "weight": 600, "color": look.colour(one.colour, theme)}
    text = wording.markup(one.name)
    drawing.annotate(
        text=text, x=0, xref="paper", y=y, yref="paper", yanchor="top", yshift=-12, font=font, **left
    )


def mark_row(row: int, shape: Shape) -> float:
    return row + 0.16 if shape == "narrow" else float(row)


def add_dot(drawing: Drawing, pane: Pane, row: int, one: Dot, *, theme: Theme, shape: Shape) -> None:
    estimate, low, high = one.values or (0.0, 0.0, 0.0)
    colour, y = look.colour(one.colour, theme), mark_row(row, shape)
    on = {"xaxis": pane.x, "yaxis": pane.y}
    interval = {"color": colour, "width": 1.75}
    drawing.trace("scatter", x=[low, high], y=[y, y], mode="lines", line=interval, hoverinfo="skip", **on)
    drawing.trace(
        "scatter",
        x=[estimate],
        y=[y],
        mode="markers",
        marker={"size": 11, "color": look.colour("sheet", theme), "line": {"width": 2.25, "color": colour}},
        hovertext=[wording.folded(one.hover, HOVER_COLUMNS)],
        hoverinfo="text",
        **on,
    )


def add_band(
    drawing: Drawing,
    pane: Pane,
    row: int,
    one: Dot,
    ends: tuple[float, float],
    *,
    theme: Theme,
    shape: Shape,
    labels: bool,
) -> None:
    """A hatched row. Without labels beside it the state stands above already, and the band says why."""
    y = mark_row(row, shape)
    hover = [wording.folded(one.hover, HOVER_COLUMNS)]
    band = hatch.bands([y], *ends, thick=0.62, hover=hover, theme=theme)
    drawing.trace("bar", **band, xaxis=pane.x, yaxis=pane.y)
    said = (
        one.state
        if labels and shape == "narrow"
        else ": ".join(filter(None, [one.state, one.why]))
        if labels
        else one.why
    )
    hatch.label(drawing, y, 0, said, theme=theme, columns=88 if labels else 48, xref=pane.x, yref=pane.y)


def add_label(drawing: Drawing, pane: Pane, row: int, one: Dot, *, theme: Theme, shape: Shape) -> None:
    """The name left of its row and the numbers right of it; on a phone both stand above the row."""
    narrow = shape == "narrow"
    at = {"yref": pane.y, "y": row - NARROW_LABEL if narrow else row, "xref": "paper"}
    ink = {"size": look.TEXT, "color": look.colour("ink", theme)}
    figures = one.text or (one.brief if narrow else "")
    name = wording.shortened(one.label, max(14, PHONE_COLUMNS - wording.width(figures)) if narrow else 26)
    left = {"x": 0, "xanchor": "left"} if narrow else {"x": 0, "xanchor": "right", "xshift": -12}
    right = {"x": 1, "xanchor": "right"} if narrow else {"x": 1, "xanchor": "left", "xshift": 12}
    ground = {"bgcolor": look.colour("sheet", theme)} if narrow else {}
    drawing.annotate(text=wording.markup(name), font=ink, **left, **at, **ground)
    if figures:
        drawing.annotate(text=wording.markup(figures), **right, **at, **ground)


def one_pane(
    dots: Sequence[Dot],
    axes: tuple[str, str],
    heading: Heading,
    pitch: int,
    sides: tuple[int, int],
    *,
    theme: Theme,
    shape: Shape,
    simulated: int,
) -> go.Figure:
    """The whole figure of rows on one axis about a zero line. `axes`: its title, and the one of a phone; `pitch`: pixels of a
    row; `sides`: those that labels need left and right, but on a phone."""
    drawing = Drawing()
    title = axes[1] if shape == "narrow" else axes[0]
    add_pane(
        drawing, Pane("x", "y", (0, 1), (0, 1), title, tuple(dots)), theme=theme, shape=shape, labels=True
    )
    room = Room(max(1, len(dots)) * pitch, *((4, 4) if shape == "narrow" else sides), 10, 48)
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=simulated)
