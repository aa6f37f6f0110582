"""How far raters of the same matchup agree: Krippendorff's α beyond chance, pooled κ, repeats and golds.

α = 1 − D_o/D_e over coincidences o_ck = Σ_u n_uc (n_uk − [c = k])/(n_u − 1) of units with n_u ≥ 2 verdicts. Nominal:
δ² = [c ≠ k]. Ordinal (b, tie, a): δ²_ck = (Σ_{g=c..k} n_g − (n_c + n_k)/2)². 1 is full agreement, 0 is chance.
Krippendorff (2011), Computing Krippendorff's alpha-reliability. Intervals: percentile bootstrap over units. A unit's
verdicts are read from the side order that most of its rows have; where both orders are as common, half from each. Weights
do not enter.
"""

from dataclasses import replace

import numpy as np

from vibes.stats.alignment import BOTH_BAD, CODES, MIRROR, TIE, same_answers, usual_side
from vibes.stats.arrays import BoolArray, FloatArray, IntArray, sum_by
from vibes.stats.consistency import gold_accuracy, self_consistency
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters, without_interval
from vibes.stats.kappa import DRAWN_SINGLY, pooled_kappa
from vibes.stats.percentiles import RESAMPLES, percentile_effect
from vibes.stats.results import Agreement, Effect, State

UNIT = "alpha"


def agreement(
    frame: JudgementFrame,
    clusters: Clusters,
    generator: np.random.Generator,
    *,
    both_bad_is_tie: bool,
    everything: JudgementFrame | None = None,
) -> Agreement:
    """Agreement over the verdicts on each matchup, in the same variant. Both-bad is a fourth name, outside the order.

    `clusters` are those of every row of `frame`. `everything`: the rows of all purposes and variants by the same raters,
    for repeats and golds; `frame` itself where not given.
    """
    clusters = replace(clusters, matchup=same_answers(frame))
    verdict, undecided = usual_side(frame, clusters.matchup)
    if both_bad_is_tie:
        verdict = np.where(verdict == BOTH_BAD, TIE, verdict)
    ordered = np.flatnonzero(verdict != BOTH_BAD)
    every = frame if everything is None else everything
    return Agreement(
        alpha_nominal=_effect(verdict, undecided, clusters, generator, ordinal=False),
        alpha_ordinal=_effect(verdict[ordered], undecided, clusters.take(ordered), generator, ordinal=True),
        kappa=pooled_kappa(verdict, undecided, clusters, generator),
        self_consistency=self_consistency(every, clusters.errors),
        gold=gold_accuracy(every, clusters.errors),
    )


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
    counts = sum_by(clusters.matchup * CODES + verdict, np.ones(len(verdict)), CODES * units).reshape(
        units, CODES
    )
    paired = counts.sum(axis=1) >= 2.0
    rows = clusters.take(np.flatnonzero(paired[clusters.matchup]))
    if not paired.any():
        return _none(rows, "not_enough", "no matchup has two verdicts")
    estimate, drawn = _bootstrap(counts[paired], undecided[paired], generator, ordinal=ordinal)
    if np.isnan(estimate):
        return _none(rows, "not_identified", "all verdicts are the same, so that chance agreement is certain")
    return percentile_effect(estimate, drawn, rows, int(paired.sum()), unit=UNIT)


def _none(rows: Clusters, state: State, why: str) -> Effect:
    return without_interval(rows, state, why, unit=UNIT, kind="observational")


def _bootstrap(
    counts: FloatArray, undecided: BoolArray, generator: np.random.Generator, *, ordinal: bool
) -> tuple[float, FloatArray]:
    """α and its draws. Units with the same counts are exchangeable, so that each pattern is drawn by its number; sums of many units
    are drawn from the normal distribution that they are near, as those of κ.

    All are first turned so that a is at least as common as b: naming the sides the other way round moves no draw.
    """
    more_b = np.where(
        undecided, counts[:, 0] > counts[:, 2], counts[~undecided, 0].sum() > counts[~undecided, 2].sum()
    )
    turned = np.where(more_b[:, None], counts[:, MIRROR], counts)
    patterns, times = np.unique(np.column_stack([turned, undecided]), axis=0, return_counts=True)
    each = _of_patterns(patterns[:, :-1], patterns[:, -1] > 0.0)
    estimate = float(_alpha(np.tensordot(times.astype(np.float64), each, axes=1), ordinal=ordinal))
    return estimate, _alpha(_resampled(times, each, generator), ordinal=ordinal)


def _resampled(times: IntArray, each: FloatArray, generator: np.random.Generator) -> FloatArray:
    """Coincidences (`RESAMPLES`, K, K) summed over as many units as there are, drawn with replacement. `each` (P, K, K): of one unit
    of each pattern, of which there are `times` (P,)."""
    units, shape = int(times.sum()), each.shape[1:]
    flat = each.reshape(len(each), -1)
    if units <= DRAWN_SINGLY:
        sums: FloatArray = generator.multinomial(units, times / units, size=RESAMPLES) @ flat
    else:
        spread = np.cov(flat.T, fweights=times) * units
        sums = generator.multivariate_normal(times @ flat, spread, RESAMPLES, method="eigh")
    return sums.reshape(RESAMPLES, *shape)


def _of_patterns(counts: FloatArray, undecided: BoolArray) -> FloatArray:
    """Coincidences (P, K, K) of one unit of each pattern; without a usual side order, the mean of both ways to read it."""
    found = _coincidences(counts[:, None, :])
    both = (found + found[:, MIRROR][:, :, MIRROR]) / 2.0
    chosen: FloatArray = np.where(undecided[:, None, None], both, found)
    return chosen
