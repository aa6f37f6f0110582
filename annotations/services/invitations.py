"""Rating links: made and withdrawn by the team, taken up by raters."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotations.models import Invitation, Protocol, User
from annotations.services import audit

DEFAULT_DAYS = 30


@transaction.atomic
def create(*, by: User, protocol: Protocol, places: int = 200, days: int = DEFAULT_DAYS) -> Invitation:
    invitation = Invitation.objects.create(
        protocol=protocol,
        token=secrets.token_urlsafe(24),
        places=places,
        expires_at=timezone.now() + timedelta(days=days),
        created_by=by,
    )
    audit.record(by=by, verb="created", subject=invitation, places=places, days=days)
    return invitation


@transaction.atomic
def withdraw(*, by: User, invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
    audit.record(by=by, verb="withdrew", subject=invitation)


def take_place(*, invitation: Invitation) -> bool:
    """Takes one of the link's places; False where none is left. A single conditional update."""
    free = Invitation.objects.filter(pk=invitation.pk, taken__lt=F("places"))
    return free.update(taken=F("taken") + 1) == 1
