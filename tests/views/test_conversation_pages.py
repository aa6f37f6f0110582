"""Pages on which the user goes on inside a side: who says what, the same markup on both sides, and no name."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.services import conversations, desk
from vibes.models import Endpoint, Study
from vibes.services import pairing, studies

pytestmark = pytest.mark.django_db
ROLE = re.compile(r'<p class="who">\s*(\w+)\s*</p>')
GROUP = re.compile(r'role="group" aria-label="([^"]+)"')


@pytest.fixture
def study() -> Study:
    endpoints = [desk.endpoint("plain"), desk.endpoint("slips")]
    Endpoint.objects.filter(model="scripted-plain").update(name="ZEBRACORP 9000")
    Endpoint.objects.filter(model="scripted-slips").update(name="QUAGGALABS mini")
    plan = studies.Plan(name="OKAPI-STUDY", prompts=conversations.pushed(), endpoints=endpoints)
    made = studies.create(by=desk.lead(), plan=plan)
    for row in made.generations.select_related("prompt"):
        conversations.answer(row, f"First answer {row.pk}, **surely**.", f"Last answer {row.pk}.")
    pairing.assemble(study=made)
    return made


def sides(page: str) -> list[str]:
    return re.findall(r'<article class="answer".*?</article>', page, re.DOTALL)


def test_a_rater_sees_who_says_what_and_no_name(client: Client, study: Study) -> None:
    client.post(reverse("annotations:begin", args=[study.protocol.invitations.get().token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    response = client.get(reverse("annotations:rate"))
    page = response.content.decode()
    asked, push = conversations.PUSHED
    prompt = page.split('<div class="pair"')[0]
    assert asked in prompt
    assert push not in prompt
    left, right = sides(page)
    for side in (left, right):
        assert ROLE.findall(side) == ["Assistant", "User", "Assistant"]
        assert GROUP.findall(side) == [
            "Turn 1 of 3: the assistant",
            "Turn 2 of 3: the user",
            "Turn 3 of 3: the assistant",
        ]
        assert push in side
        assert "<strong>surely</strong>" in side
        assert side.count("data-thoughts") == 2
    # But for the answers' own numbers and the letters, the two sides are the same to the byte.
    bare = {re.sub(r"\d+|left|right|(?<=\b)[AB](?=\b)", "", side) for side in (left, right)}
    assert len(bare) == 1
    for name in ("zebracorp", "quaggalabs", "okapi", "scripted", "pushed"):
        assert name not in f"{page}{response.headers}".casefold()


def test_an_ordinary_side_has_no_labels(client: Client) -> None:
    study = desk.answered(1)
    client.post(reverse("annotations:begin", args=[study.protocol.invitations.get().token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    for side in sides(client.get(reverse("annotations:rate")).content.decode()):
        assert not ROLE.search(side)
        assert not GROUP.search(side)


def test_the_team_sees_the_whole_conversation_with_names(client: Client, study: Study) -> None:
    client.force_login(desk.lead())
    page = client.get(reverse("study_answers", args=[study.pk])).content.decode()
    asked, push = conversations.PUSHED
    assert page.count(asked) == 1
    assert page.count(push) == 2
    assert ROLE.findall(page) == ["Assistant", "User", "Assistant"] * 2
    assert "ZEBRACORP 9000" in page
    for row in study.generations.all():
        assert f"First answer {row.pk}" in page
        assert f"Last answer {row.pk}" in page
