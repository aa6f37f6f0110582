"""Raters: they begin, come back, are simulated, or are machines."""

import base64
import unicodedata

from django.db import transaction
from django.utils.crypto import salted_hmac

from annotations.models import Invitation, Rater
from annotations.services import invitations

CODE_LENGTH = 10
LONGEST_ID = 100


class NoPlaceLeft(Exception):
    """The link has been used by as many people as it has places."""


class NoSuchId(ValueError):
    """The link asks for an outside id and got none that it can keep. The message is for the rater."""


def resume_code(rater: Rater) -> str:
    """The code with which a rater goes on in another browser, as `ABCDE-FGHIJ`. Derived, never stored."""
    digest = salted_hmac("annotations.resume", str(rater.public_id), algorithm="sha256").digest()
    letters = base64.b32encode(digest).decode()[:CODE_LENGTH]
    return f"{letters[:5]}-{letters[5:]}"


def resume_digest(code: str) -> str:
    """What is stored of a code: case, spaces and dashes do not matter."""
    letters = "".join(c for c in code.upper() if c.isalnum())
    return salted_hmac("annotations.resume.digest", letters, algorithm="sha256").hexdigest()


def kept_id(given: str) -> str:
    """The id by which a recruiting service knows a person, as it is kept. Raises NoSuchId."""
    found = given.strip()
    if not found:
        raise NoSuchId(
            "Your id is missing from this address. Open the link again from the page that sent you here."
        )
    if len(found) > LONGEST_ID or any(unicodedata.category(c).startswith("C") for c in found):
        raise NoSuchId(
            "The id in this address is no id that can be kept. Open the link again from the page that sent you here."
        )
    return found


@transaction.atomic
def begin(*, invitation: Invitation, outside_id: str = "") -> Rater:
    """A new person behind a link, or the one whom this outside id names already. Raises NoPlaceLeft, and NoSuchId where
    the link asks for an id."""
    outside_id = kept_id(outside_id) if invitation.outside_parameter else ""
    if outside_id:
        # Two browsers with one id at once: the second waits here, and finds whom the first made.
        Invitation.objects.select_for_update().get(pk=invitation.pk)
        known = invitation.raters.filter(outside_id=outside_id).first()
        if known:
            return known
    if not invitations.take_place(invitation=invitation):
        raise NoPlaceLeft
    return _expected(invitation) or _new(invitation, outside_id)


def expect(*, invitation: Invitation) -> Rater:
    """The one who will begin by this link for one person, so that comparisons can wait for them. Raises NoPlaceLeft."""
    if invitation.places != 1 or invitation.raters.exists():
        raise NoPlaceLeft
    return _new(invitation)


def _expected(invitation: Invitation) -> Rater | None:
    """Whose only place was free until now has not begun: a rater of theirs was made beforehand."""
    return invitation.raters.first() if invitation.places == 1 else None


def _new(invitation: Invitation, outside_id: str = "") -> Rater:
    rater = Rater(kind=Rater.Kind.PERSON, invitation=invitation, outside_id=outside_id)
    rater.resume_digest = resume_digest(resume_code(rater))
    rater.save()
    return rater


def simulate(*, planted: dict[str, float]) -> Rater:
    """A simulated rater with its planted biases."""
    return Rater.objects.create(kind=Rater.Kind.SIMULATED, planted=planted)


def enlist_machine() -> Rater:
    """A judge model. What it is and what it is asked is not this room's to know."""
    return Rater.objects.create(kind=Rater.Kind.MACHINE)
