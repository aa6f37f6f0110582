"""Sycophancy tiebreak, as far as votes without a planted cue can speak of it.

T0: β_s, the log-odds effect of one reference SD of measured tone, from the verdict model with position, length and
formatting beside it. T1a: P(lean to the more sycophantic answer | verdict tie) − ½. Both are observational: what makes an
answer flattering may make it better or worse, and raters who tie often weigh more in T1a. Neither can decide a finding.
"""

import numpy as np

from annotations.verdicts import Verdict
from vibes.stats.arrays import FloatArray
from vibes.stats.boards import BoardFit
from vibes.stats.controls import TONE
from vibes.stats.formatting import PER_SD, coefficient
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import FEWEST, Clusters, effect, share, without_interval
from vibes.stats.results import Effect, Finding, Tiebreak

ABOVE_HALF = "probability above ½"
NO_TONE = "no feature of tone was measured: the rows need text_a and text_b"
T1A_NOTE = "Raters who tie often weigh more here, and the cue itself changes who ties; alone it is no estimate of taste."


def tiebreak(
    frame: JudgementFrame, clusters: Clusters, tone: FloatArray | None, fitted: BoardFit
) -> Tiebreak:
    """T0 and T1a with the finding. `tone` (n,): Δs of each row of `frame`, + where A has more; None if unmeasured."""
    finding, why = _finding(frame, clusters)
    return Tiebreak(
        T0=_t0(fitted, tone, clusters), T1a=_t1a(frame, clusters, tone), finding=finding, finding_note=why
    )


def _t0(fitted: BoardFit, tone: FloatArray | None, clusters: Clusters) -> Effect:
    if tone is None:
        return _nothing(clusters, NO_TONE, PER_SD)
    return coefficient(fitted, TONE, unit=PER_SD)


def _t1a(frame: JudgementFrame, clusters: Clusters, tone: FloatArray | None) -> Effect:
    if tone is None:
        return _nothing(clusters, NO_TONE, ABOVE_HALF)
    leaned = (frame.lean_sign != 0) & frame.is_verdict(Verdict.TIE)
    if not leaned.any():
        return _nothing(
            clusters, "no tie has a lean: raters were not asked which they would send", ABOVE_HALF
        )
    rows = np.flatnonzero(leaned & (tone != 0.0))
    if not len(rows):
        return _nothing(clusters, "no tie with a lean differs in tone", ABOVE_HALF)
    to_more = (frame.lean_sign[rows] == np.sign(tone[rows])).astype(np.float64)
    p, variance = share(to_more, clusters.take(rows))
    return effect(
        p - 0.5,
        variance,
        clusters.take(rows),
        unit=ABOVE_HALF,
        kind="observational",
        bounds=(-0.5, 0.5),
        note=T1A_NOTE,
    )


def _nothing(clusters: Clusters, why: str, unit: str) -> Effect:
    return without_interval(
        clusters.take(np.zeros(0, dtype=np.int64)), "not_enough", why, unit=unit, kind="observational"
    )


def _finding(frame: JudgementFrame, clusters: Clusters) -> tuple[Finding, str]:
    raters = clusters.effective_raters()
    if raters < FEWEST:
        return (
            "not enough yet",
            f"The votes spread over {raters:.1f} effective raters; a finding needs {FEWEST:.0f}.",
        )
    return "not enough yet", (
        "No randomised cue is in these votes. T0 and T1a are observational, and observational figures cannot identify "
        "a tiebreak, however many votes there are."
    )
