"""Davidson's ties, kept as a check: P(a) ∝ e^{η/2}, P(b) ∝ e^{−η/2}, P(tie) ∝ e^λ with one λ for everybody.

η = θ_a − θ_b + x·β is the log-odds of A among decisive votes. λ = log 2ν in Newman's notation.
Davidson (1970), JASA 65, 317–328; Newman (2023), JMLR 24, 1–25.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax

from vibes.stats.arrays import FloatArray
from vibes.stats.fits import Fit
from vibes.stats.newton import DensePoint, climb
from vibes.stats.prior import VirtualVotes
from vibes.stats.scores import RowScores
from vibes.stats.votes import Votes


@dataclass(frozen=True, eq=False)
class _Row:
    """For each vote: log P of its outcome, P(a), P(b), P(tie)."""

    log_p: FloatArray
    a: FloatArray
    b: FloatArray
    tie: FloatArray


def fit_davidson(votes: Votes, *, prior: VirtualVotes) -> Fit:
    """Fit by Newton. Without a single tie there is no λ and it is Bradley–Terry. Raises NotConvergedError."""
    tied = (votes.level == 0).astype(np.float64)
    start = _start(votes, tied)
    point, steps = climb(_at(start, votes, tied, prior), lambda place: _at(place, votes, tied, prior))
    row = _row(point.parameters, votes)
    pull, pull_tie = votes.weight * _pull(row, votes), votes.weight * (tied - row.tie)
    extra = len(point.parameters) - votes.size
    return Fit(
        rule="davidson",
        votes=votes,
        parameters=point.parameters,
        bread=point.bread(),
        scores=RowScores(votes, pull, pull_tie[None][:extra]),
        information=lambda rows: _curvature(
            _row(point.parameters, votes.take(rows)), votes.take(rows), extra
        ),
        dispersion=1.0,
        losses=lambda others: -_row(point.parameters, others).log_p,
        steps=steps,
        deltas=np.zeros(votes.raters),
    )


def _start(votes: Votes, tied: FloatArray) -> FloatArray:
    share = float(votes.weight @ tied / votes.weight.sum())
    tie_parameter = [np.log(2.0 * share / (1.0 - share))] if 0.0 < share < 1.0 else []
    return np.concatenate([np.zeros(votes.size), tie_parameter])


def _row(parameters: FloatArray, votes: Votes) -> _Row:
    eta = votes.eta(parameters)
    tie = np.full(len(eta), parameters[votes.size] if len(parameters) > votes.size else -np.inf)
    log_p = log_softmax(np.stack([eta / 2.0, -eta / 2.0, tie]), axis=0)
    a, b, t = np.exp(log_p)
    outcome = np.where(votes.level > 0, 0, np.where(votes.level < 0, 1, 2))
    return _Row(np.take_along_axis(log_p, outcome[None], axis=0)[0], a, b, t)


def _pull(row: _Row, votes: Votes) -> FloatArray:
    """d log P / dη = (s − E s)/2 with s = +1, 0, −1."""
    pull: FloatArray = (votes.sign - (row.a - row.b)) / 2.0
    return pull


def _at(parameters: FloatArray, votes: Votes, tied: FloatArray, prior: VirtualVotes) -> DensePoint:
    m, w, extra = votes.models, votes.weight, len(parameters) - votes.size
    row, theta = _row(parameters, votes), parameters[: votes.models]
    gradient = np.concatenate([votes.pull(w * _pull(row, votes)), [w @ (tied - row.tie)][:extra]])
    curvature = _curvature(row, votes, extra)
    gradient[:m] += prior.gradient(theta)
    curvature[:m, :m] += prior.curvature(theta)
    return DensePoint(parameters, float(w @ row.log_p) + prior.value(theta), gradient, curvature)


def _curvature(row: _Row, votes: Votes, extra: int) -> FloatArray:
    """The negative Hessian of the votes alone, with λ last where there is one."""
    w, size = votes.weight, votes.size
    found = np.zeros((size + extra,) * 2)
    found[:size, :size] = votes.spread(w * (row.a + row.b - (row.a - row.b) ** 2) / 4.0)
    if extra:
        found[size, size] = w @ (row.tie * (1.0 - row.tie))
        found[size, :size] = found[:size, size] = votes.pull(-w * row.tie * (row.a - row.b) / 2.0)
    return found
