"""A judge model beside people, on the same comparisons: how far it agrees, what its place and order do to it, what moves it.

One judge is one rater, so that nothing is said of judges in general: its figures are about this judge on further matchups,
and their intervals are clustered by matchup (`by_matchup`). A comparison counts where the judge has judged it
in both orders. Its *choice* is the side that it takes on average over both: a tie and both-bad are half a vote for each; a
judge that takes whichever came first takes no side. The choice of people is the majority of theirs by the same rule.
Cohen (1960), Educ. Psychol. Meas. 20, 37–46, for κ; Zheng et al. (2023), arXiv:2306.05685, for judging in both orders.
"""

from dataclasses import dataclass

import numpy as np

from vibes.stats import by_matchup
from vibes.stats.alignment import BOTH_BAD, readings
from vibes.stats.arrays import BoolArray, FloatArray, IntArray, sum_by
from vibes.stats.by_matchup import NOTE, nothing, share, told, variance
from vibes.stats.cues.causal import causal, cell_means, sides
from vibes.stats.cues.design import CuedVotes, cued_votes
from vibes.stats.cues.estimates import ABOVE_HALF
from vibes.stats.frames import KINDS, JudgementFrame
from vibes.stats.intervals import FEWEST, Clusters, Sandwich, half_width, known, unknown
from vibes.stats.results import Effect
from vibes.stats.results.judges import Calibration, CueBias
from vibes.stats.trust import verdict_on

KAPPA = "kappa"
PROBABILITY = "probability"
RESAMPLES = 2_000
HALVES = np.array([0.5, -0.5])
CHOICES = 3
"""The judge's choice and that of people: b, no side, a."""
NO_BOTH = "no comparison was judged in both orders"
NO_SIDES = "on no comparison do people and the judge both take a side"
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
    agreement = _agreement(same, pairs.matchup, both_decide, NO_SIDES)
    flips = share(
        pairs.flips.astype(np.float64), pairs.matchup, unit=PROBABILITY, kind="randomised", why=NO_BOTH
    )
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
        same_choice=_agreement(same, pairs.matchup, with_people, NO_PEOPLE),
        kappa=_kappa(pairs, with_people, generator),
        position=_position(frame, mine),
        flips=flips,
        cues=cues,
        state="calibrated" if calibrated else "uncalibrated",
        why=why,
    )


def _agreement(same: FloatArray, matchup: IntArray, rows: BoolArray, why: str) -> Effect:
    return share(same[rows], matchup[rows], unit=PROBABILITY, kind="observational", why=why)


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


def _position(frame: JudgementFrame, mine: BoolArray) -> Effect:
    """P(the first shown) − ½ over the judge's verdicts, ties and both-bad half. Both orders are judged: no quality is in it."""
    if frame.position is None:
        why = "the rows do not say what was shown first"
        return nothing(why, n=0, unit=ABOVE_HALF, kind="randomised")
    above = (frame.sign * frame.position)[mine] / 2.0
    if not len(above):
        return nothing(NO_BOTH, n=0, unit=ABOVE_HALF, kind="randomised")
    matchup, mean = frame.matchup.codes[mine], float(above.mean())
    spread = variance((above - mean) / len(above), matchup, np.ones(len(above)))
    return told(mean, spread, matchup, unit=ABOVE_HALF, kind="randomised")


def _kappa(pairs: Compared, rows: BoolArray, generator: np.random.Generator) -> Effect:
    """κ of both choices, no side being one of the three. Interval: resampled matchups, on Fisher's scale artanh κ."""
    n, matchup = int(rows.sum()), pairs.matchup[rows]
    if not n:
        return nothing(NO_PEOPLE, n=0, unit=KAPPA, kind="observational")
    group = np.unique(matchup, return_inverse=True)[1]
    cell = pairs.choice[rows] * CHOICES + pairs.people[rows]
    groups = int(group.max()) + 1
    tables = sum_by(group * CHOICES**2 + cell, np.ones(n), groups * CHOICES**2).reshape(groups, CHOICES**2)
    estimate = float(_cohen(tables.sum(axis=0)[None])[0])
    table = tables.sum(axis=0).reshape(CHOICES, CHOICES)
    if min((table.sum(axis=way) > 0.0).sum() for way in (0, 1)) < 2:
        why = (
            "the judge, or people, made the same choice throughout: chance alone decides how often they agree"
        )
        return unknown("not_identified", why, n=n, effective_raters=None, unit=KAPPA, kind="observational")
    if by_matchup.size(matchup) < FEWEST:
        why = by_matchup.few(by_matchup.size(matchup))
        return nothing(why, n=n, unit=KAPPA, kind="observational", estimate=estimate)
    # Equal tables are exchangeable: sorted, the order of rows leaves no trace in the draws.
    ranked = tables[np.lexsort(tables.T)]
    drawn = _cohen(generator.multinomial(groups, np.full(groups, 1.0 / groups), RESAMPLES) @ ranked)
    drawn = drawn[np.isfinite(drawn)]
    width = by_matchup.quantile(by_matchup.size(matchup)) * float(_fisher(drawn).std(ddof=1))
    low, high = (float(np.tanh(_fisher(np.array(estimate)) + way * width)) for way in (-1.0, 1.0))
    error = float(drawn.std(ddof=1))
    return known(
        estimate, low, high, error, n=n, effective_raters=None, unit=KAPPA, kind="observational", note=NOTE
    )


