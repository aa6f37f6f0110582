"""Intervals of means over seed statements. The seed statement is the unit: its prompts share all their words but one.

Resampling is not used: over ten or twenty statements that all went the same way, a bootstrap says that there is nothing
left to learn. Each of these keeps a width there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from scipy.special import ndtri, stdtrit

LEVEL = 0.95
Z = float(ndtri((1 + LEVEL) / 2))
# The variance of rounding to whole numbers: of one, and of the difference of two.
WHOLE = 1 / 12
WHOLE_DIFFERENCE = 1 / 6

# (estimate, low, high)
Interval = tuple[float, float, float]


def share(values: Sequence[float]) -> Interval:
    """The mean of values in 0 … 1, by Wilson's score interval.

    Of values between 0 and 1 the variance is at most that of a share with the same mean: the interval is then too wide,
    never too narrow. Wilson (1927), JASA 22, 209–212.
    """
    return _wilson(math.fsum(values) / len(values), len(values))


def signed_mean(values: Sequence[float]) -> Interval:
    """The mean of values in −1 … 1, as the share above 0 less the share below, from the limits of the two.

    d − √((p − l)² + (u′ − q)² + 2ρ(p − l)(u′ − q)), and the same upwards, with ρ = √(pq/((1 − p)(1 − q))): the two shares
    of one multinomial hold each other down. Zou and Donner (2008), Statistics in Medicine 27, 1693–1702 (MOVER). Changing
    the sign of all values changes the signs of the limits, and their order.
    """
    n = len(values)
    (p, low, high), (q, below, above) = (
        _wilson(math.fsum(max(sign * value, 0.0) for value in values) / n, n) for sign in (1, -1)
    )
    rest = (1 - p) * (1 - q)
    rho = min(1.0, math.sqrt(p * q / rest)) if rest > 0 else 0.0
    down, up = _joined(p - low, above - q, rho), _joined(high - p, q - below, rho)
    return p - q, max(-1.0, p - q - down), min(1.0, p - q + up)


def mean_of_whole(values: Sequence[float], rounding: float) -> Interval | None:
    """The mean of whole numbers, by Student's t; None of fewer than two.

    The variance is taken to be at least that of `rounding`: whole numbers that agree do not tell more than that.
    """
    n = len(values)
    if n < 2:
        return None
    mean = math.fsum(values) / n
    variance = math.fsum((value - mean) ** 2 for value in values) / (n - 1)
    half = float(stdtrit(n - 1, (1 + LEVEL) / 2)) * math.sqrt(max(variance, rounding) / n)
    return mean, mean - half, mean + half


def _wilson(p: float, n: int) -> Interval:
    middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(max(p * (1 - p), 0.0) / n + Z**2 / (4 * n**2))
    # At none and at all the limit is the share itself, which rounding may miss.
    return p, 0.0 if p == 0 else max(0.0, middle - half), 1.0 if p == 1 else min(1.0, middle + half)


def _joined(one: float, other: float, rho: float) -> float:
    return math.sqrt(max(one**2 + other**2 + 2 * rho * one * other, 0.0))
