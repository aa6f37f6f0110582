"""A rater's sets: their sessions under a protocol, numbered from 1; the training round is none."""

from django.db.models import QuerySet
from django.http import HttpRequest

from annotations.models import Protocol, RatingSession
from annotations.queries import access, dealing, rating_page


def own_set(request: HttpRequest, number: int) -> RatingSession | None:
    """The set of this number of the browser's own rater, under the protocol that it works on."""
    newest = access.session_of(request)
    if newest is None or number < 1:
        return None
    return _sets(newest).select_related("rater", "protocol")[number - 1 : number].first()


def reveal_number(session: RatingSession) -> int:
    """The number by which the names of this set are asked for; 0 where there are none to see, or not yet."""
    if session.protocol.reveal != Protocol.Reveal.AFTER or session.training:
        return 0
    if not is_over(session) or not dealing.judged(session):
        return 0
    return _sets(session).filter(pk__lte=session.pk).count()


def is_over(session: RatingSession) -> bool:
    """Whether nothing more is asked in it: it was ended, it is full, or nothing is left for its rater."""
    if session.ended_at:
        return True
    found = dealing.progress(session)
    if found.waiting or rating_page.step_pending(session):
        return False
    return found.done >= session.length or not dealing.more(session)


def _sets(session: RatingSession) -> QuerySet[RatingSession]:
    own = RatingSession.objects.filter(rater=session.rater_id, protocol=session.protocol_id, training=False)
    return own.order_by("pk")
