"""The plane of evals and vibes: where each model stands, in pixels of the least width, and how large its mark is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vibes.charts import theme as look
from vibes.charts.fronts import GoldilocksInfo, Spot
from vibes.charts.placing import Box
from vibes.charts.theme import ModelMark, Shape, Theme

HEIGHT = {"wide": 480, "narrow": 420, "sheet": 500}
# The least width that a plotting area has, in pixels: labels that have room there have it everywhere.
WIDTH = {"wide": 700, "narrow": 270, "sheet": 860}
SMALLEST, LARGEST, UNPRICED = 9.0, 26.0, 9.0
STRIP = 44


@dataclass(frozen=True)
class Field:
    """The plotting area: ranges of both axes, a strip along an edge for what is not known there."""

    spots: tuple[Spot, ...]
    evals: tuple[float, float]
    vibes: tuple[float, float]
    marks: dict[str, ModelMark]
    per: int
    theme: Theme
    shape: Shape

    @property
    def narrow(self) -> bool:
        return self.shape == "narrow"

    @property
    def wide(self) -> int:
        return WIDTH[self.shape]

    @property
    def high(self) -> int:
        """Pixels; low where no vibes are known, since there is nothing but the strip."""
        return HEIGHT[self.shape] if any(one.vibes for one in self.spots) else 3 * STRIP

    @property
    def left(self) -> int:
        """How wide the strip of models without evals is."""
        return STRIP if any(one.evals is None for one in self.spots) else 0

    @property
    def foot(self) -> int:
        """How high the strip of models without vibes is."""
        if all(one.vibes is None for one in self.spots):
            return self.high
        return STRIP if any(one.vibes is None for one in self.spots) else 0

    def x(self, one: Spot) -> float:
        """Pixels from the left."""
        return self.left / 2 if one.evals is None else self.across(one.evals)

    def across(self, evals: float) -> float:
        return self.left + share(evals, self.evals) * (self.wide - self.left)

    def y(self, one: Spot) -> float:
        """Pixels from the foot."""
        return self.foot / 2 if one.vibes is None else self.upright(one.vibes.estimate)

    def upright(self, strength: float) -> float:
        return self.foot + share(strength, self.vibes) * (self.high - self.foot)

    def size(self, one: Spot) -> float:
        """Pixels across: the area goes with the price."""
        if one.price is None:
            return UNPRICED
        dearest = max((other.price or 0.0 for other in self.spots), default=0.0)
        return max(SMALLEST, LARGEST * math.sqrt(max(0.0, one.price) / dearest)) if dearest > 0 else SMALLEST


def share(value: float, ends: tuple[float, float]) -> float:
    return (value - ends[0]) / (ends[1] - ends[0])


def field_of(placed: tuple[Spot, ...], told: GoldilocksInfo, theme: Theme, shape: Shape) -> Field:
    evals = [one.evals for one in placed if one.evals is not None]
    vibes = [end for one in placed if one.vibes for end in (one.vibes.low, one.vibes.high)]
    marks = look.model_marks([one.model for one in told.spots], theme)
    return Field(placed, reach(evals, 0.09), reach(vibes, 0.05), marks, told.per, theme, shape)


def reach(values: Sequence[float], air: float) -> tuple[float, float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    wide = (high - low) * air or abs(low) * 0.1 or 1.0
    return low - wide, high + wide


def mark_box(field: Field, one: Spot) -> Box:
    x, y, half = field.x(one), field.y(one), field.size(one) / 2
    return Box(x - half, y - half, x + half, y + half)


def interval_box(field: Field, one: Spot) -> Box | None:
    if one.vibes is None:
        return None
    x, low, high = field.x(one), field.upright(one.vibes.low), field.upright(one.vibes.high)
    return Box(x - 2, low, x + 2, high)
