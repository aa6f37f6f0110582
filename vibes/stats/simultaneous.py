"""Intervals and ranks for a whole board at once.

Max-t: the level α* at which the smallest p-value of K correlated normal estimates falls with probability 5 %, found by
drawing; each estimate then has its t interval at 1 − α* (its own degrees of freedom). Ranks: model i is told apart from j
where their difference is beyond its max-t bound over all pairs; the rank of i is between 1 + those surely above it and
K − those surely below. Montiel Olea and Plagborg-Møller (2019), J. Appl. Econometrics 34, 1–17; Mogstad, Romano, Shaikh
and Wilhelm (2024), Rev. Econ. Studies 91, 476–518.
"""

import numpy as np
from scipy.special import ndtr, stdtrit

from vibes.stats.arrays import BoolArray, FloatArray, IntArray

DRAWS = 10_000
PAIR_DRAWS = 4_000
JITTER = 1e-9


def draws(correlation: FloatArray, generator: np.random.Generator, size: int = DRAWS) -> FloatArray:
    """Standard normal estimates with these correlations (size, K)."""
    root = np.linalg.cholesky(_drawn_from(correlation))
    found: FloatArray = generator.standard_normal((size, len(correlation))) @ root.T
    return found


def _drawn_from(correlation: FloatArray) -> FloatArray:
    """The correlations made just positive: those of contrasts that sum to 0 are singular."""
    found: FloatArray = correlation + JITTER * np.eye(len(correlation))
    return found


def joint_alpha(standard: FloatArray, level: float) -> float:
    """α* for estimates drawn as `standard` (size, K): between (1 − level)/K and 1 − level."""
    return _alpha(np.abs(standard).max(axis=1), level)


def pair_alpha(standard: FloatArray, errors: FloatArray, correlation: FloatArray, level: float) -> float:
    """α* for all K(K − 1)/2 differences of estimates with these standard errors (K,)."""
    drawn = np.ascontiguousarray((standard[:PAIR_DRAWS] * errors).T)
    covariance = _drawn_from(correlation) * errors[:, None] * errors[None, :]
    variance = np.diag(covariance)
    largest = np.zeros(drawn.shape[1])
    for i in range(len(errors) - 1):
        spread = np.sqrt(variance[i] + variance[i + 1 :] - 2.0 * covariance[i, i + 1 :])
        gaps = (drawn[i + 1 :] - drawn[i]) / spread[:, None]
        np.maximum(largest, np.abs(gaps, out=gaps).max(axis=0), out=largest)
    return _alpha(largest, level)


def _alpha(largest: FloatArray, level: float) -> float:
    return float(2.0 * ndtr(-np.quantile(largest, level)))


def bound(alpha: float, effective_raters: FloatArray) -> FloatArray:
    """The two-sided t bound at α, with effective raters − 1 degrees of freedom each."""
    found: FloatArray = -stdtrit(effective_raters - 1.0, alpha / 2.0)
    return found


def ranks(estimates: FloatArray, told_apart: BoolArray) -> tuple[IntArray, IntArray]:
    """The lowest and the highest rank (1 is best) that the data leave open. `told_apart` (K, K) is symmetric."""
    higher = estimates[None, :] > estimates[:, None]
    best = 1 + (told_apart & higher).sum(axis=1)
    worst = len(estimates) - (told_apart & ~higher & (estimates[None, :] < estimates[:, None])).sum(axis=1)
    return best, worst
