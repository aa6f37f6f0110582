"""What a rater will see, before one does: the real page, and nothing is stored or sent."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Assignment, Judgement, RatingSession
from annotations.rubrics import PRESETS, Lean, Rubric, Scale
from annotations.services import instructions
from annotations.services.protocols import DEFAULT_INSTRUCTIONS
from tests.services import desk
from tests.views.test_study_builder import form
from vibes.models import Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(desk.lead())
    return client


def page(client: Client, study: Study, step: str = "verdict") -> str:
    response = client.get(reverse("preview", args=[study.pk]), {"step": step})
    assert response.status_code == 200
    policy = response["Content-Security-Policy"]
    assert "form-action 'none'" in policy
    assert "connect-src 'none'" in policy
    return response.content.decode()


def test_an_example_stands_in_until_there_is_a_comparison(lead: Client) -> None:
    shown = page(lead, desk.study())
    assert "Preview: nothing is stored" in shown
    assert "sourdough" in shown
    assert "A is better" in shown


def test_then_it_is_the_first_comparison_and_names_no_model(lead: Client) -> None:
    study = desk.answered(1)
    shown = page(lead, study)
    assert "Question 0?" in shown
    assert "sourdough" not in shown
    assert "Model " not in shown
    assert "scripted" not in shown
    assert not Assignment.objects.exists()
    assert not RatingSession.objects.exists()


@pytest.mark.parametrize(
    ("rubric", "step", "said", "absent"),
    [
        ("vibes", "lean", "If you had to send one?", "The questions"),
        ("quick", "verdict", "Both are bad", "After a tie"),
        ("eight", "verdict", 'name="strength"', "Both are bad"),
        ("sycophancy", "details", "Flattery", "no such words"),
        ("vibes", "welcome", "I am told to say this", "A is better"),
        ("vibes", "nonsense", "A is better", "The questions"),
    ],
)
def test_each_page_of_the_studys_rubric(lead: Client, rubric: str, step: str, said: str, absent: str) -> None:
    study = desk.study(rubric=PRESETS[rubric], instructions="I am told to say this", consent="Fine.")
    shown = page(lead, study, step)
    assert said in shown
    assert absent not in shown


def test_what_the_preview_would_send_finds_nothing(lead: Client) -> None:
    """The page's policy keeps a browser from sending; a request sent all the same stores nothing either."""
    shown = page(lead, desk.answered(1))
    for address in re.findall(r'action="([^"]+)"', shown):
        lead.post(address, {"verdict": "a", "key": "k"})
    assert not Judgement.objects.exists()
    assert not Assignment.objects.exists()


def test_the_builder_shows_it_before_there_is_a_study(lead: Client) -> None:
    sent = form(
        desk.endpoint("plain"),
        desk.endpoint("slips"),
        rubric="own",
        own_scale="five",
        own_lean="never",
        own_flags=["too_long"],
        rater_title="Which would you send?",
    )
    estimate = lead.post(reverse("new_study"), sent | {"estimate": "yes"}).content.decode()
    assert 'name="preview" value="details"' in estimate
    assert 'name="preview" value="lean"' not in estimate
    shown = lead.post(reverse("new_study"), sent | {"preview": "details"})
    assert "form-action 'none'" in shown["Content-Security-Policy"]
    assert "Too long" in shown.content.decode()
    assert "Which would you send?" in shown.content.decode()
    wrong = lead.post(reverse("new_study"), sent | {"preview": "verdict", "overlap": 0})
    assert wrong.status_code == 422
    assert not Study.objects.exists()


def test_the_usual_instructions_say_what_the_rubric_asks() -> None:
    assert instructions.usual(PRESETS["vibes"]) == DEFAULT_INSTRUCTIONS
    quick = instructions.usual(PRESETS["quick"])
    assert "Both are bad" in quick
    assert "you are asked which one" not in quick
    eight = instructions.usual(PRESETS["eight"])
    assert "There is no tie" in eight
    assert "Tie**" not in eight
    assert "Both are bad" not in instructions.usual(PRESETS["five"])
    undecided = instructions.usual(Rubric("", Scale.FOUR, Lean.UNDECIDED))
    assert "and after both are bad, you are asked which one you would send" in undecided
    assert "asked more about each answer" in instructions.usual(PRESETS["sycophancy"])
