"""Susceptibility: how far each rater is drawn to a cue, or to measured tone; the spread of it between raters.

η_i = (verdict model) + u_r v_i with u_r ~ N(m, s²): the rest of the model as fitted, u_r by a few Newton steps, each on
the quadratic of rater r's log-likelihood at the last one: own value z_r = u_r + g_r/h_r with g_r = Σ w v ∂log P/∂η and
h_r = Σ w v² (−∂²log P/∂η²), then pooled (personal.py), which is Laplace's approximation of the likelihood of s. Rows count
as often as they tell: h_r is divided by φ̂ = Σ (sums of w v ∂log P/∂η by rater and matchup)²/Σ h_r at the fit where that
exceeds the fit's own. Slopes are on the scale of the verdict model: what it does not know of the matchups shrinks them as it
does every effect, and a few votes a rater shrink s (0.37 for a planted 0.40 at 24 cued votes a rater, 0.34 at 12).
Breslow and Clayton (1993), JASA 88, 9–25; Morris (1983), JASA 78, 47–55.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray, sum_by
from vibes.stats.boards import BoardFit
from vibes.stats.fits import Fit
from vibes.stats.intervals import (
    FEWEST,
    Clusters,
    Sandwich,
    effect,
    half_width,
    known,
    sandwich,
    too_few,
    unknown,
)
from vibes.stats.personal import Pooled, pooled, shrunken, spread_of
from vibes.stats.results import Effect, Kind, Susceptibility
from vibes.stats.slopes import Slopes, slopes_of

UNIT = "log-odds per unit"
FEWEST_RATERS = 5
"""Raters from whom on there is a spread: the variance of fewer is no estimate."""

STEPS = 30
SETTLED = 1e-9
ALONE = 1e-3
"""Share of the pool that is left at the least where a rater is left out: with less, there is no mean without them."""

BLOCK = 256


def susceptibility(
    fitted: BoardFit,
    covariate: str,
    raters: Sequence[str],
    *,
    of: str,
    kind: Kind,
    unit: str = UNIT,
) -> tuple[Susceptibility | None, dict[str, Effect]]:
    """The mean and spread of personal slopes on one covariate of the fit, and each rater's slope by name.

    `fitted`: a verdict model with the covariate in it, on all rows (of all variants, for a cue v = +1 on A, −1 on B, 0
    unplanted). `raters`: names of the rater codes of its votes. Slopes in log-odds per unit of the covariate, + towards
    the side that has more of it. None and no rater where the covariate is not in the fit, or fewer than five raters saw it.
    `mean` counts raters by what is known of each, where the fit's own coefficient counts votes.
    """
    fit = fitted.fit
    if fit is None or fitted.sandwich is None or covariate not in fit.votes.covariates:
        return None, {}
    study = _study(fit, fitted.clusters, covariate)
    if len(study.raters) < FEWEST_RATERS:
        return None, {}
    found = _settle(study)
    if found is None:
        return None, {}
    base, away = fit.effect(covariate), _away(study, found)
    error = _mean_variance(study, found, fitted.sandwich, fitted.clusters, away)
    mean = effect(base + found.pooled.mean, error, study.clusters, unit=unit, kind=kind)
    variances = _variances(found, error, fitted.sandwich, away)
    each = _each(study, base + found.pooled.value, variances, unit, kind)
    named = {raters[code]: one for code, one in zip(study.raters.tolist(), each, strict=True)}
    return Susceptibility(of=of, mean=mean, spread=found.pooled.spread, kind=kind), named


@dataclass(frozen=True, eq=False)
class _Study:
    """The k votes that differ in the covariate, which stands at `place` in the fit's parameters.

    `rows` (k,) in the fit's votes, `v` (k,), `group` (k,) codes of their raters counted anew, `raters` (R,) the fit's codes
    of these, `cell` (k,) codes of rater and matchup.
    """

    fit: Fit
    place: int
    rows: IntArray
    v: FloatArray
    weight: FloatArray
    group: IntArray
    raters: IntArray
    cell: IntArray
    clusters: Clusters

    def sums(self, values: FloatArray) -> FloatArray:
        return sum_by(self.group, values, len(self.raters))


def _study(fit: Fit, clusters: Clusters, covariate: str) -> _Study:
    column = fit.votes.x[:, fit.votes.covariates.index(covariate)]
    rows = np.flatnonzero(column)
    chosen = clusters.take(rows)
    raters, group = np.unique(fit.votes.rater[rows], return_inverse=True)
    cell = np.unique(chosen.cells(), return_inverse=True)[1]
    return _Study(
        fit, fit.place(covariate), rows, column[rows], fit.votes.weight[rows], group, raters, cell, chosen
    )


@dataclass(frozen=True, eq=False)
class _Settled:
    """Where the steps ended: `u` (R,), `at` of each vote there, `h` (R,) of each rater over φ̂, and the pooling."""

    u: FloatArray
    at: Slopes
    h: FloatArray
    inflation: float
    pooled: Pooled


def _settle(study: _Study) -> _Settled | None:
    """Step until no personal slope moves; None where they do not settle."""
    slopes, w, v = slopes_of(study.fit, study.rows), study.weight, study.v
    u = np.zeros(len(study.raters))
    inflation = _inflation(study, slopes(np.zeros(len(v))))
    for _ in range(STEPS):
        at = slopes(u[study.group] * v)
        pull, h = w * v * at.slope, study.sums(w * v**2 * at.bend)
        z, precise = u + study.sums(pull) / h, h / inflation
        moved = shrunken(spread_of(z, precise), z, precise)
        if not np.isfinite(moved).all():
            return None
        if np.abs(moved - u).max() < SETTLED:
            return _Settled(u, at, precise, inflation, pooled(z, precise))
        u = moved
    return None


def _inflation(study: _Study, at: Slopes) -> float:
    """φ̂ at the fit: what a vote tells, where votes count a million times or come several from one rater on one matchup."""
    pull = sum_by(study.cell, study.weight * study.v * at.slope, 0)
    told = study.weight @ (study.v**2 * at.bend)
    return max(study.fit.dispersion, float(pull @ pull / told))


def _away(study: _Study, found: _Settled) -> FloatArray:
    """How each rater's own slope moves with the parameters of the fit (R, p): e_v − edge_r/h_r, 0 at the covariate."""
    fit, h = study.fit, found.h * found.inflation
    bend = study.weight * study.v
    rule = [study.sums(bend * column) for column in found.at.rule]
    edge = np.column_stack(
        [fit.votes.take(study.rows).sums(study.group, len(h), bend * found.at.bend), *rule]
    )
    away: FloatArray = -edge / h[:, None]
    away[:, study.place] = 0.0
    return away


