"""A study as its lead sees it."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from annotations.models import Assignment, Comparison, Rater
from annotations.queries import judgements
from vibes.models import Study
from vibes.queries import meetings
from vibes.queries.amounts import percent

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
    standing = judgements.standing(study.protocol).filter(assignment__purpose=Assignment.Purpose.STUDY)
    people = standing.filter(assignment__rater__kind=Rater.Kind.PERSON)
    simulated = standing.filter(assignment__rater__kind=Rater.Kind.SIMULATED)
    comparisons = Comparison.objects.filter(protocol=study.protocol, purpose=Comparison.Purpose.STUDY)
    wanted = comparisons.aggregate(n=Sum("wanted"))["n"] or 0
    given = people.count()
    return Collected(
        comparisons=comparisons.count(),
        judgements=given,
        raters=people.values("assignment__rater").distinct().count(),
        wanted=wanted,
        percent=percent(given, wanted),
        simulated=simulated.count(),
        simulated_raters=simulated.values("assignment__rater").distinct().count(),
        broken=Assignment.objects.filter(
            comparison__protocol=study.protocol, state=Assignment.State.BROKEN
        ).count(),
    )


def classes(study: Study) -> list[tuple[str, int]]:
    """Prompt classes and how many prompts each has."""
    rows = study.prompts.values_list("prompt_class").annotate(n=Count("pk")).order_by("prompt_class")
    return [(name or NO_CLASS, n) for name, n in rows]
