"""Figures of one rater, over matchups: what varies is which pairs of answers there were.

A judge meets every variant of a matchup in both orders, so that the quality of the answers cancels within a matchup: the
variance is that between matchups (CR1), and the larger one of independent rows has no place here. It is never less than
half a vote of one further matchup would make it, so that a judge that never wavers is not certain. Intervals are t with
effective matchups − 1; shares have Wilson's, at the size that gives a simple sample this variance.
"""

import numpy as np
from scipy.special import stdtr, stdtrit

from vibes.stats.arrays import FloatArray, IntArray, sum_by
from vibes.stats.intervals import FEWEST, LEVEL, effective, known, unknown
from vibes.stats.proportions import wilson
from vibes.stats.results import Effect, Kind

NOTE = "of one judge, over matchups"


def few(matchups: float) -> str:
    return f"the comparisons spread over {matchups:.1f} effective matchups; an interval needs {FEWEST:.0f}"


def variance(pull: FloatArray, matchup: IntArray, weight: FloatArray) -> float:
    """G/(G − 1) Σ_g (Σ_{i∈g} pull_i)² of `pull` (n,), the rows' shares of an estimate less the estimate; with its floor."""
    totals = sum_by(matchup, pull, 0)
    groups = int((sum_by(matchup, weight, 0) > 0.0).sum())
    correction = groups / (groups - 1.0) if groups > 1 else 1.0
    return max(correction * float(totals @ totals), floor(groups))


def floor(groups: int) -> float:
    """The variance that half a vote of one matchup in so many makes."""
    return 0.25 / max(groups, 1) ** 2


def told(
    estimate: float,
    spread: float,
    matchup: IntArray,
    *,
    unit: str,
    kind: Kind,
    bounds: tuple[float, float] = (-0.5, 0.5),
) -> Effect:
    """An estimate of variance `spread` over rows of these matchups (n,)."""
    n, matchups = len(matchup), size(matchup)
    if matchups < FEWEST:
        return nothing(few(matchups), n=n, unit=unit, kind=kind, estimate=estimate)
    error = float(np.sqrt(spread))
    width = quantile(matchups) * error
    low, high = max(bounds[0], estimate - width), min(bounds[1], estimate + width)
    return known(estimate, low, high, error, n=n, effective_raters=None, unit=unit, kind=kind, note=NOTE)


def share(chosen: FloatArray, matchup: IntArray, *, unit: str, kind: Kind, why: str) -> Effect:
    """The mean of `chosen` (n,), each in 0 … 1. `why`: said where there is no row."""
    n = len(chosen)
    if not n:
        return nothing(why, n=0, unit=unit, kind=kind)
    p, matchups = float(chosen.mean()), size(matchup)
    if matchups < FEWEST:
        return nothing(few(matchups), n=n, unit=unit, kind=kind, estimate=p)
    spread = variance((chosen - p) / n, matchup, np.ones(n))
    as_many = min(p * (1.0 - p) / spread, float(n)) if 0.0 < p < 1.0 else matchups
    # Wilson's limits at the level at which the normal quantile is the t of so few matchups.
    level = 1.0 - 2.0 * _tail(quantile(matchups))
    low, high = wilson(p * as_many, as_many, level)
    error = float(np.sqrt(spread))
    return known(
        p, float(low), float(high), error, n=n, effective_raters=None, unit=unit, kind=kind, note=NOTE
    )


def nothing(why: str, *, n: int, unit: str, kind: Kind, estimate: float | None = None) -> Effect:
    """Not enough for an interval, and why."""
    return unknown("not_enough", why, n=n, effective_raters=None, unit=unit, kind=kind, estimate=estimate)


def size(matchup: IntArray) -> float:
    """Effective matchups: how many equal ones would spread the rows as evenly."""
    return effective(sum_by(matchup, np.ones(len(matchup)), 0))


def quantile(matchups: float) -> float:
    return float(stdtrit(matchups - 1.0, (1.0 + LEVEL) / 2.0))


def _tail(z: float) -> float:
    """P(Z > z) of the normal distribution, which is t with endless degrees of freedom."""
    return float(stdtr(np.inf, -z))
