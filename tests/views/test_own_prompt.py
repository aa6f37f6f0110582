"""The page of a rater's own prompt, and the room while it is answered."""

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Assignment, Comparison, Rater
from annotations.queries import access
from annotations.services import standing
from tests.services import desk
from vibes.models import Generation, Prompt, Study
from vibes.services import live, pairing

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def study() -> Study:
    made = desk.study(prompt_count=2, own_prompts=1)
    Generation.objects.update(state="done", text="It was here before.")
    pairing.assemble(study=made)
    return made


@pytest.fixture
def rater(client: Client, study: Study) -> Client:
    client.post(reverse("annotations:begin", args=[study.protocol.invitations.get().token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    return client


def text_of(client: Client, address: str = "annotations:rate") -> str:
    return client.get(reverse(address), follow=True).content.decode()


def ask(client: Client, **sent: str) -> Assignment:
    answer = client.post(reverse("own_prompt"), {"text": "Why <b>so</b>?"} | sent)
    assert answer.status_code == 302, answer.content.decode()
    return Assignment.objects.select_related("comparison").get(strategy="own prompt", state="dealt")


def growing(client: Client, assignment: Assignment) -> str:
    path = reverse("annotations:growing", args=[assignment.public_id])
    return client.get(path, headers=HTMX).content.decode()


def answered(*, failed: bool = False) -> None:
    rows = Generation.objects.filter(prompt__author__isnull=False)
    rows.update(state="done", text="**Because.**")
    if failed:
        rows.filter(pk=rows.first().pk).update(state="failed", text="")
    live.settle()


def test_the_room_leads_there_and_back(rater: Client) -> None:
    assert reverse("own_prompt") in text_of(rater)
    page = text_of(rater, "own_prompt")
    assert "A prompt of your own" in page and "<option" in page and "advice" in page
    assert rater.post(reverse("own_prompt"), {"text": " "}).status_code == 422
    assert "Write a prompt first." in rater.post(reverse("own_prompt"), {"text": ""}).content.decode()
    assert rater.post(reverse("own_prompt"), {"text": "x" * 5000}).status_code == 422
    assert not Prompt.objects.exclude(author=None).exists()


def test_while_it_is_answered_nothing_can_be_rated_and_it_is_found_again(rater: Client) -> None:
    mine = ask(rater, prompt_class="advice")
    for _ in range(2):
        page = text_of(rater)
        assert "Both answers are being written" in page
        assert "Why &lt;b&gt;so" in page and "data-live" in page and 'name="verdict"' not in page
    assert "being written" in text_of(rater, "own_prompt")
    assert growing(rater, mine).count("data-growing") == 2
    refused = rater.post(
        reverse("annotations:verdict", args=[mine.public_id]),
        {"key": f"{mine.public_id}.1", "verdict": "a"},
        headers=HTMX,
    )
    assert refused.status_code == 422 and "Both answers have to be here" in refused.content.decode()
    assert "data-live" in refused.content.decode()
    answered()
    assert "data-growing" not in growing(rater, mine)
    page = text_of(rater)
    assert "<strong>Because.</strong>" in page and 'name="verdict"' in page
    assert reverse("own_prompt") not in page


def test_an_answer_that_did_not_come_is_said_and_another_may_be_written(rater: Client) -> None:
    mine = ask(rater)
    answered(failed=True)
    assert "data-growing" not in growing(rater, mine)
    page = text_of(rater)
    assert "One of the answers did not come. Nothing to rate" in page
    assert 'name="verdict"' not in page and reverse("own_prompt") in page
    assert "A prompt of your own" in text_of(rater, "own_prompt")
    rater.post(reverse("annotations:skip", args=[mine.public_id]))
    assert 'name="verdict"' in text_of(rater)
    assert ask(rater).pk != mine.pk
    assert Comparison.objects.filter(writing="failed").count() == 1


def test_only_its_author_reads_it_and_a_lapsed_browser_is_told(rater: Client) -> None:
    mine = ask(rater)
    path = reverse("annotations:growing", args=[mine.public_id])
    assert Client().get(path, headers=HTMX).status_code == 401
    assert rater.get(path).status_code == 302
    other = Client()
    other.post(reverse("annotations:begin", args=[mine.comparison.protocol.invitations.get().token]))
    assert other.get(path, headers=HTMX).status_code == 404
    assert Client().get(reverse("own_prompt")).status_code == 401


def test_who_is_paused_or_has_written_enough_is_refused_kindly(rater: Client) -> None:
    mine = ask(rater)
    answered()
    rater.post(
        reverse("annotations:verdict", args=[mine.public_id]),
        {"key": f"{mine.public_id}.1", "verdict": "a"},
    )
    page = rater.get(reverse("own_prompt"))
    assert page.status_code == 409 and "as many prompts as this set takes" in page.content.decode()
    person = Rater.objects.get(pk=rater.session[access.RATER_KEY])
    standing.pause(by=desk.lead(), rater=person, reason="a word")
    assert "has paused your session" in text_of(rater, "own_prompt")


def test_undo_after_it_shows_it_again_whole(rater: Client) -> None:
    mine = ask(rater)
    answered()
    vote = {"key": f"{mine.public_id}.1", "verdict": "a"}
    rater.post(reverse("annotations:verdict", args=[mine.public_id]), vote)
    rater.post(reverse("annotations:undo", args=[mine.public_id]), {"key": f"{mine.public_id}.2"})
    assert "Because." in text_of(rater)
    assert Assignment.objects.get(pk=mine.pk).state == "dealt"


def test_a_study_that_takes_none_has_no_way_there(client: Client) -> None:
    made = desk.study(prompt_count=1)
    Generation.objects.update(state="done", text="It was here before.")
    pairing.assemble(study=made)
    client.post(reverse("annotations:begin", args=[made.protocol.invitations.get().token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    assert reverse("own_prompt") not in text_of(client)
    assert "takes no prompts" in text_of(client, "own_prompt")
