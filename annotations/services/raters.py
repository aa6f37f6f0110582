"""Raters: they begin, come back, or are simulated."""

import base64

from django.db import transaction
from django.utils.crypto import salted_hmac

from annotations.models import Invitation, Rater
from annotations.services import invitations

CODE_LENGTH = 10


class NoPlaceLeft(Exception):
    """The link has been used by as many people as it has places."""


def resume_code(rater: Rater) -> str:
    """The code with which a rater goes on in another browser, as `ABCDE-FGHIJ`. Derived, never stored."""
    digest = salted_hmac("annotations.resume", str(rater.public_id), algorithm="sha256").digest()
    letters = base64.b32encode(digest).decode()[:CODE_LENGTH]
    return f"{letters[:5]}-{letters[5:]}"


def resume_digest(code: str) -> str:
    """What is stored of a code: case, spaces and dashes do not matter."""
    letters = "".join(c for c in code.upper() if c.isalnum())
    return salted_hmac("annotations.resume.digest", letters, algorithm="sha256").hexdigest()


@transaction.atomic
def begin(*, invitation: Invitation) -> Rater:
    """A new person behind a link. Raises NoPlaceLeft."""
    if not invitations.take_place(invitation=invitation):
        raise NoPlaceLeft
    rater = Rater(kind=Rater.Kind.PERSON)
    rater.resume_digest = resume_digest(resume_code(rater))
    rater.save()
    return rater


def simulate(*, planted: dict[str, float]) -> Rater:
    """A simulated rater with its planted biases."""
    return Rater.objects.create(kind=Rater.Kind.SIMULATED, planted=planted)
