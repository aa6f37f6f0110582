"""Hatched grey: what is not known yet is drawn as a place, never as a number."""

from collections.abc import Sequence

from vibes.charts import theme as look
from vibes.charts import wording
from vibes.charts.drawing import Drawing, Part
from vibes.charts.theme import Theme


def bands(
    rows: Sequence[float], low: float, high: float, *, thick: float, hover: Sequence[str], theme: Theme
) -> Part:
    """A bar trace: one hatched band per row, from `low` to `high` on the x axis, `thick` rows high."""
    return {
        "orientation": "h",
        "y": list(rows),
        "base": [low] * len(rows),
        "x": [high - low] * len(rows),
        "width": thick,
        "hovertext": list(hover),
        "hoverinfo": "text",
        "marker": marker(theme),
    }


def marker(theme: Theme) -> Part:
    """The fill of a bar that stands for what is not known."""
    return {
        "color": look.colour("well", theme),
        "line": {"width": 1, "color": look.colour("line-2", theme)},
        "pattern": {
            "shape": "/",
            "size": 7,
            "solidity": 0.22,
            "bgcolor": look.colour("sheet", theme),
            "fgcolor": look.colour("line-2", theme),
        },
    }


def label(
    drawing: Drawing, row: float, x: float, text: str, *, theme: Theme, columns: int, **axes: str
) -> None:
    """Words on a band, on a plain ground so that they can be read."""
    drawing.annotate(
        x=x,
        y=row,
        text=wording.folded(text, columns),
        bgcolor=look.colour("sheet", theme),
        borderpad=2,
        font={"size": look.SMALLEST, "color": look.colour("ink-2", theme)},
        **axes,
    )
