"""Endpoints that claim to be one model, compared by their answers and by their strength on the fullest board."""

from collections.abc import Sequence

import numpy as np

from vibes.stats.arrays import BoolArray, IntArray
from vibes.stats.boards import BoardFit
from vibes.stats.frames import JudgementFrame
from vibes.stats.results import FeatureGap, Namesakes
from vibes.stats.same_model import same_model, strength_difference
from vibes.stats.study import Study


def namesakes(
    study: Study, fitted: BoardFit, pairs: Sequence[Sequence[str]], generator: np.random.Generator
) -> list[Namesakes]:
    """One row a pair (first, second) of names of the study's models.

    Each answer counts once, however often it was judged; `features` of the study give what is compared.
    """
    return [_pair(study, fitted, first, second, generator) for first, second in pairs]


def _pair(
    study: Study, fitted: BoardFit, first: str, second: str, generator: np.random.Generator
) -> Namesakes:
    frame = study.frame
    rows, of_first, prompt = _answers(frame, frame.models.index(first), frame.models.index(second))
    features = {feature.name: np.concatenate(feature.counts())[rows] for feature in study.selection.features}
    units = {feature.name: feature.unit for feature in study.selection.features}
    found = same_model(features, of_first, prompt, generator, units=units)
    return Namesakes(
        first=first,
        second=second,
        prompts=found.prompts,
        p=found.p,
        apart=found.apart,
        finding=found.finding,
        strength=strength_difference(fitted, frame.models, first, second),
        features=[FeatureGap(name=one.name, difference=one.difference, p=one.p) for one in found.features],
    )


def _answers(frame: JudgementFrame, first: int, second: int) -> tuple[IntArray, BoolArray, IntArray]:
    """The different answers of both models: places in (a, b) stacked, whether of the first, and their prompts."""
    model = np.concatenate([frame.model_a, frame.model_b])
    prompt = np.tile(frame.labels["prompt_id"].codes, 2)
    texts = (*frame.texts.get("text_a", ()), *frame.texts.get("text_b", ()))
    seen: dict[tuple[int, int, str], int] = {}
    for place in np.flatnonzero((model == first) | (model == second)).tolist() if texts else ():
        seen.setdefault((int(model[place]), int(prompt[place]), texts[place]), place)
    rows = np.array(sorted(seen.values()), dtype=np.int64)
    return rows, model[rows] == first, prompt[rows]
