"""Krippendorff's α: how far raters of the same matchup agree, beyond chance.

α = 1 − D_o/D_e over coincidences o_ck = Σ_u n_uc (n_uk − [c = k])/(n_u − 1) of units with n_u ≥ 2 verdicts. Nominal:
δ² = [c ≠ k]. Ordinal (b, tie, a): δ²_ck = (Σ_{g=c..k} n_g − (n_c + n_k)/2)². 1 is full agreement, 0 is chance.
Krippendorff (2011), Computing Krippendorff's alpha-reliability. Intervals: percentile bootstrap over units. A unit's
verdicts are read from the side order that most of its rows have; where both orders are as common, half from each. Weights
do not enter.
"""

import numpy as np

from annotations.verdicts import Verdict
from vibes.stats.arrays import BoolArray, FloatArray, IntArray, sum_by
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import FEWEST, LEVEL, Clusters, too_few, without_interval
from vibes.stats.results import Agreement, Effect, State

RESAMPLES = 2_000
UNIT = "alpha"
KINDS = 4
BOTH_BAD = 3
MIRROR = [2, 1, 0, 3]


def agreement(
    frame: JudgementFrame, clusters: Clusters, generator: np.random.Generator, *, both_bad_is_tie: bool
) -> Agreement:
    """α over the verdicts of each matchup. Both-bad is a fourth name, and is outside the order."""
    verdict, undecided = _aligned(frame)
    if both_bad_is_tie:
        verdict = np.where(verdict == BOTH_BAD, 1, verdict)
    ordered = np.flatnonzero(verdict != BOTH_BAD)
    return Agreement(
        alpha_nominal=_effect(verdict, undecided, clusters, generator, ordinal=False),
        alpha_ordinal=_effect(verdict[ordered], undecided, clusters.take(ordered), generator, ordinal=True),
    )


def _aligned(frame: JudgementFrame) -> tuple[IntArray, BoolArray]:
    """Codes of b, tie, a, both-bad (n,) seen from the usual side order; matchups (U,) without a usual one."""
    forward = np.where(frame.model_a <= frame.model_b, 1, -1)
    lean = sum_by(frame.matchup.codes, forward, len(frame.matchup.names))
    usual = np.where(lean >= 0.0, 1, -1)[frame.matchup.codes]
    codes = frame.sign * forward * usual + 1
    return np.where(frame.is_verdict(Verdict.BOTH_BAD), BOTH_BAD, codes), lean == 0.0


def alpha(counts: FloatArray, *, ordinal: bool) -> float:
    """α of units by how many of their verdicts are of each kind, `counts` (U, K); kinds in order where ordinal.

    Units with one verdict do not count. NaN where all verdicts are of one kind or no unit has two.
    """
    return float(_alpha(_coincidences(counts[counts.sum(axis=1) >= 2.0]), ordinal=ordinal))


def _coincidences(counts: FloatArray) -> FloatArray:
    """o (…, K, K) summed over units; `counts` (…, U, K)."""
    size = counts.sum(axis=-1, keepdims=True)
    scaled = np.divide(counts, size - 1.0, out=np.zeros_like(counts), where=size > 1.0)
    pairs = np.einsum("...uc,...uk->...ck", scaled, counts)
    same: FloatArray = pairs - np.einsum("...uc,ck->...ck", scaled, np.eye(counts.shape[-1]))
    return same


def _alpha(together: FloatArray, *, ordinal: bool) -> FloatArray:
    """α from coincidences (…, K, K)."""
    margin = together.sum(axis=-1)
    total = margin.sum(axis=-1)
    distance = _ordinal_distance(margin) if ordinal else 1.0 - np.eye(margin.shape[-1])
    observed = (together * distance).sum(axis=(-2, -1))
    expected = (margin[..., :, None] * margin[..., None, :] * distance).sum(axis=(-2, -1)) / (total - 1.0)
    found: FloatArray = 1.0 - np.divide(
        observed, expected, out=np.full_like(observed, np.nan), where=expected > 0.0
    )
    return found


def _ordinal_distance(margin: FloatArray) -> FloatArray:
    """(Σ_{g=c..k} n_g − (n_c + n_k)/2)² for every pair of ranks: half-way ranks, squared differences."""
    middle = np.cumsum(margin, axis=-1) - margin / 2.0
    distance: FloatArray = (middle[..., :, None] - middle[..., None, :]) ** 2
    return distance


def _effect(
    verdict: IntArray,
    undecided: BoolArray,
    clusters: Clusters,
    generator: np.random.Generator,
    *,
    ordinal: bool,
) -> Effect:
    units = len(undecided)
    counts = sum_by(clusters.matchup * KINDS + verdict, np.ones(len(verdict)), KINDS * units).reshape(
        units, KINDS
    )
    paired = counts.sum(axis=1) >= 2.0
    rows = clusters.take(np.flatnonzero(paired[clusters.matchup]))
    if not paired.any():
        return _none(rows, "not_enough", "no matchup has two verdicts")
    estimate, drawn = _bootstrap(counts[paired], undecided[paired], generator, ordinal=ordinal)
    if np.isnan(estimate):
        return _none(rows, "not_identified", "all verdicts are the same, so that chance agreement is certain")
    if rows.effective_raters() < FEWEST:
        return _none(rows, "not_enough", too_few(rows.effective_raters()), estimate)
    return _with_interval(estimate, drawn[np.isfinite(drawn)], rows)


def _none(rows: Clusters, state: State, why: str, estimate: float | None = None) -> Effect:
    return without_interval(rows, state, why, unit=UNIT, kind="observational", estimate=estimate)


def _with_interval(estimate: float, drawn: FloatArray, rows: Clusters) -> Effect:
    low, high = np.quantile(drawn, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return Effect(
        estimate=estimate,
        low=float(low),
        high=float(high),
        se=float(drawn.std(ddof=1)),
        n=len(rows.weight),
        effective_raters=rows.effective_raters(),
        unit=UNIT,
        kind="observational",
        state="ok",
    )


def _bootstrap(
    counts: FloatArray, undecided: BoolArray, generator: np.random.Generator, *, ordinal: bool
) -> tuple[float, FloatArray]:
    """α and its draws. Units with the same counts are exchangeable, so that each pattern is drawn by its number.

    All are first turned so that a is at least as common as b: naming the sides the other way round moves no draw.
    """
    more_b = np.where(
        undecided, counts[:, 0] > counts[:, 2], counts[~undecided, 0].sum() > counts[~undecided, 2].sum()
    )
    turned = np.where(more_b[:, None], counts[:, MIRROR], counts)
    patterns, times = np.unique(np.column_stack([turned, undecided]), axis=0, return_counts=True)
    each = np.stack([_pattern(pattern[:-1], bool(pattern[-1])) for pattern in patterns])
    estimate = float(_alpha(np.tensordot(times.astype(np.float64), each, axes=1), ordinal=ordinal))
    resampled = generator.multinomial(int(times.sum()), times / times.sum(), size=RESAMPLES).astype(
        np.float64
    )
    return estimate, _alpha(np.tensordot(resampled, each, axes=1), ordinal=ordinal)


def _pattern(counts: FloatArray, undecided: bool) -> FloatArray:
    """Coincidences (K, K) of one unit; without a usual side order, the mean of both ways to read it."""
    found = _coincidences(counts[None])
    return (found + found[np.ix_(MIRROR, MIRROR)]) / 2.0 if undecided else found
