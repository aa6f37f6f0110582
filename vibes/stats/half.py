"""Ties as half wins: Bradley–Terry on y ∈ {1, ½, 0}, LMArena's rule.

log L = Σ w [y log σ(η) + (1 − y) log σ(−η)] with η = θ_a − θ_b + x·β, in log-odds, positive favours A. A half win is no
outcome of a binomial, so the model-based variance is multiplied by φ̂, the mean Pearson² (quasi-likelihood).
Bradley and Terry (1952), Biometrika 39, 324–345; Wedderburn (1974), Biometrika 61, 439–447.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_expit

from vibes.stats.arrays import FloatArray, blocks
from vibes.stats.fits import Fit, NotConvergedError
from vibes.stats.newton import NEARLY, DensePoint, climb
from vibes.stats.prior import VirtualVotes
from vibes.stats.scores import RowScores
from vibes.stats.votes import Votes


def fit_half(votes: Votes, *, prior: VirtualVotes) -> Fit:
    """Fit by Newton on pair sums. Raises NotConvergedError."""
    won = _won(votes)
    start = _at(_start(votes, prior), votes, won, prior)
    point, steps = climb(start, lambda place: _at(place, votes, won, prior), tolerance=NEARLY)
    parameters = point.parameters + point.step()
    row = _rows(votes.eta(parameters), won)
    bend = votes.weight * row.variance
    return Fit(
        rule="half",
        votes=votes,
        parameters=parameters,
        bread=point.bread(),
        scores=RowScores(votes, votes.weight * row.residual, np.zeros((0, len(votes)))),
        information=lambda rows: votes.take(rows).spread(bend[rows]),
        dispersion=float(votes.weight @ (row.residual**2 / row.variance) / votes.weight.sum()),
        losses=lambda others: _losses(others, parameters),
        steps=steps + 1,
        deltas=np.zeros(votes.raters),
    )


def _start(votes: Votes, prior: VirtualVotes) -> FloatArray:
    """Where a thin part of many votes has its maximum; else, where all models are equal."""
    few = votes.thinned()
    try:
        return np.zeros(votes.size) if few is None else fit_half(few, prior=prior).parameters
    except NotConvergedError:
        return np.zeros(votes.size)


def _won(votes: Votes) -> FloatArray:
    return (1.0 + votes.sign) / 2.0


@dataclass(frozen=True, eq=False)
class _Rows:
    """For each vote: y log σ(η) + (1 − y) log σ(−η), y − σ(η), σ(η) σ(−η)."""

    log_p: FloatArray
    residual: FloatArray
    variance: FloatArray


def _rows(eta: FloatArray, won: FloatArray) -> _Rows:
    """All from one exponential, with every digit in the tails."""
    small = np.exp(-np.abs(eta))
    high = 1.0 / (1.0 + small)
    low = small * high
    p = np.where(eta >= 0.0, high, low)
    return _Rows(won * eta - np.maximum(eta, 0.0) + np.log(high), won - p, high * low)


def _at(parameters: FloatArray, votes: Votes, won: FloatArray, prior: VirtualVotes) -> DensePoint:
    m, theta = votes.models, parameters[: votes.models]
    eta, pull, bend, value = votes.eta(parameters), np.empty(len(won)), np.empty(len(won)), prior.value(theta)
    for rows in blocks(len(won)):
        found, w = _rows(eta[rows], won[rows]), votes.weight[rows]
        np.multiply(w, found.residual, out=pull[rows])
        np.multiply(w, found.variance, out=bend[rows])
        value += float(w @ found.log_p)
    gradient, curvature = votes.pull(pull), votes.spread(bend)
    gradient[:m] += prior.gradient(theta)
    curvature[:m, :m] += prior.curvature(theta)
    return DensePoint(parameters, value, gradient, curvature)


def _losses(votes: Votes, parameters: FloatArray) -> FloatArray:
    eta = votes.eta(parameters)
    losses: FloatArray = -(log_expit(-eta) + _won(votes) * eta)
    return losses