def _mean_variance(
    study: _Study, found: _Settled, rest: Sandwich, clusters: Clusters, away: FloatArray
) -> float:
    """The variance of m + β, by the rule of the largest. `rest`: covariance of the fit; `away` (R, p) as above."""
    precision = found.h / (1.0 + found.pooled.spread**2 * found.h)
    share = precision / precision.sum()
    reach = share @ away
    own = np.zeros(len(clusters.weight))
    own[study.rows] = (share / (found.h * found.inflation))[study.group] * _at_mean(study, found)
    moved = own + study.fit.scores.along(study.fit.bread @ reach)
    by_model = np.array([[1.0 / precision.sum() + reach @ rest.by_model @ reach]])
    of_rater = np.zeros(study.fit.votes.raters)
    of_rater[study.raters] = share

    def without(rows: IntArray) -> FloatArray:
        """The mean without this rater's own value, and what the rest of the fit moves it by."""
        left = max(1.0 - of_rater[study.fit.votes.rater[rows[0]]], ALONE)
        return np.atleast_1d(reach @ study.fit.without(rows) - own[rows].sum() / left)

    both = sandwich(lambda rows: moved[rows, None], np.eye(1), clusters, by_model=by_model, without=without)
    return float(both.variances()[0])


def _at_mean(study: _Study, found: _Settled) -> FloatArray:
    """Each vote's slope by the mean (k,): its own at u_r, carried to m along the curvature."""
    beyond = (found.u - found.pooled.mean)[study.group]
    slope: FloatArray = study.weight * study.v * (found.at.slope + beyond * study.v * found.at.bend)
    return slope


def _variances(found: _Settled, mean: float, rest: Sandwich, away: FloatArray) -> FloatArray:
    """The variance of each rater's slope (R,): of what is their own, of the mean that they lean on, of the rest of the fit."""
    own = found.pooled.own
    blocks = (
        rest.project(own[start : start + BLOCK, None] * away[start : start + BLOCK]).variances()
        for start in range(0, len(own), BLOCK)
    )
    found_rest = np.concatenate(list(blocks))
    variance: FloatArray = found.pooled.variance + (1.0 - own) ** 2 * mean + found_rest
    return variance


def _each(study: _Study, slopes: FloatArray, variances: FloatArray, unit: str, kind: Kind) -> list[Effect]:
    raters, counts = study.clusters.effective_raters(), np.bincount(study.group)
    return [
        _personal(float(slope), float(variance), int(n), raters, unit, kind)
        for slope, variance, n in zip(slopes, variances, counts, strict=True)
    ]


def _personal(slope: float, variance: float, n: int, raters: float, unit: str, kind: Kind) -> Effect:
    """One rater's slope; its interval leans on the pool, so that the effective raters are the pool's."""
    if raters < FEWEST:
        why = too_few(raters)
        return unknown("not_enough", why, n=n, effective_raters=raters, unit=unit, kind=kind, estimate=slope)
    width, se = half_width(variance, raters), float(np.sqrt(variance))
    return known(slope, slope - width, slope + width, se, n=n, effective_raters=raters, unit=unit, kind=kind)
