"""What the answers of each model take: tokens, thinking, seconds and money, each answer once however often it was judged.

Means over prompts of the means over a prompt's answers, with Student's t over prompts. No vote is in it.
"""

import numpy as np
from scipy.special import stdtrit

from vibes.stats.arrays import FloatArray, IntArray, sum_by
from vibes.stats.frames import SPENT, JudgementFrame
from vibes.stats.intervals import LEVEL, known
from vibes.stats.profiles import first_rows
from vibes.stats.prompt_bootstrap import FEWEST_PROMPTS, too_few_prompts, without_prompts
from vibes.stats.results import Effect, Spent

UNITS = {"tokens": "tokens", "thinking_tokens": "tokens", "answer_seconds": "seconds", "cost": "US dollars"}
UNKNOWN = "none of its answers says it"


def spent(frame: JudgementFrame) -> list[Spent]:
    """One row a model, in the order of their names; none where no answer says what it took.

    A measure that some answers do not say is over those that do. The same prompt answered alike twice counts once.
    """
    stems = [stem for stem in SPENT if f"{stem}_a" in frame.numbers]
    if not stems:
        return []
    rows = first_rows(frame)
    model = np.concatenate([frame.model_a[rows], frame.model_b[rows]])
    prompt = np.tile(frame.labels["prompt_id"].codes[rows], 2)
    values = [np.concatenate([frame.numbers[f"{stem}_{side}"][rows] for side in "ab"]) for stem in stems]
    answers = np.unique(np.column_stack([model, prompt, *values]), axis=0)
    answers = answers[np.isfinite(answers[:, 2:]).any(axis=1)]
    return [
        _of_model(name, answers[answers[:, 0] == code, 1:], stems) for code, name in enumerate(frame.models)
    ]


def _of_model(name: str, answers: FloatArray, stems: list[str]) -> Spent:
    prompt = answers[:, 0].astype(np.int64)
    return Spent(
        model=name,
        answers=len(answers),
        prompts=len(np.unique(prompt)),
        measures={stem: _mean(prompt, answers[:, place], UNITS[stem]) for place, stem in enumerate(stems, 1)},
    )


def _mean(prompt: IntArray, values: FloatArray, unit: str) -> Effect:
    said = np.isfinite(values)
    n, (_, cell) = int(said.sum()), np.unique(prompt[said], return_inverse=True)
    each = sum_by(cell, values[said], 0) / np.maximum(np.bincount(cell), 1)
    prompts = len(each)
    estimate = float(each.mean()) if prompts else None
    if prompts < FEWEST_PROMPTS:
        why = too_few_prompts(prompts) if prompts else UNKNOWN
        return without_prompts("not_enough", why, n=n, unit=unit, kind="observational", estimate=estimate)
    error = float(each.std(ddof=1)) / prompts**0.5
    width = float(stdtrit(prompts - 1.0, (1.0 + LEVEL) / 2.0)) * error
    mean = float(each.mean())
    low, high = max(0.0, mean - width), mean + width
    return known(mean, low, high, error, n=n, effective_raters=None, unit=unit, kind="observational")
