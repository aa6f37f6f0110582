"""A study as its lead sees it."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from annotations.models import Assignment, Comparison, Invitation, Rater
from annotations.queries import judgements
from vibes.models import Generation, Study

# Generations finished within this window give the pace.
PACE_SECONDS = 60


@dataclass(frozen=True)
class Progress:
    """Where the generations stand; `percent` of done and failed, `time_left` in words, empty while unknown."""

    done: int
    failed: int
    running: int
    left: int
    total: int
    percent: int
    percent_done: int
    percent_failed: int
    tokens: int
    time_left: str
    retrying: int

    @property
    def finished(self) -> bool:
        return self.left == 0


@dataclass(frozen=True)
class Collected:
    """What raters have given, people and simulated apart."""

    comparisons: int
    judgements: int
    raters: int
    wanted: int
    percent: int
    simulated: int
    simulated_raters: int
    broken: int


def listing() -> QuerySet[Study]:
    found = Study.objects.annotate(prompt_count=Count("prompts", distinct=True))
    found = found.annotate(endpoint_count=Count("endpoints", distinct=True))
    return found.select_related("created_by").order_by("-pk")


def progress(study: Study) -> Progress:
    rows = study.generations.values("state").annotate(n=Count("pk"), tokens=Sum("tokens_out"))
    by_state = {row["state"]: row for row in rows}
    counts = {state: by_state[state]["n"] if state in by_state else 0 for state in Generation.State.values}
    done, failed, running, queued = (counts[s] for s in ("done", "failed", "running", "queued"))
    total = done + failed + running + queued
    left = running + queued
    return Progress(
        done=done,
        failed=failed,
        running=running,
        left=left,
        total=total,
        percent=_percent(done + failed, total),
        percent_done=_percent(done, total),
        percent_failed=_percent(failed, total),
        tokens=sum(row["tokens"] or 0 for row in by_state.values()),
        time_left=_time_left(study, left),
        retrying=study.generations.filter(state=Generation.State.QUEUED).exclude(error="").count(),
    )


def _percent(part: int, whole: int) -> int:
    return 100 * part // whole if whole else 0


def _time_left(study: Study, left: int) -> str:
    since = timezone.now() - timedelta(seconds=PACE_SECONDS)
    recent = study.generations.filter(state=Generation.State.DONE, finished_at__gte=since)
    times = [time for time in recent.order_by("finished_at").values_list("finished_at", flat=True) if time]
    if not left or len(times) < 3 or times[-1] == times[0]:
        return ""
    seconds = left * (times[-1] - times[0]).total_seconds() / (len(times) - 1)
    return "less than a minute left" if seconds < 60 else f"about {round(seconds / 60)} min left"


def pairs(study: Study) -> int:
    """How many comparisons the answers that are here make."""
    done = study.generations.filter(state=Generation.State.DONE)
    per_prompt = done.values("prompt").annotate(n=Count("pk"))
    if study.pairing == Study.Pairing.ALL:
        return sum(row["n"] * (row["n"] - 1) // 2 for row in per_prompt)
    with_baseline = per_prompt.filter(prompt__in=done.filter(endpoint=study.baseline_id).values("prompt"))
    return sum(row["n"] - 1 for row in with_baseline)


def failures(study: Study) -> list[dict[str, object]]:
    """Why generations failed or are being retried: one row per endpoint and reason."""
    found = study.generations.filter(state__in=[Generation.State.FAILED, Generation.State.QUEUED]).exclude(
        error=""
    )
    rows = found.values("endpoint__name", "error", "state").annotate(n=Count("pk"))
    return [dict(row) for row in rows.order_by("endpoint__name", "-n")]


def collected(study: Study) -> Collected:
    standing = judgements.standing(study.protocol)
    people = standing.filter(assignment__rater__kind=Rater.Kind.PERSON)
    simulated = standing.filter(assignment__rater__kind=Rater.Kind.SIMULATED)
    comparisons = Comparison.objects.filter(protocol=study.protocol)
    wanted = comparisons.aggregate(n=Sum("wanted"))["n"] or 0
    given = people.count()
    return Collected(
        comparisons=comparisons.count(),
        judgements=given,
        raters=people.values("assignment__rater").distinct().count(),
        wanted=wanted,
        percent=_percent(given, wanted),
        simulated=simulated.count(),
        simulated_raters=simulated.values("assignment__rater").distinct().count(),
        broken=Assignment.objects.filter(
            comparison__protocol=study.protocol, state=Assignment.State.BROKEN
        ).count(),
    )


def invitations(study: Study) -> QuerySet[Invitation]:
    return study.protocol.invitations.order_by("-pk")


def invitation_path(invitation: Invitation) -> str:
    return reverse("annotations:invitation", args=[invitation.token])


def classes(study: Study) -> list[tuple[str, int]]:
    """Prompt classes and how many prompts each has."""
    rows = study.prompts.values_list("prompt_class").annotate(n=Count("pk")).order_by("prompt_class")
    return [(name or "no class", n) for name, n in rows]


def answers(study: Study) -> QuerySet[Generation]:
    """The study's generations, those of one prompt together."""
    found = study.generations.select_related("prompt", "endpoint").prefetch_related("attempts")
    return found.order_by("prompt", "endpoint__name")
