"""A judge model beside people, on the same comparisons: how far it agrees, what its place and order do to it, what moves it.

One judge is one rater, so that nothing is said of judges in general: its figures are about this judge on further matchups,
and their intervals are clustered by matchup, t with effective matchups − 1. A comparison counts where the judge has judged it
in both orders. Its *choice* is the side that it takes on average over both: a tie and both-bad are half a vote for each; a
judge that takes whichever came first takes no side. The choice of people is the majority of theirs by the same rule.
Cohen (1960), Educ. Psychol. Meas. 20, 37–46, for κ; Zheng et al. (2023), arXiv:2306.05685, for judging in both orders.
"""

from dataclasses import dataclass

import numpy as np

from vibes.stats.alignment import BOTH_BAD, readings
from vibes.stats.arrays import BoolArray, FloatArray, IntArray, sum_by
from vibes.stats.cues.causal import causal, cell_means, sides
from vibes.stats.cues.design import CuedVotes, cued_votes
from vibes.stats.cues.estimates import ABOVE_HALF, contrasted
from vibes.stats.frames import KINDS, JudgementFrame
from vibes.stats.intervals import FEWEST, LEVEL, Clusters, half_width, known, share, unknown
from vibes.stats.results import Effect, Kind
from vibes.stats.results.judges import Calibration, CueBias
from vibes.stats.trust import verdict_on

KAPPA = "kappa"
PROBABILITY = "probability"
RESAMPLES = 2_000
CHOICES = 3
"""The judge's choice and that of people: b, no side, a."""
NO_BOTH = "no comparison was judged in both orders"
NO_PEOPLE = "no comparison was judged by people and by the judge in both orders"


@dataclass(frozen=True, eq=False)
class Compared:
    """Comparisons that the judge has judged in both orders. `choice`, `people` (u,): 0 b, 1 no side, 2 a; −1 where no person
    has judged it. `flips` (u,): whether its verdict was another in the other order. `matchup` (u,): codes."""

    choice: IntArray
    people: IntArray
    flips: BoolArray
    matchup: IntArray


def calibrate(frame: JudgementFrame, judge: str, generator: np.random.Generator) -> Calibration:
    """How this judge (a name in `rater`) compares with the people of the frame, on the study's own comparisons.

    Signs: position, + where the first shown is chosen more often; cues, + where the side with the cue is.
    """
    frame = _own(frame)
    mine, people = _rows_of(frame, judge)
    pairs = _compared(frame, mine, people)
    with_people = pairs.people >= 0
    both_decide = with_people & (pairs.people != 1) & (pairs.choice != 1)
    same = (pairs.choice == pairs.people).astype(np.float64)
    agreement = _share(same[both_decide], pairs.matchup[both_decide], "observational", NO_PEOPLE)
    flips = _share(pairs.flips.astype(np.float64), pairs.matchup, "randomised", NO_BOTH)
    cues = _cues(frame, mine, people)
    calibrated, why = verdict_on(int(with_people.sum()), agreement, flips, cues)
    return Calibration(
        judge=judge,
        judged=int(mine.sum()),
        both_orders=len(pairs.choice),
        with_people=int(with_people.sum()),
        people=len(np.unique(frame.rater.codes[people])),
        people_undecided=int((pairs.people[with_people] == 1).sum()),
        judge_undecided=int((pairs.choice[with_people] == 1).sum()),
        agreement=agreement,
        same_choice=_share(same[with_people], pairs.matchup[with_people], "observational", NO_PEOPLE),
        kappa=_kappa(pairs, with_people, generator),
        position=_position(frame, mine),
        flips=flips,
        cues=cues,
        state="calibrated" if calibrated else "uncalibrated",
        why=why,
    )


def _own(frame: JudgementFrame) -> JudgementFrame:
    """The study's own comparisons whose sides can be told apart; golds, repeats and identical pairs are checks of raters."""
    found = readings(frame)
    return frame.take(np.flatnonzero(frame.labels["purpose"].isin(["study"]) & found.told))


def _rows_of(frame: JudgementFrame, judge: str) -> tuple[BoolArray, BoolArray]:
    """The judge's rows (n,) and those of people (n,)."""
    kind = frame.labels["rater_kind"].codes
    mine = frame.rater.isin([judge]) & (kind == KINDS.index("machine"))
    return mine, kind == KINDS.index("person")


