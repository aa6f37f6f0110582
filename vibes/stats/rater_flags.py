"""What in a rater's verdicts a lead should ask about. A flag is a question, never an exclusion: no figure leaves anyone out.

Every rule that speaks of a share waits until its Wilson interval lies wholly beyond the bound, so that a few unlucky
verdicts raise nothing.
"""

import numpy as np

from vibes.stats.arrays import BoolArray, FloatArray, IntArray
from vibes.stats.proportions import wilson

FEWEST_VERDICTS = 20
"""Verdicts below which habits of speed and side are not looked at: nine of nine on one side happens to somebody in 500."""

POOL_SHARE = 1.0 / 3.0
"""Of the pool's median time: raters differ by a factor of two in reading speed alone, hardly by three."""

FEWEST_TIMED = 5
"""Raters with times from whom on there is a pool to compare with."""

SECONDS_A_WORD = 0.03
"""An eighth of the 0.25 s a word of silent reading (Brysbaert 2019, J. Memory and Language 109, 104047): nobody has read
that much of either answer, skimming included."""

CHARACTERS_A_WORD = 6.0
"""Five letters and a blank, about what English prose has."""

ONE_VERDICT = 0.9
"""Share of one verdict: in a public set of 124 raters the highest share of ties is 0.86, so that 0.9 is beyond taste."""

LEFT_BAND = (0.3, 0.7)
"""Left share where sides are dealt at random: 0.5 by design, 0.53 in public votes; 0.7 would be a position effect of 0.85."""

GOLDS = 5
GOLD_BOUND = 0.7
"""Expected verdicts are chosen to be plain: careful raters give nine in ten, one who answers at random one in three."""

REPEATS = 5
REPEAT_BOUND = 0.5
"""Below it a rater says something else more often than the same; answering at random repeats one in three."""


def too_fast(median: FloatArray, pace: FloatArray, timed: FloatArray, group: IntArray) -> BoolArray:
    """Median seconds (R,) below a third of the median rater's of the same `group` (R,), or `pace`, median seconds a word
    (R,), below what reading takes. NaN where unknown; `timed` (R,): verdicts with a time."""
    usual = np.full(len(median), np.nan)
    for name in np.unique(group):
        pool = (group == name) & (timed > 0.0)
        if pool.sum() >= FEWEST_TIMED:
            usual[group == name] = np.median(median[pool])
    found: BoolArray = ((median < POOL_SHARE * usual) | (pace < SECONDS_A_WORD)) & (timed >= FEWEST_VERDICTS)
    return found


def one_sided(counts: FloatArray) -> BoolArray:
    """Nearly all verdicts of one kind; `counts` (R, kinds) of left, right, tie, both-bad."""
    n = counts.sum(axis=1)
    low, _ = wilson(counts.max(axis=1), n)
    found: BoolArray = (n >= FEWEST_VERDICTS) & (low > ONE_VERDICT)
    return found


def position_bound(left: FloatArray, decisive: FloatArray) -> BoolArray:
    """Choices of the left (R,) of decisive verdicts (R,) outside a wide band."""
    low, high = wilson(left, decisive)
    found: BoolArray = (decisive >= FEWEST_VERDICTS) & ((high < LEFT_BAND[0]) | (low > LEFT_BAND[1]))
    return found


def failing_gold(right: FloatArray, n: FloatArray) -> BoolArray:
    """Expected verdicts given (R,) of golds (R,)."""
    found: BoolArray = (n >= GOLDS) & (wilson(right, n)[1] < GOLD_BOUND)
    return found


def self_inconsistent(same: FloatArray, n: FloatArray) -> BoolArray:
    """Repeats (R,) with the same verdict of repeats (R,)."""
    found: BoolArray = (n >= REPEATS) & (wilson(same, n)[1] < REPEAT_BOUND)
    return found
