"""Checks of raters: comparisons with a known answer, and answers against themselves. How often they are dealt is the
protocol's; that they are none of the study's own is the rating room's secret."""

import random
from collections.abc import Sequence
from math import ceil

from django.db import transaction
from django.db.models import F, QuerySet

from annotations.assigning import derived_seed
from annotations.models import Comparison, User
from annotations.services import audit, comparisons
from vibes.datasets.gold_files import GoldRow
from vibes.datasets.turns import Turn
from vibes.models import Generation, Study
from vibes.services import matchups

# So many sessions of one rater can be filled without showing them an identical pair twice.
SESSIONS = 3


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
    there = study.matchups.filter(generation_a=F("generation_b"))
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
    """Gold comparisons under the study's protocol; how many were new. A gold that is there already stays as it is.

    Their sides are drawn from the study's seed. A row without a class shows one of the study's: a comparison without it
    could be told from the others.
    """
    study = Study.objects.select_for_update(of=("self",)).select_related("protocol").get(pk=study.pk)
    known = set(_golds(study).values_list("group", flat=True))
    classes = list(study.prompts.order_by("pk").values_list("prompt_class", flat=True))
    names = matchups.names_of(study)
    drawn = {_group(study, row): row for row in rows}
    new = {group: row for group, row in drawn.items() if group not in known}
    for group, row in new.items():
        rng = random.Random(derived_seed(study.seed, "gold", group))
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
            purpose=Comparison.Purpose.GOLD,
            expected="a" if better_is_a else "b",
            names=names,
        )
    audit.record(
        by=by, verb="added gold comparisons to", subject=study, new=len(new), known=len(drawn) - len(new)
    )
    return len(new)


def _golds(study: Study) -> QuerySet[Comparison]:
    return Comparison.objects.filter(protocol=study.protocol, purpose=Comparison.Purpose.GOLD)


def _group(study: Study, row: GoldRow) -> str:
    """The same for the same texts, so that a file can be given twice."""
    return f"{derived_seed(study.seed, 'gold', row.content_hash):016x}"


def _answer(text: str) -> list[Turn]:
    return matchups.shown([{"role": "assistant", "content": text}])
