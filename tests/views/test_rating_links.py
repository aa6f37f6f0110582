"""Rating links on a study's page: made, listed, withdrawn; and an outside id from the link to the completion page."""

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Assignment, AuditEntry, Invitation, Judgement, Rater
from tests.services import desk
from vibes.models import Study
from vibes.queries import unblinded

pytestmark = pytest.mark.django_db
DONE = "https://recruiting.example/done?code=ABC&who={pid}"


@pytest.fixture
def study() -> Study:
    return desk.answered(2)


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(desk.lead())
    return client


def make(lead: Client, study: Study, **fields: object):
    usual = {"kind": "people", "places": 20, "days": 7}
    return lead.post(reverse("invite", args=[study.pk]), usual | fields)


def newest() -> Invitation:
    return Invitation.objects.order_by("-pk")[0]


@pytest.mark.parametrize(
    ("fields", "kept", "told"),
    [
        ({}, (20, "", ""), "Many people: 0 of 20 places taken"),
        ({"kind": "person", "places": 500}, (1, "", ""), "One person: 0 of 1 place taken"),
        ({"kind": "outside", "outside_parameter": "PROLIFIC_PID", "completion_url": DONE}, (20, "PROLIFIC_PID", DONE),
         "One person per PROLIFIC_PID: 0 of 20 places taken"),
        ({"outside_parameter": "pid"}, (20, "", ""), "Many people"),
    ],
)  # fmt: skip
def test_a_link_is_made_and_listed(lead: Client, study: Study, fields: dict, kept: tuple, told: str) -> None:
    assert make(lead, study, **fields).status_code == 302
    link = newest()
    assert (link.places, link.outside_parameter, link.completion_url) == kept
    page = " ".join(unescape(lead.get(reverse("study", args=[study.pk])).content.decode()).split())
    ending = f"?{link.outside_parameter}=" if link.outside_parameter else ""
    assert f'http://testserver/r/{link.token}/{ending}"' in page
    assert told in page


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"kind": "nobody"}, "kind", "not one of the available choices"),
        ({"places": 0}, "places", "greater than or equal to 1"),
        ({"places": ""}, "places", "Say how many"),
        ({"days": 0}, "days", "greater than or equal to 1"),
        ({"kind": "outside", "outside_parameter": ""}, "outside_parameter", "such as pid"),
        ({"kind": "outside", "outside_parameter": "p d"}, "outside_parameter", "is a letter, then"),
        ({"completion_url": "http://recruiting.example/"}, "completion_url", "must begin with https"),
        ({"completion_url": DONE}, "completion_url", "needs a link for one person per outside id"),
        ({"completion_url": "javascript:alert(1)"}, "completion_url", "whole address"),
    ],
)
def test_a_link_that_cannot_be_made_says_so_at_its_field(
    lead: Client, study: Study, fields: dict, field: str, said: str
) -> None:
    before = Invitation.objects.count()
    response = make(lead, study, **fields)
    assert response.status_code == 422
    assert said in " ".join(response.context["invitation_form"].errors[field])
    assert said in unescape(response.content.decode())
    assert Invitation.objects.count() == before


def test_a_withdrawn_link_lets_nobody_in(lead: Client, study: Study) -> None:
    make(lead, study)
    link = newest()
    lead.post(reverse("withdraw_invitation", args=[link.pk]))
    page = lead.get(reverse("study", args=[study.pk])).content.decode()
    assert link.token not in page
    assert "is withdrawn" in page
    assert Client().get(reverse("annotations:invitation", args=[link.token])).status_code == 410


@pytest.mark.slow
def test_the_way_of_a_recruited_person_and_where_the_id_does_not_go(lead: Client, study: Study) -> None:
    make(lead, study, kind="outside", outside_parameter="pid", completion_url=DONE)
    link, person = newest(), Client()
    landing = person.get(reverse("annotations:invitation", args=[link.token]), {"pid": "SECRET-77"})
    assert landing.status_code == 200
    person.post(reverse("annotations:begin", args=[link.token]), {"outside_id": "SECRET-77"})
    welcome = person.get(reverse("annotations:welcome")).content.decode()
    assert "resume code" not in welcome
    person.post(reverse("annotations:consent"), {"agree": "on"})
    page = person.get(reverse("annotations:rate")).content.decode()
    assert "SECRET-77" not in page
    dealt = Assignment.objects.get()
    person.post(reverse("annotations:verdict", args=[dealt.public_id]), {"verdict": "a", "key": "k"})
    assert Judgement.objects.exists()
    assert Rater.objects.get().outside_id == "SECRET-77"
    assert "SECRET-77" not in str(list(unblinded.rows(study, kinds=["person"])))
    for name in ("study", "results", "study_answers"):
        assert b"SECRET-77" not in lead.get(reverse(name, args=[study.pk]), follow=True).content, name
    assert "SECRET-77" not in str(list(AuditEntry.objects.values()))


def test_a_return_to_another_site_is_only_the_stored_one(client: Client, lead: Client, study: Study) -> None:
    """Nothing in a rater's request says where the way out leads."""
    make(lead, study, kind="outside", outside_parameter="pid", completion_url="")
    token = newest().token
    elsewhere = {"pid": "P", "next": "https://evil.example", "completion_url": "https://evil.example"}
    for response in (
        Client().get(reverse("annotations:invitation", args=[token]), elsewhere),
        Client().post(reverse("annotations:begin", args=[token]), elsewhere | {"outside_id": "P"}),
    ):
        assert b"evil" not in response.content
        assert "evil" not in response.headers.get("Location", "")
