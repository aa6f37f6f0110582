"""Planting: which matchups carry a cue, and the variants that are dealt of them once their edits are approved."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from annotations.assigning import derived_seed
from annotations.models import User
from vibes.edits import registry
from vibes.models import Arm, Edit, Endpoint, Generation, Matchup, Study, StudyCue
from vibes.services import edits, errands, matchups

State = Edit.State
Design = StudyCue.Design
# What a matchup is dealt as: with no cue, with it on A, with it on B.
CELLS = (Arm.CueOn.NEITHER, Arm.CueOn.A, Arm.CueOn.B)


@dataclass(frozen=True)
class CuePlan:
    """One cue as a lead chose it; `endpoint` edits where no rule does, `reader` reads every edit once more."""

    name: str
    share: float
    design: str = Design.VARIANTS
    endpoint: Endpoint | None = None
    reader: Endpoint | None = None


def attach(
    *, by: User, study: Study, plans: Iterable[CuePlan], budget: Decimal | None = None
) -> list[StudyCue]:
    """The study's cues, each with the edit's version of now. `budget`: what the edits of an endpoint may cost, and
    what reading them may, for each cue."""
    return [_attach(by, study, plan, budget) for plan in plans]


def _attach(by: User, study: Study, plan: CuePlan, budget: Decimal | None) -> StudyCue:
    edit = registry.EDITS[plan.name]
    errand = None
    if edit.by == "endpoint":
        if plan.endpoint is None:
            raise ValueError(f"{edit.title}: no rule makes this edit, and no endpoint was named.")
        name = f"Edits for {study.name}: {edit.title}"
        seed = derived_seed(study.seed, "errand", plan.name)
        errand = errands.make(by=by, name=name, endpoint=plan.endpoint, seed=seed, budget=budget)
    reading = None
    if plan.reader:
        name = f"Claims of edits for {study.name}: {edit.title}"
        seed = derived_seed(study.seed, "claims", plan.name)
        reading = errands.make(by=by, name=name, endpoint=plan.reader, seed=seed, budget=budget)
    return StudyCue.objects.create(
        study=study,
        name=plan.name,
        version=edit.version,
        design=plan.design,
        share=plan.share,
        endpoint=plan.endpoint if errand else None,
        errand=errand,
        reader=plan.reader,
        reader_errand=reading,
    )


def draw(study: Study, cues: Sequence[StudyCue], first: Generation, second: Generation) -> StudyCue | None:
    """The cue that this matchup carries, by the study's seed: each with the chance that is its share, none with the rest."""
    point = random.Random(derived_seed(study.seed, "cue", first.pk, second.pk)).random()
    for cue in cues:
        if cue.design == Design.VARIANTS and point < cue.share:
            return cue
        point -= cue.share if cue.design == Design.VARIANTS else 0
    return None


def begin(*, study: Study, cue: StudyCue, first: Generation, second: Generation) -> None:
    """A matchup that waits for its edits: nothing of it is dealt before a lead has approved both."""
    Matchup.objects.create(study=study, prompt=first.prompt, generation_a=first, generation_b=second, cue=cue)
    for answer in (first, second):
        edits.propose(cue=cue, answer=answer)


def make_pairs(*, study: Study, cues: Sequence[StudyCue]) -> int:
    """Answers against their own edits, by each cue of that design; how many were new. Of answers that meet others, so that no
    answer is shown that would not be. Idempotent."""
    new = 0
    for cue in cues:
        if cue.design == Design.PAIR:
            for answer in _unpaired(study, cue):
                begin_pair(study=study, cue=cue, answer=answer)
                new += 1
    return new


def begin_pair(*, study: Study, cue: StudyCue, answer: Generation) -> None:
    Matchup.objects.create(
        study=study, prompt=answer.prompt, generation_a=answer, generation_b=answer, cue=cue
    )
    edits.propose(cue=cue, answer=answer)


def _unpaired(study: Study, cue: StudyCue) -> Iterator[Generation]:
    there = set(cue.matchups.values_list("generation_a", flat=True))
    met = {pk for both in study.matchups.values_list("generation_a", "generation_b") for pk in both}
    drawn = [
        pk
        for pk in sorted(met - there)
        if random.Random(derived_seed(study.seed, "cue pair", cue.name, pk)).random() < cue.share
    ]
    return Generation.objects.select_related("prompt").filter(pk__in=drawn).order_by("pk").iterator()


def settle(*, study: Study, answers: Iterable[int] | None = None) -> int:
    """Deals with the matchups whose edits (of these answers, or of any) are all decided: the variants are made, or, where an
    edit was dropped or is not possible, the matchup goes without a cue; how many were settled. Idempotent."""
    waiting = _waiting(study)
    if answers is not None:
        chosen = list(answers)
        waiting = waiting.filter(generation_a__in=chosen) | waiting.filter(generation_b__in=chosen)
    rows = list(waiting.select_related("cue", "prompt", "generation_a__prompt", "generation_b__prompt"))
    if not rows:
        return 0
    standing = _standing(rows)
    names = matchups.names_of(study)
    for row in rows:
        row.study = study
    return sum(_settle(row, row.cue, standing, names) for row in rows if row.cue)


def _waiting(study: Study) -> QuerySet[Matchup]:
    dealt = Exists(Arm.objects.filter(matchup=OuterRef("pk")))
    return study.matchups.filter(~dealt, cue__isnull=False).order_by("pk")


def _standing(rows: Iterable[Matchup]) -> dict[tuple[int, int], Edit]:
    """By cue and answer, the edit that stands."""
    answers = {pk for row in rows for pk in (row.generation_a_id, row.generation_b_id)}
    cues = {row.cue_id for row in rows}
    found = Edit.objects.filter(cue__in=cues, generation__in=answers).exclude(state=State.REDONE)
    return {(one.cue_id, one.generation_id): one for one in found}


def _settle(
    row: Matchup, cue: StudyCue, standing: dict[tuple[int, int], Edit], names: frozenset[str]
) -> bool:
    answers = {row.generation_a_id, row.generation_b_id}
    found = {pk: standing[cue.pk, pk] for pk in answers if (cue.pk, pk) in standing}
    if any(edit.state in (State.DROPPED, State.IMPOSSIBLE) for edit in found.values()):
        _without_cue(row, names)
        return True
    if len(found) < len(answers) or any(edit.state != State.APPROVED for edit in found.values()):
        return False
    if cue.design == Design.PAIR:
        matchups.make_edited_pair(matchup=row, edit=found[row.generation_a_id], names=names)
        return True
    by_side = {Arm.CueOn.A: found[row.generation_a_id], Arm.CueOn.B: found[row.generation_b_id]}
    for cell, cue_on in enumerate(CELLS):
        matchups.make_variant(matchup=row, cell=cell, cue_on=cue_on, edit=by_side.get(cue_on), names=names)
    return True


def _without_cue(row: Matchup, names: frozenset[str]) -> None:
    """Two answers still meet; an answer without an edit has nothing to meet, and stays as a row that tells why."""
    if row.generation_a_id == row.generation_b_id:
        return
    row.cue = None
    row.save(update_fields=["cue"])
    matchups.show(matchup=row, names=names)
