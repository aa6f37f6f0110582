"""Dealing: the next comparison for a rater, with an exact overlap under any number of raters."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import BigIntegerField, DateTimeField
from django.utils import timezone

from annotations import assigning
from annotations.models import Adjudication, Assignment, Comparison, Rater, RatingSession
from annotations.queries import adjudications, free_groups, openings, own_prompts, training
from annotations.queries import dealing as read
from annotations.queries import places as placed
from annotations.queries.compiled import Compiled, CompiledUpdate, Slot
from annotations.queries.places import Places
from annotations.services import overlap

# How often a draw is repeated when other raters take what was drawn first. Each repeat means that somebody else got a
# comparison, so many raters at once still all move on.
DRAWS = 200


@dataclass(frozen=True)
class Place:
    """A place to be filled: its number in the session, and how many of the session were judged before. `named`: something
    was given to this rater by name; `authored`: something of a prompt of theirs may wait."""

    session: RatingSession
    number: int
    done: int
    named: bool
    authored: bool

    @classmethod
    def behind(cls, places: Places, done: int) -> "Place":
        """The next one of the session, after so many judgements."""
        return cls(places.session, places.next_number, done, places.named, places.authored)

    @property
    def by_person(self) -> bool:
        return self.session.rater.kind == Rater.Kind.PERSON


@dataclass(frozen=True)
class _Drawn:
    """What fills it. `first_left`: the left side of the first look, where this is a repeat. `lapsed`: this rater holds
    an assignment of it whose lease has passed. `take`: which look of this rater at it this is, from 0."""

    comparison: Comparison
    purpose: str
    strategy: str
    probability: float
    lapsed: bool
    first_left: str = ""
    take: int = 0


def _lease() -> datetime:
    return timezone.now() + timedelta(seconds=settings.ASSIGNMENT_LEASE_SECONDS)


@transaction.atomic
def deal_next(*, session: RatingSession, served: bool = False) -> Assignment | None:
    """The assignment that waits in this session, or a new one; None when the session is full or nothing is left.

    The rows of session and rater are locked: two tabs of one rater get the same assignment, and a standing counts at
    once. `served`: it goes to the rater's screen at once, which is noted with it.
    """
    return current(locked(session), served=served)


_LOCKED = Compiled(
    lambda: (
        RatingSession.objects.select_for_update(of=("self", "rater"), no_key=True)
        .select_related("rater", "protocol__opening")
        .annotate(named=adjudications.some_wait(), authored=own_prompts.some_wait())
        .filter(pk=Slot("session", BigIntegerField()))
    )
)
_BRING_ON = CompiledUpdate(
    lambda: Assignment.objects.filter(pk=Slot("assignment", BigIntegerField()), state=Assignment.State.AHEAD),
    state=Assignment.State.DEALT,
    served_at=Slot("served_at", DateTimeField()),
    lease_until=Slot("lease_until", DateTimeField()),
)


def locked(session: RatingSession) -> Places:
    """The session's places, which nobody changes until the transaction ends."""
    row = _LOCKED.all(session=session.pk)[0]
    return placed.of(row, named=row.named, authored=row.authored)


def current(places: Places, *, served: bool) -> Assignment | None:
    """What waits, else what was dealt ahead, else a new assignment."""
    waiting = places.waiting
    if waiting:
        extend_lease(assignment=waiting)
        if served:
            mark_served(assignment=waiting)
        return waiting
    if not has_room(places, places.done):
        return None
    served_at = timezone.now() if served else None
    ahead = places.ahead
    if ahead:
        # Its place in the schedule is the one behind a judgement.
        if places.follows_judgement(ahead) and _bring_on(ahead, served_at):
            return ahead
        give_back(assignment=ahead, state=Assignment.State.EXPIRED)
    place = Place.behind(places, places.done)
    found = fill(place, served_at=served_at)
    return fill(place, served_at=served_at) if found is None and _reclaim(place) else found


def has_room(places: Places, done: int) -> bool:
    """Whether a place is left in the session after so many judgements, and may be filled now."""
    session = places.session
    if session.ended_at or done >= session.length:
        return False
    return session.rater.standing == Rater.Standing.ACTIVE and openings.deals_in(session)


def fill(place: Place, *, served_at: datetime | None = None, ahead: bool = False) -> Assignment | None:
    ordinary = (_check, _repeat, _adjudication, _own, _least_covered, _own_left)
    for strategy in (_training,) if place.session.training else ordinary:
        drawn = strategy(place)
        if drawn:
            state = Assignment.State.AHEAD if ahead else Assignment.State.DEALT
            return _assign(place, drawn, state, served_at)
    return None


