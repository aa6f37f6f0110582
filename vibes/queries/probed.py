"""How each endpoint of a study answered its last scored probes, for the report of a run."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from vibes.models import ProbeRun, Study
from vibes.stats.results import Probed

ASKED = ProbeRun.endpoints.through


def rows(study: Study, upto: datetime | None) -> list[Probed]:
    """Every measure of the last run of each endpoint that was scored by then, in the order of the endpoints' names. `upto` None: by
    now. In two looks, however many there are."""
    found = _scored(study) if upto is None else _scored(study).filter(proberun__finished_at__lte=upto)
    asked = found.values("endpoint").annotate(run=Max("proberun")).order_by("endpoint__name")
    last = list(asked.values_list("endpoint__name", "endpoint", "run"))
    runs = ProbeRun.objects.in_bulk({run for _, _, run in last})
    return [row for name, endpoint, run in last for row in _of_endpoint(name, endpoint, runs[run])]


def later(study: Study, upto: datetime) -> int | None:
    """The newest run of one of the study's endpoints, where it was scored after that."""
    found = _scored(study).filter(proberun__finished_at__gt=upto)
    newest: int | None = found.aggregate(last=Max("proberun"))["last"]
    return newest


def _scored(study: Study) -> QuerySet[Any]:
    return ASKED.objects.filter(endpoint__studies=study, proberun__state=ProbeRun.State.SCORED)


def _of_endpoint(name: str, pk: int, run: ProbeRun) -> list[Probed]:
    asked: list[Mapping[str, Any]] = (run.result or {}).get("endpoints", [])
    return [
        Probed(
            model=name,
            family=family["family"],
            measure=score["measure"],
            estimate=score["estimate"],
            low=score["low"],
            high=score["high"],
            n=score["n"],
            probe_run=run.pk,
            scored_at=(run.finished_at or run.created_at).isoformat(),
        )
        for one in asked
        if one["endpoint"] == pk
        for family in one["families"]
        for score in family["scores"]
    ]
