"""Dealing: the next comparison for a rater, with an exact overlap under any number of raters."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotations import assigning
from annotations.models import Assignment, Comparison, Opening, Rater, RatingSession
from annotations.queries import dealing as read
from annotations.queries import free_groups, openings

State = Opening.State
# How often a draw is repeated when other raters take what was drawn first. Each repeat means that somebody else got a
# comparison, so many raters at once still all move on.
DRAWS = 200
# Numbers from which the database takes the remainder lie below this: far above any count of groups.
LARGEST_NUMBER = 2**53


@dataclass(frozen=True)
class _Place:
    """A place to be filled: its number in the session, and how many of the session were judged before."""

    session: RatingSession
    number: int
    done: int

    @property
    def by_person(self) -> bool:
        return self.session.rater.kind == Rater.Kind.PERSON


@dataclass(frozen=True)
class _Drawn:
    """What fills it. `first_left`: the left side of the first look, where this is a repeat. `lapsed`: this rater holds
    an assignment of it whose lease has passed."""

    comparison: Comparison
    purpose: str
    strategy: str
    probability: float
    lapsed: bool
    first_left: str = ""


def _lease() -> datetime:
    return timezone.now() + timedelta(seconds=settings.ASSIGNMENT_LEASE_SECONDS)


@transaction.atomic
def deal_next(*, session: RatingSession, served: bool = False) -> Assignment | None:
    """The assignment that waits in this session, or a new one; None when the session is full or nothing is left.

    The rows of session and rater are locked: two tabs of one rater get the same assignment, and a standing counts at
    once. `served`: it goes to the rater's screen at once, which is noted with it.
    """
    session = (
        RatingSession.objects.select_for_update(of=("self", "rater"), no_key=True)
        .select_related("rater", "protocol__opening")
        .get(pk=session.pk)
    )
    progress = read.progress(session)
    waiting = read.open_assignment(session) if progress.waiting else None
    if waiting:
        extend_lease(assignment=waiting)
        if served:
            mark_served(assignment=waiting)
        return waiting
    if session.ended_at or progress.done >= session.length:
        return None
    if session.rater.standing != Rater.Standing.ACTIVE or openings.state_of(session.protocol) != State.OPEN:
        return None
    place = _Place(session, progress.next_place, progress.done)
    for strategy in (_check, _repeat, _least_covered):
        drawn = strategy(place)
        if drawn:
            return _assign(place, drawn, timezone.now() if served else None)
    return None


def _scheduled(place: _Place) -> assigning.Check | None:
    """What the schedule says of this place. A machine judges the study alone."""
    session, protocol = place.session, place.session.protocol
    if session.rater.kind == Rater.Kind.MACHINE:
        return None
    return assigning.schedule(
        session_seed=session.seed,
        length=session.length,
        gold=protocol.gold_rate,
        identical=protocol.identical_rate,
        repeat=protocol.repeat_rate,
    ).get(place.done)


def _check(place: _Place) -> _Drawn | None:
    """A gold or an identical pair that this rater has not met, where the schedule says so."""
    purpose = _scheduled(place)
    if purpose not in ("gold", "identical"):
        return None
    found = read.checks(place.session, purpose)
    drawn = assigning.pick(len(found), assigning.generator(place.session.seed, place.number))
    if drawn is None:
        return None
    comparison, lapsed = read.check(place.session, found[drawn.index])
    return _Drawn(comparison, purpose, purpose, drawn.probability, lapsed)


def _repeat(place: _Place) -> _Drawn | None:
    """What this rater has judged for the study, once more, where the schedule says so."""
    if _scheduled(place) != "repeat":
        return None
    found = read.repeatable(place.session)
    drawn = assigning.pick(len(found), assigning.generator(place.session.seed, place.number))
    if drawn is None:
        return None
    first = found[drawn.index]
    comparison = Comparison.objects.get(pk=first.comparison_id)
    return _Drawn(comparison, "repeat", "repeat", drawn.probability, first.lapsed, first.left)


def _least_covered(place: _Place) -> _Drawn | None:
    """A comparison of the study, with a place of it; drawn again where another rater was faster."""
    for attempt in range(DRAWS):
        drawn = _of_study(place, attempt)
        if drawn is None or not place.by_person or _take_place(drawn.comparison):
            return drawn
    return None


def _of_study(place: _Place, attempt: int) -> _Drawn | None:
    """Least covered of other topics, or else of any; of the group that is drawn, the variant whose turn it is."""
    session = place.session
    rng = assigning.generator(session.seed, place.number, attempt)
    found = free_groups.draw(session, rng.randrange(LARGEST_NUMBER))
    if found is None:
        return None
    variants = found.comparisons
    wanted = [row.wanted for row in variants]
    taken = [row.taken for row in variants] if place.by_person else [0] * len(variants)
    # People share one order of a group's places; another kind of rater takes none and draws an order of its own.
    seed = assigning.derived_seed(
        session.protocol.seed if place.by_person else rng.random(), variants[0].group
    )
    comparison = variants[assigning.next_cell(taken=taken, wanted=wanted, group_seed=seed)]
    strategy = "topic repeated" if found.topic_repeated else "least covered"
    return _Drawn(comparison, "study", strategy, 1 / found.level, comparison.pk in found.lapsed)


def _take_place(comparison: Comparison) -> bool:
    """One conditional update: never one judgement too many, and nothing that another rater took since it was read."""
    free = Comparison.objects.filter(pk=comparison.pk, taken=comparison.taken, taken__lt=F("wanted"))
    return free.update(taken=F("taken") + 1) == 1


def _assign(place: _Place, drawn: _Drawn, served_at: datetime | None) -> Assignment:
    """A new assignment, or the rater's own lapsed one taken up again."""
    session = place.session
    repeat = drawn.purpose == "repeat"
    values: dict[str, Any] = {
        "session": session,
        "state": Assignment.State.DEALT,
        "left": _left(place, drawn),
        "place": place.number,
        "purpose": drawn.purpose,
        "strategy": drawn.strategy,
        "probability": drawn.probability,
        "holds_place": drawn.purpose == "study" and place.by_person,
        "lease_until": _lease(),
        "served_at": served_at,
    }
    identity: dict[str, Any] = {"comparison": drawn.comparison, "rater": session.rater, "take": int(repeat)}
    if drawn.lapsed:
        return Assignment.objects.update_or_create(**identity, defaults=values)[0]
    return Assignment.objects.create(**identity, **values)


