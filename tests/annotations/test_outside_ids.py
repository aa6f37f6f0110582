"""One person, one outside id: the same rater in every browser, a sentence where the id is no use, one way out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from annotations.models import Assignment, Invitation, Rater, RatingSession
from annotations.queries import links
from annotations.services import invitations, raters
from annotations.services.raters import NoPlaceLeft, NoSuchId
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db
DONE = "https://recruiting.example/done?code=ABC&who={pid}"


@pytest.fixture
def room() -> rooms.Room:
    made = rooms.make(session_length=1)
    made.comparisons(4)
    return made


def outside_link(room: rooms.Room, **fields: object) -> Invitation:
    usual = {"outside_parameter": "pid", "completion_url": DONE}
    return invitations.create(by=room.lead, protocol=room.protocol, **usual | fields)


def landing(client: Client, link: Invitation, pid: str | None):
    return client.get(
        reverse("annotations:invitation", args=[link.token]), {} if pid is None else {"pid": pid}
    )


def begin(client: Client, link: Invitation, pid: str):
    """What the landing page's button sends."""
    assert f'name="outside_id" value="{pid}"' in landing(client, link, pid).content.decode()
    return client.post(reverse("annotations:begin", args=[link.token]), {"outside_id": pid})


def test_an_id_is_one_rater_in_every_browser(client: Client, room: rooms.Room) -> None:
    link = outside_link(room, places=1)
    begin(client, link, "P-1")
    client.post(reverse("annotations:consent"), {"agree": "on"})
    other = Client()
    page = landing(other, link, "P-1").content.decode()
    assert "Go on where you left off" in page
    assert 'name="code"' not in page
    begin(other, link, "P-1")
    assert other.get(reverse("annotations:rate")).status_code == 200
    assert Rater.objects.get().outside_id == "P-1"
    assert RatingSession.objects.count() == Invitation.objects.get(pk=link.pk).taken == 1


def test_a_full_link_lets_in_whom_it_knows_and_nobody_else(room: rooms.Room) -> None:
    link = outside_link(room, places=1)
    known = raters.begin(invitation=link, outside_id="P-1")
    assert raters.begin(invitation=link, outside_id=" P-1 ") == known
    with pytest.raises(NoPlaceLeft):
        raters.begin(invitation=link, outside_id="P-2")
    page = landing(Client(), link, "P-2").content.decode()
    assert "there is no place left" in page
    assert "Start" not in page


def test_an_id_counts_for_its_own_link_only(room: rooms.Room) -> None:
    first, second = outside_link(room), outside_link(room)
    assert raters.begin(invitation=first, outside_id="P-1") != raters.begin(
        invitation=second, outside_id="P-1"
    )


def test_another_id_in_the_same_browser_is_another_person(client: Client, room: rooms.Room) -> None:
    link = outside_link(room)
    begin(client, link, "P-1")
    assert landing(client, link, "P-1").url == reverse("annotations:rate")
    assert landing(client, link, None).url == reverse("annotations:rate")
    begin(client, link, "P-2")
    assert [rater.outside_id for rater in Rater.objects.order_by("pk")] == ["P-1", "P-2"]


@pytest.mark.parametrize(
    ("pid", "said"),
    [(None, "Your id is missing"), ("  ", "Your id is missing"), ("x" * 101, "no id that can be kept"),
     ("P\x00", "no id that can be kept"), ("P\u202e1", "no id that can be kept")],
)  # fmt: skip
def test_without_an_id_that_can_be_kept_nobody_begins(room: rooms.Room, pid: str | None, said: str) -> None:
    link = outside_link(room)
    shown = landing(Client(), link, pid)
    sent = Client().post(
        reverse("annotations:begin", args=[link.token]), {} if pid is None else {"outside_id": pid}
    )
    for response in (shown, sent):
        assert response.status_code == 422
        assert said in response.content.decode()
        assert "Start" not in response.content.decode()
    with pytest.raises(NoSuchId):
        raters.begin(invitation=link, outside_id=pid or "")
    assert not Rater.objects.exists()


def test_a_plain_link_keeps_no_id(client: Client, room: rooms.Room) -> None:
    assert "P-1" not in landing(client, room.invitation, "P-1").content.decode()
    client.post(reverse("annotations:begin", args=[room.invitation.token]), {"outside_id": "P-1"})
    assert Rater.objects.get().outside_id == ""


