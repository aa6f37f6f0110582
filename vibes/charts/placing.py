"""Names beside marks in a plane: each where it hides no other, or nowhere. Also round numbers for a hand-made axis."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

LINE = 16.0
SIDES = (
    ("left", "middle"),
    ("right", "middle"),
    ("center", "bottom"),
    ("center", "top"),
    ("left", "bottom"),
    ("right", "bottom"),
    ("left", "top"),
    ("right", "top"),
)
ACROSS = {"left": 1, "center": 0, "right": -1}
UP = {"bottom": 1, "middle": 0, "top": -1}


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels from the left and the foot."""

    left: float
    foot: float
    right: float
    top: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.foot < other.top
            and other.foot < self.top
        )

    def within(self, size: tuple[float, float]) -> bool:
        return self.left >= 0 and self.foot >= 0 and self.right <= size[0] and self.top <= size[1]


@dataclass(frozen=True)
class Placed:
    """Where a name stands: its box, and the words for it in an annotation."""

    box: Box
    anchored: dict[str, Any]


def place(
    at: tuple[float, float], off: float, wide: float, taken: Sequence[Box], size: tuple[float, float]
) -> Placed | None:
    """The first side of the mark that is free within `size`; None where none is."""
    free = (
        Placed(box, {"x": at[0], "y": at[1], **anchor})
        for box, anchor in sides(at, off, wide)
        if box.within(size) and not any(box.meets(other) for other in taken)
    )
    return next(free, None)


def sides(at: tuple[float, float], off: float, wide: float) -> Iterator[tuple[Box, dict[str, Any]]]:
    """Where a name may stand, the best first: beside the mark, above and below it, then at its corners."""
    x, y = at
    for xanchor, yanchor in SIDES:
        corner = yanchor != "middle" and xanchor != "center"
        across, up = ACROSS[xanchor] * off * (0.5 if corner else 1), UP[yanchor] * off
        left = x + across - {"left": 0, "center": wide / 2, "right": wide}[xanchor]
        foot = y + up - {"bottom": 0, "middle": LINE / 2, "top": LINE}[yanchor]
        anchor = {"xanchor": xanchor, "yanchor": yanchor, "xshift": across, "yshift": up}
        yield Box(left, foot, left + wide, foot + LINE), anchor


def even(low: float, high: float, about: int) -> list[float]:
    """Round numbers from `low` to `high`, about so many."""
    wanted = (high - low) / max(1, about)
    if not (wanted > 0 and math.isfinite(wanted)):
        return []
    power = 10.0 ** math.floor(math.log10(wanted))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= wanted * 0.75)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [number * step for number in range(first, last + 1)]