def _bring_on(ahead: Assignment, served_at: datetime | None) -> bool:
    """What was dealt ahead is dealt now; False where another rater has it."""
    if not _BRING_ON.run(assignment=ahead.pk, served_at=served_at, lease_until=_lease()):
        return False
    ahead.state, ahead.served_at = Assignment.State.DEALT, served_at
    return True


def _reclaim(place: Place) -> bool:
    """Frees what another rater holds ahead, for one who would have nothing now. What is being dealt this moment is left."""
    if place.session.training or not place.by_person:
        return False
    held = read.held_ahead(place.session).select_for_update(skip_locked=True, of=("self",))
    found = held.order_by("lease_until").first()
    return found is not None and give_back(assignment=found, state=Assignment.State.EXPIRED)


def _training(place: Place) -> _Drawn | None:
    """The next comparison of a training round."""
    found = training.next_of(place.session)
    if found is None:
        return None
    purpose = Assignment.Purpose.TRAINING
    return _Drawn(found.comparison, purpose, purpose, found.probability, found.lapsed, take=found.take)


def scheduled(place: Place) -> assigning.Check | None:
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


def _check(place: Place) -> _Drawn | None:
    """A gold or an identical pair that this rater has not met, where the schedule says so."""
    purpose = scheduled(place)
    if purpose not in ("gold", "identical"):
        return None
    found = read.checks(place.session, purpose)
    drawn = assigning.pick(len(found), assigning.generator(place.session.seed, place.number))
    if drawn is None:
        return None
    comparison, lapsed = read.check(place.session, found[drawn.index])
    return _Drawn(comparison, purpose, purpose, drawn.probability, lapsed)


def _repeat(place: Place) -> _Drawn | None:
    """What this rater has judged for the study, once more, where the schedule says so."""
    if scheduled(place) != "repeat":
        return None
    found = read.repeatable(place.session)
    drawn = assigning.pick(len(found), assigning.generator(place.session.seed, place.number))
    if drawn is None:
        return None
    first = found[drawn.index]
    comparison = Comparison.objects.get(pk=first.comparison_id)
    return _Drawn(comparison, "repeat", "repeat", drawn.probability, first.lapsed, first.left, take=1)


def _adjudication(place: Place) -> _Drawn | None:
    """What was given to this rater by name. It wants no place of the study, and comes where all are taken as well."""
    found = adjudications.next_for(place.session) if place.named else None
    if found is None:
        return None
    comparison, lapsed = read.check(place.session, found)
    purpose = Assignment.Purpose.ADJUDICATION
    return _Drawn(comparison, purpose, purpose, 1.0, lapsed)


def _own(place: Place) -> _Drawn | None:
    """Of a prompt that this rater wrote, at no more than every other place (`assigning.own_turn`), and away from the prompts
    of their last ones. It has a place of the study; where others have taken all, one more."""
    if not place.authored or not assigning.own_turn(session_seed=place.session.seed, place=place.number):
        return None
    return _of_own(place, other_topics=True)


def _own_left(place: Place) -> _Drawn | None:
    """The same where nothing else is left."""
    return _of_own(place, other_topics=False) if place.authored else None


def _of_own(place: Place, *, other_topics: bool) -> _Drawn | None:
    found = own_prompts.waiting(place.session, other_topics=other_topics)
    drawn = assigning.pick(len(found), assigning.generator(place.session.seed, place.number))
    if drawn is None:
        return None
    comparison = overlap.take_own(session=place.session, head=found[drawn.index])
    lapsed = bool(vars(comparison)["lapsed"])
    return _Drawn(comparison, "study", Assignment.OWN_LATER, drawn.probability, lapsed)


def _least_covered(place: Place) -> _Drawn | None:
    """A comparison of the study, with a place of it; drawn again where another rater was faster."""
    session = place.session
    for attempt in range(DRAWS):
        rng = assigning.generator(session.seed, place.number, attempt)
        group = free_groups.draw(session, rng, without_own=place.authored)
        if group is None:
            return None
        if place.by_person:
            found = overlap.take(session=session, head=group.head, covered=group.covered)
        else:
            found = overlap.next_variant(session, group.head)  # it takes no place
        if found:
            strategy = "topic repeated" if group.topic_repeated else "least covered"
            return _Drawn(found, "study", strategy, group.probability, bool(vars(found)["lapsed"]))
    return None


