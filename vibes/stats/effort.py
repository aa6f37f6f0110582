"""Effort: how many tokens a model spends, and whether it spends them where a prompt is difficult.

Difficulty of a prompt: the share of samples that are wrong, each model counting once. A prompt is easy where every
sample of every model is right. Overthinking as in Chen et al. 2024 (arXiv:2412.21187), effort that buys nothing, but
measured against the other models: on easy prompts, where all of them are right, more than twice the median of the others.
"""

import math
from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import BoolArray, FloatArray, IntArray, sum_by
from vibes.stats.prompt_bootstrap import (
    FEWEST_PROMPTS,
    limits,
    prompt_effect,
    resampled_means,
    tail,
    without_prompts,
)
from vibes.stats.results import Effect, EffortPoint, EffortRow
from vibes.stats.samples import SampleFrame

TIMES = 2.0
RULE = (
    "overthinks: on prompts that every model gets right, the lower limit of its tokens over the median of the other "
    "models' lies above 2"
)
PER_DIFFICULTY = "tokens from no sample wrong to all wrong"
SHARE = "share of tokens"
VISIBLE, REASONING = "visible_tokens", "reasoning_tokens"


@dataclass(frozen=True, eq=False)
class _Table:
    """Means by prompt and model: `reasoning`, `visible` (P, M), NaN where unknown; `difficulty` (P,), NaN likewise.

    `samples` (M,): rows with a token count. `easy` (P,): every sample that is marked is right.
    """

    reasoning: FloatArray
    visible: FloatArray
    difficulty: FloatArray
    samples: IntArray

    @property
    def easy(self) -> BoolArray:
        found: BoolArray = self.difficulty == 0.0
        return found

    @property
    def tokens(self) -> FloatArray:
        """Reasoning and visible tokens together (P, M); a model that reports no reasoning is taken to have none."""
        silent = np.isnan(self.reasoning).all(axis=0)
        spent: FloatArray = self.visible + np.where(silent, 0.0, self.reasoning)
        return spent


def effort(frame: SampleFrame, generator: np.random.Generator) -> list[EffortRow]:
    """One row for each model whose visible tokens are known, by name; intervals by drawing prompts anew.

    Tokens are means of a prompt's samples, so that every prompt counts once. `slope`: tokens from difficulty 0 to 1;
    positive spends more where it is difficult. `easy_share`: share of its tokens that went to easy prompts.
    """
    table = _table(frame)
    return [
        _row(frame, table, code, generator)
        for code in range(len(frame.models))
        if np.isfinite(table.visible[:, code]).any()
    ]


def _table(frame: SampleFrame) -> _Table:
    wrong = 1.0 - _means(frame, frame.known("correct"))
    told = np.isfinite(wrong)
    counts = told.sum(axis=1)
    summed = np.where(told, wrong, 0.0).sum(axis=1)
    difficulty = np.divide(summed, counts, out=np.full(len(counts), math.nan), where=counts > 0)
    visible = frame.known(VISIBLE)
    samples = sum_by(frame.model.codes, np.isfinite(visible), len(frame.models)).astype(np.int64)
    return _Table(_means(frame, frame.known(REASONING)), _means(frame, visible), difficulty, samples)


def _means(frame: SampleFrame, values: FloatArray) -> FloatArray:
    """The mean of the known values of each prompt and model (P, M); NaN where there is none."""
    shape = (len(frame.prompt.names), len(frame.models))
    told = np.isfinite(values)
    cell = (frame.prompt.codes * shape[1] + frame.model.codes)[told]
    count = sum_by(cell, np.ones(len(cell)), shape[0] * shape[1])
    total = sum_by(cell, values[told], shape[0] * shape[1])
    means: FloatArray = np.divide(total, count, out=np.full(len(count), math.nan), where=count > 0.0)
    return means.reshape(shape)


