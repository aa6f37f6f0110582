"""A study's rating links as its lead sees them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from annotations.models import Invitation
from annotations.queries import access
from vibes.models import Study


@dataclass(frozen=True)
class ShownLink:
    """`closed` is empty while the link is open. The address of a link by outside id ends where the id begins."""

    invitation: Invitation
    url: str
    closed: str
    meant_for: str


def of(study: Study, absolute: Callable[[str], str]) -> list[ShownLink]:
    """The newest first. `absolute` puts this server's own name before a path."""
    return [
        ShownLink(link, absolute(path(link)), access.closed_by(link), _meant_for(link))
        for link in study.protocol.invitations.order_by("-pk")
    ]


def path(link: Invitation) -> str:
    bare = reverse("annotations:invitation", args=[link.token])
    return f"{bare}?{urlencode({link.outside_parameter: ''})}" if link.outside_parameter else bare


def _meant_for(link: Invitation) -> str:
    if link.outside_parameter:
        return f"One person per {link.outside_parameter}"
    return "One person" if link.places == 1 else "Many people"
