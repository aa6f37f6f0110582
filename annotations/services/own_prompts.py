"""A comparison that a rater has asked for with a prompt of their own."""

from django.db import transaction

from annotations.models import Assignment, Comparison, Rater, RatingSession
from annotations.queries import judgements, openings, own_prompts, rating_page
from annotations.queries.places import Places
from annotations.services import ahead, dealing


class NotNow(Exception):
    """Why no prompt can be written now, in words for the rater."""


NONE = "This set takes no prompts of your own."


class StillWaiting(Exception):
    """Something waits for this rater's answer first."""


def check(session: RatingSession) -> None:
    """Raises StillWaiting, or NotNow. What merely lies on the screen, unanswered, does not stand in the way."""
    waiting = session.assignments.filter(state=Assignment.State.DEALT)
    live = waiting.filter(comparison__writing=Comparison.Writing.LIVE).exists()
    answered = waiting.filter(strategy=Assignment.OWN_PROMPT, comparison__writing=Comparison.Writing.DONE)
    if live or answered.exists() or judgements.taken_back(session) or rating_page.step_pending(session):
        raise StillWaiting
    if not session.protocol.own_prompts or session.protocol.own_prompts_later or session.training:
        raise NotNow(NONE)
    if not own_prompts.left(session):
        raise NotNow("You have written as many prompts as this set takes.")


def check_later(session: RatingSession) -> None:
    """Whether prompts may be written in this session, or after it, to be answered later; raises NotNow."""
    if not asked_later(session):
        raise NotNow(NONE)
    if session.rater.standing != Rater.Standing.ACTIVE or not openings.deals_in(session):
        raise NotNow("Nothing more is asked in this set just now.")


def asked_later(session: RatingSession) -> bool:
    """Whether prompts are asked of this rater before a set."""
    protocol = session.protocol
    return bool(protocol.own_prompts and protocol.own_prompts_later and not session.training)


def clear(*, session: RatingSession) -> None:
    """Gives back what lies on the screen and behind it: the rater's own prompt comes first, and these may come again."""
    ahead.drop(session=session)
    for assignment in session.assignments.filter(state=Assignment.State.DEALT):
        dealing.give_back(assignment=assignment, state=Assignment.State.EXPIRED)


@transaction.atomic
def hold(*, session: RatingSession) -> Places:
    """The session's places, locked, where a prompt may be written in it now; raises as `check` does."""
    places = dealing.locked(session)
    check(places.session)
    if not dealing.has_room(places, places.done):
        raise NotNow("Nothing more is asked in this set just now.")
    return places
