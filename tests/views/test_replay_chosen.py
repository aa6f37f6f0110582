"""Replay as a lead chooses it: kept in the protocol, shown in the preview, on a rater's page before the vote only."""

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Assignment, Protocol
from tests.annotations import room as rooms
from tests.services import desk
from tests.views.test_study_builder import form
from vibes.models import Study

pytestmark = pytest.mark.django_db
REPLAYED = 'data-replay="wanted"'


@pytest.mark.parametrize("wanted", [True, False])
def test_a_lead_ticks_it_and_sees_it(client: Client, wanted: bool) -> None:
    client.force_login(desk.lead())
    sent = form(*(desk.endpoint(c, price_in=0, price_out=0) for c in ("plain", "slips")))
    sent |= {"replay": "on"} if wanted else {}
    page = client.post(reverse("new_study"), sent | {"preview": "verdict"}).content.decode()
    assert (REPLAYED in page) is wanted
    client.post(reverse("new_study"), sent)
    study = Study.objects.get()
    assert study.protocol.replay is wanted
    page = client.get(reverse("preview", args=[study.pk])).content.decode()
    assert (REPLAYED in page, "data-show-all" in page) == (wanted, wanted)


def test_it_changes_what_the_protocol_is() -> None:
    rooms.make()
    rooms.make(replay=True)
    assert Protocol.objects.values("content_hash").distinct().count() == 2


def test_what_was_voted_on_stands_there_at_once(client: Client) -> None:
    room = rooms.make(replay=True)
    room.comparison()
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    assert REPLAYED in client.get(reverse("annotations:rate")).content.decode()
    waiting = Assignment.objects.get()
    address = reverse("annotations:verdict", args=[waiting.public_id])
    client.post(address, {"verdict": "tie", "key": f"{waiting.public_id}.1"})
    page = client.get(reverse("annotations:rate")).content.decode()
    assert "If you had to send one?" in page and REPLAYED not in page