def test_who_is_done_comes_back_to_the_end_and_not_into_another_session(
    client: Client, room: rooms.Room
) -> None:
    link = outside_link(room)
    begin(client, link, "P-1")
    client.post(reverse("annotations:consent"), {"agree": "on"})
    client.get(reverse("annotations:rate"))
    waiting = Assignment.objects.get()
    client.post(reverse("annotations:verdict", args=[waiting.public_id]), {"verdict": "a", "key": "k"})
    assert "Done: 1 comparison" in client.get(reverse("annotations:rate")).content.decode()
    other = Client()
    begin(other, link, "P-1")
    assert "Done: 1 comparison" in other.get(reverse("annotations:rate")).content.decode()
    assert RatingSession.objects.count() == 1


def test_the_way_out_is_the_stored_address_with_this_persons_id(room: rooms.Room) -> None:
    odd = raters.begin(invitation=outside_link(room), outside_id="a/b&c=ü d{pid}")
    assert links.completion_url(odd) == (
        "https://recruiting.example/done?code=ABC&who=a%2Fb%26c%3D%C3%BC%20d%7Bpid%7D"
    )
    assert not links.needs_code(odd)
    assert links.completion_url(room.rater()) == ""
    assert links.needs_code(room.rater())


@pytest.mark.parametrize("name", ["done", "none_left"])
def test_the_last_page_leads_to_the_way_out_by_a_plain_link(room: rooms.Room, name: str) -> None:
    rater = raters.begin(invitation=outside_link(room), outside_id='"><script>')
    shown = {"title": "T", "done": 1, "more": True, "another_url": "/rate/another/"}
    page = render_to_string(
        f"annotations/{name}.html", shown | {"completion_url": links.completion_url(rater)}
    )
    assert 'href="https://recruiting.example/done?code=ABC&amp;who=%22%3E%3Cscript%3E"' in page
    assert "<script>" not in page
    without = render_to_string(f"annotations/{name}.html", shown | {"completion_url": ""})
    assert "One last step" not in without


@pytest.mark.parametrize(
    ("url", "by_id"),
    [("https://recruiting.example/done?who={pid}", True), ("https://recruiting.example/done", False),
     ("http://127.0.0.1:8000/done", False), ("http://[::1]/done", False), ("http://localhost/done", False)],
)  # fmt: skip
def test_ways_out_that_are_good(url: str, by_id: bool) -> None:
    invitations.check_completion(url, by_id=by_id)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("url", "said"),
    [("http://recruiting.example/done", "must begin with https"), ("http://127.0.0.1.example/", "must begin with https"),
     ("javascript:alert(1)", "whole address"), ("//recruiting.example", "whole address"), ("ftp://a.example", "whole address"),
     ("https://", "whole address"), ("https://a.example/\nx", "whole address"), ("https://{pid}.example/", "whole address"),
     ("https://u:{pid}@a.example/", "password"), ("https://a.example/{PROLIFIC_PID}", "Write {pid} where"),
     ("https://a.example/{{pid}}", "Write {pid} where"), ("https://me@a.example/", "password")],
)  # fmt: skip
def test_ways_out_that_are_not(room: rooms.Room, url: str, said: str) -> None:
    with pytest.raises(invitations.BadCompletion, match=said):
        outside_link(room, completion_url=url)


def test_an_id_in_the_way_out_needs_an_id_in_the_way_in(room: rooms.Room) -> None:
    with pytest.raises(invitations.BadCompletion, match="outside id"):
        outside_link(room, outside_parameter="")


@pytest.mark.parametrize("name", ["1pid", "p id", "p&x", "p" * 41])
def test_a_parameter_has_a_plain_name(room: rooms.Room, name: str) -> None:
    with pytest.raises(invitations.BadParameter):
        outside_link(room, outside_parameter=name)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_ten_browsers_with_one_id_at_once_are_one_person() -> None:
    link = outside_link(rooms.make())

    def enter(_: int) -> int:
        try:
            return raters.begin(invitation=link, outside_id="P-1").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(enter, range(10)))) == 1
    link.refresh_from_db()
    assert link.taken == 1
