"""Same name, two models: do two endpoints that claim to be one model answer alike?

Each feature of the answers: the mean over prompts of the difference between the endpoints, with an interval over prompts,
and a permutation test that exchanges the names of the endpoints within each prompt. The statistic of all features is the
largest |difference| over its own permutation error, so that the p of each feature is held against the largest of all
(Westfall and Young 1993). p = (b + 1)/(m + 1) of m permutations (Phipson and Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9, 39).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import BoolArray, FloatArray, IntArray, sum_by
from vibes.stats.boards import ELO, BoardFit
from vibes.stats.goldilocks import ELO_UNIT
from vibes.stats.intervals import effect, without_interval
from vibes.stats.prompt_bootstrap import prompt_effect, resampled_means, without_prompts
from vibes.stats.results import Effect, State

PERMUTATIONS = 1_999
LEVEL = 0.05
_CELLS = 2_000_000
# Exchanging equal answers gives the same sum in another order.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class FeatureDifference:
    """`difference`: first endpoint − second, in the feature's unit. `p`: adjusted for all features; null where constant."""

    name: str
    difference: Effect
    p: float | None


@dataclass(frozen=True)
class SameModel:
    """`p`: of "both endpoints answer alike", null where nothing could be compared. `apart`: p ≤ 5 %."""

    features: tuple[FeatureDifference, ...]
    prompts: int
    permutations: int
    p: float | None
    apart: bool
    finding: str


def same_model(
    features: Mapping[str, FloatArray],
    first: BoolArray,
    prompt: IntArray,
    generator: np.random.Generator,
    *,
    units: Mapping[str, str] | None = None,
    permutations: int = PERMUTATIONS,
) -> SameModel:
    """Compare the answers of two endpoints. `features`: name → values (n,) of one answer each, all finite.

    `first` (n,): of the first endpoint, else of the second. `prompt` (n,): codes. Prompts that only one of them
    answered are left out. Probes and styles are features like any other.
    """
    names = sorted(features)
    values = np.column_stack([features[name] for name in names]) if names else np.zeros((len(first), 0))
    rows, codes = _shared(first, prompt)
    prompts = int(codes.max(initial=-1)) + 1
    if not prompts or not names:
        return SameModel(
            (), prompts, 0, None, False, "Not enough yet: no prompt was answered by both endpoints."
        )
    found = _compared(values[rows], first[rows], codes, generator, permutations)
    told = [
        _feature(name, (units or {}).get(name, name), k, found, generator) for k, name in enumerate(names)
    ]
    known = [each.p for each in told if each.p is not None]
    p = min(known) if known else None
    apart = p is not None and p <= LEVEL
    return SameModel(tuple(told), prompts, permutations, p, apart, _finding(told, p, prompts, permutations))


def strength_difference(fitted: BoardFit, names: tuple[str, ...], first: str, second: str) -> Effect:
    """How much stronger people find the first endpoint than the second, in Elo-like points, with its interval.

    It is known no better than the endpoint of the two whose votes spread over fewer raters.
    """
    one, two = names.index(first), names.index(second)
    votes = fitted.votes
    own = [fitted.clusters.where((votes.a == code) | (votes.b == code)) for code in (one, two)]
    rows = min(own, key=lambda votes_of: (votes_of.effective_raters(), len(votes_of.weight)))
    missing = [fitted.unrated[name] for name in (first, second) if name in fitted.unrated]
    if fitted.fit is None or fitted.sandwich is None or missing:
        why = missing[0] if missing else fitted.problem
        state: State = "not_rated" if missing else "not_converged"
        return without_interval(rows, state, why, unit=ELO_UNIT, kind="observational")
    contrast = np.zeros((1, len(fitted.fit.parameters)))
    contrast[0, one], contrast[0, two] = ELO, -ELO
    variance = float(fitted.sandwich.project(contrast).variances()[0])
    estimate = ELO * float(fitted.fit.strengths[one] - fitted.fit.strengths[two])
    return effect(estimate, variance, rows, unit=ELO_UNIT, kind="observational")


