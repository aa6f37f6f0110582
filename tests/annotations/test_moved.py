"""What is asked changes while people rate: nothing of theirs is lost, and each goes on as the same rater."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from annotations.asked import Asked
from annotations.models import Assignment, Judgement, Protocol, Rater, RatingSession
from annotations.queries.openings import state_of
from annotations.rubrics import PRESETS
from annotations.services import invitations, openings, protocols, raters, successions
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db
CHANGED = "What is asked has changed since you began"


@pytest.fixture
def room() -> rooms.Room:
    made = rooms.make(session_length=3)
    made.comparisons(8)
    return made


def change(room: rooms.Room, **asked: object) -> Protocol:
    old = Protocol.objects.latest("pk")
    other = replace(
        Asked.of(old), **asked or {"rubric": PRESETS["five"], "instructions": "Now with degrees."}
    )
    new = protocols.store(by=room.lead, asked=other, seed=old.seed)
    successions.succeed(by=room.lead, old=old, new=new)
    return new


def begun(room: rooms.Room, link: object = None, **sent: str) -> Client:
    client = Client()
    token = (link or room.invitation).token
    client.post(reverse("annotations:begin", args=[token]), sent)
    client.post(reverse("annotations:consent"), {"agree": "on"})
    client.get(reverse("annotations:rate"))
    return client


def vote(client: Client, htmx: bool = False, **answer: object):
    waiting = Assignment.objects.filter(state="dealt").latest("pk")
    address = reverse("annotations:verdict", args=[waiting.public_id])
    headers = {"HX-Request": "true"} if htmx else {}
    sent = {"key": f"{waiting.public_id}.{waiting.judgements.count() + 1}"} | (answer or {"verdict": "a"})
    return client.post(address, sent, headers=headers)


def rate(client: Client) -> str:
    return client.get(reverse("annotations:rate"), follow=True).content.decode()


def landing(client: Client, room: rooms.Room) -> str:
    address = reverse("annotations:invitation", args=[room.invitation.token])
    return client.get(address, follow=True).content.decode()


@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_on_the_screen_is_taken_and_then_the_new_page_comes(room: rooms.Room, htmx: bool) -> None:
    client = begun(room)
    new = change(room)
    answered = vote(client, htmx)
    assert answered.headers["HX-Redirect" if htmx else "Location"] == reverse("annotations:rate")
    judgement = Judgement.objects.get()
    assert judgement.protocol == room.protocol == judgement.assignment.comparison.protocol
    page = rate(client)
    assert CHANGED in page and "Now with degrees." in page and "I have read this" in page
    assert "data-assignment" not in page
    assert (
        "data-assignment"
        in client.post(reverse("annotations:consent"), {"agree": "on"}, follow=True).content.decode()
    )
    assert vote(client, strength=2).status_code == 302
    assert [j.protocol for j in Judgement.objects.order_by("pk")] == [room.protocol, new]
    assert Rater.objects.count() == 1
    room.invitation.refresh_from_db()
    assert room.invitation.taken == 1
    assert CHANGED not in client.get(reverse("annotations:welcome")).content.decode()


def test_what_is_still_asked_of_the_last_answer_comes_first(room: rooms.Room) -> None:
    client = begun(room)
    vote(client, verdict="tie")
    change(room)
    page = rate(client)
    assert CHANGED not in page and 'name="lean"' in page
    waiting = Assignment.objects.get(state="judged")
    lean = reverse("annotations:lean", args=[waiting.public_id])
    client.post(lean, {"lean": "a", "key": f"{waiting.public_id}.2"})
    assert Judgement.objects.latest("pk").lean
    assert CHANGED in rate(client)


def test_what_is_taken_back_is_answered_again_before_the_new_page(room: rooms.Room) -> None:
    client = begun(room)
    vote(client)
    rate(client)
    first = Assignment.objects.get(state="judged")
    change(room)
    undo = client.post(
        reverse("annotations:undo", args=[first.public_id]), {"key": f"{first.public_id}.2"}, follow=True
    )
    assert f'data-assignment="{first.public_id}"' in undo.content.decode()
    address = reverse("annotations:verdict", args=[first.public_id])
    client.post(address, {"verdict": "b", "key": f"{first.public_id}.3"})
    assert CHANGED in rate(client)


def test_an_answer_that_arrives_after_its_rater_has_gone_over_is_taken(room: rooms.Room) -> None:
    """The outbox of a page that was cut off sends it again later."""
    client = begun(room)
    old = Assignment.objects.get(state="dealt")
    change(room)
    assert CHANGED in rate(client)
    client.post(reverse("annotations:consent"), {"agree": "on"})
    rate(client)
    address = reverse("annotations:verdict", args=[old.public_id])
    late = client.post(address, {"verdict": "a", "key": f"{old.public_id}.1"}, follow=True)
    assert late.status_code == 200 and "data-assignment" in late.content.decode()
    assert Judgement.objects.get().protocol == room.protocol


def test_the_link_the_code_and_the_id_find_the_same_rater_under_the_new_protocol(room: rooms.Room) -> None:
    by_id = invitations.create(by=room.lead, protocol=room.protocol, outside_parameter="pid")
    client, named = begun(room), begun(room, by_id, outside_id="P-1")
    change(room)
    assert CHANGED in landing(client, room)
    rater = Rater.objects.get(invitation=room.invitation)
    other = Client()
    code = {"code": raters.resume_code(rater)}
    resumed = other.post(reverse("annotations:resume", args=[room.invitation.token]), code, follow=True)
    assert CHANGED in resumed.content.decode()
    elsewhere = Client()
    began = elsewhere.post(
        reverse("annotations:begin", args=[by_id.token]), {"outside_id": "P-1"}, follow=True
    )
    assert CHANGED in began.content.decode()
    assert CHANGED in named.get(reverse("annotations:rate"), follow=True).content.decode()
    assert Rater.objects.count() == 2
    assert [link.taken for link in (_fresh(room.invitation), _fresh(by_id))] == [1, 1]
    assert RatingSession.objects.count() == 4


def _fresh(link):
    link.refresh_from_db()
    return link


def test_nobody_agrees_to_what_they_are_no_longer_asked(room: rooms.Room) -> None:
    client = Client()
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    new = change(room)
    page = client.post(reverse("annotations:consent"), {"agree": "on"}, follow=True).content.decode()
    assert CHANGED in page and "Now with degrees." in page
    assert not RatingSession.objects.exclude(consented_at=None).exists()
    client.post(reverse("annotations:consent"), {"agree": "on"})
    assert RatingSession.objects.exclude(consented_at=None).get().protocol == new


def test_who_is_done_sees_the_end_and_goes_on_only_if_asked(room: rooms.Room) -> None:
    client = begun(room)
    for _ in range(3):
        vote(client)
        rate(client)
    change(room)
    page = landing(client, room)
    assert CHANGED not in page and reverse("annotations:another") in page
    code = {"code": raters.resume_code(Rater.objects.get())}
    Client().post(reverse("annotations:resume", args=[room.invitation.token]), code)
    assert RatingSession.objects.count() == 1
    assert CHANGED in client.post(reverse("annotations:another"), follow=True).content.decode()
    assert RatingSession.objects.latest("pk").protocol == Protocol.objects.latest("pk")


def test_two_changes_lead_to_the_newest(room: rooms.Room) -> None:
    client = begun(room)
    change(room)
    rate(client)
    newest = change(room, instructions="And once more.")
    assert "And once more." in rate(client)
    assert RatingSession.objects.latest("pk").protocol == newest


def test_who_comes_first_reads_nothing_of_a_change(room: rooms.Room) -> None:
    begun(room)
    change(room)
    client = Client()
    page = client.post(reverse("annotations:begin", args=[room.invitation.token]), follow=True)
    assert CHANGED not in page.content.decode() and "Before you begin" in page.content.decode()


def test_before_it_is_opened_the_link_lets_nobody_in(room: rooms.Room) -> None:
    openings.hold(by=room.lead, protocol=room.protocol)
    room.invitation.refresh_from_db()
    address = reverse("annotations:invitation", args=[room.invitation.token])
    assert b"has not been opened yet" in Client().get(address).content
    Client().post(reverse("annotations:begin", args=[room.invitation.token]))
    assert not Rater.objects.exists()
    assert state_of(change(room)) == "notyet"
    openings.reopen(by=room.lead, protocol=Protocol.objects.latest("pk"))
    assert b"Start" in Client().get(address).content
