"""The verdict model: symmetric cumulative logit with personal, partially pooled tie thresholds.

η = θ_a − θ_b + x·β in log-odds, positive favours A; P(level ≤ k) = σ(c_k − η); the cuts of rater r are stretched by
e^{δ_r}, so that with three points the tie threshold is τ_r = exp(μ + δ_r), and δ_r ~ N(0, s²). Everything is fitted at
once by Newton on an arrow-shaped Hessian (one δ a rater); s² by secant steps on the Laplace evidence.
A vote's score is taken on the likelihood with the δ integrated out (Laplace): s_i − H_βδ H_δδ⁻¹ s_iδ.
Rao and Kupper (1967), JASA 62, 194–204; Tutz (1986), J. Math. Psych. 30, 306–316; MacKay (1992), Neural Comp. 4, 415–447.
"""

import numpy as np
from numpy.polynomial.hermite_e import hermegauss

from vibes.stats.arrays import FloatArray, sum_by
from vibes.stats.arrow import Arrow
from vibes.stats.cumulative import Cuts, probability
from vibes.stats.fits import Fit
from vibes.stats.pooling import ENOUGH, EXACT, settle
from vibes.stats.prior import VirtualVotes
from vibes.stats.scales import Scale
from vibes.stats.scores import RowScores, Taken
from vibes.stats.thresholds import Problem
from vibes.stats.votes import Votes

PERSONAL_FROM = 5
"""Raters from whom on thresholds are personal: a variance of fewer is no estimate."""

NODES = 11


def fit_ordinal(
    votes: Votes,
    *,
    prior: VirtualVotes,
    scale: Scale | None = None,
    personal: bool = True,
    near: Fit | None = None,
) -> Fit:
    """Fit the cumulative logit. `scale` where these votes may not use all of it. Raises NotConvergedError.

    `near`: a fit of the same model to most of these votes, where the search begins; the maximum is the same.
    Thresholds are pooled where `personal` is false, where raters are fewer than five, or where nothing is free.
    """
    found = scale or Scale.of(votes.level)
    personal = personal and votes.raters >= PERSONAL_FROM and found.free_cuts > 0
    problem = Problem(votes, found, Cuts.of(found, votes.level), prior, personal)
    beginning = _beginning(problem, near)
    point, steps, log_variance = settle(problem, beginning, EXACT if near is None else ENOUGH)
    spread = float(np.exp(log_variance / 2.0)) if personal else 0.0
    return Fit(
        rule="ordinal",
        votes=votes,
        parameters=point.parameters[: problem.core],
        bread=point.bread(),
        scores=_scores(problem, point, spread),
        information=lambda rows: problem.of_one(rows, point.parameters, log_variance),
        dispersion=1.0,
        losses=lambda others: _losses(others, found, point.parameters[: problem.core], spread),
        steps=steps,
        deltas=point.parameters[problem.core :] if personal else np.zeros(votes.raters),
        spread=spread,
    )


def _beginning(problem: Problem, near: Fit | None) -> tuple[FloatArray, float] | None:
    """The parameters and log s² of a fit of the same model, None where there is none."""
    if near is None or near.rule != "ordinal" or len(near.parameters) != problem.core:
        return None
    if not problem.personal or near.spread <= 0.0:
        return None
    return np.concatenate([near.parameters, near.deltas]), 2.0 * float(np.log(near.spread))


def _scores(problem: Problem, point: Arrow, spread: float) -> RowScores:
    """Each vote's part of the gradient of the integrated likelihood; a rater's pull of the pool goes by weight."""
    votes, w, found = problem.votes, problem.votes.weight, problem.terms(point.parameters)
    slope, cut_slope = found.slope.copy(), found.cut_slope.copy()
    if not problem.personal:
        return RowScores(votes, slope, cut_slope)
    delta = point.parameters[problem.core :]
    total = sum_by(votes.rater, w, votes.raters)
    pool = np.divide(delta, spread**2 * total, out=np.zeros(votes.raters), where=total > 0.0)
    own = cut_slope.sum(axis=0) - pool[votes.rater] * w
    return RowScores(votes, slope, cut_slope, Taken(own, np.ascontiguousarray((point.edge / point.tip).T)))


def _losses(votes: Votes, scale: Scale, parameters: FloatArray, spread: float) -> FloatArray:
    """−log P for raters never seen: δ integrated over its distribution by Gauss–Hermite."""
    nodes, weights = hermegauss(NODES if spread else 1)
    cuts, eta = Cuts.of(scale, votes.level), votes.eta(parameters)
    mu = parameters[votes.size : votes.size + scale.free_cuts]
    each = probability(cuts, eta, mu, np.exp(spread * nodes))
    with np.errstate(divide="ignore"):
        losses: FloatArray = -np.log((weights / weights.sum()) @ each)
    return losses
