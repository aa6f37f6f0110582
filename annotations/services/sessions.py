"""Rating sessions: opened, consented to, ended."""

from django.db import transaction
from django.utils import timezone

from annotations import assigning
from annotations.models import Protocol, Rater, RatingSession


@transaction.atomic
def open_session(
    *, rater: Rater, protocol: Protocol, length: int | None = None, training: bool = False
) -> RatingSession:
    """The rater's open session under this protocol, or a new one. Consent carries over from an earlier session."""
    Rater.objects.select_for_update().get(pk=rater.pk)
    earlier = RatingSession.objects.filter(rater=rater, protocol=protocol)
    found = earlier.filter(ended_at=None).first()
    if found:
        return found
    return RatingSession.objects.create(
        rater=rater,
        protocol=protocol,
        length=length or (protocol.training_length if training else protocol.session_length),
        training=training,
        # Protocols that take over from one another have one seed: a rater's sessions are counted under all of them.
        seed=assigning.derived_seed(protocol.seed, rater.public_id, rater.sessions.count()),
        consented_at=earlier.exclude(consented_at=None).values_list("consented_at", flat=True).first(),
    )


def consent(*, session: RatingSession) -> None:
    RatingSession.objects.filter(pk=session.pk, consented_at=None).update(consented_at=timezone.now())


def end(*, session: RatingSession) -> None:
    RatingSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=timezone.now())
