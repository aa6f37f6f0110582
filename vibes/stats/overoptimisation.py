"""Over-optimisation: what happens to gold quality when the answer with the best score of n is taken.

Gao, Schulman and Hilton (2022, arXiv:2210.10760). From N samples a prompt, sorted by score, the mean gold of the best of n
over all subsets of size n is R̂_n = Σ_{i=n..N} C(i − 1, n − 1)/C(N, n) · g_(i), unbiased; samples of equal score each count
with the mean gold of their block. Shown is R̂_n − R̂_1 against d = √KL, KL = ln n − (n − 1)/n, which is exact where no two
scores are equal and else an upper bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from vibes.stats.arrays import FloatArray, IntArray, sum_by
from vibes.stats.prompt_bootstrap import prompt_effect, resampled_means, without_prompts
from vibes.stats.results import Effect, Form, OverOptimisation, Ratio, State
from vibes.stats.samples import SampleFrame
from vibes.stats.scaling_forms import FormName, Interval, fit_form

FORMS: tuple[FormName, ...] = ("best_of_n", "rl")
GOLD = "gold"
NOTABLE = 0.05
"""The share of samples with an equal score from which on the finding says that d is an upper bound."""

_DENSE = 16
_POINTS = 28


def kl_best_of_n(n: FloatArray) -> FloatArray:
    """KL (…) in nats of best of n ≥ 1 from the policy that is sampled: ln n − (n − 1)/n."""
    divergence: FloatArray = np.maximum(np.log(n) - (n - 1.0) / n, 0.0)
    return divergence


def best_of_n(score: FloatArray, values: FloatArray, ns: IntArray) -> FloatArray:
    """R̂_n (J, k) of the columns of `values` (N, k), climbed by `score` (N,), for each n (J,) in 1 … N.

    Computed from logarithms of binomials, so that N of some thousands neither overflows nor loses digits.
    """
    order = np.argsort(score, kind="stable")
    rank = np.unique(score[order], return_inverse=True)[1]
    size = np.bincount(rank)
    blocks = np.column_stack([sum_by(rank, column[order], len(size)) / size for column in values.T])
    averaged: FloatArray = _weights(len(score), ns) @ blocks[rank]
    return averaged


def _weights(samples: int, ns: IntArray) -> FloatArray:
    """C(i − 1, n − 1)/C(N, n) for n (J,) and i = 1 … N: (J, N); rows sum to 1."""
    i, n = np.arange(1, samples + 1)[None, :], ns[:, None]
    above = i - np.minimum(n, i)
    logs = gammaln(i) - gammaln(n) - gammaln(above + 1.0)
    logs -= gammaln(samples + 1.0) - gammaln(n + 1.0) - gammaln(samples - n + 1.0)
    return np.where(i >= n, np.exp(np.where(i >= n, logs, 0.0)), 0.0)


@dataclass(frozen=True, eq=False)
class Climb:
    """Curves of one model: `gains` (P, J, k) over P prompts, n (J,) and the columns `names` (k), the score first.

    `samples`: how many went in. `equal`: the share of them whose score another sample of their prompt has too.
    """

    model: str
    names: tuple[str, ...]
    ns: IntArray
    gains: FloatArray
    samples: int
    equal: float

    @property
    def distance(self) -> FloatArray:
        """d (J,) = √KL."""
        return np.sqrt(kl_best_of_n(self.ns.astype(np.float64)))


def climbs(frame: SampleFrame) -> list[Climb]:
    """The curves of each model that has several scored samples on some prompt, gold known; models by name."""
    gold = frame.known(GOLD) if GOLD in frame.numbers else frame.known("correct")
    score = frame.known("score")
    told = np.isfinite(score) & np.isfinite(gold)
    found = []
    for model in frame.models:
        rows = frame.rows_of(model)
        groups = _groups(frame.prompt.codes, rows[told[rows]])
        if groups:
            used = np.concatenate(groups)
            others = _others(frame, used)
            values = np.column_stack([score, gold, *others.values()])
            found.append(_climb(model, ("score", GOLD, *others), values, groups))
    return found


def _groups(prompt: IntArray, rows: IntArray) -> list[IntArray]:
    """The rows of each prompt with at least two samples and half as many as is usual: short ones would cut all short."""
    ordered = rows[np.argsort(prompt[rows], kind="stable")]
    starts = np.flatnonzero(np.diff(prompt[ordered])) + 1
    groups = [group for group in np.split(ordered, starts) if len(group) > 1]
    usual = float(np.median([len(group) for group in groups])) if groups else 0.0
    return [group for group in groups if len(group) >= usual / 2.0]


def _others(frame: SampleFrame, rows: IntArray) -> dict[str, FloatArray]:
    """What else is climbed in the same order: lengths and further columns, where every row has a value."""
    lengths = {
        name: frame.numbers[name] for name in ("visible_tokens", "reasoning_tokens") if name in frame.numbers
    }
    return {
        name: column
        for name, column in (lengths | dict(frame.others)).items()
        if np.isfinite(column[rows]).all()
    }


def _climb(model: str, names: tuple[str, ...], values: FloatArray, groups: Sequence[IntArray]) -> Climb:
    ns = _grid(min(len(group) for group in groups))
    # A gain is the same from any origin; from the first sample's, what is constant climbs by exactly nothing.
    curves = np.stack([best_of_n(values[group, 0], values[group] - values[group[0]], ns) for group in groups])
    samples = sum(len(group) for group in groups)
    return Climb(model, names, ns, curves - curves[:, :1], samples, _equal(values[:, 0], groups) / samples)


def _grid(most: int) -> IntArray:
    """n from 1 to `most`: all of the first, then evenly in ln n."""
    if most <= _DENSE:
        return np.arange(1, most + 1, dtype=np.int64)
    spread = np.rint(np.geomspace(1.0, most, _POINTS)).astype(np.int64)
    return np.unique(spread)


def _equal(score: FloatArray, groups: Sequence[IntArray]) -> int:
    counts = [np.unique(score[group], return_counts=True)[1] for group in groups]
    return int(sum(count[count > 1].sum() for count in counts))


def overoptimisation(climb: Climb, generator: np.random.Generator) -> OverOptimisation:
    """Curve and forms of one model, in the unit of gold, intervals by drawing prompts anew (percentile)."""
    prompts, mean = len(climb.gains), climb.gains.mean(axis=0)
    drawn = resampled_means(climb.gains[:, :, 1], generator)
    interval = _interval(prompts, climb.samples)
    fits = [fit_form(form, climb.distance, mean[:, 1], drawn, interval, GOLD) for form in FORMS]
    forms = [form for form in fits if form is not None]
    curve = [
        Ratio(
            n=int(n),
            distance=float(climb.distance[j]),
            score=float(mean[j, 0]),
            gold=interval(float(mean[j, 1]), drawn[:, j], unit=GOLD),
            others={name: float(mean[j, 2 + k]) for k, name in enumerate(climb.names[2:])},
        )
        for j, n in enumerate(climb.ns)
    ]
    return OverOptimisation(
        model=climb.model,
        prompts=prompts,
        samples=climb.samples,
        curve=curve,
        forms=forms,
        finding=finding(forms[:1]) + _bound(climb),
    )


def _interval(prompts: int, samples: int) -> Interval:
    def interval(
        estimate: float | None, drawn: FloatArray, *, unit: str, note: str = "", state: State = "ok"
    ) -> Effect:
        if estimate is None or state != "ok":
            return without_prompts(state, note, n=samples, unit=unit, kind="independent", estimate=estimate)
        return prompt_effect(estimate, drawn, prompts, n=samples, unit=unit, kind="independent", note=note)

    return interval


def finding(forms: Sequence[Form]) -> str:
    """What the first form says of a turn, in a sentence."""
    if not forms:
        return "Not enough yet: a curve needs three distances, that is, four samples on every prompt."
    turn = forms[0]["turn"]
    if turn["estimate"] is not None and turn["low"] is not None and turn["high"] is not None:
        at = f"d = {turn['estimate']:.2f} [{turn['low']:.2f}, {turn['high']:.2f}]"
        return f"Gold turns at {at}: beyond it a higher score means a worse answer."
    note = turn.get("note", "no turn seen")
    return f"Not enough yet: {note}." if turn["state"] == "not_enough" else f"{note[0].upper()}{note[1:]}."


def _bound(climb: Climb) -> str:
    if climb.equal < NOTABLE:
        return ""
    return f" {climb.equal:.0%} of the samples share their score with another, so that d is an upper bound."
