"""The win matrix: how often one model was chosen over another, with an interval that knows raters and matchups.

As `intervals.share`, for all pairs at once: with sixty models there are 1,770 of them.
"""

import numpy as np

from annotations.verdicts import Verdict
from vibes.stats.arrays import FloatArray, IntArray, sum_by
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters, effect, without_interval
from vibes.stats.jackknife import ALIKE
from vibes.stats.results import Effect, WinCell

UNIT = "probability"
NEVER = "no decisive vote between them"


def wins(frame: JudgementFrame, clusters: Clusters) -> list[WinCell]:
    """Each pair of models that met, in both orders, by the names of the models.

    `clusters`: those of every row of `frame`. `chosen`: P(`model` chosen over `over` | decisive), 0 … 1; both-bad counts
    nowhere. A description: the votes of a pair are as many and on such prompts as happened to be dealt.
    """
    met = np.flatnonzero(frame.model_a != frame.model_b)
    a, b = frame.model_a[met], frame.model_b[met]
    keys, pair = np.unique(np.minimum(a, b) * len(frame.models) + np.maximum(a, b), return_inverse=True)
    ties = np.bincount(pair, frame.is_verdict(Verdict.TIE)[met], len(keys)).astype(int)
    to_first = np.where(a < b, frame.sign[met], -frame.sign[met])
    decisive = np.flatnonzero(to_first)
    won = (1.0 + to_first[decisive]) / 2.0
    cells = _cells(won, pair[decisive], len(keys), clusters.take(met[decisive]))
    found = {}
    for key, chosen, tied in zip(keys.tolist(), cells, ties.tolist(), strict=True):
        one, other = divmod(key, len(frame.models))
        found[one, other], found[other, one] = (chosen, tied), (_turned(chosen), tied)
    return [
        WinCell(model=frame.models[one], over=frame.models[other], chosen=chosen, ties=tied)
        for (one, other), (chosen, tied) in sorted(found.items(), key=lambda item: item[0])
    ]


def _cells(won: FloatArray, pair: IntArray, pairs: int, clusters: Clusters) -> list[Effect]:
    w = clusters.weight
    total = sum_by(pair, w, pairs)
    held = np.where(total > 0.0, total, 1.0)
    p = np.minimum(1.0, sum_by(pair, w * won, pairs) / held)
    variances = _variances(w * (won - p[pair]), p, held, pair, clusters)
    order = np.argsort(pair, kind="stable")
    ends = np.searchsorted(pair[order], np.arange(pairs + 1))
    return [
        _cell(float(p[k]), float(variances[k]), clusters.take(order[ends[k] : ends[k + 1]]))
        for k in range(pairs)
    ]


def _cell(p: float, variance: float, clusters: Clusters) -> Effect:
    if not len(clusters.weight):
        return without_interval(clusters, "not_enough", NEVER, unit=UNIT, kind="observational")
    return effect(p, variance, clusters, unit=UNIT, kind="observational", bounds=(0.0, 1.0))


def _variances(
    residual: FloatArray, p: FloatArray, total: FloatArray, pair: IntArray, clusters: Clusters
) -> FloatArray:
    """The variance of each pair's share (pairs,), by the rule of the largest."""
    by_rater, by_matchup, by_cell = (
        _meat(residual, pair, groups, len(p)) / total**2
        for groups in (clusters.rater, clusters.matchup, clusters.cells())
    )
    if clusters.errors == "cr3":
        by_rater = _left_out(residual, pair, clusters, total)
    shrunk = (p * total + 0.5) / (total + 1.0)
    by_model = shrunk * (1.0 - shrunk) / total
    two_way = by_rater + by_matchup - by_cell
    two_way = np.where(two_way > 0.0, two_way, np.maximum(by_rater, by_matchup))
    found: FloatArray = np.maximum(np.maximum(two_way, by_rater), by_model)
    return found


def _meat(residual: FloatArray, pair: IntArray, groups: IntArray, pairs: int) -> FloatArray:
    """G/(G − 1) Σ_g S_g² over the groups of each pair's own votes (pairs,)."""
    codes, place = np.unique(pair * (groups.max(initial=0) + 1) + groups, return_inverse=True)
    owner = codes // (groups.max(initial=0) + 1)
    sums = np.bincount(place, residual, len(codes))
    size = np.bincount(owner, minlength=pairs)
    more = np.divide(size, size - 1.0, out=np.ones(pairs), where=size > 1)
    found: FloatArray = sum_by(owner, sums**2, pairs) * more
    return found


def _left_out(residual: FloatArray, pair: IntArray, clusters: Clusters, total: FloatArray) -> FloatArray:
    """CR3 of each pair's share (pairs,): what leaving out each of its raters moves it by; nothing for its only one."""
    raters, pairs = clusters.rater.max(initial=0) + 1, len(total)
    codes, place = np.unique(pair * raters + clusters.rater, return_inverse=True)
    owner = codes // raters
    left = total[owner] - np.bincount(place, clusters.weight, len(codes))
    sums = np.bincount(place, residual, len(codes))
    moves = np.divide(sums, left, out=np.zeros(len(codes)), where=left > ALIKE * total[owner])
    size = np.bincount(owner, minlength=pairs)
    found: FloatArray = sum_by(owner, moves**2, pairs) * (1.0 - 1.0 / np.maximum(size, 1))
    return found


def _turned(effect: Effect) -> Effect:
    """The same share seen from the other model: 1 − p."""
    estimate, low, high = effect["estimate"], effect["low"], effect["high"]
    turned: Effect = effect | {
        "estimate": None if estimate is None else 1.0 - estimate,
        "low": None if high is None else 1.0 - high,
        "high": None if low is None else 1.0 - low,
    }
    return turned
