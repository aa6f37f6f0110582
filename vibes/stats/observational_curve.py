"""P(choose the more flattering answer) against its lead in strength and style, for votes without a planted cue.

The lead of the more flattering side is θ_a − θ_b + Σ γ_k x_k from the fit with tone, in log-odds; tone, stance and position
are no part of it. Beside the measured share of each bin stands what the same fit expects of the very same votes: effects
that only add up. Observational: what flatters may be better or worse in what nobody counted.
"""

from collections.abc import Collection

import numpy as np
from scipy.special import expit, log_softmax

from vibes.stats.arrays import BoolArray, FloatArray, IntArray
from vibes.stats.boards import BoardFit
from vibes.stats.controls import TONE
from vibes.stats.intervals import Clusters, effect, share
from vibes.stats.results import Curve, CurvePoint, CurveValue
from vibes.stats.scales import Scale
from vibes.stats.verdict_model import Fit

BINS = 8
UNIT = "probability; a tie counts ½"


def observational_curve(fitted: BoardFit, style: Collection[str]) -> Curve:
    """Up to eight bins of equal weight. Empty where there is no fit, or tone has no effect that can be told.

    `fitted`: the fullest board. `style`: the names of its covariates of length and formatting. `additive` has the gaps of
    the points; `fitted` is empty, since no interaction is fitted. Ties count ½; both-bad where the fit takes it for a tie.
    """
    fit = fitted.fit
    if fit is None or TONE not in fit.votes.covariates:
        return Curve(points=[], additive=[], fitted=[])
    more = np.sign(fit.votes.x[:, fit.votes.covariates.index(TONE)])
    rows = np.flatnonzero(more)
    lead = (more * fit.votes.eta(_without(fit, style)))[rows]
    chosen = (1.0 + more * fit.votes.sign)[rows] / 2.0
    whole = fit.votes.eta(fit.parameters)
    expected = expected_share(fit, more[rows] * whole[rows], fit.votes.rater[rows])
    clusters = fitted.clusters.take(rows)
    bins = _bins(lead, clusters.weight)
    return Curve(
        points=[_point(lead, chosen, clusters, np.flatnonzero(bins == one)) for one in np.unique(bins)],
        additive=[_value(lead, expected, clusters.weight, bins == one) for one in np.unique(bins)],
        fitted=[],
    )


def _without(fit: Fit, style: Collection[str]) -> FloatArray:
    """θ and the effects of style (m + k,), 0 for every other effect."""
    kept = [name in style for name in fit.votes.covariates]
    found = fit.parameters[: fit.votes.size].copy()
    found[fit.votes.models :] *= kept
    return found


def expected_share(fit: Fit, eta: FloatArray, rater: IntArray) -> FloatArray:
    """P(chosen) + ½ P(tie) (n,) at log-odds `eta` (n,) for votes of these raters, under the fit's own rule for ties."""
    extra = fit.parameters[fit.votes.size :]
    if fit.rule == "davidson" and len(extra):
        won, _, tied = np.exp(
            log_softmax(np.stack([eta / 2.0, -eta / 2.0, np.full(len(eta), extra[0])]), axis=0)
        )
        return np.asarray(won + tied / 2.0)
    if fit.rule == "ordinal" and Scale.of(fit.votes.level).tie:
        cut = np.exp(extra[0] + fit.deltas[rater])
        return np.asarray((1.0 + expit(eta - cut) - expit(-eta - cut)) / 2.0)
    return np.asarray(expit(eta))


def _bins(lead: FloatArray, weight: FloatArray) -> IntArray:
    """Bins (n,) of equal weight; equal leads stay together."""
    unique, places = np.unique(lead, return_inverse=True)
    heaped = np.bincount(places, weight, len(unique))
    middle = (np.cumsum(heaped) - heaped / 2.0) / heaped.sum()
    return np.asarray(np.floor(BINS * middle).astype(np.int64)[places])


def _point(lead: FloatArray, chosen: FloatArray, clusters: Clusters, rows: IntArray) -> CurvePoint:
    own = clusters.take(rows)
    p, variance = share(chosen[rows], own)
    return CurvePoint(
        gap=float(own.weight @ lead[rows] / own.weight.sum()),
        low_gap=float(lead[rows].min()),
        high_gap=float(lead[rows].max()),
        chosen=effect(p, variance, own, unit=UNIT, kind="observational", bounds=(0.0, 1.0)),
    )


def _value(lead: FloatArray, expected: FloatArray, weight: FloatArray, rows: BoolArray) -> CurveValue:
    w = weight[rows]
    return CurveValue(gap=float(w @ lead[rows] / w.sum()), chosen=float(w @ expected[rows] / w.sum()))
