"""Case lists and what is on them, with the key."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet

from annotations.models import Comparison, Judgement
from vibes.models import Case, CaseList
from vibes.queries import comparison_page, disagreements, unblinded
from vibes.queries.unblinded import Key

# Cases that an export reads at once.
BATCH = 50


@dataclass(frozen=True)
class ListedCase:
    """A case at its number on the list. `first` and `last`: nothing stands above, or below, it."""

    case: Case
    number: int
    excerpt: str
    key: Key | None
    first: bool
    last: bool


def lists() -> QuerySet[CaseList]:
    """By name, with how many cases each has and when the last was added."""
    found = CaseList.objects.annotate(size=Count("cases"), last_added=Max("cases__added_at"))
    return found.select_related("created_by").order_by("name")


def cases(case_list: CaseList) -> QuerySet[Case]:
    return case_list.cases.select_related("comparison", "added_by").order_by("place", "pk")


def listed(shown: Sequence[Case], *, before: int, size: int) -> list[ListedCase]:
    """`shown`: these cases of a list of `size`, of which `before` stand above."""
    keys = unblinded.keys(case.comparison_id for case in shown)
    return [
        ListedCase(
            case=case,
            number=number,
            excerpt=disagreements.excerpt(case.comparison),
            key=keys.get(case.comparison_id),
            first=number == 1,
            last=number == size,
        )
        for number, case in enumerate(shown, before + 1)
    ]


@dataclass(frozen=True)
class Neighbours:
    """Where a case stands, and the cases beside it."""

    number: int
    size: int
    before: int | None
    after: int | None


def neighbours(case: Case) -> Neighbours:
    ids = list(cases(case.case_list).values_list("pk", flat=True))
    here = ids.index(case.pk)
    return Neighbours(
        number=here + 1,
        size=len(ids),
        before=ids[here - 1] if here else None,
        after=ids[here + 1] if here + 1 < len(ids) else None,
    )


def holding(comparison: Comparison) -> list[Case]:
    """The places of a comparison on lists."""
    found = Case.objects.filter(comparison=comparison).select_related("case_list")
    return list(found.order_by("case_list__name"))


def rows(case_list: CaseList, start: int) -> list[dict[str, object]]:
    """Lines of a file from this case on, counted from 0: each with its key, its note, and how its raters voted. Empty at
    the end."""
    shown = list(cases(case_list).select_related("comparison__protocol")[start : start + BATCH])
    keys = unblinded.keys(case.comparison_id for case in shown)
    return [_line(case, keys.get(case.comparison_id), number) for number, case in enumerate(shown, start + 1)]


def _line(case: Case, key: Key | None, number: int) -> dict[str, object]:
    comparison = case.comparison
    return {
        "place": number,
        "note": case.note,
        "comparison": str(comparison.public_id),
        "study": key.study_name if key else None,
        "prompt_id": key.prompt_id if key else None,
        "prompt_class": key.prompt_class if key else comparison.caption,
        "model_a": key.model_a if key else None,
        "model_b": key.model_b if key else None,
        "prompt": _turns(comparison.prefix),
        "turns_a": _turns(comparison.side_a),
        "turns_b": _turns(comparison.side_b),
        "votes": [_vote(judgement) for judgement in comparison_page.judgements_of(comparison)],
    }


def _vote(judgement: Judgement) -> dict[str, object]:
    """Under the names that the judgement frame has for them."""
    return {
        "rater": str(judgement.assignment.rater.public_id),
        "purpose": judgement.assignment.purpose,
        "verdict": judgement.verdict,
        "lean": judgement.lean,
        "strength": judgement.strength,
        "comment": judgement.comment,
    }


def _turns(turns: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return [{"role": turn["role"], "content": turn["text"]} for turn in turns]
