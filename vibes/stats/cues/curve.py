"""The tiebreak curve of a cue: how often the cued answer is chosen, by its lead in quality.

The lead is v·ĝ, the gap of the matchup (from unplanted votes and strengths alone) turned towards the cued side; log-odds.
The curves are what the additive fit and the fit with the interaction expect at that ĝ: the mean of P(cued side) + ½ P(tie)
over both screen sides, over raters' thresholds (and κ), and over what ĝ leaves open of g.
"""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import expit

from vibes.stats.arrays import FloatArray, IntArray, sum_by
from vibes.stats.covariates import POSITION
from vibes.stats.cues.causal import toward_a
from vibes.stats.cues.latent_gap import GapFit
from vibes.stats.cues.quadrature import closeness
from vibes.stats.cues.reading import Latent, gap_fit
from vibes.stats.fits import NotConvergedError
from vibes.stats.intervals import effect, share
from vibes.stats.results import Curve, CurvePoint, CurveValue

SHARE = "probability"
BINS = 7
FEWEST_VOTES = 20
"""Votes of a bin, so that a small study has fewer bins."""
GRID = 41
NODES = 7
SHRINKS = 0.346
"""(16√3/15π)²."""


def curve(latent: Latent | None) -> Curve:
    """The measured points and both expectations; empty where there is no latent fit."""
    if latent is None:
        return Curve(points=[], additive=[], fitted=[])
    lead = (latent.votes.v * toward_a(latent.votes, latent.gap))[latent.votes.planted]
    grid = np.linspace(lead.min(), lead.max(), GRID)
    fitted, points = _expected(latent, latent.fit, grid), _points(latent, lead)
    try:
        additive = gap_fit(latent.votes, latent.decisive, interaction=False)
    except NotConvergedError:
        return Curve(points=points, additive=[], fitted=fitted)
    return Curve(points=points, additive=_expected(latent, additive, grid), fitted=fitted)


def _points(latent: Latent, lead: FloatArray) -> list[CurvePoint]:
    """Bins of about as many planted votes each, cut at quantiles of the lead."""
    bins = max(1, min(BINS, len(lead) // FEWEST_VOTES))
    edges = np.unique(np.quantile(lead, np.linspace(0.0, 1.0, bins + 1)))
    place = np.clip(np.searchsorted(edges, lead, side="right") - 1, 0, max(len(edges) - 2, 0))
    return [_point(latent, lead, np.flatnonzero(place == k)) for k in np.unique(place)]


def _point(latent: Latent, lead: FloatArray, chosen: IntArray) -> CurvePoint:
    rows = latent.votes.planted[chosen]
    clusters = latent.votes.clusters.take(rows)
    toward_cue = 0.5 + latent.votes.v[rows] * (latent.votes.y[rows] - 0.5)
    p, variance = share(toward_cue, clusters)
    found = effect(p, variance, clusters, unit=SHARE, kind="randomised", bounds=(0.0, 1.0))
    mean = float(clusters.weight @ lead[chosen] / clusters.weight.sum())
    low, high = float(lead[chosen].min()), float(lead[chosen].max())
    return CurvePoint(gap=mean, low_gap=low, high_gap=high, chosen=found)


def _expected(latent: Latent, fit: GapFit, grid: FloatArray) -> list[CurveValue]:
    """The expected share at each gap of the grid."""
    people = _People.of(latent, fit.sigma)
    nodes, weight = hermegauss(NODES)
    weight = weight / weight.sum()
    total = np.zeros(len(grid))
    for node, part in zip(nodes, weight, strict=True):
        gap = grid + _open(latent, fit) * node
        total += part * _at(fit, gap, people)
    return [CurveValue(gap=float(x), chosen=float(p)) for x, p in zip(grid, total, strict=True)]


@dataclass(frozen=True, eq=False)
class _People:
    """δ and tie threshold τ of each rater (R,), their shares of the planted votes, and the effect of the screen side.

    τ and π are those of the verdict model times √(1 + 0.346 σ²), by which a logit that leaves σ out shrinks: Zeger, Liang
    and Albert (1988), Biometrics 44, 1049–1060.
    """

    delta: FloatArray
    tie: FloatArray
    share: FloatArray
    position: float

    @classmethod
    def of(cls, latent: Latent, sigma: float) -> "_People":
        fit, grown = latent.decisive.fit, np.sqrt(1.0 + SHRINKS * sigma**2)
        planted = latent.votes.clusters.take(latent.votes.planted)
        each = sum_by(planted.rater, planted.weight, len(fit.deltas))
        cuts = fit.parameters[fit.votes.size :]
        tie = np.exp(cuts[0] + fit.deltas) if len(cuts) else np.zeros(len(fit.deltas))
        position = fit.effect(POSITION) if POSITION in fit.votes.covariates else 0.0
        return cls(fit.deltas, grown * tie, each / each.sum(), float(grown * position))


def _at(fit: GapFit, gap: FloatArray, people: _People) -> FloatArray:
    """P(cued side) + ½ P(tie) at each gap (k,), over both screen sides and all raters."""
    middle = gap + fit.beta_far + fit.t2 * closeness(gap)
    eta = middle[:, None] + fit.kappa * people.delta
    sides = [
        expit(x - people.tie) + expit(x + people.tie) for x in (eta + people.position, eta - people.position)
    ]
    found: FloatArray = (sides[0] + sides[1]) @ people.share / 4.0
    return found


def _open(latent: Latent, fit: GapFit) -> float:
    """SD of g about ĝ: √(σ² − variance of ĝ within pairs of models), by the law of total variance."""
    votes, gap = latent.votes, latent.gap
    a, b = np.zeros(len(gap), dtype=np.int64), np.zeros(len(gap), dtype=np.int64)
    matchup = votes.clusters.matchup
    a[matchup] = np.minimum(votes.frame.model_a, votes.frame.model_b)
    b[matchup] = np.maximum(votes.frame.model_a, votes.frame.model_b)
    _, pair = np.unique(a * len(votes.frame.models) + b, return_inverse=True)
    size = np.bincount(pair)
    mean = sum_by(pair, gap, len(size)) / size
    within = float(((gap - mean[pair]) ** 2).sum()) / max(len(gap) - len(size), 1)
    return float(np.sqrt(max(0.0, fit.sigma**2 - within)))
