"""Who may see what in the rating room: a look-up that finds, or does not."""

import uuid
from typing import Literal

from django.db.models import BigIntegerField, UUIDField
from django.http import HttpRequest
from django.utils import timezone

from annotations.models import Assignment, Invitation, Opening, RatingSession
from annotations.queries import openings
from annotations.queries.compiled import Compiled, Slot

RATER_KEY = "rater"
_OWN = Compiled(
    lambda: Assignment.objects.filter(
        public_id=Slot("public_id", UUIDField()), rater=Slot("rater", BigIntegerField())
    ).select_related("session__protocol__opening", "session__rater__invitation", "comparison")
)


def session_of(request: HttpRequest) -> RatingSession | None:
    """The newest session of the rater who works in this browser."""
    rater = request.session.get(RATER_KEY)
    if not rater:
        return None
    found = RatingSession.objects.filter(rater=rater).order_by("-pk")
    return found.select_related("rater__invitation", "protocol__opening").first()


def own_assignment(request: HttpRequest, public_id: uuid.UUID) -> Assignment | None:
    """An assignment of this browser's rater, by its opaque id."""
    rater = request.session.get(RATER_KEY)
    if not rater:
        return None
    return _OWN.one(public_id=public_id, rater=rater)


def closed_by(invitation: Invitation) -> Literal["", "withdrawn", "expired"]:
    """What has closed a rating link; empty while it is open."""
    if invitation.withdrawn_at:
        return "withdrawn"
    return "expired" if invitation.expires_at <= timezone.now() else ""


def problem_of(invitation: Invitation | None) -> str:
    """Why a rating link cannot be used, in one sentence; empty where it can."""
    if invitation is None:
        return "There is no such rating link. Check that you have copied the whole address."
    closed = closed_by(invitation)
    if closed == "withdrawn":
        return "This rating link has been withdrawn by the study's lead."
    if closed == "expired":
        return f"This rating link expired on {invitation.expires_at:%-d %B %Y}. Ask the study's lead for a new one."
    state = openings.state_of(invitation.protocol)
    if state == Opening.State.NOT_YET:
        return "Rating has not been opened yet for this study. Come back to this link when it has."
    if state == Opening.State.CLOSED:
        return "Rating has ended for this study. Thank you: every answer that was given is saved."
    return ""
