"""Rating under a protocol is opened, paused, closed and opened again. Nothing is deleted, and nothing that is on a screen
is lost.

Paused or closed, no rater gets a further comparison; an answer that is on the screen is still taken. A closed one, and one
that was not opened yet, also lets nobody begin.
"""

from django.db import transaction

from annotations.models import Opening, Protocol, User
from annotations.services import audit

State = Opening.State


def hold(*, by: User, protocol: Protocol) -> bool:
    """For a study that is opened later. False where rating is not open."""
    return _change(by, protocol, "held back rating of", {State.OPEN}, State.NOT_YET)


def pause(*, by: User, protocol: Protocol) -> bool:
    """False where rating is not open."""
    return _change(by, protocol, "paused rating of", {State.OPEN}, State.PAUSED)


def close(*, by: User, protocol: Protocol) -> bool:
    """False where it is closed."""
    return _change(by, protocol, "closed rating of", {State.NOT_YET, State.OPEN, State.PAUSED}, State.CLOSED)


def reopen(*, by: User, protocol: Protocol) -> bool:
    """False where it is open."""
    return _change(by, protocol, "opened rating of", {State.NOT_YET, State.PAUSED, State.CLOSED}, State.OPEN)


@transaction.atomic
def _change(by: User, protocol: Protocol, verb: str, before: set[State], after: State) -> bool:
    Opening.objects.get_or_create(protocol=protocol)
    found = Opening.objects.select_for_update().get(protocol=protocol)
    if found.state not in before:
        return False
    audit.record(by=by, verb=verb, subject=protocol, before=found.state)
    found.state = after
    found.save()
    return True
