"""Two identical answers side by side: whoever prefers one prefers its place."""

import numpy as np

from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters, Errors, effect, share, without_interval
from vibes.stats.results import Effect

PROBABILITY = "probability"


def lean_on_identical(frame: JudgementFrame, errors: Errors = "largest") -> Effect:
    """P(the left one | an identical pair, a side chosen or leant to), 0 … 1, clustered by rater and matchup.

    One half where the place of an answer plays no part. Ties without a lean, and both-bad without one, choose no side.
    """
    screen = frame.position
    side = frame.sign + frame.lean_sign
    chosen = frame.labels["purpose"].isin(["identical"]) & (side != 0)
    rows = np.flatnonzero(chosen if screen is not None else np.zeros(len(frame), dtype=bool))
    clusters = Clusters(frame.rater.codes, frame.matchup.codes, frame.weight, errors).take(rows)
    if screen is None or not len(rows):
        why = "no side was chosen of two identical answers"
        return without_interval(clusters, "not_enough", why, unit=PROBABILITY, kind="randomised")
    p, variance = share((side[rows] == screen[rows]).astype(np.float64), clusters)
    return effect(p, variance, clusters, unit=PROBABILITY, kind="randomised", bounds=(0.0, 1.0))
