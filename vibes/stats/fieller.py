"""A ratio of two estimates and the set of values that they cannot rule out.

{r : (top − r·bottom)² ≤ t² Var(top − r·bottom)}, which is an interval only where `bottom` excludes 0. The set is taken under
each covariance of the rule of the largest, and the widest reach of them is given.
Fieller (1954), JRSS B 16, 175–185.
"""

import numpy as np
from scipy.special import stdtrit

from vibes.stats.arrays import FloatArray
from vibes.stats.intervals import FEWEST, LEVEL, Clusters, Sandwich, known, too_few, without_interval
from vibes.stats.results import Effect, Kind

BARELY = 0.01
"""A bottom that excludes 0 by less than this share of its square leaves a set that no one can read: as good as unbounded."""


def ratio(
    top: float,
    bottom: float,
    joint: Sandwich,
    clusters: Clusters,
    *,
    unit: str,
    kind: Kind,
    unbounded: str,
    note: str = "",
) -> Effect:
    """top/bottom with its Fieller set; `se` by the delta method.

    `joint`: covariances (2, 2) of (top, bottom). `clusters`: the rows of this estimand, whose effective raters give the
    degrees of freedom. Where the set is not an interval: not_identified, no estimate, `unbounded` as the reason.
    """
    raters = clusters.effective_raters()
    if raters < FEWEST:
        return without_interval(clusters, "not_enough", too_few(raters), unit=unit, kind=kind)
    found = fieller(top, bottom, joint, float(stdtrit(raters - 1.0, (1.0 + LEVEL) / 2.0)))
    if found is None:
        return without_interval(clusters, "not_identified", unbounded, unit=unit, kind=kind)
    delta = joint.project(np.array([[1.0, -top / bottom]]) / bottom)
    se, n = float(np.sqrt(delta.variances()[0])), len(clusters.weight)
    return known(top / bottom, *found, se, n=n, effective_raters=raters, unit=unit, kind=kind, note=note)


def fieller(top: float, bottom: float, joint: Sandwich, t: float) -> tuple[float, float] | None:
    """The ends of the set, or None where it is unbounded. `t`: the two-sided bound of the t distribution."""
    ends = [_ends(top, bottom, covariance, t) for covariance in _candidates(joint)]
    bounded = [pair for pair in ends if pair is not None]
    if len(bounded) < len(ends):
        return None
    return min(low for low, _ in bounded), max(high for _, high in bounded)


def _candidates(joint: Sandwich) -> list[FloatArray]:
    """The covariances among which the rule of the largest chooses: two-way gives way where it is not positive."""
    two_way = joint.two_way
    positive = two_way[0, 0] > 0.0 and np.linalg.det(two_way) > 0.0
    return [joint.by_rater, joint.by_model, two_way if positive else joint.by_matchup]


def _ends(top: float, bottom: float, covariance: FloatArray, t: float) -> tuple[float, float] | None:
    """The roots of (bottom² − t² v₂₂) r² − 2 (top·bottom − t² v₁₂) r + top² − t² v₁₁."""
    square = bottom**2 - t**2 * covariance[1, 1]
    if square <= BARELY * bottom**2:
        return None
    middle = top * bottom - t**2 * covariance[0, 1]
    last = top**2 - t**2 * covariance[0, 0]
    root = np.sqrt(max(middle**2 - square * last, 0.0))
    return float((middle - root) / square), float((middle + root) / square)