def _compared(frame: JudgementFrame, mine: BoolArray, people: BoolArray) -> Compared:
    found = readings(frame)
    unit = np.unique(found.comparison, return_inverse=True)[1].astype(np.int64)
    size = int(unit.max(initial=-1)) + 1
    value = np.where(found.code == BOTH_BAD, 1, found.code).astype(np.float64) - 1.0
    left = np.ones(len(frame)) if frame.position is None else frame.position
    # Which model stood on the left: the same in A's terms whichever side A was called.
    forward = np.where(frame.model_a == frame.model_b, frame.side_sign("cue_on"), 1)
    forward = np.where(frame.model_a > frame.model_b, -1, forward)
    order = left * forward
    ways = [mine & (order == way) for way in (1.0, -1.0)]
    counts = [sum_by(unit[rows], np.ones(int(rows.sum())), size) for rows in ways]
    both = (counts[0] > 0.0) & (counts[1] > 0.0)
    # Each order counts once, should one of them have been asked twice.
    means = [_mean(unit, value, rows, size) for rows in ways]
    codes = [_mean(unit, found.code.astype(np.float64), rows, size) for rows in ways]
    asked = sum_by(unit[people], np.ones(int(people.sum())), size) > 0.0
    of_people = np.where(asked, _side(_mean(unit, value, people, size)), -1)
    matchup = np.zeros(size, dtype=np.int64)
    matchup[unit] = frame.matchup.codes
    return Compared(
        choice=_side((means[0] + means[1]) / 2.0)[both],
        people=of_people[both],
        flips=(codes[0] != codes[1])[both],
        matchup=matchup[both],
    )


def _mean(unit: IntArray, value: FloatArray, rows: BoolArray, size: int) -> FloatArray:
    """The mean by unit (size,), 0 where it has no row."""
    total, count = sum_by(unit[rows], value[rows], size), sum_by(unit[rows], np.ones(int(rows.sum())), size)
    return np.divide(total, count, out=np.zeros(size), where=count > 0.0)


def _side(mean: FloatArray) -> IntArray:
    """0 b, 1 no side, 2 a, of means on −1 … 1."""
    return np.asarray(np.sign(np.round(mean, 12)) + 1, dtype=np.int64)


def _by_matchup(matchup: IntArray, weight: FloatArray | None = None) -> Clusters:
    """One judge's rows: what varies is the matchup, which stands in the rater's place too."""
    return Clusters(matchup, matchup, np.ones(len(matchup)) if weight is None else weight)


def _share(
    chosen: FloatArray,
    matchup: IntArray,
    kind: Kind,
    nothing: str,
    base: float = 0.0,
    unit: str = PROBABILITY,
) -> Effect:
    """The mean of `chosen` (k,) in 0 … 1, less `base`, with its interval by matchup."""
    clusters = _by_matchup(matchup)
    if not len(chosen):
        return unknown("not_enough", nothing, n=0, effective_raters=None, unit=unit, kind=kind)
    p, variance = share(chosen, clusters)
    return _told(p - base, variance, clusters, kind, (-base, 1.0 - base), unit)


def _told(
    estimate: float, variance: float, clusters: Clusters, kind: Kind, bounds: tuple[float, float], unit: str
) -> Effect:
    n, matchups = len(clusters.weight), clusters.effective_raters()
    if matchups < FEWEST:
        why = f"the comparisons spread over {matchups:.1f} effective matchups; an interval needs {FEWEST:.0f}"
        return unknown("not_enough", why, n=n, effective_raters=None, unit=unit, kind=kind, estimate=estimate)
    width = half_width(variance, matchups)
    return known(
        estimate,
        max(bounds[0], estimate - width),
        min(bounds[1], estimate + width),
        float(np.sqrt(variance)),
        n=n,
        effective_raters=None,
        unit=unit,
        kind=kind,
        note="of one judge, over matchups",
    )


def _position(frame: JudgementFrame, mine: BoolArray) -> Effect:
    """P(the first shown) − ½ over the judge's verdicts, ties and both-bad half. The orders are both judged, so no quality is in it."""
    if frame.position is None:
        why = "the rows do not say what was shown first"
        return unknown("not_enough", why, n=0, effective_raters=None, unit=ABOVE_HALF, kind="randomised")
    first = (1.0 + frame.sign * frame.position)[mine] / 2.0
    return _share(first, frame.matchup.codes[mine], "randomised", NO_BOTH, 0.5, ABOVE_HALF)


