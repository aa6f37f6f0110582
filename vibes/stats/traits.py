"""Traits in the manner of Feedback Forensics: what is in the answers that people choose, feature by feature.

Over decisive votes, a feature votes for the answer that has more of it: it agrees, disagrees, or is alike in both.
relevance = (agree + disagree)/all, κ = 2 agree/(agree + disagree) − 1, strength = relevance·κ = (agree − disagree)/all.
This is Cohen's κ with a chance agreement of ½, as sides are shuffled (theirs, and the reason that which answer is called A
moves nothing). Their intervals resample votes one by one; ours know raters and matchups. Observational: one feature at a
time, nothing held constant.
Findeis et al. (2025), Feedback Forensics, arXiv:2509.26305; Cohen (1960), Educ. Psych. Meas. 20, 37–46.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from annotations.verdicts import Verdict
from vibes.stats.arrays import BoolArray, FloatArray, IntArray
from vibes.stats.columns import FrameError
from vibes.stats.covariates import FeaturePair
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters, effect, sandwich, without_interval
from vibes.stats.jackknife import means_without
from vibes.stats.multiplicity import benjamini_hochberg
from vibes.stats.results import Effect, State, Trait
from vibes.stats.scores import OneScore

KAPPA, STRENGTH = "kappa", "relevance × kappa"
LEVEL = 0.05
ALIKE = "no two answers of a decisive vote differ in it"
NO_CHOICE = "no vote chose a side"


def traits(frame: JudgementFrame, features: Sequence[FeaturePair], clusters: Clusters) -> list[Trait]:
    """One row a feature, controlled or not, the strongest first (by size), then those without a figure.

    `features` and `clusters` are those of every row of `frame`. κ and strength lie in −1 … 1, + where answers with more of
    it are chosen. `with_ties`: strength with every verdict of tie among the votes, as neither. `p`: of κ = 0, t with
    effective raters − 1 degrees of freedom. `significant`: Benjamini–Hochberg at 5 % over the traits that have one.
    Raises FrameError where a feature has not one entry a row.
    """
    decisive = _Chosen.of(clusters, frame.decisive)
    with_ties = _Chosen.of(clusters, frame.decisive | frame.is_verdict(Verdict.TIE))
    found = [_trait(frame, feature, decisive, with_ties) for feature in features]
    told = [trait for trait in found if trait["p"] is not None]
    p = np.array([trait["p"] for trait in told], dtype=np.float64)
    for trait, called in zip(told, benjamini_hochberg(p, LEVEL), strict=True):
        trait["significant"] = bool(called)
    return sorted(found, key=_place)


def _place(trait: Trait) -> tuple[float, str]:
    strength = trait["strength"]["estimate"]
    return (np.inf if strength is None else -abs(strength), trait["name"])


@dataclass(frozen=True, eq=False)
class _Chosen:
    """Some of the rows, with their clusters."""

    rows: IntArray
    clusters: Clusters

    @classmethod
    def of(cls, clusters: Clusters, chosen: BoolArray) -> "_Chosen":
        rows = np.flatnonzero(chosen)
        own = clusters.take(rows)
        # Told once, for all features and all parts of these rows.
        _ = own.crowded
        return cls(rows, own)


def _trait(frame: JudgementFrame, feature: FeaturePair, decisive: _Chosen, with_ties: _Chosen) -> Trait:
    if len(feature) != len(frame):
        problem = f"feature {feature.name} has {len(feature)} entries for {len(frame)} rows"
        raise FrameError(problem, "Measure every row once")
    agrees: FloatArray = np.sign(np.subtract(*feature.counts())) * frame.sign
    among = agrees[decisive.rows]
    relevant = np.flatnonzero(among)
    if not len(relevant):
        return _nothing(feature, decisive.clusters)
    kappa = _mean(among[relevant], decisive.clusters.take(relevant), KAPPA)
    w = decisive.clusters.weight
    return Trait(
        name=feature.name,
        label=feature.label,
        relevance=float(w[relevant].sum() / w.sum()),
        kappa=kappa,
        strength=_mean(among, decisive.clusters, STRENGTH),
        with_ties=_mean(agrees[with_ties.rows], with_ties.clusters, STRENGTH),
        p=_p(kappa),
        significant=False,
    )


def _nothing(feature: FeaturePair, decisive: Clusters) -> Trait:
    """A feature in which no two answers of a decisive vote differ."""
    state: State = "not_identified" if len(decisive.weight) else "not_enough"
    why = ALIKE if len(decisive.weight) else NO_CHOICE
    kappa, strength, with_ties = (
        without_interval(decisive, state, why, unit=unit, kind="observational")
        for unit in (KAPPA, STRENGTH, STRENGTH)
    )
    return Trait(
        name=feature.name,
        label=feature.label,
        relevance=0.0,
        kappa=kappa,
        strength=strength,
        with_ties=with_ties,
        p=None,
        significant=False,
    )


def _mean(values: FloatArray, own: Clusters, unit: str) -> Effect:
    """The weighted mean of +1, 0, −1 over rows (n,), with the variance of the largest."""
    total = float(own.weight.sum())
    mean = float(own.weight @ values) / total
    pull = own.weight * (values - mean)
    by_model = np.array([[_multinomial(values, own.weight) / total]])
    found = sandwich(
        OneScore(pull),
        np.array([[1.0 / total]]),
        own,
        by_model=by_model,
        without=means_without(pull, own.weight, np.zeros(len(pull), dtype=np.int64), 1),
    )
    variance = float(found.variances()[0])
    return effect(mean, variance, own, unit=unit, kind="observational", bounds=(-1.0, 1.0))


def _multinomial(values: FloatArray, weight: FloatArray) -> float:
    """The variance of one vote's +1, 0 or −1, with half a vote added to either side, so that 12 of 12 is not certain."""
    agree, disagree = float(weight @ (values > 0.0)) + 0.5, float(weight @ (values < 0.0)) + 0.5
    total = float(weight.sum()) + 1.0
    return (agree + disagree) / total - ((agree - disagree) / total) ** 2


def _p(kappa: Effect) -> float | None:
    estimate, se, raters = kappa["estimate"], kappa["se"], kappa["effective_raters"]
    if kappa["state"] != "ok" or estimate is None or se is None or raters is None:
        return None
    return float(2.0 * stdtr(raters - 1.0, -abs(estimate) / se))
