"""What every fit of the verdict model gives, whatever its rule for ties."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.jackknife import newton_step
from vibes.stats.scores import RowScores
from vibes.stats.votes import Votes


class NotConvergedError(ArithmeticError):
    """The fit found no maximum. The message says what to look at, `parameters` how far it went."""

    def __init__(self, message: str, parameters: FloatArray | None = None) -> None:
        self.parameters = parameters
        super().__init__(message)


class SeparationError(NotConvergedError):
    """A covariate decides every vote, so that its effect has no finite estimate. `covariates` names it."""

    def __init__(self, covariates: tuple[str, ...]) -> None:
        self.covariates = covariates
        decide = "decides" if len(covariates) == 1 else "together decide"
        super().__init__(f"{', '.join(covariates)} {decide} the verdicts: no finite effect")


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted verdict model with p parameters: θ (m), β (k), then those of the tie rule.

    `parameters` (p,): log-odds, positive favours A; θ sums to about 0 and only contrasts of it mean anything.
    `bread` (p, p): inverse of the negative Hessian. `scores(rows)` (len(rows), p): each vote's part of the gradient.
    `dispersion`: φ̂, by which the model-based variance is multiplied. `losses(votes)`: −log P of other votes' outcomes,
    by raters whom the fit has not seen. `information(rows)` (p, p): what the votes of one rater add to the inverse of
    `bread`. `spread`: standard deviation of the raters' log thresholds. `deltas` (R,): the log
    threshold of each rater less the common one, zeros where thresholds are pooled.
    """

    rule: str
    votes: Votes
    parameters: FloatArray
    bread: FloatArray
    scores: RowScores
    information: Callable[[IntArray], FloatArray]
    dispersion: float
    losses: Callable[[Votes], FloatArray]
    steps: int
    deltas: FloatArray
    spread: float = 0.0

    @property
    def strengths(self) -> FloatArray:
        """θ (m,), log-odds, about a mean near 0."""
        return self.parameters[: self.votes.models]

    def effect(self, covariate: str) -> float:
        """β of one covariate: log-odds per unit, positive where more of it favours the side that has it."""
        return float(self.parameters[self.place(covariate)])

    def place(self, covariate: str) -> int:
        """Where in `parameters` the covariate stands."""
        return self.votes.models + self.votes.covariates.index(covariate)

    def without(self, rows: IntArray) -> FloatArray:
        """What leaving out these votes, all of one rater, moves the parameters by (p,): one Newton step."""
        if not len(rows):
            return np.zeros(len(self.parameters))
        return newton_step(self._whole, self.information(rows), self.scores(rows).sum(axis=0))

    @cached_property
    def _whole(self) -> FloatArray:
        """The negative Hessian (p, p)."""
        return np.asarray(np.linalg.inv(self.bread), dtype=np.float64)
