"""A lead changes what raters are asked: told before what would happen, done once it is agreed to, each version apart."""

import json
import re
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.urls import reverse

from annotations.models import Judgement, Protocol, User
from annotations.queries.openings import state_of
from annotations.services import openings
from tests.services import desk
from tests.views import rated
from vibes.models import AnalysisRun, Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(User.objects.create(username="other", role=User.Role.LEAD))
    return client


def page(lead: Client, name: str, study: Study, query: str = "") -> str:
    answer = lead.get(reverse(name, args=[study.pk]) + query, follow=True)
    assert answer.status_code == 200
    return words(answer.content)


def words(content: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", content.decode()).split())


def fields(lead: Client, study: Study) -> dict[str, Any]:
    """What the form holds, as a browser would send it."""
    form = lead.get(reverse("asked", args=[study.pk])).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def send(lead: Client, study: Study, **values: Any):
    return lead.post(reverse("asked", args=[study.pk]), fields(lead, study) | values)


def agreed(lead: Client, study: Study, **values: Any) -> str:
    """Sent, read, agreed to; the page that follows."""
    told = send(lead, study, **values)
    assert told.status_code == 200, told.context["form"].errors
    digest = told.context["proposal"].agreed
    sent = fields(lead, study) | values | {"agreed": digest}
    return words(lead.post(reverse("asked", args=[study.pk]), sent, follow=True).content)


@pytest.mark.parametrize(
    "plan",
    [
        {},
        {
            "gold_rate": 0.125,
            "recognise_rate": 0.07,
            "training_length": 4,
            "training_pass": 2,
            "replay": True,
        },
        {
            "instructions": "Line one\n\nLine two",
            "consent": "Agree?\n",
            "rater_title": "Which?",
            "reveal": "after",
        },
    ],
)
def test_a_form_that_is_sent_as_it_is_changes_nothing(lead: Client, plan: dict[str, Any]) -> None:
    study = desk.study(prompt_count=1, **plan)
    assert "Nothing is changed: raters are asked exactly this already" in words(send(lead, study).content)
    assert study.versions.count() == 1 and Protocol.objects.count() == 1


def test_before_anybody_was_asked_it_is_replaced(lead: Client) -> None:
    study = desk.answered(prompt_count=1)
    told = words(send(lead, study, rubric="five").content)
    assert "Nobody has been asked anything yet: this takes the place of version 1" in told
    assert "6 comparisons × 3 = 18 judgements" in told
    assert Protocol.objects.count() == 1, "nothing is done before it is agreed to"
    assert "Changed. Nobody had been asked yet" in agreed(lead, study, rubric="five")
    study.refresh_from_db()
    assert study.protocol.scale == "five" and study.versions.get().number == 1
    # The usual instructions follow the rubric.
    assert "Both are bad" not in study.protocol.instructions


def test_after_the_first_judgement_it_says_so_and_makes_a_version(lead: Client) -> None:
    study = desk.answered(prompt_count=2)
    rated.judged_by(study, 4)
    before = list(Judgement.objects.order_by("pk").values())
    told = words(send(lead, study, rubric="eight", instructions="Other words.").content)
    assert "4 judgements stay as version 1, analysed and exported apart" in told
    assert "All comparisons are asked anew as version 2: 12 comparisons × 3 = 36 judgements" in told
    assert "Scale A, B, tie, both bad → eight points, without a tie" in told
    after = agreed(lead, study, rubric="eight", instructions="Other words.")
    assert "Raters are asked version 2 from now on. Version 1 is kept." in after
    assert "Version 2 asked now" in after and "by other" in after and "Instructions reworded" in after
    assert after.index("Version 2 asked now") < after.rindex("Version 1")
    assert list(Judgement.objects.order_by("pk").values()) == before


def test_the_agreement_is_to_what_was_shown(lead: Client) -> None:
    study = desk.answered(prompt_count=1)
    digest = send(lead, study, rubric="five").context["proposal"].agreed
    other = send(lead, study, rubric="eight", agreed=digest)
    assert other.status_code == 200 and other.context["proposal"].agreed != digest
    assert Protocol.objects.count() == 1


def test_two_leads_at_once(lead: Client) -> None:
    study = desk.answered(prompt_count=1)
    mine = fields(lead, study) | {"overlap": 4}
    agreed(lead, study, rubric="five")
    late = lead.post(reverse("asked", args=[study.pk]), mine, follow=True)
    assert "Somebody else has changed what is asked" in words(late.content)
    study.refresh_from_db()
    assert study.protocol.overlap == 3


def test_a_wrong_form_changes_nothing(lead: Client) -> None:
    study = desk.study(prompt_count=1)
    wrong = send(lead, study, training_pass=3)
    assert wrong.status_code == 422 and "cannot be passed with 3" in words(wrong.content)


def two_versions(lead: Client) -> Study:
    study = desk.answered(prompt_count=3)
    rated.judged_by(study, 8)
    agreed(lead, study, rubric="five")
    study.refresh_from_db()
    desk.simulate(study, size=2, each=5)
    return study


def exported(lead: Client, study: Study, query: str, name: str = "export_judgements"):
    answer = lead.get(reverse(name, args=[study.pk]) + query)
    body = async_to_sync(read)(answer).decode()
    return answer.headers["Content-Disposition"], [json.loads(line) for line in body.splitlines()]


async def read(answer: Any) -> bytes:
    return b"".join([chunk async for chunk in answer.streaming_content])


@pytest.mark.slow
def test_each_version_has_its_own_export_run_and_rating_page(lead: Client) -> None:
    study = two_versions(lead)
    name, rows = exported(lead, study, "?version=1&raters=both")
    assert "-version-1-judgements-SIMULATED.jsonl" in name and len(rows) == 8
    assert {row["rater_kind"] for row in rows} == {"person"}
    name, rows = exported(lead, study, "?raters=both")
    assert "-version-2-judgements" in name and len(rows) == 10
    assert all("strength" in row for row in rows)
    name, rows = exported(lead, study, "?version=1", "export_dpo")
    assert "-version-1-dpo.jsonl" in name and rows

    nothing = page(lead, "results", study, "?raters=people")
    assert "Nothing to analyse yet" in nothing and "Show version 1" in nothing
    old = page(lead, "results", study, "?version=1&raters=both")
    assert "They are asked version 2 by now; nothing of it is in here." in old
    new = page(lead, "results", study, "?raters=both")
    assert "Version 2 of what raters are asked. Judgements of earlier versions are not in it" in new
    runs = AnalysisRun.objects.order_by("pk")
    assert [run.result["n"] for run in runs] == [8, 10]
    assert [run.protocol.scale for run in runs] == ["four", "five"]
    first = lead.get(reverse("run_json", args=[runs[0].pk]))
    assert "-version-1-run-" in first.headers["Content-Disposition"]
    rated_now = page(lead, "results", study, "?version=1&raters=both")
    assert AnalysisRun.objects.count() == 2 and "since this run" not in rated_now

    past = page(lead, "study_rating", study, "?version=1")
    assert "8 of 54 judgements" in past and "Pause rating" not in past and "Open rating again" not in past
    assert "nobody can begin" not in past
    now = page(lead, "study_rating", study, "?raters=people")
    assert "No judgement yet of 54 that are wanted" in now and "Pause rating" in now


@pytest.mark.parametrize("query", ["?version=3", "?version=x", "?version=-1"])
@pytest.mark.parametrize("name", ["export_judgements", "export_dpo", "results", "study_rating"])
def test_a_version_that_is_not_there_is_not_found(lead: Client, name: str, query: str) -> None:
    study = desk.study(prompt_count=1)
    assert lead.get(reverse(name, args=[study.pk]) + query).status_code == 404


def test_a_rater_of_an_old_version_can_still_be_excluded(lead: Client) -> None:
    study = desk.answered(prompt_count=1)
    rater = rated.judged_by(study, 2)
    agreed(lead, study, rubric="five")
    address = reverse("change_standing", args=[study.pk, rater.public_id, "exclude"])
    assert "is excluded" in words(lead.post(address, {"reason": "a bot"}, follow=True).content)


@pytest.mark.slow
def test_with_one_version_no_page_speaks_of_versions(lead: Client) -> None:
    study = desk.answered(prompt_count=1)
    rated.judged_by(study, 2)
    for name in ("study_rating", "results"):
        assert "ersion 1 of" not in page(lead, name, study)
    assert "version" not in exported(lead, study, "")[0]


def test_rating_opens_when_the_lead_opens_it(lead: Client) -> None:
    study = desk.study(prompt_count=1, held=True)
    assert state_of(Study.objects.get().protocol) == "notyet"
    assert "Rating has not been opened yet" in page(lead, "study", study)
    assert "Rating has not been opened yet: nobody can begin." in page(lead, "study_rating", study)
    lead.post(reverse("change_opening", args=[study.pk, "reopen"]))
    study = Study.objects.get()
    assert state_of(study.protocol) == "open"
    assert "has not been opened" not in page(lead, "study", study)


def test_simulated_raters_may_try_out_what_is_not_open(lead: Client) -> None:
    study = desk.answered(prompt_count=1)
    openings.hold(by=desk.lead(), protocol=study.protocol)
    desk.simulate(study, size=1, each=3)
    assert Judgement.objects.count() >= 3


def test_the_builder_asks_when_rating_opens(lead: Client) -> None:
    sent = {
        "name": "Later",
        "endpoints": [desk.endpoint("plain").pk, desk.endpoint("slips").pk],
        "source": "pasted",
        "pasted": "Why?",
        "pairing": "all",
        "rubric": "vibes",
        "overlap": 2,
        "session_length": 10,
        "samples": 1,
        "selection": "each",
        "draw": "stored",
        "delivery": "live",
    }
    sent["opens"] = "later"
    told = lead.post(reverse("new_study"), sent | {"estimate": "yes"})
    lead.post(reverse("new_study"), sent | {"agreed": told.context["estimate"].agreed})
    assert state_of(Study.objects.get().protocol) == "notyet"
