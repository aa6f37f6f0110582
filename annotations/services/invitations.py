"""Rating links: made and withdrawn by the team, taken up by raters."""

import ipaddress
import re
import secrets
from datetime import timedelta
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotations.models import Invitation, Protocol, User
from annotations.queries.links import ID_MARK
from annotations.services import audit, comparisons

DEFAULT_DAYS = 30
PARAMETER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
SCHEMES = ("https", "http")


class NotALink(ValueError):
    """What was asked for makes no rating link. The message is for the lead."""


class BadCompletion(NotALink):
    """The completion address leads nowhere that a rater may be sent."""


class BadParameter(NotALink):
    """The parameter's name cannot stand in an address."""


@transaction.atomic
def create(
    *,
    by: User,
    protocol: Protocol,
    places: int = 200,
    days: int = DEFAULT_DAYS,
    outside_parameter: str = "",
    completion_url: str = "",
) -> Invitation:
    """A new link. With `outside_parameter` its raters are told apart by an id in the address. Raises NotALink."""
    if outside_parameter:
        check_parameter(outside_parameter)
    if completion_url:
        check_completion(completion_url, by_id=bool(outside_parameter))
    invitation = Invitation.objects.create(
        protocol=protocol,
        token=secrets.token_urlsafe(24),
        outside_parameter=outside_parameter,
        completion_url=completion_url,
        places=places,
        expires_at=timezone.now() + timedelta(days=days),
        created_by=by,
    )
    comparisons.count_for_plans()
    audit.record(
        by=by, verb="created", subject=invitation, places=places, days=days, parameter=outside_parameter
    )
    return invitation


@transaction.atomic
def withdraw(*, by: User, invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
    audit.record(by=by, verb="withdrew", subject=invitation)


def take_place(*, invitation: Invitation) -> bool:
    """Takes one of the link's places; False where none is left. A single conditional update."""
    free = Invitation.objects.filter(pk=invitation.pk, taken__lt=F("places"))
    return free.update(taken=F("taken") + 1) == 1


def check_parameter(name: str) -> None:
    """Raises BadParameter for what cannot be a parameter's name in an address."""
    if not PARAMETER.fullmatch(name):
        raise BadParameter(
            "A parameter's name is a letter, then letters, digits, - and _, 40 at most: such as pid."
        )


def check_completion(url: str, *, by_id: bool) -> None:
    """Raises BadCompletion: raters are sent over https only, and the id goes nowhere but behind the host's name."""
    try:
        URLValidator(schemes=SCHEMES)(url)
        parts = urlsplit(url)
    except (ValidationError, ValueError):
        raise BadCompletion(
            "Write the whole address, such as https://recruiting.example/done?code=ABC."
        ) from None
    if parts.scheme != "https" and not _loopback(parts):
        raise BadCompletion("The address must begin with https:// (http:// only on this machine itself).")
    if "@" in parts.netloc:
        raise BadCompletion("Leave the name and password out of the address: every rater would see them.")
    if re.search(r"[{}]", url.replace(ID_MARK, "")) or "{" in parts.netloc:
        raise BadCompletion(f"Write {ID_MARK} where the person's id belongs; other braces mean nothing here.")
    if ID_MARK in url and not by_id:
        raise BadCompletion(f"{ID_MARK} needs a link for one person per outside id: no other has ids.")


def _loopback(parts: SplitResult) -> bool:
    """Whether an address stays on this machine."""
    host = parts.hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
