"""How many votes a question takes: more of them where some are in, and all of them before the first.

With votes in, the standard error of these data is scaled by 1/√votes. That is what new raters on new matchups bring, so
that effective raters grow with the votes. It is optimistic where the same raters go on or old matchups are dealt again:
what varies between raters shrinks with raters, not with votes. The design effect of these data (clustered over row-level
variance; Kish 1965, Survey Sampling, 8.2) is then that of the new votes as well.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scipy.special import nctdtr, stdtrit

from vibes.stats.intervals import LEVEL, Clusters
from vibes.stats.results import Effect, Need

POWER = 0.8
MOST_VOTES = 10**9
"""Beyond this a number of votes is no plan: it is given as null."""

_NORMAL_FROM = 1e6
_HALVINGS = 60


def need(
    estimand: str,
    seen: Effect,
    at: float,
    unit: str,
    clusters: Clusters,
    *,
    row_variance: float | None = None,
) -> Need:
    """Say how many more votes give 80 % power, two-sided at 5 %, to see an effect of `at`.

    `seen`: the estimand as it stands; its clustered standard error counts, not its estimate. `at`: in `unit`, either
    sign. `clusters`: the estimand's own rows. `row_variance`: variance of the same estimate with every row independent.
    `more_votes` is 0 where there are enough, null where `seen` has no standard error or the number is past a billion.
    """
    votes, se = len(clusters.weight), seen["se"]
    known = se is not None and math.isfinite(se) and se > 0.0
    row_known = row_variance is not None and math.isfinite(row_variance) and row_variance > 0.0
    return Need(
        estimand=estimand,
        effect=at,
        unit=unit,
        votes=votes,
        se=se if known else None,
        design_effect=se**2 / row_variance if se and known and row_variance and row_known else None,
        more_votes=_more(votes, se, at, clusters.effective_raters()) if se and known else None,
    )


def power(at: float, se: float, effective_raters: float) -> float:
    """P(the 95 % interval excludes 0 | the effect is `at`), 0 … 1, of t(effective raters − 1) with standard error `se`."""
    degrees = min(effective_raters - 1.0, _NORMAL_FROM)
    if degrees <= 0.0:
        return 0.0
    away, bound = abs(at) / se, float(stdtrit(degrees, (1.0 + LEVEL) / 2.0))
    if away > bound + 40.0:
        return 1.0
    below, above = float(nctdtr(degrees, away, -bound)), float(nctdtr(degrees, away, bound))
    return 1.0 - above + (below if math.isfinite(below) else 0.0)


def _more(votes: int, se: float, at: float, raters: float) -> int | None:
    """The fewest more votes at which the power is reached, by halving."""
    if at == 0.0 or not math.isfinite(at) or votes == 0:
        return None
    low, high = 1.0, 1.0
    while not _reached(high, se, at, raters):
        low, high = high, 2.0 * high
        if high * votes > MOST_VOTES:
            return None
    for _ in range(_HALVINGS if high > 1.0 else 0):
        middle = (low + high) / 2.0
        low, high = (low, middle) if _reached(middle, se, at, raters) else (middle, high)
    return math.ceil((high - 1.0) * votes - 1e-6)


def _reached(times: float, se: float, at: float, raters: float) -> bool:
    return power(at, se / math.sqrt(times), times * raters) >= POWER


@dataclass(frozen=True)
class Assumptions:
    """A study that answered: `effect` (either sign) was seen with `votes` votes, `per_matchup` on each pair of answers."""

    effect: float
    votes: int
    per_matchup: int = 7

    def __post_init__(self) -> None:
        if not (
            math.isfinite(self.effect) and self.effect != 0.0 and self.votes > 0 and self.per_matchup > 0
        ):
            raise ValueError("the assumptions need an effect other than 0, some votes and votes per matchup")


ASSUMED: Mapping[str, Assumptions] = MappingProxyType(
    {
        "C": Assumptions(effect=0.08, votes=2_100),
        "T1": Assumptions(effect=0.08, votes=6_300),
        "T2": Assumptions(effect=0.5, votes=10_000),
    }
)
"""Before a vote: T2 of 0.5 log-odds takes some 10,000 votes; C of 0.08 takes 300 matchups at 1 : 3 : 3; T1 is C in a third.

The figures for C and T1 leave room for prompt classes: in a simulation of 300 matchups (gaps and tastes of SD 1 and 0.4, ties
½) C of 0.08 stood 5½ standard errors from 0 with 40 raters and 7 with 100, where 80 % power asks for 2.8.
"""


@dataclass(frozen=True)
class Plan:
    """What to ask for before the first vote. `votes` and `matchups` are orders of magnitude, not promises."""

    estimand: str
    effect: float
    votes: int
    matchups: int


def planned_votes(estimand: str, effect: float, assumptions: Assumptions | None = None) -> Plan:
    """Say how many votes a stated effect takes, from one study that answered, by 1/effect².

    `effect`: log-odds for T2, probability above ½ for C and T1, either sign. Raises ValueError for an estimand without
    assumptions and for an effect of 0.
    """
    if not math.isfinite(effect) or effect == 0.0:
        raise ValueError(f"the effect is {effect}. State one other than 0.")
    known = assumptions or ASSUMED.get(estimand)
    if known is None:
        raise ValueError(f"nothing is assumed about {estimand}. Write one of {', '.join(ASSUMED)}.")
    votes = math.ceil(known.votes * (known.effect / effect) ** 2)
    return Plan(estimand, effect, votes, math.ceil(votes / known.per_matchup))
