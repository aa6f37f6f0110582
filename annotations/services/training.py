"""The training round before a rater's first ordinary session: begun, taken again, passed on from."""

from django.db import transaction

from annotations.models import Protocol, Rater, RatingSession
from annotations.queries import training as read
from annotations.services import sessions


@transaction.atomic
def open_next(*, rater: Rater, protocol: Protocol) -> RatingSession:
    """The rater's open session under this protocol, or the next one: a round of training where one is still to be
    passed, else an ordinary one. Whose last round was not enough stays at its end. Who passed before the protocol changed
    is not trained again."""
    Rater.objects.select_for_update().get(pk=rater.pk)
    earlier = RatingSession.objects.filter(rater=rater, protocol=protocol).order_by("pk")
    found = earlier.filter(ended_at=None).first()
    if found:
        return found
    outcome = read.of(rater, protocol).outcome if protocol.training_length else ""
    if outcome == "failed":
        return earlier.reverse()[0]
    first = not outcome and read.ready(protocol) and read.is_new(rater)
    return sessions.open_session(rater=rater, protocol=protocol, training=first or outcome == "again")
