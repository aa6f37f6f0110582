"""Rating is paused, closed and opened again: nobody gets a further comparison, and nothing is lost."""

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Assignment, AuditEntry, Judgement, Opening
from annotations.queries.openings import state_of
from annotations.services import dealing, openings
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> rooms.Room:
    made = rooms.make(lean="never")
    made.comparisons(4)
    return made


def begun(room: rooms.Room) -> Client:
    client = Client()
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    client.get(reverse("annotations:rate"))
    return client


def page(client: Client) -> str:
    return client.get(reverse("annotations:rate")).content.decode()


def test_it_is_open_until_somebody_changes_it(room: rooms.Room) -> None:
    assert state_of(room.protocol) == Opening.State.OPEN
    assert not openings.reopen(by=room.lead, protocol=room.protocol)
    assert openings.pause(by=room.lead, protocol=room.protocol)
    assert not openings.pause(by=room.lead, protocol=room.protocol)
    assert openings.close(by=room.lead, protocol=room.protocol)
    assert not openings.pause(by=room.lead, protocol=room.protocol)
    assert openings.reopen(by=room.lead, protocol=room.protocol)
    verbs = AuditEntry.objects.filter(verb__endswith="rating of").values_list("verb", flat=True)
    assert list(verbs) == ["paused rating of", "closed rating of", "opened rating of"]


@pytest.mark.parametrize(
    ("change", "said"), [(openings.pause, "Rating is paused"), (openings.close, "Rating has ended")]
)
def test_what_is_on_the_screen_is_taken_and_nothing_follows(room: rooms.Room, change, said: str) -> None:
    client = begun(room)
    shown = Assignment.objects.get()
    change(by=room.lead, protocol=room.protocol)
    answer = client.post(
        reverse("annotations:verdict", args=[shown.public_id]),
        {"verdict": "a", "key": f"{shown.public_id}.1"},
    )
    assert answer.status_code == 302 and Judgement.objects.count() == 1
    assert said in page(client) and "1 answer is saved" in " ".join(page(client).split())
    assert dealing.deal_next(session=room.session()) is None
    assert Assignment.objects.count() == 1
    openings.reopen(by=room.lead, protocol=room.protocol)
    assert "data-assignment" in page(client)


def test_nobody_begins_what_is_closed(room: rooms.Room) -> None:
    openings.close(by=room.lead, protocol=room.protocol)
    landing = Client().get(reverse("annotations:invitation", args=[room.invitation.token]))
    assert landing.status_code == 410 and b"Rating has ended" in landing.content
    begun(room)
    assert not Assignment.objects.exists()
