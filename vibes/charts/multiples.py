"""Small multiples: panels of one size in columns, each with its own words and axes, placed to the pixel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vibes.charts import theme as look
from vibes.charts import wording
from vibes.charts.drawing import Drawing
from vibes.charts.theme import Shape, Theme

# The share of the width between two columns: the numbers of the right one's axis stand there.
GUTTERS = {1: 0.0, 2: 0.09, 3: 0.075}
LINE = 18
Word = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Slot:
    """One panel of a plotting area `inner` pixels high: its columns as shares, its top in pixels from the foot."""

    columns: tuple[float, float]
    top: int
    inner: int

    def y(self, down: float) -> float:
        """The share of the plotting area at so many pixels below the top of the panel."""
        return min(1.0, max(0.0, (self.top - down) / self.inner))

    def rows(self, down: float, high: float) -> tuple[float, float]:
        """The domain of an axis that begins `down` pixels below the top and is `high` pixels high."""
        return self.y(down + high), self.y(down)


def side_by_side(count: int, shape: Shape) -> int:
    """How many panels stand side by side."""
    if shape == "narrow" or count == 1:
        return 1
    return 2 if count <= 4 else 3


def columns(across: int, shape: Shape) -> int:
    """How many columns of small text a panel has room for."""
    if across == 1:
        return 46 if shape == "narrow" else 100
    return {2: 48, 3: 34}[across]


def name_columns(across: int, shape: Shape) -> int:
    """How many columns of its bold name a panel has room for, wide letters included."""
    if across == 1:
        return 34 if shape == "narrow" else 80
    return {2: 38, 3: 24}[across]


def height(count: int, across: int, each: int) -> int:
    """Pixels of `count` panels, `each` so high, in so many columns."""
    return -(-count // across) * each


def slots(
    count: int, across: int, each: int, inner: int, *, above: int = 0, inset: float = 0.0
) -> list[Slot]:
    """Row by row from the top left. `above`: pixels that are taken already; `inset`: the share left free on the left."""
    gutter = GUTTERS[across]
    wide = (1 - inset - gutter * (across - 1)) / across
    lefts = [inset + (place % across) * (wide + gutter) for place in range(count)]
    return [
        Slot((left, min(1.0, left + wide)), inner - above - (place // across) * each, inner)
        for place, left in enumerate(lefts)
    ]


def axis(number: int, letter: str) -> str:
    """The name of an axis as a trace has it: "x", "x2", …"""
    return letter if number == 1 else f"{letter}{number}"


def key(number: int, letter: str) -> str:
    """The name of an axis as a layout has it: "xaxis", "xaxis2", …"""
    return f"{letter}axis" if number == 1 else f"{letter}axis{number}"


def write(drawing: Drawing, slot: Slot, words: Sequence[Word], *, down: float = 0) -> None:
    """Lines of words from the top left of a panel down. Fonts come with each line."""
    at = {"x": slot.columns[0], "xref": "paper", "xanchor": "left", "yref": "paper", "yanchor": "top"}
    for line, (text, font) in enumerate(words):
        drawing.annotate(
            text=wording.markup(text), font=font, align="left", y=slot.y(down + line * LINE), **at
        )


def name_font(theme: Theme) -> dict[str, Any]:
    return {"size": look.TEXT, "weight": 600, "color": look.colour("ink", theme)}


def small_font(theme: Theme, ink: str = "ink-2") -> dict[str, Any]:
    return {"size": look.SMALLEST, "color": look.colour(ink, theme)}
