"""One judgement with the next pair takes few statements, however many have been made."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.models import Assignment
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db
MOST = 12
CONTROL = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")


def statements(client: Client, held: list[str]) -> list[str]:
    """Of one verdict and what follows it, as htmx asks; transaction control is left out. `held`: what the page has rendered,
    where it has a script for what lies ahead."""
    waiting = Assignment.objects.get(state=Assignment.State.DEALT)
    address = reverse("annotations:verdict", args=[waiting.public_id])
    sent = {"verdict": "a", "key": f"{waiting.public_id}.1"}
    holds = {"Room-Holds": " ".join([str(waiting.public_id), *held])} if held else {}
    with CaptureQueriesContext(connection) as asked:
        page = client.post(address, sent, headers={"HX-Request": "true", **holds})
    (rendered,) = re.findall(r'data-assignment="([^"]+)"', page.content.decode())
    assert page.status_code == 200 and rendered not in (str(waiting.public_id), *held)
    held[:] = [rendered] if held else []
    return [query["sql"] for query in asked if not query["sql"].startswith(CONTROL)]


def test_few_statements_a_judgement_and_as_many_after_twenty() -> None:
    client = begun()
    counts = [statements(client, []) for _ in range(20)]
    assert {len(asked) for asked in counts[1:]} == {len(counts[-1])}
    assert len(counts[-1]) <= MOST, "\n".join(counts[-1])


def test_few_statements_with_the_next_pair_dealt_ahead() -> None:
    """One rendering and one draw a judgement, as without."""
    client = begun()
    waiting = Assignment.objects.get()
    page = client.get(
        reverse("annotations:rate"), headers={"HX-Request": "true", "Room-Holds": str(waiting.public_id)}
    )
    held = re.findall(r'data-ahead="([^"]+)"', page.content.decode())
    counts = [statements(client, held) for _ in range(20)]
    assert {len(asked) for asked in counts[1:]} == {len(counts[-1])}
    assert len(counts[-1]) <= MOST, "\n".join(counts[-1])


def begun() -> Client:
    room = rooms.make(session_length=60)
    room.comparisons(40)
    client = Client()
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    client.get(reverse("annotations:rate"))
    return client
