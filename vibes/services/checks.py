"""Checks of raters: comparisons with a known answer, and answers against themselves. How often they are dealt is the
protocol's; that they are none of the study's own is the rating room's secret."""

import random
from collections.abc import Sequence
from math import ceil

from django.db import transaction
from django.db.models import F

from annotations.assigning import derived_seed
from annotations.models import Comparison, User
from annotations.services import audit, comparisons
from vibes.datasets.gold_files import GoldRow
from vibes.datasets.turns import Turn
from vibes.models import Generation, Study
from vibes.services import matchups

# So many sessions of one rater can be filled without showing them an identical pair twice.
SESSIONS = 3
Purpose = Comparison.Purpose
OTHER = {Purpose.GOLD: Purpose.TRAINING, Purpose.TRAINING: Purpose.GOLD}
WHAT = {Purpose.GOLD: "a gold comparison", Purpose.TRAINING: "a training comparison"}


class BothKinds(ValueError):
    """A row that the study has already, as the other kind of known answer. The message names the row and the mend."""

    def __init__(self, row: GoldRow, there: Comparison.Purpose) -> None:
        super().__init__(
            f"Row {row.number}: it is {WHAT[there]} of this study already, and who was told the answer in training would "
            "know it as a gold. Remove the row."
        )


@transaction.atomic
def make_identical(*, study: Study) -> int:
    """Answers of the study against themselves, as many as its protocol deals in three sessions; how many were new.

    Of answers that meet others, so that no answer is shown that would not be. Idempotent.
    """
    protocol = study.protocol
    wanted = ceil(protocol.identical_rate * protocol.session_length * SESSIONS)
    if not wanted:
        return 0
    study = Study.objects.select_for_update().get(pk=study.pk)
    there = study.matchups.filter(generation_a=F("generation_b"), cue=None)
    missing = wanted - there.count()
    if missing <= 0:
        return 0
    met = set(there.values_list("generation_a", flat=True))
    others = {pk for both in study.matchups.values_list("generation_a", "generation_b") for pk in both} - met
    drawn = sorted(others, key=lambda pk: derived_seed(study.seed, "identical", pk))
    new = drawn[:missing]
    names = matchups.names_of(study)
    for answer in Generation.objects.select_related("prompt").filter(pk__in=new).order_by("pk"):
        matchups.make(
            study=study, first=answer, second=answer, names=names, purpose=Comparison.Purpose.IDENTICAL
        )
    return len(new)


@transaction.atomic
def add_gold(*, by: User | None, study: Study, rows: Sequence[GoldRow]) -> int:
    """Gold comparisons under the study's protocol; how many were new. Raises BothKinds."""
    return _add(by, study, rows, Purpose.GOLD)


@transaction.atomic
def add_training(*, by: User | None, study: Study, rows: Sequence[GoldRow]) -> int:
    """Comparisons for the training round, with what is said after the vote; how many were new. Raises BothKinds."""
    return _add(by, study, rows, Purpose.TRAINING)


def _add(by: User | None, study: Study, rows: Sequence[GoldRow], purpose: Comparison.Purpose) -> int:
    """What is there already stays as it is. Sides are drawn from the study's seed. A row without a class shows one of the
    study's: a comparison without it could be told from the others."""
    study = Study.objects.select_for_update(of=("self",)).select_related("protocol").get(pk=study.pk)
    _check_kinds(study, rows, OTHER[purpose])
    known = _groups(study, purpose)
    classes = list(study.prompts.order_by("pk").values_list("prompt_class", flat=True))
    names = matchups.names_of(study)
    drawn = {_group(study, row, purpose): row for row in rows}
    new = {group: row for group, row in drawn.items() if group not in known}
    for group, row in new.items():
        rng = random.Random(derived_seed(study.seed, purpose, group))
        better_is_a = rng.random() < 0.5
        caption = row.prompt_class or (rng.choice(classes) if classes else "")
        better, worse = _answer(row.better), _answer(row.worse)
        comparisons.create(
            protocol=study.protocol,
            group=group,
            topic=f"{derived_seed(study.seed, 'topic', 'gold', row.prompt):016x}",
            caption=caption,
            prefix=matchups.shown(row.prompt),
            side_a=better if better_is_a else worse,
            side_b=worse if better_is_a else better,
            purpose=purpose,
            expected="a" if better_is_a else "b",
            explanation=row.explanation if purpose == Purpose.TRAINING else "",
            names=names,
        )
    audit.record(
        by=by,
        verb=f"added {purpose} comparisons to",
        subject=study,
        new=len(new),
        known=len(drawn) - len(new),
    )
    return len(new)


def _check_kinds(study: Study, rows: Sequence[GoldRow], other: Comparison.Purpose) -> None:
    """Whoever was told an answer in training would know it as a gold."""
    known = _groups(study, other)
    for row in rows:
        if _group(study, row, other) in known:
            raise BothKinds(row, other)


def _groups(study: Study, purpose: Comparison.Purpose) -> set[str]:
    found = Comparison.objects.filter(protocol=study.protocol, purpose=purpose)
    return set(found.values_list("group", flat=True))


def _group(study: Study, row: GoldRow, purpose: Comparison.Purpose) -> str:
    """The same for the same texts, so that a file can be given twice."""
    return f"{derived_seed(study.seed, purpose, row.content_hash):016x}"


def _answer(answer: str | tuple[Turn, ...]) -> list[Turn]:
    return matchups.shown([{"role": "assistant", "content": answer}] if isinstance(answer, str) else answer)
