"""Matchups: two answers, the comparison that shows them, and the key that joins both."""

from collections.abc import Collection, Iterable
from typing import Any

from annotations.assigning import derived_seed
from annotations.models import Comparison
from annotations.services import comparisons
from vibes.datasets.turns import Turn, prefix_of, side_of
from vibes.models import Arm, Generation, Matchup, Study


def names_of(study: Study) -> frozenset[str]:
    """What the study's endpoints and their models are called: an answer that says so of itself is masked."""
    return frozenset(name for both in study.endpoints.values_list("name", "model") for name in both if name)


def make(
    *,
    study: Study,
    first: Generation,
    second: Generation,
    names: Collection[str],
    purpose: str = Comparison.Purpose.STUDY,
) -> None:
    """One answer against another to the same prompt, or against itself; `names` as `names_of` tells them."""
    prompt = first.prompt
    matchup = Matchup.objects.create(study=study, prompt=prompt, generation_a=first, generation_b=second)
    comparison = comparisons.create(
        **_placed(matchup), side_a=side(first), side_b=side(second), purpose=purpose, names=names
    )
    Arm.objects.create(matchup=matchup, comparison=comparison)


def await_answers(*, study: Study, first: Generation, second: Generation) -> Comparison:
    """The same before the answers are here: nobody is dealt it, save by name, until `comparisons.complete`."""
    matchup = Matchup.objects.create(
        study=study, prompt=first.prompt, generation_a=first, generation_b=second
    )
    live = Comparison.Writing.LIVE
    comparison = comparisons.create(**_placed(matchup), side_a=[], side_b=[], wanted=0, writing=live)
    Arm.objects.create(matchup=matchup, comparison=comparison)
    return comparison


def _placed(matchup: Matchup) -> dict[str, Any]:
    """Where it stands in its study, and what stands above both answers."""
    study, prompt = matchup.study, matchup.prompt
    return {
        "protocol": study.protocol,
        "group": f"{derived_seed(study.seed, 'group', matchup.pk):016x}",
        "topic": f"{derived_seed(study.seed, 'topic', prompt.twin or prompt.pk):016x}",
        "caption": prompt.prompt_class,
        "prefix": shown(prefix_of(prompt.turns)),
        "author": prompt.author,
    }


def side(generation: Generation) -> list[Turn]:
    turns = generation.prompt.turns
    return shown(side_of(turns, generation.transcript, generation.text, generation.thoughts))


def shown(turns: Iterable[Turn]) -> list[Turn]:
    """Turns as the rating room names their parts."""
    return [
        {
            "role": turn["role"],
            "text": turn["content"],
            "thoughts": turn.get("thoughts", ""),
            "steps": turn.get("steps", []),
        }
        for turn in turns
    ]
