"""The page where prompts are written before a set, from the consent to the end and on into the next."""

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Assignment, Rater, RatingSession
from annotations.queries import access
from annotations.services import sessions, standing
from tests.services import desk
from vibes.models import Generation, Prompt, Study
from vibes.services import pairing

pytestmark = pytest.mark.django_db
PAGE = "Prompts of your own"


@pytest.fixture
def study() -> Study:
    made = desk.study(prompt_count=2, own_prompts=2, own_prompts_later=True)
    Generation.objects.update(state="done", text="It was here before.")
    pairing.assemble(study=made)
    return made


def consented(client: Client, study: Study) -> str:
    client.post(reverse("annotations:begin", args=[study.protocol.invitations.get().token]))
    page = client.post(reverse("annotations:consent"), {"agree": "on"}, follow=True)
    return page.content.decode()


def own(client: Client, **sent: str) -> tuple[int, str]:
    page = client.post(reverse("own_prompt"), sent, follow=True)
    return page.status_code, page.content.decode()


def test_after_the_consent_they_are_asked_for_and_may_be_left_out(client: Client, study: Study) -> None:
    page = consented(client, study)
    assert PAGE in page and 'name="text_1"' in page and 'name="text_2"' in page and "text_3" not in page
    assert "<option" in page and "advice" in page
    status, room = own(client, text_1="", text_2=" ")
    assert status == 200 and 'name="verdict"' in room
    assert not Prompt.objects.exclude(author=None).exists()
    # In the room nothing leads there: what is judged comes first.
    assert "prompt of your own" not in room


def test_what_is_written_is_kept_and_no_more_than_the_set_takes(client: Client, study: Study) -> None:
    consented(client, study)
    status, page = own(client, text_1="Why <b>so</b>?", class_1="advice")
    assert status == 200 and "They are kept" in page
    written = Prompt.objects.exclude(author=None).get()
    assert (written.text, written.prompt_class) == ("Why <b>so</b>?", "advice")
    assert written.author_id == client.session[access.RATER_KEY]
    assert "text_2" not in client.get(reverse("own_prompt")).content.decode()
    own(client, text_1="And how?")
    refused = client.get(reverse("own_prompt"))
    assert refused.status_code == 409 and "as many prompts" in refused.content.decode()
    assert own(client, text_1="More?")[0] == 409
    # On the way into a set a page on which nothing can be written is left out.
    begun = client.get(reverse("own_prompt"), {"begin": ""})
    assert begun.status_code == 302 and begun["Location"] == reverse("annotations:rate")


@pytest.mark.parametrize("sent", [{"text_1": "x" * 5000}, {"text_1": "Why?", "class_1": "none such"}])
def test_what_cannot_be_taken_is_said_and_nothing_is_lost(
    client: Client, study: Study, sent: dict[str, str]
) -> None:
    consented(client, study)
    status, page = own(client, **{"text_2": "This one stays.", **sent})
    assert status == 422 and 'role="alert"' in page and "This one stays." in page
    assert not Prompt.objects.exclude(author=None).exists()


def test_from_the_end_they_are_written_for_the_next_set(client: Client, study: Study) -> None:
    consented(client, study)
    own(client, text_1="One?", text_2="Two?")
    session = RatingSession.objects.get()
    RatingSession.objects.update(length=1)
    assignment = Assignment.objects.filter(session=session).first()
    if assignment is None:
        client.get(reverse("annotations:rate"))
        assignment = Assignment.objects.get(session=session)
    vote = {"key": f"{assignment.public_id}.1", "verdict": "a"}
    client.post(reverse("annotations:verdict", args=[assignment.public_id]), vote)
    end = client.get(reverse("annotations:rate")).content.decode()
    assert "Done: 1" in end and reverse("own_prompt") in end
    assert "They are kept" in own(client, text_1="Three?")[1]
    page = client.post(reverse("annotations:another"), follow=True).content.decode()
    assert PAGE in page and "text_1" in page and "text_2" not in page
    own(client)
    assert Prompt.objects.exclude(author=None).count() == 3


def test_where_nothing_is_left_they_may_still_be_written(client: Client, study: Study) -> None:
    consented(client, study)
    study.protocol.comparisons.update(wanted=0, places=0)
    page = client.get(reverse("annotations:rate")).content.decode()
    assert "Nothing left to compare" in page and reverse("own_prompt") in page
    assert "while you wait" not in page


def test_who_is_paused_or_not_there_is_told(client: Client, study: Study) -> None:
    consented(client, study)
    rater = Rater.objects.get(pk=client.session[access.RATER_KEY])
    standing.pause(by=desk.lead(), rater=rater, reason="a word")
    assert "has paused your session" in client.get(reverse("own_prompt"), follow=True).content.decode()
    RatingSession.objects.update(length=0)
    sessions.end(session=RatingSession.objects.get())
    refused = client.get(reverse("own_prompt"))
    assert refused.status_code == 409 and "Nothing more is asked" in refused.content.decode()
    assert Client().get(reverse("own_prompt")).status_code == 401


def test_the_builder_asks_for_them_and_what_is_asked_says_so(client: Client) -> None:
    client.force_login(desk.lead())
    made = desk.study(prompt_count=1, own_prompts=2, own_prompts_later=True)
    page = client.get(reverse("asked", args=[made.pk])).content.decode()
    assert 'name="own_prompts_later" id="id_own_prompts_later" checked' in page
    assert "2 a set, answered later" in page
    assert 'name="own_prompts_later"' in client.get(reverse("new_study")).content.decode()
