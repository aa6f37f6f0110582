"""Partial pooling of R noisy personal values: z_r ~ N(u_r, 1/h_r), u_r ~ N(m, s²).

The restricted likelihood of s has m integrated out. What is said of a rater averages over s under a flat prior on it
(Gelman 2006, Bayesian Analysis 1, 515–534), so that an s read as 0 leaves no rater without an interval.
"""

from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import FloatArray

LARGEST = 4.0
"""The largest SD looked at, in log-odds: a rater one SD up would choose 98 of 100 where the mean rater tosses a coin."""

POINTS = 160
HALVINGS = 50


@dataclass(frozen=True, eq=False)
class Pooled:
    """`mean` m and `spread` s at its restricted maximum; each rater's `value` and `variance` (R,) over the posterior of s,
    m as known; `own` (R,): the weight of a rater's own votes in the value, 0 … 1, the rest being that of the mean."""

    mean: float
    spread: float
    value: FloatArray
    variance: FloatArray
    own: FloatArray


def pooled(z: FloatArray, h: FloatArray) -> Pooled:
    """Pool R values of precision `h` > 0. R ≥ 3."""
    spread = spread_of(z, h)
    s = LARGEST * np.linspace(0.0, 1.0, POINTS) ** 2
    log_density = _restricted(s, z, h)
    mass = np.exp(log_density - log_density.max()) * np.gradient(s)
    mass /= mass.sum()
    own = _own(s, h)
    each = own * z + (1.0 - own) * _means(s, z, h)[:, None]
    value = mass @ each
    variance = mass @ (own / h + (each - value) ** 2)
    mean = float(_means(np.array([spread]), z, h)[0])
    return Pooled(mean, spread, value, variance, mass @ own)


def spread_of(z: FloatArray, h: FloatArray) -> float:
    """s at the maximum of its restricted likelihood; 0 where values differ no more than their errors."""
    s = LARGEST * np.linspace(0.0, 1.0, POINTS) ** 2
    best = int(np.argmax(_restricted(s, z, h)))
    low, high = float(s[max(best - 1, 0)]), float(s[min(best + 1, POINTS - 1)])
    if _rise(low**2, z, h) <= 0.0:
        return low
    if _rise(high**2, z, h) >= 0.0:
        return high
    return float(np.sqrt(_level(low**2, high**2, z, h)))


def _level(low: float, high: float, z: FloatArray, h: FloatArray) -> float:
    """Where `_rise` falls through 0 between the two. By halving: for this one root `scipy.optimize` takes 0.2 s to load."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _rise(middle, z, h) > 0.0 else (low, middle)
    return (low + high) / 2.0


def _rise(variance: float, z: FloatArray, h: FloatArray) -> float:
    """The slope of the restricted log-likelihood in s²."""
    s = np.array([np.sqrt(variance)])
    omega = _precision(s, h)[0]
    apart = z - _means(s, z, h)[0]
    return float((omega**2).sum() / omega.sum() - omega.sum() + (omega**2) @ apart**2) / 2.0


def centre(spread: float, z: FloatArray, h: FloatArray) -> float:
    """m given s: the mean of the values, each weighted by 1/(s² + 1/h)."""
    return float(_means(np.array([spread]), z, h)[0])


def shrunken(spread: float, z: FloatArray, h: FloatArray) -> FloatArray:
    """The values (R,) given s, drawn to their mean."""
    own = _own(np.array([spread]), h)[0]
    found: FloatArray = own * z + (1.0 - own) * centre(spread, z, h)
    return found


def _own(s: FloatArray, h: FloatArray) -> FloatArray:
    """s² h/(1 + s² h) (k, R)."""
    part = s[:, None] ** 2 * h
    found: FloatArray = part / (1.0 + part)
    return found


def _precision(s: FloatArray, h: FloatArray) -> FloatArray:
    found: FloatArray = h / (1.0 + s[:, None] ** 2 * h)
    return found


def _means(s: FloatArray, z: FloatArray, h: FloatArray) -> FloatArray:
    omega = _precision(s, h)
    found: FloatArray = (omega @ z) / omega.sum(axis=1)
    return found


def _restricted(s: FloatArray, z: FloatArray, h: FloatArray) -> FloatArray:
    """The restricted log-likelihood of each s (k,), up to a constant."""
    omega = _precision(s, h)
    apart = z - _means(s, z, h)[:, None]
    likely: FloatArray = (
        np.log(omega).sum(axis=1) - np.log(omega.sum(axis=1)) - (omega * apart**2).sum(axis=1)
    )
    return likely / 2.0
