"""Matchups: two answers, the comparison that shows them, and the key that joins both."""

import random
from collections.abc import Collection, Iterable
from typing import Any

from annotations.assigning import derived_seed
from annotations.models import Comparison
from annotations.services import comparisons
from vibes.datasets.turns import Turn, prefix_of, side_of
from vibes.models import Arm, Edit, Generation, Matchup, Study


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
    show(matchup=matchup, names=names, purpose=purpose)


def show(*, matchup: Matchup, names: Collection[str], purpose: str = Comparison.Purpose.STUDY) -> None:
    """Both answers as they are."""
    comparison = comparisons.create(
        **_placed(matchup),
        side_a=side(matchup.generation_a),
        side_b=side(matchup.generation_b),
        purpose=purpose,
        names=names,
    )
    Arm.objects.create(matchup=matchup, comparison=comparison)


def make_variant(
    *, matchup: Matchup, cell: int, cue_on: str, edit: Edit | None, names: Collection[str]
) -> None:
    """One of the variants of a cued matchup: `edit` stands in place of the answer on the side `cue_on`."""
    study = matchup.study
    sides = {"a": side(matchup.generation_a), "b": side(matchup.generation_b)}
    if edit:
        sides[cue_on] = edited(sides[cue_on], edit)
    comparison = comparisons.create(
        **_placed(matchup),
        side_a=sides["a"],
        side_b=sides["b"],
        names=names,
        cell=cell,
        wanted=study.planted if edit else study.unplanted,
    )
    Arm.objects.create(matchup=matchup, comparison=comparison, cue_on=cue_on, edit=edit)


def make_edited_pair(*, matchup: Matchup, edit: Edit, names: Collection[str]) -> None:
    """An answer against its own edit; which of the two is side a is drawn from the study's seed."""
    rng = random.Random(derived_seed(matchup.study.seed, "edited side", matchup.pk))
    cue_on = rng.choice(("a", "b"))
    whole = side(matchup.generation_a)
    sides = {"a": whole, "b": whole} | {cue_on: edited(whole, edit)}
    comparison = comparisons.create(**_placed(matchup), side_a=sides["a"], side_b=sides["b"], names=names)
    Arm.objects.create(matchup=matchup, comparison=comparison, cue_on=cue_on, edit=edit)


def edited(turns: list[Turn], edit: Edit) -> list[Turn]:
    """A side with the edit in place of its last answer."""
    return [*turns[:-1], turns[-1] | {"text": edit.text}]


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
