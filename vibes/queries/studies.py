"""A study as its lead sees it."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from annotations.models import Assignment, Comparison, Rater
from annotations.queries import judgements
from vibes.models import Study
from vibes.queries import meetings
from vibes.queries.amounts import percent
from vibes.queries.kept import kept

NO_CLASS = "no class"


@dataclass(frozen=True)
class Collected:
    """What raters have given to the study itself, people and simulated apart; golds, repeats and the like are not in it."""

    comparisons: int
    judgements: int
    raters: int
    wanted: int
    percent: int
    simulated: int
    simulated_raters: int
    broken: int


def listing() -> QuerySet[Study]:
    """Newest first. Not what a judge's questions are fetched by: nobody rates that."""
    found = Study.objects.filter(errand_of=None, edits_for=None, claims_for=None).annotate(
        prompt_count=Count("prompts", distinct=True)
    )
    found = found.annotate(endpoint_count=Count("endpoints", distinct=True))
    return found.select_related("created_by").order_by("-pk")


def pairs(study: Study) -> int:
    """How many comparisons the answers that are here make."""
    return meetings.count(study)


def collected(study: Study) -> Collected:
    counts = kept("collected", study.protocol_id, lambda: _by_kind(study))
    given, raters = counts.get(Rater.Kind.PERSON, (0, 0))
    simulated, simulated_raters = counts.get(Rater.Kind.SIMULATED, (0, 0))
    comparisons = Comparison.objects.filter(protocol=study.protocol, purpose=Comparison.Purpose.STUDY)
    found = comparisons.aggregate(n=Count("pk"), wanted=Sum("wanted"))
    wanted = found["wanted"] or 0
    return Collected(
        comparisons=found["n"],
        judgements=given,
        raters=raters,
        wanted=wanted,
        percent=percent(given, wanted),
        simulated=simulated,
        simulated_raters=simulated_raters,
        broken=Assignment.objects.filter(
            comparison__protocol=study.protocol, state=Assignment.State.BROKEN
        ).count(),
    )


def _by_kind(study: Study) -> dict[str, tuple[int, int]]:
    """By kind of rater, the standing judgements of the study itself, and how many raters gave them."""
    standing = judgements.standing(study.protocol).filter(assignment__purpose=Assignment.Purpose.STUDY)
    by_rater = standing.order_by().values_list("assignment__rater", "assignment__rater__kind")
    found: dict[str, tuple[int, int]] = {}
    for _, kind, n in by_rater.annotate(n=Count("pk")):
        given, raters = found.get(kind, (0, 0))
        found[kind] = (given + n, raters + 1)
    return found


def classes(study: Study) -> list[tuple[str, int]]:
    """Prompt classes and how many prompts each has."""
    rows = study.prompts.values_list("prompt_class").annotate(n=Count("pk")).order_by("prompt_class")
    return [(name or NO_CLASS, n) for name, n in rows]
