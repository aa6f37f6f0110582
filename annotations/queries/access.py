"""Who may see what in the rating room: a look-up that finds, or does not."""

import uuid
from typing import Literal

from django.http import HttpRequest
from django.utils import timezone

from annotations.models import Assignment, Invitation, Opening, RatingSession
from annotations.queries import openings

RATER_KEY = "rater"
PROTOCOL_KEY = "protocol"


def session_of(request: HttpRequest) -> RatingSession | None:
    """The rater's newest session under the protocol that this browser works on."""
    rater, protocol = request.session.get(RATER_KEY), request.session.get(PROTOCOL_KEY)
    if not rater or not protocol:
        return None
    found = RatingSession.objects.filter(rater=rater, protocol=protocol)
    return found.select_related("rater", "protocol__opening").order_by("-pk").first()


def own_assignment(request: HttpRequest, public_id: uuid.UUID) -> Assignment | None:
    """An assignment of this browser's rater, under the protocol that it works on, by its opaque id."""
    rater, protocol = request.session.get(RATER_KEY), request.session.get(PROTOCOL_KEY)
    if not rater or not protocol:
        return None
    found = Assignment.objects.filter(public_id=public_id, rater=rater, session__protocol=protocol)
    return found.select_related("session__protocol__opening", "session__rater").first()


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
    if openings.state_of(invitation.protocol) == Opening.State.CLOSED:
        return "Rating has ended for this study. Thank you: every answer that was given is saved."
    return ""