@dataclass(frozen=True, eq=False)
class _Compared:
    """`by_prompt` (P, k): differences of means. `observed` (k,), `exchanged` (m, k): their means over prompts. `n`: answers."""

    by_prompt: FloatArray
    observed: FloatArray
    exchanged: FloatArray
    n: int

    def error(self) -> FloatArray:
        """The permutation standard error (k,) of each difference, the observed one among them; 0 where constant."""
        found = np.sqrt(np.mean(np.vstack([self.exchanged, self.observed]) ** 2, axis=0))
        return np.where(found > _ROUNDING * np.abs(self.by_prompt).max(axis=0), found, 0.0)

    def p(self) -> FloatArray:
        """Adjusted p (k,): how often the largest of all is as large as this one; NaN where constant."""
        error = self.error()
        moved = error > 0.0
        found = np.full(len(error), np.nan)
        largest = (np.abs(self.exchanged[:, moved]) / error[moved]).max(axis=1, initial=0.0)
        at = np.abs(self.observed[moved]) / error[moved]
        beyond = (largest[:, None] >= at[None, :] * (1.0 - _ROUNDING)).sum(axis=0)
        found[moved] = (beyond + 1.0) / (len(largest) + 1.0)
        return found


def _shared(first: BoolArray, prompt: IntArray) -> tuple[IntArray, IntArray]:
    """Rows of prompts that both answered, ordered by prompt, and their prompts as codes 0 … P − 1."""
    size = int(prompt.max(initial=-1)) + 1
    both = (sum_by(prompt, first, size) > 0.0) & (sum_by(prompt, ~first, size) > 0.0)
    rows = np.flatnonzero(both[prompt])
    rows = rows[np.argsort(prompt[rows], kind="stable")]
    return rows, np.unique(prompt[rows], return_inverse=True)[1].astype(np.int64)


def _compared(
    values: FloatArray, first: BoolArray, codes: IntArray, generator: np.random.Generator, permutations: int
) -> _Compared:
    prompts = int(codes.max()) + 1
    ones, twos = sum_by(codes, first, prompts), sum_by(codes, ~first, prompts)
    at_first, at_second = (1.0 / ones)[codes], (-1.0 / twos)[codes]
    # From the first answer to its prompt, so that what is constant differs by exactly nothing.
    moved = values - values[np.searchsorted(codes, codes)]
    means = np.column_stack([sum_by(codes, column, prompts) for column in moved.T]) / (ones + twos)[:, None]
    centred = moved - means[codes]
    share = np.where(first, at_first, at_second)
    by_prompt = np.column_stack([sum_by(codes, share * column, prompts) for column in centred.T])
    exchanged = [
        np.where(labels, at_first, at_second) @ centred / prompts
        for labels in _exchanges(first, codes, generator, permutations)
    ]
    return _Compared(by_prompt, by_prompt.mean(axis=0), np.concatenate(exchanged), len(first))


def _exchanges(
    first: BoolArray, codes: IntArray, generator: np.random.Generator, permutations: int
) -> Iterator[BoolArray]:
    """Labels (block, n) shuffled within each prompt, in blocks."""
    block = max(1, _CELLS // len(first))
    for start in range(0, permutations, block):
        size = min(block, permutations - start)
        order = np.argsort(codes + generator.random((size, len(first))), axis=1)
        yield first[order]


def _feature(
    name: str, unit: str, k: int, found: _Compared, generator: np.random.Generator
) -> FeatureDifference:
    p = float(found.p()[k])
    if np.isnan(p):
        why = "no two answers to one prompt differ in it"
        return FeatureDifference(
            name, without_prompts("not_identified", why, n=found.n, unit=unit, kind="observational"), None
        )
    drawn = resampled_means(found.by_prompt[:, k : k + 1], generator)[:, 0]
    prompts = len(found.by_prompt)
    difference = prompt_effect(
        float(found.observed[k]), drawn, prompts, n=found.n, unit=unit, kind="observational"
    )
    return FeatureDifference(name, difference, p)


def _finding(told: list[FeatureDifference], p: float | None, prompts: int, permutations: int) -> str:
    if p is None:
        return "The answers do not differ in any feature."
    which = ", ".join(each.name for each in told if each.p is not None and each.p <= LEVEL)
    tested = f"p = {p:.4f} over {prompts} prompts and {permutations:,} permutations"
    if which:
        return f"Two models under one name: the answers differ in {which} ({tested})."
    return f"No difference was found, which does not show that there is none ({tested})."
