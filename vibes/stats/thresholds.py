"""The penalised likelihood of the cumulative logit with personal thresholds, as a Newton point.

Parameters: θ (m), β (k), μ (q), then δ (R) where thresholds are personal.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray, sum_by
from vibes.stats.arrow import Arrow
from vibes.stats.cumulative import Cuts, Terms, terms
from vibes.stats.prior import VirtualVotes
from vibes.stats.scales import Scale
from vibes.stats.votes import Votes

FARTHEST = 50.0


@dataclass(frozen=True, eq=False)
class Problem:
    """Votes on a scale, the prior on strengths, and whether each rater has thresholds of their own."""

    votes: Votes
    scale: Scale
    cuts: Cuts
    prior: VirtualVotes
    personal: bool

    @property
    def core(self) -> int:
        """Parameters that all raters share: θ, β, μ."""
        return self.votes.size + self.scale.free_cuts

    def _stretch(self, parameters: FloatArray) -> FloatArray | float:
        delta: FloatArray = parameters[self.core :]
        return np.exp(np.minimum(delta, FARTHEST))[self.votes.rater] if self.personal else 1.0

    def at(self, parameters: FloatArray, log_variance: float) -> Arrow:
        """Evaluate at (θ, β, μ, δ) with δ ~ N(0, s²). Where the exact Hessian is not negative, its concave part."""
        found = self.terms(parameters)
        if not (np.isfinite(found.log_p.sum()) and np.isfinite(found.cut_slope.sum())):
            return _too_far(parameters)
        arrow = _arrow(parameters, self, found, log_variance, exact=True)
        return arrow if arrow.positive() else _arrow(parameters, self, found, log_variance, exact=False)

    def of_one(self, rows: IntArray, parameters: FloatArray, log_variance: float) -> FloatArray:
        """What the votes of one rater add to the Schur complement of the negative Hessian."""
        votes, place = self.votes.take(rows), parameters[: self.core]
        if self.personal:
            place = np.append(place, parameters[self.core + votes.rater[0]])
            votes = replace(votes, rater=np.zeros_like(votes.rater), raters=1)
        alone = replace(self, votes=votes, cuts=Cuts.of(self.scale, votes.level))
        found = _arrow(place, alone, alone.terms(place), log_variance, exact=True).schur
        found[: votes.models, : votes.models] -= self.prior.curvature(place[: votes.models])
        return found

    def terms(self, parameters: FloatArray) -> Terms:
        """log P and its derivatives, vote by vote, times its weight; the next call writes over them."""
        mu, votes = parameters[self.votes.size : self.core], self.votes
        return terms(
            self.cuts, votes.eta(parameters), mu, self._stretch(parameters), votes.weight, self._room
        )

    @cached_property
    def _room(self) -> Terms:
        return Terms.blank(self.scale.free_cuts, len(self.votes))

    def thinned(self) -> "Problem | None":
        """The same of a thin part of many votes, None where there are not many."""
        few = self.votes.thinned()
        return None if few is None else replace(self, votes=few, cuts=Cuts.of(self.scale, few.level))

    def start(self) -> FloatArray:
        """Equal models, thresholds at the observed shares."""
        mu = self.scale.start(self.votes.level, self.votes.weight)
        return np.concatenate(
            [np.zeros(self.votes.size), mu, np.zeros(self.votes.raters if self.personal else 0)]
        )


def _too_far(parameters: FloatArray) -> Arrow:
    """A place where some outcome has no probability left: no step starts there, since every other is higher."""
    nothing = np.zeros((0, 0))
    return Arrow(parameters, -np.inf, np.zeros(0), nothing, nothing, np.zeros(0))


def _arrow(
    parameters: FloatArray, problem: Problem, found: Terms, log_variance: float, *, exact: bool
) -> Arrow:
    votes, size, prior = problem.votes, problem.votes.size, problem.prior
    m, precision = votes.models, float(np.exp(-log_variance))
    theta, delta = parameters[:m], parameters[problem.core :]
    core = np.zeros((problem.core,) * 2)
    core[:size, :size] = votes.spread(found.bend)
    core[:m, :m] += prior.curvature(theta)
    gradient = np.concatenate([votes.pull(found.slope), found.cut_slope.sum(axis=1)])
    gradient[:m] += prior.gradient(theta)
    for j in range(problem.scale.free_cuts):
        core[size + j, :size] = core[:size, size + j] = votes.pull(found.eta_cut[j])
        core[size + j, size:] = found.cut_bend[j].sum(axis=1)
        core[size + j, size + j] -= gradient[size + j] if exact else 0.0
    edge, tip, own = _raters(problem, found, exact=exact)
    return Arrow(
        parameters=parameters,
        value=float(found.log_p.sum()) + prior.value(theta) - 0.5 * precision * float(delta @ delta),
        gradient=np.concatenate([gradient, own - precision * delta]),
        core=core,
        edge=edge,
        tip=tip + precision,
    )


def _raters(problem: Problem, found: Terms, *, exact: bool) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The δ part of the Hessian and of the gradient: edge (p, R), tip (R,), slope (R,)."""
    if not problem.personal:
        return np.zeros((problem.core, 0)), np.zeros(0), np.zeros(0)
    votes = problem.votes
    own = [sum_by(votes.rater, slope, votes.raters) for slope in found.cut_slope]
    bends = [sum_by(votes.rater, _total(bend), votes.raters) for bend in found.cut_bend]
    edges = [bend - slope if exact else bend for bend, slope in zip(bends, own, strict=True)]
    shared = votes.sums(votes.rater, votes.raters, _total(found.eta_cut))
    return np.column_stack([shared, *edges]).T, np.sum(edges, axis=0), np.sum(own, axis=0)


def _total(parts: FloatArray) -> FloatArray:
    """Σ over the first axis; of one part, the part itself."""
    return parts[0] if len(parts) == 1 else np.asarray(parts.sum(axis=0))
