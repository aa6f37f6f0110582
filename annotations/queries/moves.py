"""Whether a rater is asked something else by now than in their session: their link has gone over to another protocol."""

from annotations.models import Protocol, RatingSession
from annotations.queries import dealing, judgements, rating_page


def moved_to(session: RatingSession) -> Protocol | None:
    """What this rater is asked from now on, where it is another protocol than their session's."""
    link = session.rater.invitation
    return None if link is None or link.protocol_id == session.protocol_id else link.protocol


def is_due(session: RatingSession) -> bool:
    """Whether the rater is led over now. What is still asked of the last answer comes first, and what was taken back to be
    answered again; who is done with the session sees its end."""
    if session.ended_at or moved_to(session) is None:
        return False
    if judgements.taken_back(session) or rating_page.step_pending(session):
        return False
    return dealing.judged(session) < session.length


def next_protocol(session: RatingSession) -> Protocol:
    """Under which this rater's next session stands."""
    return moved_to(session) or session.protocol


def more(session: RatingSession) -> bool:
    """Whether a further session would hold anything."""
    moved = moved_to(session)
    return dealing.more(RatingSession(rater=session.rater, protocol=moved) if moved else session)


def asked_before(session: RatingSession) -> bool:
    """Whether this rater has begun under another protocol: what is asked has changed for them."""
    return RatingSession.objects.filter(rater=session.rater_id).exclude(protocol=session.protocol_id).exists()
