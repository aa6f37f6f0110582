"""The vibe profile: what a model's answers have more of than those that they met, feature by feature.

For each pair of answers x = (f − f′)/(f + f′) over one reference SD, as in the covariates, so that a profile times an effect is
what it is worth in log-odds. A pair counts once however often it was judged; pairs of one prompt are taken together, and the
interval is Student's t over prompts. Which model is told apart from those it met: Benjamini–Hochberg over all models and features.
Measured from the texts alone: no vote is in it.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import stdtr, stdtrit

from vibes.stats.arrays import FloatArray, IntArray, sum_by
from vibes.stats.columns import FrameError
from vibes.stats.covariates import FeaturePair
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import LEVEL, known
from vibes.stats.multiplicity import benjamini_hochberg
from vibes.stats.prompt_bootstrap import FEWEST_PROMPTS, too_few_prompts, without_prompts
from vibes.stats.results import Effect, Profile, ProfileRow

UNIT = "reference SD"


def profiles(frame: JudgementFrame, features: Sequence[FeaturePair]) -> list[Profile]:
    """One profile a model, in the order of their names; none without features.

    `features` hold the counts of every row of `frame`. Positive: the model's answers have more of it. `told`: the interval holds up
    among all that are looked at. A model whose every pair is alike in a feature has a difference of exactly 0 without an interval.
    Raises FrameError where a feature has not one entry a row.
    """
    for feature in features:
        if len(feature) != len(frame):
            problem = f"feature {feature.name} has {len(feature)} entries for {len(frame)} rows"
            raise FrameError(problem, "Measure every row once")
    if not features:
        return []
    met = _Met(frame)
    found = [(feature.name, *met.compared(feature.take(met.first).difference())) for feature in features]
    told = _told(found)
    return [
        Profile(
            model=name,
            pairs=int(met.pairs[code]),
            prompts=int(met.prompts[code]),
            features=[
                ProfileRow(name=feature, difference=effects[code], told=bool(told[place, code]))
                for place, (feature, effects, _) in enumerate(found)
            ],
        )
        for code, name in enumerate(frame.models)
    ]


class _Met:
    """Who met whom: each pair of answers once, seen from both of its models.

    `first`: the first row of each pair. `pairs`, `prompts` (m,): how many of each a model has.
    """

    def __init__(self, frame: JudgementFrame) -> None:
        self.first = first_rows(frame)
        self._sides = (frame.model_a[self.first], frame.model_b[self.first])
        model = np.concatenate(self._sides)
        prompt = np.tile(frame.labels["prompt_id"].codes[self.first], 2)
        size = len(frame.models)
        keys, self._cell = np.unique(model * (int(prompt.max(initial=0)) + 1) + prompt, return_inverse=True)
        self._model = (keys // (int(prompt.max(initial=0)) + 1)).astype(np.int64)
        self._in_cell = np.bincount(self._cell, minlength=len(keys))
        self.pairs, self.prompts = (
            np.bincount(model, minlength=size),
            np.bincount(self._model, minlength=size),
        )

    def compared(self, x: FloatArray) -> tuple[list[Effect], FloatArray]:
        """From x (pairs,), + where A has more, an effect for each model and its p (m,), NaN where there is none."""
        by_prompt = sum_by(self._cell, np.concatenate([x, -x]), len(self._in_cell)) / self._in_cell
        size = len(self.prompts)
        mean = sum_by(self._model, by_prompt, size) / np.maximum(self.prompts, 1)
        squares = sum_by(self._model, (by_prompt - mean[self._model]) ** 2, size)
        error = np.sqrt(squares / np.maximum(self.prompts - 1, 1) / np.maximum(self.prompts, 1))
        effects = [self._effect(code, float(mean[code]), float(error[code])) for code in range(size)]
        freedom = np.maximum(self.prompts - 1.0, 1.0)
        asked = (self.prompts >= FEWEST_PROMPTS) & (error > 0.0)
        t = np.divide(np.abs(mean), error, out=np.zeros(size), where=asked)
        return effects, np.where(asked, 2.0 * stdtr(freedom, -t), np.nan)

    def _effect(self, code: int, mean: float, error: float) -> Effect:
        prompts, n = int(self.prompts[code]), int(self.pairs[code])
        if prompts < FEWEST_PROMPTS:
            why = too_few_prompts(prompts)
            return without_prompts("not_enough", why, n=n, unit=UNIT, kind="observational", estimate=mean)
        if error == 0.0:
            why = (
                "all of its answers are alike in it to those they met"
                if mean == 0.0
                else "all pairs differ alike"
            )
            return without_prompts("not_identified", why, n=n, unit=UNIT, kind="observational", estimate=mean)
        width = float(stdtrit(prompts - 1.0, (1.0 + LEVEL) / 2.0)) * error
        return known(
            mean,
            mean - width,
            mean + width,
            error,
            n=n,
            effective_raters=None,
            unit=UNIT,
            kind="observational",
        )


def first_rows(frame: JudgementFrame) -> IntArray:
    """The first row of each pair of answers: of each matchup and pair of models in it (a matchup of an import may hold several)."""
    size = len(frame.models)
    low, high = np.minimum(frame.model_a, frame.model_b), np.maximum(frame.model_a, frame.model_b)
    return np.unique((frame.matchup.codes * size + low) * size + high, return_index=True)[1].astype(np.int64)


def _told(found: Sequence[tuple[str, list[Effect], FloatArray]]) -> FloatArray:
    """Which (features, models) stand out among all that have a p."""
    p = np.array([row[2] for row in found])
    told = np.zeros(p.shape, dtype=bool)
    asked = np.isfinite(p)
    told[asked] = benjamini_hochberg(p[asked])
    return told
