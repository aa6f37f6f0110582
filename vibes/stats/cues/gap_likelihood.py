"""The penalised likelihood of the latent-gap model as something to climb: the prior stands on θ alone.

Newton steps on the observed information; where that is not positive, the outer products of the matchups' scores take its
place (Berndt, Hall, Hall and Hausman 1974, Annals Econ. Soc. Meas. 3, 653–665).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vibes.stats.arrays import BoolArray, FloatArray
from vibes.stats.cues.gap_information import information
from vibes.stats.cues.gap_parameters import LAMBDA, MU, gather, gather_squares, place, squares_by_pair
from vibes.stats.cues.gap_posterior import GapPosterior
from vibes.stats.cues.half_votes import HalfVotes
from vibes.stats.cues.quadrature import Nodes
from vibes.stats.newton import is_positive, solved
from vibes.stats.prior import VirtualVotes

LONGEST_STEP = 1.0
"""Of μ and of log σ: their likelihoods are flat on one side, where a Newton step would leap."""


@dataclass(frozen=True, eq=False)
class GapProblem:
    """What a place is evaluated on. Where `free` (m + 6,) is false, a parameter is held."""

    half: HalfVotes
    nodes: Nodes
    prior: VirtualVotes
    free: BoolArray

    def at(self, parameters: FloatArray) -> "GapPoint":
        return GapPoint(self, parameters, GapPosterior(self.half, self.nodes, parameters))


@dataclass(frozen=True, eq=False)
class GapPoint:
    """The log posterior of ψ at one place, its gradient and its curvature."""

    problem: GapProblem
    parameters: FloatArray
    posterior: GapPosterior

    @cached_property
    def theta(self) -> FloatArray:
        found: FloatArray = self.parameters[: self.problem.half.models]
        return found

    @cached_property
    def value(self) -> float:
        """−∞ where some outcome has no probability left, so that no step leads there."""
        with np.errstate(all="ignore"):
            found = self.posterior.log_likelihood()
        return found + self.problem.prior.value(self.theta) if np.isfinite(found) else -np.inf

    def step(self) -> FloatArray:
        """Where to go from here. Raises NotConvergedError where the likelihood is flat."""
        models, free = self.problem.half.models, self.problem.free
        curvature = self._kept(self.information)
        if not is_positive(curvature):
            curvature = self._kept(self.outer_products)
        found = np.zeros(len(self.parameters))
        found[free] = solved(curvature, self.gradient[free])
        longest = np.abs(found[[place(models, LAMBDA), place(models, MU)]]).max()
        return found if longest <= LONGEST_STEP else found * LONGEST_STEP / longest

    def bread(self) -> FloatArray:
        """The inverse of the observed information (p, p), 0 for what is held. Raises NotConvergedError."""
        found, free = np.zeros((len(self.parameters),) * 2), self.problem.free
        found[np.ix_(free, free)] = solved(self._kept(self.information), np.eye(int(free.sum())))
        return found

    @cached_property
    def gradient(self) -> FloatArray:
        """(p,)."""
        half = self.problem.half
        found = gather(half, half.by_pair @ self.posterior.matchup_scores)
        found[: half.models] += self.problem.prior.gradient(self.theta)
        return found

    @cached_property
    def outer_products(self) -> FloatArray:
        """Σ S_m S_mᵀ over matchups, and the prior's curvature (p, p)."""
        return self._with_prior(squares_by_pair(self.problem.half, self.posterior.matchup_scores))

    @cached_property
    def information(self) -> FloatArray:
        """The negative Hessian (p, p)."""
        return self._with_prior(information(self.posterior))

    def _with_prior(self, local: FloatArray) -> FloatArray:
        found, m = gather_squares(self.problem.half, local), self.problem.half.models
        found[:m, :m] += self.problem.prior.curvature(self.theta)
        return found

    def _kept(self, matrix: FloatArray) -> FloatArray:
        return matrix[np.ix_(self.problem.free, self.problem.free)]
