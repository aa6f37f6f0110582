"""Newton's method with step halving. Where it does not converge, it raises."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from vibes.stats.arrays import FloatArray
from vibes.stats.fits import NotConvergedError

TOLERANCE = 1e-10
NEARLY = 1e-7
"""So near that one more Newton step, whose error is as its square, may be taken without a look at where it leads."""
STEPS = 60
HALVINGS = 40


class Point(Protocol):
    """An objective at one place: the place, its value there, and the Newton step onwards."""

    @property
    def parameters(self) -> FloatArray: ...

    @property
    def value(self) -> float: ...

    def step(self) -> FloatArray: ...


@dataclass(frozen=True, eq=False)
class DensePoint:
    """A point with its gradient (p,) and its negative Hessian (p, p)."""

    parameters: FloatArray
    value: float
    gradient: FloatArray
    curvature: FloatArray

    def step(self) -> FloatArray:
        return solved(self.curvature, self.gradient)

    def bread(self) -> FloatArray:
        """The inverse of the negative Hessian."""
        return solved(self.curvature, np.eye(len(self.gradient)))


def solved(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """Solve a positive definite system. Raises NotConvergedError where it is not one."""
    try:
        answer: FloatArray = cho_solve(cho_factor(matrix), right)
    except (LinAlgError, ValueError):
        raise NotConvergedError(
            "the curvature is singular: two covariates or models cannot be told apart"
        ) from None
    return answer


def is_positive(matrix: FloatArray) -> bool:
    """Whether a symmetric matrix is positive definite."""
    try:
        cho_factor(matrix)
    except (LinAlgError, ValueError):
        return False
    return True


P = TypeVar("P", bound=Point)


def climb(start: P, at: Callable[[FloatArray], P], *, tolerance: float = TOLERANCE) -> tuple[P, int]:
    """Go uphill from `start` until the largest part of a Newton step is at most `tolerance`.

    Returns the last point and the number of steps. Raises NotConvergedError, after 60 steps at the latest.
    """
    point = start
    for steps in range(STEPS):
        step = _step(point)
        if np.abs(step).max() <= tolerance:
            return point, steps
        point = _uphill(point, step, at)
    raise NotConvergedError(
        f"no maximum after {STEPS} Newton steps: too few votes, or a separated covariate", point.parameters
    )


def _step(point: Point) -> FloatArray:
    try:
        return point.step()
    except NotConvergedError as error:
        raise NotConvergedError(str(error), point.parameters) from None


def _uphill(point: P, step: FloatArray, at: Callable[[FloatArray], P]) -> P:
    """Take the step, or the largest half of a half of it that does not lead downhill."""
    floor = point.value - 1e-11 * (1.0 + abs(point.value))
    for halvings in range(HALVINGS):
        found = at(point.parameters + step / 2**halvings)
        if found.value >= floor:
            return found
    raise NotConvergedError("no step leads uphill: the likelihood is flat", point.parameters)
