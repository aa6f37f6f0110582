"""Labels beside lines that end close together: each moves as little as it must."""

from collections.abc import Sequence


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places at least `gap` apart within `low` … `high`, in the order of `wanted`, nearest to it by least squares.

    `wanted` may come in any order; where the labels do not fit, they stand evenly. Pool adjacent violators (Barlow et al.
    1972, Statistical Inference under Order Restrictions).
    """
    if not wanted:
        return []
    order = sorted(range(len(wanted)), key=lambda place: (wanted[place], place))
    gap = min(gap, (high - low) / max(1, len(wanted) - 1))
    last = high - gap * (len(wanted) - 1)
    levels = pooled([wanted[place] - gap * step for step, place in enumerate(order)])
    found = [0.0] * len(wanted)
    for step, (place, level) in enumerate(zip(order, levels, strict=True)):
        found[place] = min(max(level, low), last) + gap * step
    return found


def pooled(values: Sequence[float]) -> list[float]:
    """The nearest sequence that never falls."""
    blocks: list[tuple[float, int]] = []
    for value in values:
        mean, size = value, 1
        while blocks and blocks[-1][0] > mean:
            before, count = blocks.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        blocks.append((mean, size))
    return [mean for mean, size in blocks for _ in range(size)]
