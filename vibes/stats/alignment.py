"""Verdicts on one matchup, read from the same side: rows may list its two models in either order.

Codes of a verdict: 0 b, 1 tie, 2 a, 3 both-bad.
"""

from dataclasses import dataclass

import numpy as np

from annotations.verdicts import Verdict
from vibes.stats.arrays import BoolArray, IntArray, sum_by
from vibes.stats.frames import JudgementFrame

CODES = 4
BOTH_BAD = 3
TIE = 1
MIRROR = [2, 1, 0, 3]


def usual_side(frame: JudgementFrame, unit: IntArray) -> tuple[IntArray, BoolArray]:
    """Codes (n,) seen from the side order that most rows of the unit have; units (U,) without such an order."""
    forward = np.where(frame.model_a <= frame.model_b, 1, -1)
    lean = sum_by(unit, forward, 0)
    usual = np.where(lean >= 0.0, 1, -1)[unit]
    return _codes(frame, forward * usual), lean == 0.0


@dataclass(frozen=True, eq=False)
class Readings:
    """Verdicts by model: `code` (n,), comparable between rows of the same `comparison` (n,).

    A comparison is a matchup in one variant: unplanted, or with the cue on the one or the other answer. `told` (n,) is
    false where both answers are by one model and neither carries a cue: then nothing says which side is which.
    """

    code: IntArray
    comparison: IntArray
    told: BoolArray


def readings(frame: JudgementFrame) -> Readings:
    """Read every row from the model of the lower code, or from the side with the cue where both are by one model."""
    cue = frame.side_sign("cue_on")
    same = frame.model_a == frame.model_b
    forward = np.where(same, np.where(cue == 0, 1, cue), np.where(frame.model_a < frame.model_b, 1, -1))
    variant = cue * forward + 1
    return Readings(_codes(frame, forward), frame.matchup.codes * 3 + variant, ~same | (cue != 0))


def same_answers(frame: JudgementFrame) -> IntArray:
    """The unit of each row (n,): its matchup in its variant, coded from 0. Unplanted rows have the codes of the matchup."""
    return np.unique(readings(frame).comparison, return_inverse=True)[1].astype(np.int64)


def _codes(frame: JudgementFrame, side: IntArray) -> IntArray:
    return np.where(frame.is_verdict(Verdict.BOTH_BAD), BOTH_BAD, frame.sign * side + 1)
