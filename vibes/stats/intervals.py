"""Intervals that know that votes come in clusters: by rater, and by matchup.

With row scores s_i (n, p), bread A = H⁻¹ and cluster sums S_g: V = A [G/(G − 1) Σ_g S_g S_gᵀ] A (CR1). Two ways:
V_rater + V_matchup − V_rater∩matchup (Cameron, Gelbach and Miller 2011, JBES 29, 238–249). The variance of an estimand is
the largest of two-way, by rater, and model-based; a two-way one that is not positive gives way to the larger one-way. CR3
(leave one rater out) may stand where CR1 by rater does.
Intervals are t with effective raters − 1 degrees of freedom, effective raters = 1/Σ share² over the estimand's own rows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from vibes.stats.arrays import BLOCK, BoolArray, FloatArray, IntArray, sum_by
from vibes.stats.jackknife import Without, leave_one_out, means_without
from vibes.stats.results import Effect, Kind, State
from vibes.stats.scores import Groups, OneScore, RowScores, crowded

FEWEST = 10.0
"""Effective raters below which no interval is given: the cluster variance itself is then too uncertain."""

LEVEL = 0.95
ROUNDING = 1e-10

Errors = Literal["largest", "cr3"]
Scores = Callable[[IntArray], FloatArray]


@dataclass(frozen=True, eq=False)
class Clusters:
    """Who voted (n,) on what (n,), as codes, and with what weight (n,). `errors`: what variance is made of them.

    The choice goes where the clusters go, so that every estimate from the same votes keeps to the same rule.
    """

    rater: IntArray
    matchup: IntArray
    weight: FloatArray
    errors: Errors = "largest"
    maybe_crowded: BoolArray | None = None
    """Which rows (n,) may share their cell with another, where that is known of the rows that these are taken from."""

    def take(self, rows: IntArray) -> "Clusters":
        maybe = self.maybe_crowded
        if "crowded" in self.__dict__:
            maybe = np.zeros(len(self.rater), dtype=bool)
            maybe[self.crowded[0]] = True
        maybe = None if maybe is None else maybe[rows]
        return Clusters(self.rater[rows], self.matchup[rows], self.weight[rows], self.errors, maybe)

    def where(self, chosen: BoolArray) -> "Clusters":
        """The rows that are chosen (n,)."""
        return self if chosen.all() else self.take(np.flatnonzero(chosen))

    def cells(self) -> IntArray:
        """The codes of rater ∩ matchup (n,)."""
        codes: IntArray = self.rater * (self.matchup.max(initial=0) + 1) + self.matchup
        return codes

    @cached_property
    def crowded(self) -> tuple[IntArray, Groups]:
        """The rows (c,) that share their cell with another, and which of them go together."""
        maybe = None if self.maybe_crowded is None else np.flatnonzero(self.maybe_crowded)
        cells = self.cells() if maybe is None else self.cells()[maybe]
        found = crowded(cells)
        return (found if maybe is None else maybe[found]), Groups.of(cells[found])

    def effective_raters(self) -> float:
        return effective(sum_by(self.rater, self.weight, 0))


def effective(totals: FloatArray) -> float:
    """1/Σ share²: how many equal raters would spread the votes as evenly. 0 where there are no votes."""
    square = float(totals @ totals)
    return float(totals.sum()) ** 2 / square if square > 0.0 else 0.0


@dataclass(frozen=True, eq=False)
class Sandwich:
    """Four covariance matrices (p, p) of the same p estimates."""

    by_rater: FloatArray
    by_matchup: FloatArray
    two_way: FloatArray
    by_model: FloatArray

    def project(self, contrasts: FloatArray) -> "Sandwich":
        """The covariances of linear contrasts (q, p) of the estimates."""
        return self._each(lambda matrix: contrasts @ matrix @ contrasts.T)

    def variances(self) -> FloatArray:
        """The variance of each estimate (p,), by the rule of the largest."""
        return _largest(self._each(np.diag))

    def difference_variances(self) -> FloatArray:
        """The variance of each difference of two estimates (p, p), by the rule of the largest."""
        return _largest(self._each(lambda v: np.diag(v)[:, None] + np.diag(v)[None, :] - 2.0 * v))

    def correlation(self) -> FloatArray:
        """The correlations (p, p): of the two-way matrix, or of the one by rater where that is not positive."""
        if (np.diag(self.two_way) > 0.0).all():
            found = _scaled(self.two_way)
            if np.linalg.eigvalsh(found).min() > -ROUNDING:
                return found
        tiny = 1e-12 * np.trace(self.by_model) * np.eye(len(self.by_rater))
        return _scaled(self.by_rater + tiny)

    def _each(self, change: Callable[[FloatArray], FloatArray]) -> "Sandwich":
        return Sandwich(*map(change, (self.by_rater, self.by_matchup, self.two_way, self.by_model)))


def _scaled(covariance: FloatArray) -> FloatArray:
    scale = np.sqrt(np.diag(covariance))
    found: FloatArray = covariance / scale[:, None] / scale[None, :]
    return found


def _largest(each: Sandwich) -> FloatArray:
    two_way = np.where(each.two_way > 0.0, each.two_way, np.maximum(each.by_rater, each.by_matchup))
    return np.maximum(np.maximum(two_way, each.by_rater), each.by_model)


def sandwich(
    scores: Scores,
    bread: FloatArray,
    clusters: Clusters,
    *,
    by_model: FloatArray,
    without: Without | None = None,
) -> Sandwich:
    """Cluster-robust covariances of p estimates. `scores(rows)` gives row scores (len(rows), p).

    Clusters whose `errors` are "cr3" put CR3 by rater where CR1 stands, and need `without(rows)` (p,): what leaving out the
    rows of one rater moves the estimates by. Raises ValueError without it.
    """
    by_rater, by_matchup, by_cell = (bread @ one @ bread for one in _meats(scores, clusters))
    if clusters.errors == "cr3":
        if without is None:
            raise ValueError("CR3 needs to know what leaving out a rater moves")
        by_rater = leave_one_out(without, clusters.rater)
    return Sandwich(by_rater, by_matchup, by_rater + by_matchup - by_cell, by_model)


def _meats(scores: Scores, clusters: Clusters) -> Iterator[FloatArray]:
    """By rater, by matchup, by cell."""
    if isinstance(scores, OneScore):
        each = (scores.of_groups(clusters.rater), scores.of_groups(clusters.matchup))
        return (
            np.array([[_enlarged(total, count)]])
            for total, count in (*each, scores.of_cells(*clusters.crowded))
        )
    return (meat(scores, groups) for groups in (clusters.rater, clusters.matchup, clusters.cells()))


def meat(scores: Scores, groups: IntArray) -> FloatArray:
    """G/(G − 1) Σ_g S_g S_gᵀ (p, p) over the G groups that the codes (n,) name."""
    products, count = scores.products(groups) if isinstance(scores, RowScores) else _products(scores, groups)
    return products * _enlarged(1.0, count)


def _enlarged(total: float, count: int) -> float:
    """Times G/(G − 1)."""
    return total * (count / (count - 1.0) if count > 1 else 1.0)


def _products(scores: Scores, groups: IntArray) -> tuple[FloatArray, int]:
    """Σ_g S_g S_gᵀ (p, p) and the number of groups, in blocks of groups, so that no n × p array is ever held."""
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    ends = np.append(starts[1:], len(groups))
    total, begin = None, 0
    while begin < len(starts):
        stop = max(begin + 1, int(np.searchsorted(ends, starts[begin] + BLOCK, side="right")))
        dense = scores(order[starts[begin] : ends[stop - 1]])
        sums = np.add.reduceat(dense, starts[begin:stop] - starts[begin], axis=0)
        total = sums.T @ sums if total is None else total + sums.T @ sums
        begin = stop
    return np.asarray(total), len(starts)


def share(chosen: FloatArray, clusters: Clusters) -> tuple[float, float]:
    """The weighted share of `chosen` (n,) in 0 … 1 and its variance, by the rule of the largest.

    The model-based variance is p̃(1 − p̃)/Σ w with p̃ = (Σ w y + ½)/(Σ w + 1), so that 12 of 12 is not certain.
    """
    w = clusters.weight
    total = float(w.sum())
    p = min(1.0, float(w @ chosen) / total)
    pull = w * (chosen - p)
    shrunk = (p * total + 0.5) / (total + 1.0)
    by_model = np.array([[shrunk * (1.0 - shrunk) / total]])
    found = sandwich(
        OneScore(pull),
        np.array([[1.0 / total]]),
        clusters,
        by_model=by_model,
        without=means_without(pull, w, np.zeros(len(w), dtype=np.int64), 1),
    )
    return p, float(found.variances()[0])


def half_width(variance: float, effective_raters: float, level: float = LEVEL) -> float:
    """t(effective raters − 1) × standard error."""
    return float(stdtrit(effective_raters - 1.0, (1.0 + level) / 2.0) * np.sqrt(variance))


def effect(
    estimate: float,
    variance: float,
    clusters: Clusters,
    *,
    unit: str,
    kind: Kind,
    bounds: tuple[float, float] = (-np.inf, np.inf),
    note: str = "",
) -> Effect:
    """Give an estimate its interval, or say why it has none. `clusters` are the rows of this estimand."""
    raters = clusters.effective_raters()
    if raters < FEWEST:
        return without_interval(
            clusters, "not_enough", too_few(raters), unit=unit, kind=kind, estimate=estimate
        )
    width = half_width(variance, raters)
    low, high = max(bounds[0], estimate - width), min(bounds[1], estimate + width)
    se, n = float(np.sqrt(variance)), len(clusters.weight)
    return known(estimate, low, high, se, n=n, effective_raters=raters, unit=unit, kind=kind, note=note)


def without_interval(
    clusters: Clusters, state: State, note: str, *, unit: str, kind: Kind, estimate: float | None = None
) -> Effect:
    """An effect of these rows that says why it has no interval."""
    n, raters = len(clusters.weight), clusters.effective_raters()
    return unknown(state, note, n=n, effective_raters=raters, unit=unit, kind=kind, estimate=estimate)


def known(
    estimate: float,
    low: float,
    high: float,
    se: float | None,
    *,
    n: int,
    effective_raters: float | None,
    unit: str,
    kind: Kind,
    note: str = "",
) -> Effect:
    """An effect whose interval is at hand, however it came about."""
    found = Effect(
        estimate=estimate,
        low=low,
        high=high,
        se=se,
        n=n,
        effective_raters=effective_raters,
        unit=unit,
        kind=kind,
        state="ok",
    )
    return found | {"note": note} if note else found


def unknown(
    state: State,
    note: str,
    *,
    n: int,
    effective_raters: float | None,
    unit: str,
    kind: Kind,
    estimate: float | None = None,
) -> Effect:
    """An effect without an interval, and why."""
    return Effect(
        estimate=estimate,
        low=None,
        high=None,
        se=None,
        n=n,
        effective_raters=effective_raters,
        unit=unit,
        kind=kind,
        state=state,
        note=note,
    )


def too_few(raters: float) -> str:
    return f"the votes spread over {raters:.1f} effective raters; an interval needs {FEWEST:.0f}"
