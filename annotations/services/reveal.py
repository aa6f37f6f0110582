"""Showing a rater who wrote what: the votes of the set are closed first, for good."""

from django.db import transaction
from django.utils import timezone

from annotations.models import Assignment, RatingSession
from annotations.queries import sets
from annotations.services import dealing


@transaction.atomic
def reveal(*, session: RatingSession) -> bool:
    """Ends the set and closes its votes, so that its names may be shown. False where the protocol shows none, and where
    something is still asked in it."""
    found = RatingSession.objects.select_for_update(of=("self",), no_key=True).select_related(
        "protocol", "rater"
    )
    session = found.get(pk=session.pk)
    if session.revealed_at:
        return True
    if not sets.reveal_number(session):
        return False
    # An answer under way holds its assignment: it is stored before the names are shown, or refused after.
    held = list(session.assignments.select_for_update(no_key=True).order_by("pk"))
    for assignment in held:
        if assignment.state in (Assignment.State.DEALT, Assignment.State.AHEAD):
            dealing.give_back(assignment=assignment, state=Assignment.State.EXPIRED)
    now = timezone.now()
    RatingSession.objects.filter(pk=session.pk).update(revealed_at=now, ended_at=session.ended_at or now)
    return True
