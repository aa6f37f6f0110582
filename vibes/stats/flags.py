"""Failure flags: how often a model's answers, as shown to raters, were marked with each.

A showing is one answer in one judgement. The limits are Wilson's (1927, JASA 22, 209–212) on the effective number of
showings p̃(1 − p̃)/V, with V the largest of by rater, two-way and model-based, as in Korn and Graubard (1998, Survey
Methodology 24, 193–201): where neither raters nor matchups bunch the flags, that is the number of showings.
"""

import heapq
from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray, sum_by
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import (
    FEWEST,
    Clusters,
    Errors,
    effective,
    known,
    too_few,
    unknown,
    without_interval,
)
from vibes.stats.jackknife import ALIKE
from vibes.stats.proportions import newcombe, wilson
from vibes.stats.repeated import Repeated, distinct
from vibes.stats.results import Effect, FlagRate

PROBABILITY = "probability"
MORE = "probability, candidate − baseline"
ANY = "any flag"
SEPARATOR = ","
CASES = 50
"""Cases listed of each model and flag, the first by their id."""


def flag_rates(frame: JudgementFrame, errors: Errors = "largest") -> list[FlagRate]:
    """One row a flag in use and model shown, most frequent first within a flag; none without columns of flags.

    The share of showings (weighted) that carry the flag; planted variants should not be in `frame`: an edited answer is not
    the model's own. `cases` are judgement ids, or row numbers where there are none.
    """
    if "flags_a" not in frame.texts:
        return []
    flagged = _flagged(frame)
    each = {model: _showings(frame, code, errors) for code, model in enumerate(frame.models)}
    found = [
        _rate(frame, model, flag, shown, flagged[flag][shown.rows, shown.side])
        for flag in sorted(flagged)
        for model, shown in each.items()
    ]
    return sorted(found, key=lambda row: (row["flag"], -(row["rate"]["estimate"] or 0.0), row["model"]))


def flag_differences(
    frame: JudgementFrame, one: str, other: str, errors: Errors = "largest"
) -> dict[str, Effect]:
    """For each flag in use how much more often the answers of model `one` carry it than those of `other`; + is worse.

    In probability, by Newcombe's interval (1998) from the two rates' own, as if they were independent: raters who flag much
    flag both, which makes it wide rather than short. Where raters could flag and nobody did, the one row is "any flag". Empty
    without columns of flags or showings of both.
    """
    if "flags_a" not in frame.texts:
        return {}
    shown = [_showings(frame, frame.models.index(name), errors) for name in (one, other)]
    if not all(len(each.rows) for each in shown):
        return {}
    flagged = _flagged(frame) or {ANY: np.zeros((len(frame), 2))}
    return {
        flag: _difference(*(_effect(each, marked[each.rows, each.side]) for each in shown))
        for flag, marked in sorted(flagged.items())
    }


def _difference(one: Effect, other: Effect) -> Effect:
    """Known no better than the rate of which fewer raters tell."""
    fewer = min((one, other), key=lambda rate: rate["effective_raters"] or 0.0)
    n, raters = one["n"] + other["n"], fewer["effective_raters"]
    p, q = (rate["estimate"] or 0.0 for rate in (one, other))
    limits = [(rate["low"], rate["high"]) for rate in (one, other)]
    (low, high), (below, above) = limits
    if low is None or high is None or below is None or above is None:
        why = fewer.get("note", "")
        return unknown(
            "not_enough", why, n=n, effective_raters=raters, unit=MORE, kind="observational", estimate=p - q
        )
    ends = newcombe((p, low, high), (q, below, above))
    se = float(np.hypot(one["se"] or 0.0, other["se"] or 0.0))
    return known(p - q, *ends, se, n=n, effective_raters=raters, unit=MORE, kind="observational")


def names_in(cell: str) -> frozenset[str]:
    """The flags of one cell: names separated by commas, blanks around them dropped."""
    return frozenset(name.strip() for name in cell.split(SEPARATOR) if name.strip())


def _flagged(frame: JudgementFrame) -> dict[str, FloatArray]:
    """For each flag whether it stands in the cell of A and of B (n, 2), as 0 and 1."""
    cells = [frame.texts[side] for side in ("flags_a", "flags_b")]
    flags: frozenset[str] = frozenset().union(*map(names_in, distinct(cells)))
    return {flag: np.column_stack([_marks(side, flag) for side in cells]) for flag in flags}