def _assign(place: Place, drawn: _Drawn, state: str, served_at: datetime | None) -> Assignment:
    """A new assignment, or the rater's own lapsed one taken up again: with its sides as they were, for an old page of it may
    still be open."""
    session = place.session
    values: dict[str, Any] = {
        "session": session,
        "state": state,
        "place": place.number,
        "purpose": drawn.purpose,
        "strategy": drawn.strategy,
        "probability": drawn.probability,
        "holds_place": drawn.purpose == "study" and place.by_person,
        "lease_until": _lease(),
        "served_at": served_at,
    }
    identity: dict[str, Any] = {"comparison": drawn.comparison, "rater": session.rater, "take": drawn.take}
    first = values | {"left": _left(place, drawn)}
    if drawn.lapsed:
        made = Assignment.objects.update_or_create(**identity, defaults=values, create_defaults=first)[0]
    else:
        made = Assignment.objects.create(**identity, **first)
        made.is_new = True
    if drawn.purpose == Assignment.Purpose.ADJUDICATION:
        Adjudication.objects.filter(comparison=drawn.comparison, rater=session.rater).update(assignment=made)
    return made


def _left(place: Place, drawn: _Drawn) -> assigning.Side:
    """A repeat's sides are swapped. Where nobody has had the comparison, nothing needs to be counted."""
    if drawn.first_left:
        return "b" if drawn.first_left == "a" else "a"
    # `taken` holds the place that this rater has just taken.
    fresh = drawn.purpose == "study" and place.by_person and drawn.comparison.taken == 1
    a_left, b_left = (0, 0) if fresh else read.sides_shown(drawn.comparison, place.session.rater.kind)
    return assigning.left_side(
        shown_a_left=a_left, shown_b_left=b_left, session_seed=place.session.seed, place=place.number
    )


def deal_own(*, places: Places, comparison: Comparison) -> Assignment:
    """What this rater has asked for themselves. It takes its place of the study once its answers are here (`overlap`)."""
    place = Place.behind(places, places.done)
    purpose, strategy = Assignment.Purpose.STUDY, Assignment.OWN_PROMPT
    made = _assign(
        place, _Drawn(comparison, purpose, strategy, 1.0, lapsed=False), Assignment.State.DEALT, None
    )
    Assignment.objects.filter(pk=made.pk).update(holds_place=False)
    return made


def extend_lease(*, assignment: Assignment) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(lease_until=_lease())


def mark_served(*, assignment: Assignment) -> None:
    """Notes when the comparison was first put on the rater's screen."""
    if assignment.served_at is None:
        Assignment.objects.filter(pk=assignment.pk, served_at=None).update(served_at=timezone.now())


@transaction.atomic
def give_back(*, assignment: Assignment, state: Assignment.State) -> bool:
    """Ends a waiting assignment without a judgement and frees its place. False where it no longer waits. What is dealt
    ahead can only expire: nobody has been asked for a word on it."""
    expired = state == Assignment.State.EXPIRED
    states = [Assignment.State.DEALT, Assignment.State.AHEAD] if expired else [Assignment.State.DEALT]
    waiting = Assignment.objects.filter(pk=assignment.pk, state__in=states)
    if not waiting.update(state=state):
        return False
    release_place(assignment=assignment)
    return True


def release_place(*, assignment: Assignment) -> None:
    """Frees the comparison's place that this assignment holds, once."""
    if Assignment.objects.filter(pk=assignment.pk, holds_place=True).update(holds_place=False):
        overlap.release(comparison=assignment.comparison_id)


def retake_place(*, assignment: Assignment) -> bool:
    """Takes the place of an expired assignment again, if nobody else has. What never held one needs none."""
    if assignment.purpose != Assignment.Purpose.STUDY or assignment.rater.kind != Rater.Kind.PERSON:
        return True
    if Rater.objects.filter(pk=assignment.rater_id, standing=Rater.Standing.EXCLUDED).exists():
        return True  # the answer is kept, and does not count
    if not overlap.take_again(comparison=assignment.comparison_id):
        return False
    Assignment.objects.filter(pk=assignment.pk).update(holds_place=True)
    return True


def sweep(*, now: datetime | None = None) -> int:
    """Frees the places of assignments whose lease has passed; how many."""
    states = [Assignment.State.DEALT, Assignment.State.AHEAD]
    overdue = Assignment.objects.filter(state__in=states, lease_until__lt=now or timezone.now())
    return sum(give_back(assignment=a, state=Assignment.State.EXPIRED) for a in overdue.iterator())
