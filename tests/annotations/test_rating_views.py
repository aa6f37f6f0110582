"""The rating room over HTTP: links, consent, verdicts, and what a browser gets when it is wrong."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations.models import Assignment, Invitation, Judgement, Rater
from annotations.services import invitations, raters
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> rooms.Room:
    made = rooms.make()
    made.comparisons(4)
    return made


def begin(client: Client, room: rooms.Room) -> None:
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})


def waiting() -> Assignment:
    return Assignment.objects.get(state=Assignment.State.DEALT)


def post(client: Client, name: str, assignment: Assignment, **data: object):
    return client.post(reverse(f"annotations:{name}", args=[assignment.public_id]), data)


def test_the_link_leads_through_consent_to_the_first_comparison(client: Client, room: rooms.Room) -> None:
    landing = client.get(reverse("annotations:invitation", args=[room.invitation.token]))
    assert landing.status_code == 200
    assert not Rater.objects.exists()
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    assert client.get(reverse("annotations:rate")).url == reverse("annotations:welcome")
    refused = client.post(reverse("annotations:consent"), {})
    assert refused.status_code == 422
    client.post(reverse("annotations:consent"), {"agree": "on"})
    page = client.get(reverse("annotations:rate"))
    assert page.status_code == 200
    assert b"Answer <strong>" in page.content
    assert waiting().served_at is not None


def test_opened_again_in_the_same_browser_it_resumes(client: Client, room: rooms.Room) -> None:
    begin(client, room)
    again = client.get(reverse("annotations:invitation", args=[room.invitation.token]))
    assert again.url == reverse("annotations:rate")
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    assert Rater.objects.count() == 1


def test_another_browser_goes_on_with_the_resume_code(client: Client, room: rooms.Room) -> None:
    begin(client, room)
    code = raters.resume_code(Rater.objects.get())
    other = Client()
    resume = reverse("annotations:resume", args=[room.invitation.token])
    wrong = other.post(resume, {"code": "AAAAA-AAAAA"})
    assert wrong.status_code == 422
    assert other.post(resume, {"code": f" {code.lower()} "}).status_code == 302
    assert other.get(reverse("annotations:rate")).status_code == 200
    assert Rater.objects.count() == 1


def test_guessing_resume_codes_is_slowed(room: rooms.Room) -> None:
    resume = reverse("annotations:resume", args=[room.invitation.token])
    statuses = [Client().post(resume, {"code": f"GUESS{n:05}"}).status_code for n in range(22)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_a_personal_link_asks_a_second_browser_for_the_code(client: Client) -> None:
    room = rooms.make()
    room.comparisons(2)
    personal = invitations.create(by=room.lead, protocol=room.protocol, places=1)
    client.post(reverse("annotations:begin", args=[personal.token]))
    other = Client()
    page = other.get(reverse("annotations:invitation", args=[personal.token]))
    assert b"resume code" in page.content.lower()
    other.post(reverse("annotations:begin", args=[personal.token]))
    assert Rater.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ({"expires_at": timezone.now() - timedelta(minutes=1)}, 410, b"expired"),
        ({"withdrawn_at": timezone.now()}, 410, b"withdrawn"),
        ({"token": "other"}, 404, b"no such rating link"),
    ],
)
def test_a_link_that_does_not_work_says_why(
    client: Client, room: rooms.Room, change: dict[str, object], status: int, word: bytes
) -> None:
    token = room.invitation.token
    Invitation.objects.update(**change)
    for response in (
        client.get(reverse("annotations:invitation", args=[token])),
        client.post(reverse("annotations:begin", args=[token])),
    ):
        assert response.status_code == status
        assert word in response.content
    assert not Rater.objects.exists()


def test_a_verdict_is_stored_and_the_next_comparison_follows(client: Client, room: rooms.Room) -> None:
    begin(client, room)
    client.get(reverse("annotations:rate"))
    first = waiting()
    response = post(
        client,
        "verdict",
        first,
        verdict="a",
        key="k",
        first_action_ms="1200",
        seconds_visible="9.5",
        scrolled_left="1",
        scrolled_right="0",
        viewport_width="1440",
        colour_scheme="dark",
    )
    assert response.url == reverse("annotations:rate")
    judgement = Judgement.objects.get()
    assert judgement.verdict == first.left
    assert (judgement.first_action_ms, judgement.seconds_visible, judgement.viewport_width) == (
        1200,
        9.5,
        1440,
    )
    assert {judgement.scrolled_a, judgement.scrolled_b} == {True, False}
    client.get(reverse("annotations:rate"))
    assert waiting() != first


def test_a_repeated_post_stores_once(client: Client, room: rooms.Room) -> None:
    begin(client, room)
    client.get(reverse("annotations:rate"))
    assignment = waiting()
    for _ in range(3):
        assert post(client, "verdict", assignment, verdict="a", key="same").status_code == 302
    assert Judgement.objects.count() == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"verdict": "left", "key": "k"}, b"left"),
        ({"verdict": ["a", "both"], "key": "k"}, b"both"),
        ({"key": "k"}, b"verdict"),
        ({"verdict": "a"}, b"key"),
        ({"verdict": "a", "key": "k", "viewport_width": "-4"}, b"viewport_width"),
    ],
)
def test_an_answer_outside_the_rubric_is_not_stored_and_says_so(
    client: Client, room: rooms.Room, data: dict[str, object], said: bytes
) -> None:
    begin(client, room)
    client.get(reverse("annotations:rate"))
    response = post(client, "verdict", waiting(), **data)
    assert response.status_code == 422
    assert b"Not saved" in response.content
    assert said in response.content
    assert not Judgement.objects.exists()


def test_a_stale_page_gets_409_and_the_comparison_that_waits(client: Client, room: rooms.Room) -> None:
    begin(client, room)
    client.get(reverse("annotations:rate"))
    assignment = waiting()
    post(client, "verdict", assignment, verdict="a", key="one")
    stale = post(client, "verdict", assignment, verdict="b", key="two")
    assert stale.status_code == 409
    assert str(waiting().public_id).encode() in stale.content
    assert Judgement.objects.count() == 1


def test_another_raters_comparison_is_not_found(client: Client, room: rooms.Room) -> None:
    other = room.dealt(room.session())
    begin(client, room)
    assert post(client, "verdict", other, verdict="a", key="k").status_code == 404
    assert not Judgement.objects.exists()


def test_without_a_session_the_answer_is_401_and_says_how_to_go_on(client: Client, room: rooms.Room) -> None:
    assignment = room.dealt(room.session())
    response = post(client, "verdict", assignment, verdict="a", key="k")
    assert response.status_code == 401
    assert b"rating link" in response.content


def test_a_tie_asks_for_the_lean_before_anything_else(client: Client, room: rooms.Room) -> None:
    begin(client, room)
    client.get(reverse("annotations:rate"))
    assignment = waiting()
    post(client, "verdict", assignment, verdict="tie", key="k")
    page = client.get(reverse("annotations:rate"))
    assert reverse("annotations:lean", args=[assignment.public_id]).encode() in page.content
    assert not Assignment.objects.filter(state=Assignment.State.DEALT).exists()
    post(client, "lean", assignment, lean="a", key="l")
    assert Judgement.objects.get(revision=2).lean == assignment.left
    client.get(reverse("annotations:rate"))
    assert waiting() != assignment


def test_undo_from_the_page_brings_the_comparison_back(client: Client, room: rooms.Room) -> None:
    begin(client, room)
    client.get(reverse("annotations:rate"))
    first = waiting()
    post(client, "verdict", first, verdict="a", key="k")
    page = client.get(reverse("annotations:rate")).content.decode()
    form = re.search(r'<form[^>]*action="([^"]*undo[^"]*)".*?name="key"\s+value="([^"]+)"', page, re.S)
    assert form, "the page offers undo with its key"
    client.post(form[1], {"key": form[2]})
    assert str(first.public_id) in client.get(reverse("annotations:rate")).content.decode()


@pytest.mark.parametrize(("name", "state"), [("skip", "skipped"), ("broken", "broken")])
def test_skip_and_broken_give_the_comparison_back(
    client: Client, room: rooms.Room, name: str, state: str
) -> None:
    begin(client, room)
    client.get(reverse("annotations:rate"))
    assignment = waiting()
    post(client, name, assignment)
    assignment.refresh_from_db()
    assert assignment.state == state


def test_the_end_of_a_session_offers_another(client: Client) -> None:
    room = rooms.make(session_length=1)
    room.comparisons(3)
    begin(client, room)
    client.get(reverse("annotations:rate"))
    post(client, "verdict", waiting(), verdict="a", key="k")
    done = client.get(reverse("annotations:rate"))
    assert b"annotations" not in done.content
    assert reverse("annotations:another").encode() in done.content
    client.post(reverse("annotations:another"))
    assert client.get(reverse("annotations:rate")).status_code == 200
    assert waiting()


def test_htmx_gets_the_region_and_a_redirect_at_the_end(client: Client) -> None:
    room = rooms.make(session_length=2)
    room.comparisons(3)
    begin(client, room)
    client.get(reverse("annotations:rate"))
    hx = {"HTTP_HX_REQUEST": "true"}
    path = reverse("annotations:verdict", args=[waiting().public_id])
    fragment = client.post(path, {"verdict": "a", "key": "1"}, **hx)
    assert b"<html" not in fragment.content
    assert str(waiting().public_id).encode() in fragment.content
    path = reverse("annotations:verdict", args=[waiting().public_id])
    last = client.post(path, {"verdict": "a", "key": "2"}, **hx)
    assert last["HX-Redirect"] == reverse("annotations:rate")


def test_a_planted_session_cookie_gains_nothing(client: Client, room: rooms.Room) -> None:
    client.get(reverse("annotations:invitation", args=[room.invitation.token]))
    before = client.session.session_key
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    assert client.session.session_key != before
