"""Cohen's κ over all pairs of raters of the same matchup, pooled.

κ = Σ_rs n_rs (P_o,rs − P_e,rs) / Σ_rs n_rs (1 − P_e,rs) over pairs of raters r, s with n_rs matchups in common: P_o the share
of these on which they agree, P_e = Σ_c p_rc p_sc from each rater's own verdicts. That is the mean of the pairs' κ, each
weighted by n_rs (1 − P_e,rs). Two raters of everything: Cohen (1960), Educ. Psychol. Meas. 20, 37–46. More raters of
everything: Conger (1980), Psychol. Bull. 88, 322–328. It has no correction for few verdicts: the margins of a rater with k
of them hold the verdict that they are to foretell, which reads chance too high and κ too low by about one part in k.
"""

from dataclasses import dataclass

import numpy as np

from vibes.stats.alignment import CODES, MIRROR
from vibes.stats.arrays import BoolArray, FloatArray, IntArray, sum_by
from vibes.stats.intervals import Clusters, without_interval
from vibes.stats.percentiles import RESAMPLES, percentile_effect
from vibes.stats.results import Effect, State

UNIT = "kappa"
DRAWN_SINGLY = 2_000
"""Matchups up to which each is drawn; above, their sums are drawn from the normal distribution that they are near."""


def pooled_kappa(
    verdict: IntArray, undecided: BoolArray, clusters: Clusters, generator: np.random.Generator
) -> Effect:
    """κ with its unit-bootstrap interval. `verdict` (n,): codes from one side of each matchup; `undecided` (U,): no usual side.

    Several verdicts of a rater on one matchup count as one rater's, in shares. Weights do not enter.
    """
    cells = _cells(verdict, undecided, clusters)
    rows = clusters.take(np.flatnonzero(cells.paired[clusters.matchup]))
    if not cells.paired.any():
        return _none(rows, "not_enough", "no matchup has verdicts of two raters")
    observed, expected, moved = _disagreement(cells)
    if not expected.sum() > 0.0:
        return _none(rows, "not_identified", "all verdicts are the same, so that chance agreement is certain")
    estimate = 1.0 - float(observed.sum() / expected.sum())
    drawn = _draws(np.column_stack([observed, expected + moved]), generator)
    return percentile_effect(estimate, drawn, rows, len(observed), unit=UNIT)


def _none(rows: Clusters, state: State, why: str) -> Effect:
    return without_interval(rows, state, why, unit=UNIT, kind="observational")


@dataclass(frozen=True, eq=False)
class _Cells:
    """One entry a rater and matchup with at least two raters; `paired` (U,) marks these matchups.

    `rater`, `matchup` (c,): codes, the matchups counted anew. `said` (c, K): shares of the verdicts. `margin` (c, K): the
    same for counting margins, half from each side where the matchup has no usual side.
    """

    rater: IntArray
    matchup: IntArray
    said: FloatArray
    margin: FloatArray
    paired: BoolArray


def _cells(verdict: IntArray, undecided: BoolArray, clusters: Clusters) -> _Cells:
    units = len(undecided)
    keys, cell = np.unique(clusters.rater * units + clusters.matchup, return_inverse=True)
    rater, matchup = keys // units, keys % units
    paired = np.bincount(matchup, minlength=units) >= 2
    counts = sum_by(cell * CODES + verdict, np.ones(len(verdict)), CODES * len(keys)).reshape(-1, CODES)
    kept = paired[matchup]
    said = (counts / counts.sum(axis=1, keepdims=True))[kept]
    both = undecided[matchup[kept], None]
    margin = np.where(both, (said + said[:, MIRROR]) / 2.0, said)
    return _Cells(rater[kept], (np.cumsum(paired) - 1)[matchup[kept]], said, margin, paired)


def _disagreement(cells: _Cells) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Over the pairs of raters of each matchup (U,): pairs that disagree, how many would by chance, and how the matchup
    moves the chance of the others by way of its raters' margins (sums to 0)."""
    judged = np.bincount(cells.rater).astype(np.float64)
    share = _sums(cells.rater, cells.margin) / np.maximum(judged, 1.0)[:, None]
    own = share[cells.rater]
    size = np.bincount(cells.matchup).astype(np.float64)
    others = _sums(cells.matchup, own)[cells.matchup] - own
    observed = size * (size - 1.0) - _meeting(cells.matchup, cells.said)
    expected = size * (size - 1.0) - sum_by(cells.matchup, (own * others).sum(axis=1), len(size))
    pull = -2.0 * (_sums(cells.rater, others) / np.maximum(judged, 1.0)[:, None])[cells.rater]
    moved = sum_by(cells.matchup, (pull * (cells.margin - own)).sum(axis=1), len(size))
    return observed, expected, moved


def _meeting(groups: IntArray, said: FloatArray) -> FloatArray:
    """Ordered pairs of raters in each group that say the same."""
    total = _sums(groups, said)
    found: FloatArray = (total**2).sum(axis=1) - sum_by(groups, (said**2).sum(axis=1), len(total))
    return found


def _sums(groups: IntArray, columns: FloatArray) -> FloatArray:
    return np.column_stack([np.bincount(groups, column) for column in columns.T])


def _draws(each: FloatArray, generator: np.random.Generator) -> FloatArray:
    """κ of resampled matchups; `each` (U, 2): observed and expected disagreement. The order of rows leaves no trace."""
    units = len(each)
    if units > DRAWN_SINGLY:
        spread = np.atleast_2d(np.cov(each.T)) * units
        sums = generator.multivariate_normal(each.sum(axis=0), spread, RESAMPLES, method="eigh")
    else:
        ranked = each[np.lexsort(np.round(each.T, 9))]
        times = generator.multinomial(units, np.full(units, 1.0 / units), RESAMPLES)
        sums = times @ ranked
    found: FloatArray = 1.0 - np.divide(
        sums[:, 0], sums[:, 1], out=np.full(RESAMPLES, np.nan), where=sums[:, 1] > 0.0
    )
    return found