def _row(frame: SampleFrame, table: _Table, code: int, generator: np.random.Generator) -> EffortRow:
    tokens, n = table.tokens[:, code], int(table.samples[code])
    spent = np.flatnonzero(np.isfinite(tokens))
    marked = spent[np.isfinite(table.difficulty[spent])]
    overthinks, note = _overthinks(table, code, generator)
    reasoning = table.reasoning[:, code]
    return EffortRow(
        model=frame.models[code],
        prompts=len(spent),
        reasoning_tokens=_mean(reasoning),
        visible_tokens=_mean(table.visible[:, code]) or 0.0,
        slope=_slope(table.difficulty[marked], tokens[marked], n, generator),
        easy_share=_easy_share(table.easy[marked], tokens[marked], n, generator),
        overthinks=overthinks,
        note=note,
        points=[_point(frame.prompt.names[prompt], table, int(prompt), code) for prompt in marked],
    )


def _point(name: str, table: _Table, prompt: int, code: int) -> EffortPoint:
    reasoning = float(table.reasoning[prompt, code])
    return EffortPoint(
        prompt_id=name,
        difficulty=float(table.difficulty[prompt]),
        reasoning_tokens=reasoning if math.isfinite(reasoning) else None,
        visible_tokens=float(table.visible[prompt, code]),
    )


def _mean(values: FloatArray) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def _slope(x: FloatArray, y: FloatArray, n: int, generator: np.random.Generator) -> Effect:
    """Least squares of tokens on difficulty."""
    unit = PER_DIFFICULTY
    if not len(x):
        return without_prompts(
            "not_enough", "no sample says whether it is correct", n=n, unit=unit, kind="independent"
        )
    if np.ptp(x) == 0.0:
        return without_prompts(
            "not_identified", "all prompts are equally difficult", n=n, unit=unit, kind="independent"
        )
    # About the means, so that the draws lose no digits to large token counts.
    u, v = x - x.mean(), y - y.mean()
    drawn = resampled_means(np.column_stack([u, v, u * v, u * u]), generator)
    spread = drawn[:, 3] - drawn[:, 0] ** 2
    varied = spread > 1e-12
    slopes = (drawn[varied, 2] - drawn[varied, 0] * drawn[varied, 1]) / spread[varied]
    estimate = float(u @ v / (u @ u))
    if varied.mean() < 0.99:
        why = "too few prompts differ in difficulty"
        return without_prompts("not_enough", why, n=n, unit=unit, kind="independent", estimate=estimate)
    return prompt_effect(estimate, slopes, len(x), n=n, unit=unit, kind="independent")


def _easy_share(easy: BoolArray, tokens: FloatArray, n: int, generator: np.random.Generator) -> Effect:
    if not len(easy):
        return without_prompts(
            "not_enough", "no sample says whether it is correct", n=n, unit=SHARE, kind="independent"
        )
    if tokens.sum() == 0.0:
        return without_prompts("not_identified", "no token was spent", n=n, unit=SHARE, kind="independent")
    drawn = resampled_means(np.column_stack([tokens * easy, tokens]), generator)
    shares = drawn[drawn[:, 1] > 0.0, 0] / drawn[drawn[:, 1] > 0.0, 1]
    estimate = float(tokens[easy].sum() / tokens.sum())
    note = f"{easy.mean():.0%} of its prompts are easy: every sample of every model is right"
    return prompt_effect(estimate, shares, len(easy), n=n, unit=SHARE, kind="independent", note=note)


def _overthinks(table: _Table, code: int, generator: np.random.Generator) -> tuple[bool, str]:
    """The flag and the rule with its figures."""
    tokens = table.tokens
    if tokens.shape[1] < 2:
        return False, f"{RULE}; there is no other model"
    shared = table.easy & np.isfinite(tokens).all(axis=1)
    if shared.sum() < FEWEST_PROMPTS:
        return False, f"{RULE}; {int(shared.sum())} such prompts are not enough"
    easy = tokens[shared]
    estimate = _times_others(easy.mean(axis=0)[None], code)
    low, high = limits(_times_others(resampled_means(easy, generator), code), tail(len(easy)))
    return bool(
        low > TIMES
    ), f"{RULE}; here {estimate[0]:.1f} times [{low:.1f}, {high:.1f}] on {len(easy)} prompts"


def _times_others(means: FloatArray, code: int) -> FloatArray:
    """Mean tokens (B, M) of one model over the median of the others'; 1 where neither spent any."""
    own, others = means[:, code], np.median(np.delete(means, code, axis=1), axis=1)
    spent = np.divide(own, others, out=np.full(len(own), math.inf), where=others > 0.0)
    return np.where((own == 0.0) & (others == 0.0), 1.0, spent)
