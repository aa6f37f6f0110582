"""The gate: may a candidate take the place of a baseline?"""

from typing import Literal, TypedDict

from vibes.stats.results.effects import Effect

Outcome = Literal["pass", "fail", "not enough yet"]


class GateCondition(TypedDict):
    """`effects`: what was looked at, empty where nothing was measured. `bound`: a win rate must lie above it, the rest below.

    `reasons`: one for each effect.
    """

    name: str
    outcome: Outcome
    bound: float
    effects: dict[str, Effect]
    reasons: list[str]


class Gate(TypedDict):
    """`win_vanishes`: the plain win rate passes and the controlled one lies below its bound. `reasons`: of the outcome."""

    candidate: str
    baseline: str
    outcome: Outcome
    conditions: list[GateCondition]
    vetoes: list[str]
    win_vanishes: bool
    reasons: list[str]
