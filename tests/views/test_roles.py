"""Every address of the URLconf, walked as each role: what a role may not see is refused before its view runs."""

import uuid

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import get_converters

from annotations.models import User
from tests.services import desk
from tests.views import rated
from vibes.views.access import ADMIN, ANYONE, LEAD, RATER, ROLES

pytestmark = pytest.mark.django_db
VALUES = {"int": 1, "uuid": uuid.uuid4(), "slug": "x", "str": "x"}


def patterns(found: list[URLPattern | URLResolver], space: str = "") -> list[tuple[str, URLPattern]]:
    every = []
    for one in found:
        if isinstance(one, URLResolver):
            inner = f"{one.namespace}:" if one.namespace else ""
            every += patterns(one.url_patterns, f"{space}{inner}")
        else:
            every.append((f"{space}{one.name}", one))
    return every


WALK = patterns(get_resolver().url_patterns)


def address(name: str, pattern: URLPattern) -> str:
    kinds = {type(converter): kind for kind, converter in get_converters().items()}
    wanted = {key: VALUES[kinds[type(one)]] for key, one in pattern.pattern.converters.items()}
    return reverse(name, kwargs=wanted)


def test_every_address_has_a_role_and_every_role_an_address() -> None:
    assert {name for name, _ in WALK} == set(ROLES)
    assert set(ROLES.values()) == {ANYONE, RATER, LEAD, ADMIN}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["nobody", "a rater"])
def test_the_teams_pages_ask_a_stranger_and_a_rater_to_sign_in(client: Client, who: str, method: str) -> None:
    if who == "a rater":
        study = desk.answered(2)
        session = rated.person(study)
        browser = client.session
        browser["rater"] = str(session.rater.public_id)
        browser.save()
    for name, pattern in WALK:
        if ROLES[name] not in (LEAD, ADMIN):
            continue
        response = getattr(client, method)(address(name, pattern))
        assert response.status_code == 302, name
        assert response.url.startswith(reverse(settings.LOGIN_URL)), name
        fragment = getattr(client, method)(address(name, pattern), headers={"HX-Request": "true"})
        assert fragment.status_code == 401, name


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_lead_is_kept_from_an_admins_pages_alone(client: Client, method: str) -> None:
    client.force_login(User.objects.create_user("a lead", role=User.Role.LEAD))
    for name, pattern in WALK:
        if ROLES[name] not in (LEAD, ADMIN):
            continue
        response = getattr(client, method)(address(name, pattern))
        assert (response.status_code == 403) == (ROLES[name] == ADMIN), (name, response.status_code)
        assert response.status_code < 500, name


def test_an_admin_is_kept_from_nothing(client: Client) -> None:
    client.force_login(User.objects.create_user("admin", role=User.Role.ADMIN))
    for name, pattern in WALK:
        if ROLES[name] in (LEAD, ADMIN):
            response = client.get(address(name, pattern))
            assert response.status_code in (200, 302, 404, 405), (name, response.status_code)
