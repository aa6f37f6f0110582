"""Dealing: the next comparison for a rater, with an exact overlap under any number of raters."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from annotations import assigning
from annotations.models import Assignment, Comparison, Rater, RatingSession
from annotations.queries import dealing as read

# How often a draw is repeated when other raters take what was drawn first. Each repeat means that somebody else got a
# comparison, so many raters at once still all move on.
DRAWS = 200


def _lease() -> datetime:
    return timezone.now() + timedelta(seconds=settings.ASSIGNMENT_LEASE_SECONDS)


@transaction.atomic
def deal_next(*, session: RatingSession) -> Assignment | None:
    """The assignment that waits in this session, or a new one; None when the session is full or nothing is left.

    The session's row is locked: two tabs of one rater get the same assignment.
    """
    session = (
        RatingSession.objects.select_for_update(of=("self",))
        .select_related("rater", "protocol")
        .get(pk=session.pk)
    )
    waiting = read.open_assignment(session)
    if waiting:
        extend_lease(assignment=waiting)
        return waiting
    if session.ended_at or read.judged(session) >= session.length:
        return None
    place = read.next_place(session)
    for attempt in range(DRAWS):
        drawn = _draw(session, place, attempt)
        if drawn is None:
            return None
        if drawn.comparison and _take_place(drawn.comparison, session.rater):
            return _assign(session, drawn.comparison, place, drawn)
    return None


@dataclass(frozen=True)
class _Drawn:
    """`comparison` is None where others took it between the count and the look."""

    comparison: Comparison | None
    strategy: str
    probability: float


def _draw(session: RatingSession, place: int, attempt: int) -> _Drawn | None:
    """The chain of strategies: least covered of other topics, then least covered of any topic."""
    candidates = read.allowed(session)
    apart = candidates.exclude(topic__in=read.recent_topics(session))
    chain: list[tuple[str, QuerySet[Comparison]]] = [("least covered", apart), ("topic repeated", candidates)]
    rng = assigning.generator(session.seed, place, attempt)
    for strategy, found in chain:
        level, count = read.least_covered(found)
        drawn = assigning.pick(count, rng)
        if drawn:
            return _Drawn(level[drawn.index : drawn.index + 1].first(), strategy, drawn.probability)
    return None


def _take_place(comparison: Comparison, rater: Rater) -> bool:
    """One conditional update: never one judgement too many, whoever asks at the same time."""
    if rater.kind != Rater.Kind.PERSON:
        return True
    free = Comparison.objects.filter(pk=comparison.pk, taken__lt=F("wanted"))
    return free.update(taken=F("taken") + 1) == 1


def _assign(session: RatingSession, comparison: Comparison, place: int, drawn: _Drawn) -> Assignment:
    """A new assignment, or the rater's own expired one taken up again."""
    person = session.rater.kind == Rater.Kind.PERSON
    # `taken` was read before this rater took a place: where it is 0, no person has this comparison.
    a_left, b_left = (
        (0, 0) if person and not comparison.taken else read.sides_shown(comparison, session.rater.kind)
    )
    assignment, _ = Assignment.objects.update_or_create(
        comparison=comparison,
        rater=session.rater,
        take=0,
        defaults={
            "session": session,
            "state": Assignment.State.DEALT,
            "left": assigning.left_side(
                shown_a_left=a_left, shown_b_left=b_left, session_seed=session.seed, place=place
            ),
            "place": place,
            "strategy": drawn.strategy,
            "probability": drawn.probability,
            "holds_place": person,
            "lease_until": _lease(),
            "served_at": None,
        },
    )
    return assignment


def extend_lease(*, assignment: Assignment) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(lease_until=_lease())


def mark_served(*, assignment: Assignment) -> None:
    """Notes when the comparison was first put on the rater's screen."""
    Assignment.objects.filter(pk=assignment.pk, served_at=None).update(served_at=timezone.now())


@transaction.atomic
def give_back(*, assignment: Assignment, state: Assignment.State) -> bool:
    """Ends a waiting assignment without a judgement and frees its place. False where it no longer waits."""
    waiting = Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.DEALT)
    if not waiting.update(state=state):
        return False
    release_place(assignment=assignment)
    return True


def release_place(*, assignment: Assignment) -> None:
    """Frees the comparison's place that this assignment holds, once."""
    if Assignment.objects.filter(pk=assignment.pk, holds_place=True).update(holds_place=False):
        Comparison.objects.filter(pk=assignment.comparison_id, taken__gt=0).update(taken=F("taken") - 1)


def retake_place(*, assignment: Assignment) -> bool:
    """Takes the place of an expired assignment again, if nobody else has."""
    rater = assignment.rater
    if not _take_place(assignment.comparison, rater):
        return False
    Assignment.objects.filter(pk=assignment.pk).update(holds_place=rater.kind == Rater.Kind.PERSON)
    return True


def sweep(*, now: datetime | None = None) -> int:
    """Frees the places of assignments whose lease has passed; how many."""
    overdue = Assignment.objects.filter(state=Assignment.State.DEALT, lease_until__lt=now or timezone.now())
    return sum(give_back(assignment=a, state=Assignment.State.EXPIRED) for a in overdue.iterator())
