"""The comparison after the one on the screen, dealt and leased before it is needed.

It has a place of its study, and waits for no answer: only `dealing.current` makes it the one that does, once the one before
it is judged, and only where the rater would get a comparison then. Where nothing else is left for another rater, it is
theirs (`dealing`).
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from annotations.models import Assignment, Rater, RatingSession
from annotations.queries import dealing as read
from annotations.queries.places import Places
from annotations.services import dealing


@dataclass(frozen=True)
class Dealt:
    """The comparison for the screen, the one after it, and the session's places as they were read for that."""

    shown: Assignment | None
    ahead: Assignment | None
    places: Places


def deal(*, session: RatingSession, two: bool) -> Dealt:
    """As `dealing.deal_next`, for the screen; where `two` are wanted, with the one after it."""
    found = _deal(session, two)
    if found.shown is None or found.places.holds(found.shown) or (found.shown.is_new and not two):
        return found
    # A second transaction, where the first has just taken a place of its own: raters who take two places in one would
    # wait for each other.
    return _deal(session, two)


@transaction.atomic
def _deal(session: RatingSession, two: bool) -> Dealt:
    places = dealing.locked(session)
    shown = dealing.current(places, served=True)
    behind = _behind(places, shown) if two and shown and places.holds(shown) else None
    return Dealt(shown, behind, places)


def _behind(places: Places, shown: Assignment) -> Assignment | None:
    """What is dealt behind it already, else a new one, where its place in the session is known: the checks are due by how
    many were judged, and this one is shown when one more was."""
    behind = places.behind(shown)
    if behind:
        dealing.extend_lease(assignment=behind)
        return behind
    if shown.strategy == Assignment.OWN_PROMPT and shown.comparison.writing:
        return None  # it may end without a judgement
    session, done = places.session, places.done + 1
    if session.training or session.rater.kind != Rater.Kind.PERSON or not dealing.has_room(places, done):
        return None
    place = dealing.Place.behind(places, done)
    # What may be repeated then is perhaps what is on the screen now.
    if dealing.scheduled(place) == "repeat" and not read.repeatable(session):
        return None
    return dealing.fill(place, ahead=True)


def drop(*, session: RatingSession) -> int:
    """Gives back what is dealt ahead in this session; how many."""
    return _drop(Assignment.objects.filter(session=session))


def drop_all(*, rater: Rater) -> int:
    """Gives back all that is dealt ahead to this rater; how many."""
    return _drop(Assignment.objects.filter(rater=rater))


def _drop(assignments: QuerySet[Assignment]) -> int:
    held = assignments.filter(state=Assignment.State.AHEAD)
    return sum(dealing.give_back(assignment=one, state=Assignment.State.EXPIRED) for one in held)
