"""Ties as half wins: Bradley–Terry on y ∈ {1, ½, 0}, LMArena's rule.

log L = Σ w [y log σ(η) + (1 − y) log σ(−η)] with η = θ_a − θ_b + x·β, in log-odds, positive favours A. A half win is no
outcome of a binomial, so the model-based variance is multiplied by φ̂, the mean Pearson² (quasi-likelihood).
Bradley and Terry (1952), Biometrika 39, 324–345; Wedderburn (1974), Biometrika 61, 439–447.
"""

import numpy as np
from scipy.special import expit, log_expit

from vibes.stats.arrays import FloatArray
from vibes.stats.fits import Fit
from vibes.stats.newton import DensePoint, climb
from vibes.stats.prior import VirtualVotes
from vibes.stats.votes import Votes


def fit_half(votes: Votes, *, prior: VirtualVotes) -> Fit:
    """Fit by Newton on pair sums. Raises NotConvergedError."""
    won = (1.0 + votes.sign) / 2.0
    point, steps = climb(
        _at(np.zeros(votes.size), votes, won, prior), lambda place: _at(place, votes, won, prior)
    )
    p = expit(votes.eta(point.parameters))
    residual = votes.weight * (won - p)
    return Fit(
        rule="half",
        votes=votes,
        parameters=point.parameters,
        bread=point.bread(),
        scores=lambda rows: votes.rows(residual, rows),
        dispersion=_dispersion(won, votes.eta(point.parameters), votes.weight),
        losses=lambda others: _losses(others, point.parameters),
        steps=steps,
    )


def _at(parameters: FloatArray, votes: Votes, won: FloatArray, prior: VirtualVotes) -> DensePoint:
    m, w = votes.models, votes.weight
    eta = votes.eta(parameters)
    p = expit(eta)
    gradient = votes.pull(w * (won - p))
    curvature = votes.spread(w * p * (1.0 - p))
    theta = parameters[:m]
    gradient[:m] += prior.gradient(theta)
    curvature[:m, :m] += prior.curvature(theta)
    value = float(w @ (log_expit(-eta) + won * eta)) + prior.value(theta)
    return DensePoint(parameters, value, gradient, curvature)


def _dispersion(won: FloatArray, eta: FloatArray, weight: FloatArray) -> float:
    """φ̂ = Σ w (y − p)²/(p(1 − p)) / Σ w."""
    p, rest = expit(eta), expit(-eta)
    return float(weight @ ((won - p) ** 2 / (p * rest)) / weight.sum())


def _losses(votes: Votes, parameters: FloatArray) -> FloatArray:
    eta = votes.eta(parameters)
    losses: FloatArray = -(log_expit(-eta) + (1.0 + votes.sign) / 2.0 * eta)
    return losses
