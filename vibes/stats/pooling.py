"""How much raters' tie thresholds differ: the variance s² of δ, by secant steps on the Laplace evidence.

E(log s²) = log L(ψ̂) − ½ Σ δ̂²/s² − ½ R log s² − ½ log|H|, with ψ̂ and H at that s².
MacKay (1992), Neural Computation 4, 415–447.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from vibes.stats.arrays import FloatArray
from vibes.stats.arrow import Arrow
from vibes.stats.fits import NotConvergedError
from vibes.stats.newton import NEARLY, climb
from vibes.stats.thresholds import Problem

FIRST_VARIANCE = 0.25
FLOOR, CEILING = float(np.log(1e-4)), float(np.log(16.0))
NUDGE = 1e-4
LOOSE = 1e-2
"""How near ψ̂ need be: this, and in the end this share of the last move of log s²."""


@dataclass(frozen=True)
class Ends:
    """When to stop. `settled`: how far log s² may be from where the evidence is highest. `nearly`: how long the last Newton step
    but one may be; the last one's error is as the square of it."""

    settled: float = 1e-8
    nearly: float = NEARLY


EXACT = Ends()
ENOUGH = Ends(settled=1e-3, nearly=1e-4)
"""For what is only to foretell other votes: its mean loss moves by less than 1e-6."""


def settle(
    problem: Problem, beginning: tuple[FloatArray, float] | None = None, ends: Ends = EXACT
) -> tuple[Arrow, int, float]:
    """Climb, and move the variance of δ, in turn until neither moves: the point, the Newton steps, log s².

    `beginning`: parameters and log s² to start from. Raises NotConvergedError.
    """
    (start, log_variance), taken = beginning or _start(problem), 0
    point = problem.at(start, log_variance)
    if problem.personal:
        point, taken, log_variance = _evidence(problem, point, log_variance, ends)
    point, steps = climb(point, _with_variance(problem, log_variance), tolerance=ends.nearly)
    return replace(point, parameters=point.parameters + point.step()), taken + steps + 1, log_variance


def _start(problem: Problem) -> tuple[FloatArray, float]:
    """Where a thin part of many votes settles; else equal models, thresholds at the observed shares."""
    few = problem.thinned()
    if few is not None:
        try:
            point, _, log_variance = settle(few)
            return point.parameters, log_variance
        except NotConvergedError:
            pass
    return problem.start(), float(np.log(FIRST_VARIANCE))


def _evidence(problem: Problem, point: Arrow, log_variance: float, ends: Ends) -> tuple[Arrow, int, float]:
    """Bracketed secant steps to the log s² at which the evidence has no slope."""
    search, taken, close = _Search(), 0, LOOSE
    for _ in range(60):
        point, steps = climb(point, _with_variance(problem, log_variance), tolerance=close)
        taken += steps
        moved = search.next(log_variance, _gap(problem, point, log_variance))
        point = _repooled(problem, point, log_variance, moved)
        if search.left < ends.settled:
            return point, taken, moved
        close = float(np.clip(LOOSE * abs(moved - log_variance), ends.nearly, LOOSE))
        log_variance = moved
    raise NotConvergedError("the spread of the raters' tie thresholds did not settle")


def _repooled(problem: Problem, point: Arrow, log_variance: float, moved: float) -> Arrow:
    found = point.repooled(float(np.exp(-moved) - np.exp(-log_variance)))
    return found if found.positive() else problem.at(point.parameters, moved)


def _with_variance(problem: Problem, log_variance: float) -> Callable[[FloatArray], Arrow]:
    return lambda place: problem.at(place, log_variance)


def _gap(problem: Problem, point: Arrow, log_variance: float) -> float:
    """log of the s² that the evidence asks for, less log s². 0 where E = log L(ψ̂) − ½ log|H| − ½R log s² is highest.

    s² ← mean of δ² + its variance − s² (d log|H|/d log s² by way of ψ̂), the last by a step along dψ̂/d log s².
    """
    delta, variance = point.parameters[problem.core :], float(np.exp(log_variance))
    pull = np.concatenate([np.zeros(problem.core), delta / variance])
    along = problem.at(point.parameters + NUDGE * point.solve(pull), log_variance)
    bent = (along.log_determinant() - point.log_determinant()) / NUDGE
    wanted = (delta**2 + point.tip_variance() - variance * bent / len(delta)).mean()
    return float(np.log(max(wanted, np.exp(FLOOR))) - log_variance)


@dataclass
class _Search:
    """The root of a falling function by secants, kept between the places where it was seen above and below 0.

    `left`: about how far the root may be from the place last given. The error of a secant step is as the product of the
    last two moves.
    """

    low: float = FLOOR
    high: float = CEILING
    previous: tuple[float, float] | None = None
    left: float = CEILING - FLOOR

    def next(self, place: float, gap: float) -> float:
        if gap > 0.0:
            self.low = place
        else:
            self.high = place
        step = np.clip(self._step(place, gap), -2.0, 2.0)
        moved = float(np.clip(place + step, FLOOR, CEILING))
        moved = moved if self.low <= moved <= self.high else (self.low + self.high) / 2.0
        self.left = abs(moved - place) * (
            1.0 if self.previous is None else min(1.0, abs(place - self.previous[0]))
        )
        self.previous = (place, gap)
        return moved

    def _step(self, place: float, gap: float) -> float:
        """The secant step where the last two places fall, else half-way to the far end."""
        if self.previous is None or self.previous[0] == place:
            return gap
        slope = (gap - self.previous[1]) / (place - self.previous[0])
        return -gap / slope if slope < 0.0 else (self.low + self.high) / 2.0 - place
