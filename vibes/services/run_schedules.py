"""Views of a study that are computed anew while judgements come in, so that today's numbers are ready when they are asked for."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from annotations.models import User
from annotations.services import audit
from vibes.models import AnalysisRun, RunSchedule
from vibes.queries import unblinded
from vibes.services import analyses

NEVER = 0
EVERY = {NEVER: "never", 1: "every hour", 24: "every day", 168: "every week"}


class NotScheduled(Exception):
    """Why not, in words for a page."""


@transaction.atomic
def keep(*, by: User, run: AnalysisRun, every_hours: int) -> None:
    """From now on the view of this run is computed anew so often, or never. Raises NotScheduled."""
    if run.study is None:
        raise NotScheduled("A file does not grow: only a study's runs are made anew.")
    if run.samples_path:
        raise NotScheduled(
            "This run rests on a file of samples, which does not grow. Schedule one without it."
        )
    if every_hours not in EVERY:
        raise NotScheduled(f"Choose one of {', '.join(EVERY.values())}.")
    asked = {"study": run.study, "specification": run.specification}
    if every_hours == NEVER:
        RunSchedule.objects.filter(**asked).delete()
    else:
        changed = {"every_hours": every_hours, "set_by": by}
        RunSchedule.objects.update_or_create(**asked, defaults=changed)
    audit.record(by=by, verb="scheduled", subject=run, every_hours=every_hours)


def due() -> list[int]:
    """Queues a run of each view that is stale and old enough; the numbers of those to be computed."""
    schedules = RunSchedule.objects.select_related("study__protocol", "set_by").order_by("pk")
    found = (_of(schedule) for schedule in schedules)
    return [run.pk for run in found if run is not None]


def _of(schedule: RunSchedule) -> AnalysisRun | None:
    """A queued run, where the last one is old enough and judgements, or the code, have moved on since."""
    study, specification = schedule.study, schedule.specification
    made = AnalysisRun.objects.filter(study=study, protocol=study.protocol, specification=specification)
    last = made.exclude(state=AnalysisRun.State.CANCELLED).order_by("-pk").first()
    if last and last.created_at > timezone.now() - timedelta(hours=schedule.every_hours):
        return None
    if not unblinded.any_by(study, specification["rater_kinds"]):
        return None
    run = analyses.find_or_create(by=schedule.set_by, study=study, specification=specification)
    return run if run.state == AnalysisRun.State.QUEUED else None
