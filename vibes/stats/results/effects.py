"""One estimate with its interval, and the words for its state and kind."""

from typing import Literal, NotRequired, TypedDict

State = Literal["ok", "not_enough", "not_rated", "not_identified", "not_converged"]
Kind = Literal["randomised", "independent", "observational"]
Finding = Literal["tiebreak", "additive", "taste; tiebreak not decided", "none found", "not enough yet"]


class Effect(TypedDict):
    """One estimate. `low` and `high` are the 95 % interval, null unless `state` is ok."""

    estimate: float | None
    low: float | None
    high: float | None
    se: float | None
    n: int
    effective_raters: float | None
    unit: str
    kind: Kind
    state: State
    note: NotRequired[str]


class Shown(TypedDict):
    """A share of `n`, with its Wilson interval where n > 0."""

    rate: float | None
    low: float | None
    high: float | None
    n: int
