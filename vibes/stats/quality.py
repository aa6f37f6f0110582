"""How good each answer of a pair is, by a measure that is not the vote: an answer key, or the ratings of other raters.

A rating difference of rater j is d_j = D + e_j in the pair's own order, D = Zα + u with u ~ (0, σ_u²), e ~ (0, σ_e²), Z what is
known of the pair. With n others (as many equal ones as their weights are worth) E[D | others, Z] = Zα + λ(mean of their
residuals), λ = σ_u²/(σ_u² + σ_e²/n): the reliability of that mean. σ_u² is the mean product of two raters' residuals on the
same pair, so that no rater's own error enters. Positive favours A.
Carroll, Ruppert, Stefanski and Crainiceanu (2006), Measurement Error in Nonlinear Models, ch. 4 (regression calibration);
Shrout and Fleiss (1979), Psych. Bull. 86, 420–428 (one-way reliability).
"""

from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import BoolArray, FloatArray, IntArray, sum_by
from vibes.stats.frames import JudgementFrame

KEY = ("key_quality_a", "key_quality_b")
RATED = ("quality_a", "quality_b")


def gap(frame: JudgementFrame, columns: tuple[str, str]) -> FloatArray:
    """Quality of A less that of B (n,), NaN where either is unknown. `columns`: KEY or RATED."""
    a, b = (frame.numbers.get(name) for name in columns)
    if a is None or b is None:
        return np.full(len(frame), np.nan)
    found: FloatArray = a - b
    return found


def towards(frame: JudgementFrame) -> FloatArray:
    """+1 where a row lists the models of its matchup in the order of their names, −1 where the other way round (n,)."""
    return np.where(frame.model_a <= frame.model_b, 1.0, -1.0)


@dataclass(frozen=True, eq=False)
class Cells:
    """What each rater said of each matchup: one cell for a rater and a matchup, however many rows it has.

    `codes` (c,): matchup × raters + rater, ascending. `first` (c,): a row of each cell. `matchup` (c,). `weight` (c,): Σ of
    the rows' weights. `residual` (c,): their weighted mean, in the matchup's own order.
    """

    codes: IntArray
    first: IntArray
    matchup: IntArray
    weight: FloatArray
    residual: FloatArray
    matchups: int

    def total(self, values: FloatArray) -> FloatArray:
        """Σ of `values` (c,) over the other cells of each cell's matchup (c,)."""
        found: FloatArray = sum_by(self.matchup, values, self.matchups)[self.matchup] - values
        return found


def cells(frame: JudgementFrame, residual: FloatArray) -> Cells:
    """Gather the ratings. `residual` (n,): in the rows' order, NaN where there is none."""
    rows = np.flatnonzero(np.isfinite(residual))
    matchup, raters = frame.matchup.codes[rows], len(frame.rater.names)
    codes, first, of = np.unique(
        matchup * raters + frame.rater.codes[rows], return_index=True, return_inverse=True
    )
    weight = sum_by(of, frame.weight[rows], len(codes))
    told = sum_by(of, frame.weight[rows] * residual[rows] * towards(frame)[rows], len(codes))
    return Cells(codes, rows[first], codes // raters, weight, told / weight, len(frame.matchup.names))


@dataclass(frozen=True)
class Reliability:
    """σ_u² (`signal`) and σ_e² (`noise`) of one rating, in squared points; `pairs`: Σ weight of two raters on a matchup."""

    signal: float
    noise: float
    pairs: float

    @property
    def single(self) -> float:
        """The reliability of one rating, 0 … 1: its correlation with another rater's of the same pair."""
        return self.signal / (self.signal + self.noise) if self.signal > 0.0 else 0.0


def reliability(found: Cells) -> Reliability:
    """Estimate both variances by moments. With no matchup that two raters rated, `pairs` is 0 and `signal` too."""
    w, r = found.weight, found.residual
    pairs = float(w @ found.total(w))
    total = float(w @ r**2 / w.sum()) if len(w) else 0.0
    if pairs <= 0.0:
        return Reliability(0.0, total, 0.0)
    signal = float((w * r) @ found.total(w * r)) / pairs
    return Reliability(max(signal, 0.0), max(total - max(signal, 0.0), 0.0), pairs)


@dataclass(frozen=True, eq=False)
class Others:
    """For each of n rows, from the raters other than its own: weighted mean residual in the row's order, and how many.

    `mean` (n,) is NaN and `size` (n,) 0 where nobody else rated the matchup. `size`: (Σw)²/Σw² over the other raters.
    """

    mean: FloatArray
    size: FloatArray

    def shrinkage(self, found: Reliability) -> FloatArray:
        """λ (n,), 0 where nobody else rated the matchup."""
        whole = found.signal * self.size + found.noise
        return np.divide(found.signal * self.size, whole, out=np.zeros(len(whole)), where=whole > 0.0)


def others(found: Cells, frame: JudgementFrame) -> Others:
    """What the others say of each row of `frame`, the one that the cells were gathered from."""
    matchup = frame.matchup.codes
    own, has = _own(found, matchup * len(frame.rater.names) + frame.rater.codes)
    w, r = found.weight, found.residual
    left = [
        sum_by(found.matchup, values, found.matchups)[matchup]
        - np.where(has, np.append(values, 0.0)[own], 0.0)
        for values in (np.ones(len(w)), w, w * r, w**2)
    ]
    count, weight, told, square = left
    somebody = count > 0.5
    mean = np.divide(told, weight, out=np.full(len(frame), np.nan), where=somebody)
    size = np.divide(weight**2, square, out=np.zeros(len(frame)), where=somebody)
    return Others(towards(frame) * mean, size)


def _own(found: Cells, codes: IntArray) -> tuple[IntArray, BoolArray]:
    """The cell of each row's own rater and matchup (n,), and whether there is one (n,); else one past the last cell."""
    place = np.searchsorted(found.codes, codes)
    has = np.append(found.codes, -1)[place] == codes
    return np.where(has, place, len(found.codes)), has