def _fisher(kappa: FloatArray) -> FloatArray:
    """artanh, short of its ends."""
    return np.asarray(np.arctanh(np.clip(kappa, -0.999, 0.999)), dtype=np.float64)


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
    return nothing("no person has judged these matchups", n=0, unit=ABOVE_HALF, kind="randomised")


def _c_of_judge(votes: CuedVotes | None) -> Effect:
    planted = np.zeros(0, dtype=np.int64) if votes is None else votes.planted
    if votes is not None and len(planted):
        matchup, weight = votes.clusters.matchup[planted], votes.clusters.weight[planted]
        found = cell_means(votes.y[planted], sides(votes.v[planted]), 2, Clusters(matchup, matchup, weight))
        if found is not None:
            spread = max(_between(found[1], HALVES), by_matchup.floor(len(np.unique(matchup))))
            return told(float(HALVES @ found[0]), spread, matchup, unit=ABOVE_HALF, kind="randomised")
    why = "the judge has not judged both sides with the cue"
    return nothing(why, n=len(planted), unit=ABOVE_HALF, kind="randomised")


def _between(found: Sandwich, contrast: FloatArray) -> float:
    """The variance of a contrast between clusters: the larger of two-way and by rater, rows never taken for independent."""
    own = found.project(contrast[None, :])
    two_way, by_rater = float(own.two_way[0, 0]), float(own.by_rater[0, 0])
    return max(two_way, by_rater) if two_way > 0.0 else max(by_rater, float(own.by_matchup[0, 0]))


def _difference(votes: CuedVotes, machine: BoolArray, met: BoolArray, people: Effect) -> Effect:
    """C of the judge − C of people, in one stack: they have the matchups in common."""
    rows = np.flatnonzero((votes.v != 0.0) & met[votes.clusters.matchup])
    cell = sides(votes.v[rows]) + 2 * machine[rows]
    # A judge is one rater, and would be a cluster of half of all rows: each of its matchups stands for itself.
    rater, matchup = votes.clusters.rater[rows], votes.clusters.matchup[rows]
    apart = int(rater.max(initial=0)) + 1 + matchup
    clusters = Clusters(np.where(machine[rows], apart, rater), matchup, votes.clusters.weight[rows])
    found = cell_means(votes.y[rows], cell.astype(np.int64), 4, clusters) if len(rows) else None
    if found is None or people["state"] != "ok":
        why = people.get("note") or "the judge and people have not both judged both sides with the cue"
        return nothing(why, n=len(rows), unit=ABOVE_HALF, kind="randomised")
    contrast = np.concatenate([-HALVES, HALVES])
    spread = max(_between(found[1], contrast), by_matchup.floor(len(np.unique(matchup))))
    estimate = float(contrast @ found[0])
    raters = people["effective_raters"] or FEWEST
    if by_matchup.size(matchup) < FEWEST:
        why = by_matchup.few(by_matchup.size(matchup))
        return nothing(why, n=len(rows), unit=ABOVE_HALF, kind="randomised", estimate=estimate)
    width = half_width(spread, min(raters, by_matchup.size(matchup)))
    return known(
        estimate,
        max(-1.0, estimate - width),
        min(1.0, estimate + width),
        float(np.sqrt(spread)),
        n=len(rows),
        effective_raters=people["effective_raters"],
        unit=ABOVE_HALF,
        kind="randomised",
    )
