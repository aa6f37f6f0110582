"""A study's fetching through HTTP: the region that polls itself, the buttons, the answers page by page."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import User
from tests.services import desk
from vibes.models import Generation, Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(User.objects.create(username="other", role=User.Role.LEAD))
    return client


def page(lead: Client, study: Study) -> str:
    return lead.get(reverse("study", args=[study.pk])).content.decode()


def say(lead: Client, study: Study, verb: str, **fields: str) -> str:
    """Presses a button; what the next page says."""
    response = lead.post(reverse("control_fetching", args=[study.pk, verb]), fields, follow=True)
    assert response.redirect_chain == [(reverse("study", args=[study.pk]), 302)]
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.slow
def test_every_button_does_what_it_says_without_a_script(lead: Client) -> None:
    study = desk.study(prompt_count=2)
    assert "Fetching is paused at 0 of 4 answers" in say(lead, study, "pause")
    assert "Fetching goes on." in say(lead, study, "resume")
    Generation.objects.filter(pk=study.generations.first().pk).update(state="failed", error="down")
    assert "1 failed answer is asked for again." in say(lead, study, "retry")
    assert "The spending cap is $2.50." in say(lead, study, "budget", budget="2.5")
    assert "There is no spending cap." in say(lead, study, "budget", budget="")
    assert "4 answers will not be asked for." in say(lead, study, "cancel")
    assert "4 answers are asked for." in say(lead, study, "missing")
    assert "Nothing is missing." in say(lead, study, "missing")


@pytest.mark.slow
@pytest.mark.parametrize("given", ["-1", "much", "1e99", "NaN"])
def test_a_cap_that_is_none_changes_nothing_and_says_why(lead: Client, given: str) -> None:
    study = desk.study(prompt_count=1)
    assert "The spending cap was not changed" in say(lead, study, "budget", budget=given)
    study.refresh_from_db()
    assert study.budget is None


def test_an_unknown_verb_is_no_page(lead: Client) -> None:
    study = desk.study(prompt_count=1)
    assert lead.post(reverse("control_fetching", args=[study.pk, "explode"])).status_code == 404
    assert lead.get(reverse("control_fetching", args=[study.pk, "pause"])).status_code == 405


@pytest.mark.slow
def test_the_region_polls_while_something_moves_and_then_stops(lead: Client) -> None:
    study = desk.study(prompt_count=1)
    address = reverse("study_progress", args=[study.pk])
    assert f'hx-get="{address}' in page(lead, study)
    assert 'hx-trigger="every 1s"' in page(lead, study)
    say(lead, study, "pause")
    assert "hx-get" not in lead.get(address).content.decode()
    say(lead, study, "resume")
    Generation.objects.update(state="batched")
    assert 'hx-trigger="every 15s"' in page(lead, study)
    Generation.objects.update(state="failed")
    assert "hx-get" not in lead.get(address).content.decode()


def test_the_buttons_come_again_only_where_others_are_wanted(lead: Client) -> None:
    study = desk.study(prompt_count=1)
    asked = re.search(r'hx-get="([^"]+)"', page(lead, study))
    assert asked
    assert "fetch-controls" not in lead.get(asked[1]).content.decode()
    Generation.objects.filter(pk=study.generations.first().pk).update(state="failed", error="down")
    fragment = lead.get(asked[1]).content.decode()
    assert 'hx-swap-oob="true"' in fragment
    assert "Fetch the failed ones again" in fragment


@pytest.mark.slow
@pytest.mark.parametrize("characters", [("plain",), ("plain", "slips", "formatted")])
@pytest.mark.parametrize("prompts", [1, 3])
def test_the_fragment_takes_the_same_queries_for_few_and_many(
    lead: Client, characters: tuple[str, ...], prompts: int, django_assert_num_queries
) -> None:
    study = desk.study(prompt_count=prompts, characters=characters)
    with django_assert_num_queries(22):
        lead.get(reverse("study_progress", args=[study.pk]))


def answers(lead: Client, study: Study, query: str = "") -> str:
    return lead.get(reverse("study_answers", args=[study.pk]) + query).content.decode()


@pytest.mark.slow
def test_answers_come_a_hundred_a_page_and_the_filter_stays(lead: Client) -> None:
    study = desk.study(prompt_count=51)
    first = answers(lead, study)
    assert first.count("answer-card") == 100
    assert "Page 1 of 2" in first
    assert answers(lead, study, "?page=2").count("answer-card") == 2
    Generation.objects.update(state="failed")
    assert 'href="?state=failed&amp;page=2"' in answers(lead, study, "?state=failed")


def test_answers_are_narrowed_down_by_endpoint_and_state(lead: Client) -> None:
    study = desk.study(prompt_count=3)
    endpoint = study.endpoints.get(model="scripted-plain")
    some = study.generations.filter(endpoint=endpoint)[:2]
    Generation.objects.filter(pk__in=[row.pk for row in some]).update(state="done", text="Yes.")
    assert answers(lead, study, f"?endpoint={endpoint.pk}").count("answer-card") == 3
    assert answers(lead, study, f"?endpoint={endpoint.pk}&state=done").count("answer-card") == 2
    assert "2 answers" in answers(lead, study, "?state=done")
    assert "No answer is like this" in answers(lead, study, "?state=cancelled")
    for nonsense in ("?state=%00", "?endpoint=x", "?page=x", "?page=-3"):
        assert answers(lead, study, nonsense).count("answer-card") == 6


@pytest.mark.parametrize("prompts", [1, 3])
def test_the_answers_page_takes_the_same_queries_for_few_and_many(
    lead: Client, prompts: int, django_assert_num_queries
) -> None:
    study = desk.answered(prompts)
    with django_assert_num_queries(8):
        answers(lead, study)
