"""Rows of dots like those of a forest, on an axis that begins near 0: words on a hatched row stand in its middle."""

from vibes.charts import forest, hatch, wording
from vibes.charts.drawing import Drawing
from vibes.charts.forest import Dot, Pane
from vibes.charts.theme import Shape, Theme

PHONE, WIDE = 40, 64


def add_pane(drawing: Drawing, pane: Pane, *, theme: Theme, shape: Shape, labels: bool) -> None:
    """The axes, the zero line, the dots and the hatched rows of a pane whose `ends` are given."""
    ends = pane.ends or (0.0, 1.0)
    forest.add_axes(drawing, pane, ends, theme=theme, shape=shape)
    for row, one in enumerate(pane.dots):
        if one.values:
            forest.add_dot(drawing, pane, row, one, theme=theme, shape=shape)
        else:
            add_band(drawing, pane, row, one, ends, theme=theme, shape=shape)
        if labels:
            forest.add_label(drawing, pane, row, one, theme=theme, shape=shape)


def add_band(
    drawing: Drawing,
    pane: Pane,
    row: int,
    one: Dot,
    ends: tuple[float, float],
    *,
    theme: Theme,
    shape: Shape,
) -> None:
    """A hatched row with its state and, where there is room, why."""
    y, hover = forest.mark_row(row, shape), [wording.folded(one.hover, forest.HOVER_COLUMNS)]
    band = hatch.bands([y], *ends, thick=0.62, hover=hover, theme=theme)
    drawing.trace("bar", **band, xaxis=pane.x, yaxis=pane.y)
    across = pane.x_domain[1] - pane.x_domain[0]
    columns = PHONE if shape == "narrow" else round(WIDE * across)
    said = ": ".join(filter(None, [one.state, one.why]))
    text = said if shape != "narrow" and wording.width(said) <= columns else one.state
    at = {"xref": pane.x, "yref": pane.y}
    hatch.label(drawing, y, sum(ends) / 2, text, theme=theme, columns=columns, **at)
