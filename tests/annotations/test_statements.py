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


def statements(client: Client) -> list[str]:
    """Of one verdict and the pair that follows it, as htmx asks; transaction control is left out."""
    waiting = Assignment.objects.get(state=Assignment.State.DEALT)
    address = reverse("annotations:verdict", args=[waiting.public_id])
    sent = {"verdict": "a", "key": f"{waiting.public_id}.1"}
    with CaptureQueriesContext(connection) as asked:
        page = client.post(address, sent, headers={"HX-Request": "true"})
    assert page.status_code == 200 and re.search(rb'data-assignment="[0-9a-f-]{36}"', page.content)
    assert str(waiting.public_id) not in re.findall(r'data-assignment="([^"]+)"', page.content.decode())
    return [query["sql"] for query in asked if not query["sql"].startswith(CONTROL)]


def test_few_statements_a_judgement_and_as_many_after_twenty() -> None:
    room = rooms.make(session_length=60)
    room.comparisons(40)
    client = Client()
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    client.get(reverse("annotations:rate"))
    counts = [statements(client) for _ in range(20)]
    assert {len(asked) for asked in counts[1:]} == {len(counts[-1])}
    assert len(counts[-1]) <= MOST, "\n".join(counts[-1])
