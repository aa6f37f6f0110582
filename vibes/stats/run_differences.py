"""What moved between two runs, with intervals that a report's own numbers can answer for.

A report holds estimates and their intervals, no row scores. With reaches u, l of the two printed intervals (at least t·se):

    nothing in common      d ± √(reach₁² + reach₂²)     as two independent studies (MOVER; Zou and Donner 2008)
    anything in common     d ± (reach₁ + reach₂)        the widest that any correlation allows (Cauchy and Schwarz)

Runs of one study share votes or raters. How far their errors go together is not in the reports, and it can go either way:
a rater's taste may turn between two sets of prompts. √(se₁² − se₂²) of nested data (Hausman 1978) holds for efficient
estimates of the right model alone, and is refused here. The sum is wide, and true.

p is two-sided from t with the smaller effective raters − 1 degrees of freedom, nine where a report holds none (an interval
needs ten), scaled so that p = 5 % where the interval ends at 0. Marked by Benjamini and Hochberg over all that are compared.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from vibes.stats.intervals import FEWEST, LEVEL
from vibes.stats.multiplicity import benjamini_hochberg
from vibes.stats.results import Effect, Report
from vibes.stats.run_effects import Group, Pair, pairs

UPPER = (1.0 + LEVEL) / 2.0
Z = float(ndtri(UPPER))
ORDINALS = ("first", "second")
OTHER_UNIT = "the two runs give it in other units"


@dataclass(frozen=True)
class Difference:
    """Second − first of one effect, in its `unit`; null with a `why` where it cannot be told.

    `p`: of no difference. `stands_out`: among all that were compared, a share of at most 5 % of those marked is false on
    average. `first` and `second`: the estimates; strengths about the mean of the models in common.
    """

    group: Group
    name: str
    unit: str
    first: Effect | None
    second: Effect | None
    estimate: float | None
    low: float | None
    high: float | None
    p: float | None
    stands_out: bool
    why: str

    @property
    def excludes_zero(self) -> bool:
        return self.low is not None and self.high is not None and (self.low > 0.0 or self.high < 0.0)


def differences(first: Report, second: Report, *, shared: bool) -> tuple[Difference, ...]:
    """Second − first of all that both reports tell. `shared`: votes, raters or answers are, or may be, in both."""
    found = [_difference(pair, shared=shared) for pair in pairs(first, second)]
    told = [place for place, one in enumerate(found) if one.p is not None]
    marks = benjamini_hochberg(np.array([found[place].p for place in told], dtype=np.float64))
    for place, marked in zip(told, marks, strict=True):
        found[place] = replace(found[place], stands_out=bool(marked))
    return tuple(found)


def raters_in_both(first: Report, second: Report) -> list[str]:
    """Names of raters in both reports. Two files may call two people the same: that costs width, never truth."""
    one, other = ({row["rater"] for row in report["raters_detail"]} for report in (first, second))
    return sorted(one & other)


def between(first: Effect, second: Effect, *, shared: bool) -> tuple[float, float, float]:
    """Second − first and its 95 % limits (estimate, low, high). Both have an interval."""
    (a, a_down, a_up), (b, b_down, b_up) = _reaches(first), _reaches(second)
    joined = _sum if shared else math.hypot
    return b - a, b - a - joined(b_down, a_up), b - a + joined(b_up, a_down)


def _sum(one: float, other: float) -> float:
    return one + other


def _reaches(effect: Effect) -> tuple[float, float, float]:
    """The estimate and how far its interval reaches down and up; a limit cut at the end of its scale is drawn out again."""
    estimate, low, high = (effect[key] or 0.0 for key in ("estimate", "low", "high"))
    raters, se = effect["effective_raters"], effect["se"] or 0.0
    least = se * (Z if raters is None else float(stdtrit(max(raters, FEWEST) - 1.0, UPPER)))
    return estimate, max(estimate - low, least), max(high - estimate, least)


def _difference(pair: Pair, *, shared: bool) -> Difference:
    held = pair.second or pair.first
    nothing = Difference(
        pair.group,
        pair.name,
        held["unit"] if held else "",
        pair.first,
        pair.second,
        None,
        None,
        None,
        None,
        stands_out=False,
        why="",
    )
    if pair.why:
        return replace(nothing, why=pair.why)
    if why := _missing((pair.first, pair.second)):
        return replace(nothing, why=why)
    first, second = pair.first, pair.second
    if first is None or second is None or first["unit"] != second["unit"]:
        return replace(nothing, why=OTHER_UNIT)
    estimate, low, high = between(first, second, shared=shared)
    p = _p(estimate, low, high, _degrees(first, second))
    return replace(nothing, estimate=estimate, low=low, high=high, p=p)


def _missing(both: Sequence[Effect | None]) -> str:
    """Why one of the two has no interval, or both have none."""
    said = []
    for which, effect in zip(ORDINALS, both, strict=True):
        if effect is None:
            said.append(f"not in the {which} run")
        elif effect["state"] != "ok" or None in (effect["estimate"], effect["low"], effect["high"]):
            why = effect.get("note") or effect["state"].replace("_", " ")
            said.append(f"{which} run: {why}")
    return "; ".join(said)


def _degrees(first: Effect, second: Effect) -> float:
    raters = [effect["effective_raters"] or FEWEST for effect in (first, second)]
    return max(FEWEST, min(raters)) - 1.0


def _p(estimate: float, low: float, high: float, degrees: float) -> float:
    side = estimate - low if estimate > 0.0 else high - estimate
    if side <= 0.0:
        return 1.0 if estimate == 0.0 else 0.0
    return float(2.0 * stdtr(degrees, -abs(estimate) / side * stdtrit(degrees, UPPER)))