def _left(place: _Place, drawn: _Drawn) -> assigning.Side:
    """A repeat's sides are swapped. Where nobody has had the comparison, nothing needs to be counted."""
    if drawn.first_left:
        return "b" if drawn.first_left == "a" else "a"
    # `taken` is as it was read, before this rater took a place.
    fresh = drawn.purpose == "study" and place.by_person and not drawn.comparison.taken
    a_left, b_left = (0, 0) if fresh else read.sides_shown(drawn.comparison, place.session.rater.kind)
    return assigning.left_side(
        shown_a_left=a_left, shown_b_left=b_left, session_seed=place.session.seed, place=place.number
    )


def extend_lease(*, assignment: Assignment) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(lease_until=_lease())


def mark_served(*, assignment: Assignment) -> None:
    """Notes when the comparison was first put on the rater's screen."""
    if assignment.served_at is None:
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
    """Takes the place of an expired assignment again, if nobody else has. What never held one needs none."""
    if assignment.purpose != Assignment.Purpose.STUDY or assignment.rater.kind != Rater.Kind.PERSON:
        return True
    if Rater.objects.filter(pk=assignment.rater_id, standing=Rater.Standing.EXCLUDED).exists():
        return True  # the answer is kept, and does not count
    free = Comparison.objects.filter(pk=assignment.comparison_id, taken__lt=F("wanted"))
    if not free.update(taken=F("taken") + 1):
        return False
    Assignment.objects.filter(pk=assignment.pk).update(holds_place=True)
    return True


def sweep(*, now: datetime | None = None) -> int:
    """Frees the places of assignments whose lease has passed; how many."""
    overdue = Assignment.objects.filter(state=Assignment.State.DEALT, lease_until__lt=now or timezone.now())
    return sum(give_back(assignment=a, state=Assignment.State.EXPIRED) for a in overdue.iterator())
