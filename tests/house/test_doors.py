"""Every address of the URLconf opens to those whom the table of roles names, and to nobody else."""

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, SlugConverter, StringConverter, UUIDConverter

from annotations.models import User
from vibes.views.access import ADMIN, ANYONE, LEAD, RATER, ROLES

pytestmark = pytest.mark.django_db
WORDS = {
    IntConverter: "1",
    StringConverter: "nobody",
    SlugConverter: "nobody",
    UUIDConverter: str(uuid.UUID(int=7)),
}
# An address that anyone may open, and why nothing behind it needs a role.
OPEN = {
    "home": "sends to the studies, which ask for a sign-in",
    "health": "for load balancers; says only that the server and its database answer",
    "sign_in": "the way in",
    "sign_in_link": "the way in, by a one-time token",
    "sign_out": "ends the caller's own session",
    "annotations:invitation": "raters have no account: the token in the address is the key",
    "annotations:begin": "the same token",
    "annotations:resume": "the same token, and the rater's resume code",
}


def doors(
    resolver: URLResolver | None = None, path: str = "/", names: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """(view name, a path that leads to it) for all of the URLconf, found by walking it."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = path + _filled(entry)
        if isinstance(entry, URLResolver):
            yield from doors(entry, here, (*names, entry.namespace) if entry.namespace else names)
        else:
            yield ":".join((*names, entry.name or "unnamed")), here


def _filled(entry: URLPattern | URLResolver) -> str:
    route = str(entry.pattern)
    for name, converter in entry.pattern.converters.items():
        kinds = {"int": IntConverter, "str": StringConverter, "slug": SlugConverter, "uuid": UUIDConverter}
        for word, kind in kinds.items():
            if isinstance(converter, kind):
                route = route.replace(f"<{word}:{name}>", WORDS[kind])
    return route


DOORS = sorted(doors())


def statuses(client: Client, path: str) -> set[int]:
    return {client.get(path).status_code, client.post(path).status_code}


def test_the_walk_finds_the_house():
    assert len(DOORS) > 30
    assert ("study", "/studies/1/") in DOORS
    assert all("<" not in path for _, path in DOORS)


def test_the_table_of_roles_holds_every_address_and_no_other():
    assert {name for name, _ in DOORS} == set(ROLES)


def test_what_is_open_to_anyone_has_a_written_reason():
    assert {name for name, role in ROLES.items() if role == ANYONE} == set(OPEN)
    assert all(OPEN.values())


@pytest.mark.parametrize(("name", "path"), [d for d in DOORS if ROLES.get(d[0]) in (LEAD, ADMIN)])
def test_a_stranger_is_asked_to_sign_in(client: Client, name: str, path: str):
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/sign-in/?next=")
    assert statuses(Client(headers={"HX-Request": "true"}), path) == {401}


@pytest.mark.parametrize(("name", "path"), [d for d in DOORS if ROLES.get(d[0]) == RATER])
def test_a_stranger_has_no_session_to_rate_in(client: Client, name: str, path: str):
    assert statuses(client, path) <= {401, 403, 404, 405}, name
    assert statuses(client, path) != {405}


@pytest.mark.parametrize(("name", "path"), [d for d in DOORS if ROLES.get(d[0]) == ADMIN])
def test_a_lead_is_no_admin(client: Client, name: str, path: str):
    client.force_login(User.objects.create(username="a-lead", role=User.Role.LEAD))
    assert statuses(client, path) == {403}, name


@pytest.mark.parametrize(("name", "path"), [d for d in DOORS if ROLES.get(d[0]) in (LEAD, ADMIN)])
def test_an_admin_is_let_in(client: Client, name: str, path: str):
    """Into an empty house: some rooms are not there yet, but nobody bars the way."""
    client.force_login(User.objects.create(username="an-admin", role=User.Role.ADMIN))
    assert not {401, 403, 500} & statuses(client, path), name


def test_an_address_outside_the_table_opens_to_nobody():
    """The middleware refuses what it does not know, so that a new page must be entered in the table."""
    from django.core.exceptions import PermissionDenied
    from django.test import RequestFactory

    from vibes.views.access import RoleMiddleware

    request = RequestFactory().get("/new-page/")
    request.resolver_match = type("Match", (), {"view_name": "new_page"})()
    with pytest.raises(PermissionDenied):
        RoleMiddleware(lambda request: None).process_view(request)
