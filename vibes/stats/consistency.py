"""What a rater says against a yardstick: their own earlier verdict (repeats), and the verdict that a gold expects."""

from dataclasses import dataclass

import numpy as np

from vibes.stats.alignment import CODES, readings
from vibes.stats.arrays import BoolArray, FloatArray, IntArray, sum_by
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters, Errors, effect, share, without_interval
from vibes.stats.results import Effect

PROBABILITY = "probability"


@dataclass(frozen=True, eq=False)
class Compared:
    """Places in the frame (k,) of the verdicts that have a yardstick, and the share of it that they meet (k,), 0 … 1."""

    rows: IntArray
    met: FloatArray


def repeats(frame: JudgementFrame) -> Compared:
    """Repeats beside the same rater's other verdict on the same answers, read by model: does it say the same?

    Every row of purpose repeat with at least one row of the same rater, matchup and variant that is no repeat; the share
    of these that it equals (there is one, where nobody judged it more often). Both-bad is not a tie.
    """
    found = readings(frame)
    repeated = _purpose(frame, "repeat") & found.told
    first = ~_purpose(frame, "repeat") & found.told
    variants = int(found.comparison.max(initial=0)) + 1
    group = np.unique(frame.rater.codes * variants + found.comparison, return_inverse=True)[1]
    said = group * CODES + found.code
    times = sum_by(group[first], np.ones(int(first.sum())), int(group.max(initial=0)) + 1)
    same = sum_by(said[first], np.ones(int(first.sum())), len(times) * CODES)
    rows = np.flatnonzero(repeated & (times[group] > 0.0))
    return Compared(rows, same[said[rows]] / times[group[rows]])


def golds(frame: JudgementFrame) -> Compared:
    """Golds with an expected verdict, and whether that was given. Both-bad is not a tie."""
    expected = frame.labels.get("expected")
    if expected is None:
        return Compared(np.zeros(0, dtype=np.int64), np.zeros(0))
    rows = np.flatnonzero(_purpose(frame, "gold") & (expected.codes >= 0))
    given = frame.labels["verdict"].codes[rows]
    return Compared(rows, (given == expected.codes[rows]).astype(np.float64))


def self_consistency(frame: JudgementFrame, errors: Errors = "largest") -> Effect:
    """P(a repeat has the rater's own earlier verdict), clustered by rater and matchup."""
    why = "no pair of answers was shown to the same rater twice"
    return _share(frame, repeats(frame), why, errors)


def gold_accuracy(frame: JudgementFrame, errors: Errors = "largest") -> Effect:
    """P(the expected verdict | gold), clustered by rater and matchup."""
    return _share(frame, golds(frame), "no gold comparison with an expected verdict was judged", errors)


def _share(frame: JudgementFrame, compared: Compared, nothing: str, errors: Errors) -> Effect:
    chosen = Clusters(frame.rater.codes, frame.matchup.codes, frame.weight, errors).take(compared.rows)
    if not len(compared.rows):
        return without_interval(chosen, "not_enough", nothing, unit=PROBABILITY, kind="observational")
    p, variance = share(compared.met, chosen)
    return effect(p, variance, chosen, unit=PROBABILITY, kind="observational", bounds=(0.0, 1.0))


def _purpose(frame: JudgementFrame, name: str) -> BoolArray:
    return frame.labels["purpose"].isin([name])
