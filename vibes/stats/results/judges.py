"""What a calibration of a judge holds."""

from typing import Literal, TypedDict

from vibes.stats.results.cues import CueFamily
from vibes.stats.results.effects import Effect

Calibrated = Literal["calibrated", "uncalibrated"]


class CueBias(TypedDict):
    """C of one cue: of the judge, of people on the same matchups, and the first less the second."""

    family: CueFamily
    judge: Effect
    people: Effect
    difference: Effect


class Calibration(TypedDict):
    """A judge beside people. Counts are of comparisons, `judged` of verdicts and `people` of raters.

    `agreement`: of those on which both take a side, the share on which it is the same. `same_choice`: the share of all, no side
    being a choice as well. `kappa`: the same beyond chance. `position`: P(first shown) − ½. `flips`: the share whose verdict
    goes with the order.
    """

    judge: str
    judged: int
    both_orders: int
    with_people: int
    people: int
    people_undecided: int
    judge_undecided: int
    agreement: Effect
    same_choice: Effect
    kappa: Effect
    position: Effect
    flips: Effect
    cues: dict[str, CueBias]
    state: Calibrated
    why: str
