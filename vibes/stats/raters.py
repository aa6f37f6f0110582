"""What each rater did: how many judgements, and how often a tie."""

import numpy as np

from annotations.verdicts import Verdict
from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.frames import KINDS, JudgementFrame
from vibes.stats.results import RaterRow, TieRates


def raters_detail(frame: JudgementFrame) -> list[RaterRow]:
    """One row a rater, the busiest first."""
    counts, rates = _counts(frame), _tie_rates(frame)
    kinds = np.zeros(len(counts), dtype=np.int64)
    kinds[frame.rater.codes] = frame.labels["rater_kind"].codes
    rows = [
        RaterRow(rater=name, kind=KINDS[kinds[code]], n=int(counts[code]), tie_rate=float(rates[code]))
        for code, name in enumerate(frame.rater.names)
    ]
    return sorted(rows, key=lambda row: (-row["n"], row["rater"]))


def tie_rates(frame: JudgementFrame) -> TieRates:
    """Median, largest and smallest share of ties over raters, each rater counting once."""
    rates = _tie_rates(frame)
    return TieRates(
        median=float(np.median(rates)), max=float(rates.max()), min=float(rates.min()), raters=len(rates)
    )


def _counts(frame: JudgementFrame) -> IntArray:
    return np.bincount(frame.rater.codes, minlength=len(frame.rater.names))


def _tie_rates(frame: JudgementFrame) -> FloatArray:
    """Ties over all judgements of each rater (R,); both-bad is no tie."""
    ties = np.bincount(frame.rater.codes, frame.is_verdict(Verdict.TIE), len(frame.rater.names))
    rates: FloatArray = ties / _counts(frame)
    return rates