def _kappa(pairs: Compared, rows: BoolArray, generator: np.random.Generator) -> Effect:
    """κ of both choices, no side being one of the three. Interval: percentiles over resampled matchups."""
    n = int(rows.sum())
    if not n:
        return unknown("not_enough", NO_PEOPLE, n=0, effective_raters=None, unit=KAPPA, kind="observational")
    matchup = np.unique(pairs.matchup[rows], return_inverse=True)[1]
    cell = pairs.choice[rows] * CHOICES + pairs.people[rows]
    size = int(matchup.max()) + 1
    tables = sum_by(matchup * CHOICES**2 + cell, np.ones(n), size * CHOICES**2).reshape(size, CHOICES**2)
    estimate = float(_cohen(tables.sum(axis=0)[None])[0])
    if np.isnan(estimate):
        why = "all choices are the same, so that chance agreement is certain"
        return unknown("not_identified", why, n=n, effective_raters=None, unit=KAPPA, kind="observational")
    if size < FEWEST:
        why = f"the comparisons are of {size} matchups; an interval needs {FEWEST:.0f}"
        return unknown(
            "not_enough", why, n=n, effective_raters=None, unit=KAPPA, kind="observational", estimate=estimate
        )
    # Equal tables are exchangeable: sorted, the order of rows leaves no trace in the draws.
    ranked = tables[np.lexsort(tables.T)]
    drawn = _cohen(generator.multinomial(size, np.full(size, 1.0 / size), RESAMPLES) @ ranked)
    drawn = drawn[np.isfinite(drawn)]
    low, high = np.quantile(drawn, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    error = float(drawn.std(ddof=1))
    return known(
        estimate, float(low), float(high), error, n=n, effective_raters=None, unit=KAPPA, kind="observational"
    )


def _cohen(tables: FloatArray) -> FloatArray:
    """κ (k,) of tables of choice × choice, flat (k, 9); NaN where chance agreement is certain."""
    square = tables.reshape(-1, CHOICES, CHOICES)
    total = square.sum(axis=(1, 2))
    seen = np.trace(square, axis1=1, axis2=2) / total
    chance = (square.sum(axis=1) * square.sum(axis=2)).sum(axis=1) / total**2
    found: FloatArray = np.divide(
        seen - chance, 1.0 - chance, out=np.full(len(total), np.nan), where=chance < 1.0
    )
    return found


def _cues(frame: JudgementFrame, mine: BoolArray, people: BoolArray) -> dict[str, CueBias]:
    """C of each cue among the judge's verdicts, beside that of people on the same matchups."""
    kept = np.flatnonzero(mine | people)
    if not len(kept):
        return {}
    both = frame.take(kept)
    machine = mine[kept]
    return {one.cue: _bias(one, machine[one.rows]) for one in cued_votes(both)}


def _bias(votes: CuedVotes, machine: BoolArray) -> CueBias:
    judged = votes.take(np.flatnonzero(machine)) if machine.any() else None
    # The matchups that the judge has judged with the cue: those of people are read on the same ones.
    met = np.zeros(int(votes.clusters.matchup.max(initial=0)) + 1, dtype=bool)
    met[votes.clusters.matchup[machine & (votes.v != 0.0)]] = True
    same = np.flatnonzero(~machine & met[votes.clusters.matchup])
    people = causal(votes.take(same)).effect if len(same) else _nobody()
    return CueBias(
        family=votes.family,
        judge=_c_of_judge(judged),
        people=people,
        difference=_difference(votes, machine, met, people),
    )


def _nobody() -> Effect:
    why = "no person has judged these matchups"
    return unknown("not_enough", why, n=0, effective_raters=None, unit=ABOVE_HALF, kind="randomised")


def _c_of_judge(votes: CuedVotes | None) -> Effect:
    planted = np.zeros(0, dtype=np.int64) if votes is None else votes.planted
    why = "the judge has not judged both sides with the cue"
    if votes is not None and len(planted):
        clusters = _by_matchup(votes.clusters.matchup[planted], votes.clusters.weight[planted])
        found = cell_means(votes.y[planted], sides(votes.v[planted]), 2, clusters)
        if found is not None:
            half = np.array([0.5, -0.5])
            variance = float(found[1].project(half[None, :]).variances()[0])
            return _told(float(half @ found[0]), variance, clusters, "randomised", (-0.5, 0.5), ABOVE_HALF)
    return unknown(
        "not_enough", why, n=len(planted), effective_raters=None, unit=ABOVE_HALF, kind="randomised"
    )


def _difference(votes: CuedVotes, machine: BoolArray, met: BoolArray, people: Effect) -> Effect:
    """C of the judge − C of people, in one stack: they have the matchups in common."""
    rows = np.flatnonzero((votes.v != 0.0) & met[votes.clusters.matchup])
    cell = sides(votes.v[rows]) + 2 * machine[rows]
    # A judge is one rater, and would be a cluster of half of all rows: each of its matchups stands for itself.
    rater = votes.clusters.rater[rows]
    apart = int(rater.max(initial=0)) + 1 + votes.clusters.matchup[rows]
    clusters = Clusters(
        np.where(machine[rows], apart, rater), votes.clusters.matchup[rows], votes.clusters.weight[rows]
    )
    found = cell_means(votes.y[rows], cell.astype(np.int64), 4, clusters) if len(rows) else None
    if found is None or people["state"] != "ok":
        why = people.get("note") or "the judge and people have not both judged both sides with the cue"
        n = len(rows)
        return unknown("not_enough", why, n=n, effective_raters=None, unit=ABOVE_HALF, kind="randomised")
    effect = contrasted(*found, np.array([-0.5, 0.5, 0.5, -0.5]), clusters, ABOVE_HALF).effect
    return effect | {"effective_raters": people["effective_raters"]}
