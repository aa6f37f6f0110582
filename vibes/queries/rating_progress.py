"""Where a study's rating stands, as counts: who has judged how much, which pairs are covered, how fast it goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.core.cache import cache
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncHour

import vibes
from annotations.models import Assignment, AuditEntry, Judgement, Rater
from annotations.queries import judgements
from vibes.models import Arm, Study
from vibes.queries import unblinded
from vibes.queries.kept import kept

if TYPE_CHECKING:
    from vibes.queries.rating_statistics import Reliability

HOUR = timedelta(hours=1)
HOURS = 24
KEPT_SECONDS = 3600
PEOPLE, SIMULATED = Rater.Kind.PERSON.value, Rater.Kind.SIMULATED.value
State, Standing = Assignment.State, Rater.Standing
OF_STUDY = Q(purpose=Assignment.Purpose.STUDY)
CHECKS = Q(purpose__in=["gold", "identical", "repeat"])


@dataclass(frozen=True)
class RaterCount:
    """One rater of the study. `judged`: judgements of the study's own comparisons; `extra`: those of them without a place;
    `checks`: golds, identical pairs and repeats."""

    pk: int
    public_id: str
    kind: str
    standing: str
    reason: str
    judged: int
    extra: int
    checks: int
    waiting: int

    @property
    def excluded(self) -> bool:
        return self.standing == Standing.EXCLUDED


@dataclass(frozen=True)
class Pair:
    """Two models, by name in order, and how many judgements their comparisons have of how many wanted."""

    one: str
    other: str
    given: int
    wanted: int


@dataclass(frozen=True)
class Pace:
    """Judgements by clock hour, the oldest of the last 24 first, and in the last 60 minutes."""

    hours: tuple[tuple[datetime, int], ...]
    last_hour: int


@dataclass(frozen=True)
class Progress:
    """Of one kind of raters; `kinds`: those there are. `given`: judgements that count towards what is wanted; `extra`: those beyond it."""

    kind: str
    kinds: tuple[str, ...]
    wanted: int
    given: int
    extra: int
    left_out: int
    waiting: int
    raters: tuple[RaterCount, ...]
    pairs: tuple[Pair, ...]
    pace: Pace


def progress(study: Study, *, kind: str = "", now: datetime) -> Progress:
    """Counts that are asked for anew each time: few rows each, however many judgements there are.

    Without a `kind`: people, or simulated raters where there is nobody else.
    """
    everybody = rater_counts(study)
    kinds = tuple(sorted({rater.kind for rater in everybody}))
    kind = kind or (SIMULATED if kinds == (SIMULATED,) else PEOPLE)
    raters = tuple(rater for rater in everybody if rater.kind == kind)
    counted = [rater for rater in raters if not rater.excluded]
    pairs = coverage(study, kind)
    extra = sum(rater.extra for rater in counted) if kind == PEOPLE else 0
    return Progress(
        kind=kind,
        kinds=kinds,
        wanted=sum(pair.wanted for pair in pairs),
        given=sum(rater.judged for rater in counted) - extra,
        extra=extra,
        left_out=sum(rater.judged + rater.checks for rater in raters if rater.excluded),
        waiting=sum(rater.waiting for rater in counted),
        raters=raters,
        pairs=pairs,
        pace=pace(study, kind, now),
    )


def rater_counts(study: Study) -> list[RaterCount]:
    """Everybody who has been dealt something, the busiest first."""
    judged = kept("raters", study.protocol_id, lambda: _judged_by(study))
    # What is not judged is little beside the rest, and found by its state.
    states = [state for state in State if state != State.JUDGED]
    others = Assignment.objects.filter(comparison__protocol=study.protocol_id, state__in=states)
    waiting = dict(
        others.order_by().values_list("rater").annotate(n=Count("id", filter=Q(state=State.DEALT)))
    )
    people = Rater.objects.filter(pk__in={*judged, *waiting})
    rows = [
        RaterCount(
            rater.pk,
            str(rater.public_id),
            rater.kind,
            rater.standing,
            rater.standing_reason,
            *judged.get(rater.pk, (0, 0, 0)),
            waiting=waiting.get(rater.pk, 0),
        )
        for rater in people
    ]
    return sorted(rows, key=lambda row: (-row.judged, row.public_id))


def _judged_by(study: Study) -> dict[int, tuple[int, int, int]]:
    """By rater: judged of the study, those of them without a place, and checks."""
    found = Assignment.objects.filter(comparison__protocol=study.protocol_id, state=State.JUDGED)
    rows = (
        found.order_by()
        .values_list("rater")
        .annotate(
            judged=Count("id", filter=OF_STUDY),
            extra=Count("id", filter=OF_STUDY & Q(holds_place=False)),
            checks=Count("id", filter=CHECKS),
        )
    )
    return {rater: (judged, extra, checks) for rater, judged, extra, checks in rows}


def coverage(study: Study, kind: str) -> tuple[Pair, ...]:
    """Every two models that meet. It says how often they were judged, and nothing of what was said."""
    arms = Arm.objects.filter(matchup__study=study, comparison__protocol=study.protocol_id)
    arms = arms.filter(comparison__purpose="study")
    ends = ("matchup__generation_a__endpoint__name", "matchup__generation_b__endpoint__name")
    wanted = _by_pair(arms.values_list(*ends).annotate(n=Sum("comparison__wanted")).order_by())
    of_kind = Q(comparison__assignments__rater__kind=kind, comparison__assignments__state=State.JUDGED)
    of_study = Q(comparison__assignments__purpose=Assignment.Purpose.STUDY)
    counted = Q(comparison__assignments__rater__standing__in=[Standing.ACTIVE, Standing.PAUSED])
    judged = Count("comparison__assignments", filter=of_kind & of_study & counted)
    given = kept(
        f"coverage:{kind}",
        study.protocol_id,
        lambda: _by_pair(arms.values_list(*ends).annotate(n=judged).order_by()),
    )
    return tuple(Pair(*both, given=given.get(both, 0), wanted=n) for both, n in sorted(wanted.items()))


def _by_pair(rows: Iterable[Any]) -> dict[tuple[str, str], int]:
    """Summed over both orders in which two models were listed."""
    found: dict[tuple[str, str], int] = {}
    for one, other, n in rows:
        both = (min(one, other), max(one, other))
        found[both] = found.get(both, 0) + (n or 0)
    return found


def pace(study: Study, kind: str, now: datetime) -> Pace:
    """Judgements that count, by when they were decided."""
    first = now.replace(minute=0, second=0, microsecond=0) - (HOURS - 1) * HOUR
    # Ids grow with time: behind the last one that is older nothing need be looked at.
    older = Judgement.objects.filter(protocol=study.protocol_id, decided_at__lt=first).order_by("-pk")
    after = older.values_list("pk", flat=True).first() or 0
    found = judgements.standing(study.protocol).filter(
        pk__gt=after, assignment__rater__kind=kind, decided_at__gte=first
    )
    by_hour = found.annotate(hour=TruncHour("decided_at")).values_list("hour")
    by_hour = by_hour.annotate(n=Count("pk"), recent=Count("pk", filter=Q(decided_at__gt=now - HOUR)))
    rows = cast(Sequence[tuple[datetime, int, int]], list(by_hour.order_by()))
    counts = {hour: n for hour, n, _ in rows}
    hours = [first + HOUR * number for number in range(HOURS)]
    return Pace(
        hours=tuple((hour, counts.get(hour, 0)) for hour in hours),
        last_hour=sum(recent for _, _, recent in rows),
    )


def reliability(study: Study, kind: str) -> Reliability:
    """Computed once for the judgements as they stand now, and kept while they do."""
    name = f"rating:{vibes.__version__}:{study.protocol_id}:{kind}:{unblinded.fingerprint(study)}"
    found: Reliability | None = cache.get(name)
    if found is None:
        from vibes.queries import rating_statistics

        found = rating_statistics.reliability(study.protocol, kind)
        cache.set(name, found, KEPT_SECONDS)
    return found


def history(rater: Rater) -> list[AuditEntry]:
    """Who paused, excluded or readmitted this rater, when and why; the newest first."""
    verbs = ("paused", "excluded", "readmitted")
    found = AuditEntry.objects.filter(subject=f"rater {rater.pk}", verb__in=verbs)
    return list(found.select_related("actor").order_by("-pk"))