def _marks(cells: Repeated[str], flag: str) -> FloatArray:
    return cells.each(lambda cell: flag in names_in(cell))


@dataclass(frozen=True, eq=False)
class _Showings:
    """The showings of one model: row and side (s,), clusters, cell of rater and matchup (s,), the Σ w of each, effective
    raters, and effective size 1/Σ share² over cells."""

    rows: IntArray
    side: IntArray
    clusters: Clusters
    by_rater: FloatArray
    by_matchup: FloatArray
    by_cell: FloatArray
    cell: IntArray
    raters: float
    size: float


def _showings(frame: JudgementFrame, model: int, errors: Errors) -> _Showings:
    there = np.column_stack([frame.model_a == model, frame.model_b == model])
    rows, side = np.nonzero(there)
    clusters = Clusters(frame.rater.codes[rows], frame.matchup.codes[rows], frame.weight[rows], errors)
    cell = np.unique(clusters.cells(), return_inverse=True)[1]
    by_rater, by_matchup, by_cell = (
        sum_by(groups, clusters.weight, 0) for groups in (clusters.rater, clusters.matchup, cell)
    )
    return _Showings(
        rows, side, clusters, by_rater, by_matchup, by_cell, cell, effective(by_rater), effective(by_cell)
    )


def _rate(frame: JudgementFrame, model: str, flag: str, shown: _Showings, marked: FloatArray) -> FlagRate:
    return FlagRate(
        model=model,
        flag=flag,
        rate=_effect(shown, marked),
        flagged=int(marked.sum()),
        cases=_cases(frame, np.unique(shown.rows[marked > 0.0])),
    )


def _effect(shown: _Showings, marked: FloatArray) -> Effect:
    clusters, raters = shown.clusters, shown.raters
    p = min(1.0, float(clusters.weight @ marked / clusters.weight.sum()))
    if raters < FEWEST:
        why = too_few(raters)
        return without_interval(
            clusters, "not_enough", why, unit=PROBABILITY, kind="observational", estimate=p
        )
    n, variance = _effective_showings(shown, marked, p)
    low, high = wilson(p * n, n)
    se, n = float(np.sqrt(variance)), len(marked)
    return known(
        p, float(low), float(high), se, n=n, effective_raters=raters, unit=PROBABILITY, kind="observational"
    )


def _effective_showings(shown: _Showings, marked: FloatArray, p: float) -> tuple[float, float]:
    """n_eff and the variance of the share."""
    n = shown.size
    shrunk = (p * n + 0.5) / (n + 1.0)
    spread = shrunk * (1.0 - shrunk)
    hit = np.flatnonzero(marked)
    marks = shown.clusters.take(hit)
    among = _left_out if marks.errors == "cr3" else _between
    by_rater = among(marks.rater, marks.weight, p, shown.by_rater)
    by_matchup = _between(marks.matchup, marks.weight, p, shown.by_matchup)
    two_way = by_rater + by_matchup - _between(shown.cell[hit], marks.weight, p, shown.by_cell)
    variance = max(by_rater, two_way if two_way > 0.0 else by_matchup, spread / n)
    return spread / variance, variance


def _between(groups: IntArray, marked: FloatArray, p: float, sums: FloatArray) -> float:
    """Σ_g (Σ w (y − p))²/(Σ w)², times G/(G − 1); `groups` and `marked` are those of the showings
    with the flag and their w, `sums` the Σ w of each group."""
    residual = sum_by(groups, marked, len(sums)) - p * sums
    size = np.count_nonzero(sums)
    return float(residual @ residual) / float(sums.sum()) ** 2 * (size / (size - 1.0) if size > 1 else 1.0)


def _left_out(groups: IntArray, marked: FloatArray, p: float, sums: FloatArray) -> float:
    """CR3 of the same: (1 − 1/G) Σ_g of the square of what leaving out the group moves the share by."""
    residual = sum_by(groups, marked, len(sums)) - p * sums
    left, size = sums.sum() - sums, np.count_nonzero(sums)
    moves = np.divide(residual, left, out=np.zeros(len(sums)), where=left > ALIKE * sums.sum())
    return float(moves @ moves) * (1.0 - 1.0 / size)


def _cases(frame: JudgementFrame, rows: IntArray) -> list[str]:
    ids = frame.texts.get("judgement_id")
    if ids is None:
        return [str(number) for number in np.sort(frame.row_numbers[rows])[:CASES]]
    return heapq.nsmallest(CASES, (ids[row] for row in rows), key=lambda name: (len(name), name))
