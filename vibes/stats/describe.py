"""Plain shares of decisive votes: the left side's, and the longer text's. Descriptions, not effects."""

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters, effect, share, without_interval
from vibes.stats.raters import tie_rates
from vibes.stats.results import Describe, Effect

PROBABILITY = "probability"
FIRST_LISTED = "first listed: the rows do not say which side stood on the left (a_is_left)"
ALL = "all"


def describe(frame: JudgementFrame, clusters: Clusters) -> Describe:
    """`clusters` are those of every row of `frame`."""
    return Describe(
        left_given_decisive=_left(frame, clusters),
        longer_wins=_longer_wins(frame, clusters),
        tie_rate_per_rater=tie_rates(frame),
    )


def _left(frame: JudgementFrame, clusters: Clusters) -> Effect:
    """P(left side chosen | a side was chosen)."""
    screen = frame.position
    side = np.ones(len(frame)) if screen is None else screen
    note = FIRST_LISTED if screen is None else ""
    return _share_that_won(side, np.flatnonzero(frame.decisive), frame, clusters, note)


def _longer_wins(frame: JudgementFrame, clusters: Clusters) -> dict[str, Effect]:
    """P(longer text in characters chosen | a side was chosen, lengths differ), pooled and by prompt class."""
    if "text_a" not in frame.texts:
        why = "the rows have no text_a and text_b"
        nothing = clusters.take(np.zeros(0, dtype=np.int64))
        return {ALL: without_interval(nothing, "not_enough", why, unit=PROBABILITY, kind="observational")}
    longer = np.sign(frame.texts["text_a"].each(len) - frame.texts["text_b"].each(len))
    told = frame.decisive & (longer != 0.0)
    found = {ALL: _share_that_won(longer, np.flatnonzero(told), frame, clusters)}
    classes = frame.labels.get("prompt_class")
    for code, name in enumerate(classes.names if classes else ()):
        rows = np.flatnonzero(told & (classes.codes == code)) if classes else np.zeros(0, dtype=np.int64)
        found[name] = _share_that_won(longer, rows, frame, clusters)
    return found


def _share_that_won(
    side: FloatArray, rows: IntArray, frame: JudgementFrame, clusters: Clusters, note: str = ""
) -> Effect:
    """The share of `rows` whose verdict went to the side that `side` (n,) marks, + for A."""
    chosen = clusters.take(rows)
    if not len(rows):
        return without_interval(
            chosen, "not_enough", "no decisive vote", unit=PROBABILITY, kind="observational"
        )
    p, variance = share((frame.sign[rows] == side[rows]).astype(np.float64), chosen)
    return effect(p, variance, chosen, unit=PROBABILITY, kind="observational", bounds=(0.0, 1.0), note=note)
