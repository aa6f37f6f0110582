"""A Newton point whose Hessian is an arrow: a few shared parameters, and one more for each rater.

The raters' parameters meet only the shared ones, so that a step costs R p² and never (p + R)³.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from vibes.stats.arrays import FloatArray
from vibes.stats.newton import is_positive, solved


@dataclass(frozen=True, eq=False)
class Arrow:
    """A point whose negative Hessian is [[core, edge], [edgeᵀ, diag(tip)]]: one δ a rater in the tip."""

    parameters: FloatArray
    value: float
    gradient: FloatArray
    core: FloatArray
    edge: FloatArray
    tip: FloatArray

    @cached_property
    def schur(self) -> FloatArray:
        """The negative Hessian of what is left when each δ follows the rest."""
        left: FloatArray = self.core - (self.edge / self.tip) @ self.edge.T
        return left

    def positive(self) -> bool:
        """Whether the negative Hessian is positive definite, so that a Newton step leads uphill."""
        return bool((self.tip > 0.0).all()) and is_positive(self.schur)

    def step(self) -> FloatArray:
        return self.solve(self.gradient)

    def solve(self, right: FloatArray) -> FloatArray:
        """The inverse of the negative Hessian, times `right`."""
        size = len(self.core)
        shared, own = right[:size], right[size:]
        step = solved(self.schur, shared - self.edge @ (own / self.tip))
        return np.concatenate([step, (own - self.edge.T @ step) / self.tip])

    def bread(self) -> FloatArray:
        return solved(self.schur, np.eye(len(self.core)))

    def tip_variance(self) -> FloatArray:
        """The diagonal of the inverse at each δ: its own variance and what it takes over from the core."""
        reach = self.edge / self.tip
        found: FloatArray = 1.0 / self.tip + np.einsum("pr,pr->r", reach, self.bread() @ reach)
        return found

    def repooled(self, more: float) -> "Arrow":
        """The same place with `more` added to the precision of δ."""
        size = len(self.core)
        delta = self.parameters[size:]
        pull = np.concatenate([np.zeros(size), more * delta])
        value = self.value - 0.5 * more * float(delta @ delta)
        return replace(self, value=value, gradient=self.gradient - pull, tip=self.tip + more)

    def log_determinant(self) -> float:
        return float(np.linalg.slogdet(self.schur)[1] + np.log(self.tip).sum())
