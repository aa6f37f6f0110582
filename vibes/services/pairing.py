"""Pairing: which answers meet. The key is written here."""

import random
from collections.abc import Iterable
from itertools import combinations

from django.db import transaction

from annotations.assigning import derived_seed
from annotations.services import comparisons
from vibes.models import Arm, Generation, Matchup, Study

Pair = tuple[Generation, Generation]


def assemble_for(*, generations: Iterable[int]) -> int:
    """Makes the comparisons that these new answers complete, in every study that they belong to; how many."""
    studies = Study.objects.filter(generations__in=list(generations)).distinct()
    return sum(assemble(study=study) for study in studies)


@transaction.atomic
def assemble(*, study: Study) -> int:
    """Makes a matchup, a comparison and its key for every pair whose answers are both here; how many were new.

    Two empty or equal hands never meet: a failed generation is simply not there, and is counted where progress is
    shown. Idempotent; the study's row is locked meanwhile.
    """
    study = Study.objects.select_for_update().get(pk=study.pk)
    known = set(study.matchups.values_list("generation_a", "generation_b"))
    new = 0
    for pair in _pairs(study):
        first, second = _sides(study, pair)
        if (first.pk, second.pk) not in known:
            _make(study, first, second)
            new += 1
    return new


def _pairs(study: Study) -> Iterable[Pair]:
    """All pairs of answers to one prompt, or each against the baseline's, in a fixed order."""
    done = (
        study.generations.filter(state=Generation.State.DONE)
        .select_related("prompt")
        .order_by("prompt", "endpoint")
    )
    by_prompt: dict[int, list[Generation]] = {}
    for generation in done:
        by_prompt.setdefault(generation.prompt_id, []).append(generation)
    for answers in by_prompt.values():
        for pair in combinations(answers, 2):
            if study.pairing == Study.Pairing.ALL or study.baseline_id in {g.endpoint_id for g in pair}:
                yield pair


def _sides(study: Study, pair: Pair) -> Pair:
    """Which of the two is side a: drawn from the study's seed, so that no endpoint is always the first listed."""
    rng = random.Random(derived_seed(study.seed, "sides", pair[0].pk, pair[1].pk))
    return pair if rng.random() < 0.5 else (pair[1], pair[0])


def _make(study: Study, first: Generation, second: Generation) -> None:
    prompt = first.prompt
    matchup = Matchup.objects.create(study=study, prompt=prompt, generation_a=first, generation_b=second)
    comparison = comparisons.create(
        protocol=study.protocol,
        group=f"{derived_seed(study.seed, 'group', matchup.pk):016x}",
        topic=f"{derived_seed(study.seed, 'topic', prompt.twin or prompt.pk):016x}",
        caption=prompt.prompt_class,
        prefix=[{"role": turn["role"], "text": turn["content"]} for turn in prompt.turns],
        side_a=[_turn(first)],
        side_b=[_turn(second)],
    )
    Arm.objects.create(matchup=matchup, comparison=comparison)


def _turn(generation: Generation) -> dict[str, str]:
    return {"role": "assistant", "text": generation.text, "thoughts": generation.thoughts}
