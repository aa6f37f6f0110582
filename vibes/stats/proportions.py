"""Shares of a count, by the score interval of Wilson, and differences of two shares by that of Newcombe.

The limits are the shares that a test at the same level does not reject: they stay within 0 … 1 and have a width at
none of n and at all of n. Wilson (1927), Probable inference, JASA 22, 209–212; Newcombe (1998), Statistics in Medicine 17,
873–890, method 10.
"""

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from vibes.stats.arrays import FloatArray
from vibes.stats.intervals import LEVEL
from vibes.stats.results import Shown


def wilson(successes: npt.ArrayLike, n: npt.ArrayLike, level: float = LEVEL) -> tuple[FloatArray, FloatArray]:
    """The limits (low, high) of the share `successes`/`n`, entry by entry; NaN where `n` is 0. Counts may be fractions."""
    s, size = np.broadcast_arrays(np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64))
    z = float(ndtri((1.0 + level) / 2.0))
    some = size > 0.0
    total = np.where(some, size, np.nan)
    middle = (s + z**2 / 2.0) / (total + z**2)
    half = z / (total + z**2) * np.sqrt(np.maximum(s * (total - s) / total, 0.0) + z**2 / 4.0)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def newcombe(one: tuple[float, float, float], other: tuple[float, float, float]) -> tuple[float, float]:
    """The limits (low, high) of one share − another, each given with its own limits (p, low, high); −1 … 1.

    d − √((p₁ − l₁)² + (u₂ − p₂)²) and d + √((u₁ − p₁)² + (p₂ − l₂)²): as if the two were independent.
    """
    (p, low, high), (q, below, above) = one, other
    return p - q - float(np.hypot(p - low, above - q)), p - q + float(np.hypot(high - p, q - below))


def shown(successes: npt.ArrayLike, n: npt.ArrayLike) -> list[Shown]:
    """One share a count (R,), each with its interval; nothing but n where n is 0."""
    chosen, size = np.atleast_1d(np.asarray(successes, dtype=np.float64)), np.atleast_1d(np.asarray(n))
    low, high = wilson(chosen, size)
    return [
        Shown(rate=float(s / k), low=float(a), high=float(b), n=int(k))
        if k
        else Shown(rate=None, low=None, high=None, n=0)
        for s, k, a, b in zip(chosen, size, low, high, strict=True)
    ]
