"""Where a judge judges its own model: models tend to prefer their own answers, so what it says there carries that word."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from vibes.models import Endpoint, Judge, JudgeCalibration, Study

WORD = "self-preference"


def same_model(one: Endpoint, other: Endpoint) -> bool:
    """The same endpoint, or one of the same model; a vendor's name before the model's says nothing."""
    return one.pk == other.pk or _bare(one.model) == _bare(other.model)


def _bare(model: str) -> str:
    return model.rpartition("/")[2].casefold()


def own_models(judge: Judge, studies: Iterable[int] | None = None) -> dict[int, list[str]]:
    """By study (of these, or of all): the names of the endpoints of the judge's own model that answer there."""
    bare = _bare(judge.endpoint.model)
    alike = Q(endpoint=judge.endpoint_id) | Q(endpoint__model__iexact=bare)
    rows = Study.endpoints.through.objects.filter(alike | Q(endpoint__model__iendswith=f"/{bare}"))
    # What the product asks for itself is an endpoint's too, and nobody rates it.
    rows = rows.filter(study__errand_of=None, study__edits_for=None, study__claims_for=None)
    if studies is not None:
        rows = rows.filter(study__in=list(studies))
    found: dict[int, list[str]] = defaultdict(list)
    for study, name in rows.order_by("study", "endpoint__name").values_list("study", "endpoint__name"):
        found[study].append(name)
    return found


def own_among(calibrations: Iterable[JudgeCalibration]) -> set[int]:
    """Those of the calibrations (their keys) on whose study the judge's own model answers."""
    found = list(calibrations)
    rows = Study.endpoints.through.objects.filter(study__in={one.study_id for one in found})
    by_study: dict[int, list[Endpoint]] = defaultdict(list)
    for row in rows.select_related("endpoint"):
        by_study[row.study_id].append(row.endpoint)
    return {
        one.pk
        for one in found
        if any(same_model(one.judge.endpoint, other) for other in by_study[one.study_id])
    }
