"""The team's pages: a study from nothing to files, through HTTP."""

import io
import json

import pytest
from django.test import AsyncClient, Client
from django.urls import reverse

from annotations.models import Judgement, User
from annotations.services import sign_in
from tests.services import desk
from vibes.charts import report_page
from vibes.models import AnalysisRun, Endpoint, Generation, PromptSet, SimulatedCrowd, Study
from vibes.queries import runs

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(desk.lead())
    return client


@pytest.fixture
def answered() -> Study:
    return desk.answered()


def test_a_sign_in_link_works_once(client: Client) -> None:
    path = sign_in.path_for(desk.lead())
    assert b"Sign in as lead" in client.get(path).content
    assert "_auth_user_id" not in client.session
    client.post(path)
    assert client.get(reverse("studies")).status_code == 200
    assert Client().get(path).status_code == 410
    assert Client().post(path).status_code == 410


def test_anonymous_visitors_are_asked_to_sign_in(client: Client) -> None:
    response = client.get(reverse("studies"))
    assert response.url == f"{reverse('sign_in')}?next={reverse('studies')}"
    fragment = client.get(reverse("study_progress", args=[1]), HTTP_HX_REQUEST="true")
    assert fragment.status_code == 401


def test_only_admins_add_endpoints(client: Client) -> None:
    client.force_login(User.objects.create(username="other", role=User.Role.LEAD))
    assert client.get(reverse("endpoints")).status_code == 200
    assert client.get(reverse("add_endpoint")).status_code == 403


@pytest.mark.parametrize(
    ("fields", "prompts"),
    [
        ({"source": "pasted", "pasted": "Why?\nWhy not?"}, 2),
        ({"source": "file", "file": ("p.csv", b"prompt,class\nWhy?,advice\nWhen?,maths\nHow?,maths\n")}, 3),
        ({"source": "file", "file": ("p.jsonl", b'{"prompt": "Why?"}\n')}, 1),
        ({"source": "file", "file": ("p.txt", b"Why?\n\nHow?\n")}, 2),
    ],
)
def test_a_study_is_made_from_prompts_of_every_source(
    lead: Client, fields: dict[str, object], prompts: int
) -> None:
    response = lead.post(reverse("new_study"), _study_form() | _upload(fields))
    study = Study.objects.get()
    assert response.url == reverse("study", args=[study.pk])
    assert study.prompts.count() == prompts
    assert study.generations.count() == 2 * prompts
    page = lead.get(response.url).content.decode()
    assert study.protocol.invitations.get().token in page


def test_a_stored_set_can_be_cut_to_some_classes(lead: Client) -> None:
    stored = desk.prompt_set(4)
    lead.post(
        reverse("new_study"),
        _study_form() | {"source": "set", "prompt_set": stored.pk, "classes": ["factual"]},
    )
    assert set(Study.objects.get().prompts.values_list("prompt_class", flat=True)) == {"factual"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"endpoints": []}, "This field is required"),
        ({"one_endpoint": True}, "at least two"),
        ({"source": "pasted", "pasted": "  "}, "prompt"),
        ({"source": "file"}, "Choose a TXT, CSV or JSONL file"),
        ({"pairing": "baseline"}, "Choose the baseline"),
        ({"overlap": 0}, "greater than or equal to 1"),
        ({"source": "file", "file": ("p.csv", b"question\nWhy?\n")}, "prompt"),
    ],
)
def test_a_study_that_cannot_be_made_says_why(lead: Client, change: dict[str, object], said: str) -> None:
    form = _study_form() | {"source": "pasted", "pasted": "Why?"} | _upload(change)
    if form.pop("one_endpoint", False):
        form["endpoints"] = form["endpoints"][:1]
    response = lead.post(reverse("new_study"), form)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Study.objects.exists()


def _study_form() -> dict[str, object]:
    endpoints = [desk.endpoint(c).pk for c in ("plain", "slips")] if not Endpoint.objects.exists() else []
    return {
        "name": "A study",
        "endpoints": endpoints,
        "pairing": "all",
        "rubric": "vibes",
        "overlap": 2,
        "session_length": 10,
        "samples": 1,
        "selection": "each",
        "draw": "stored",
        "delivery": "live",
    }


def _upload(fields: dict[str, object]) -> dict[str, object]:
    if isinstance(fields.get("file"), tuple):
        name, body = fields["file"]
        stream = io.BytesIO(body)
        stream.name = name
        return fields | {"file": stream}
    return fields


def test_a_study_page_holds_no_results_yet_and_says_what_to_do(lead: Client, answered: Study) -> None:
    page = lead.get(reverse("results", args=[answered.pk]))
    assert page.status_code == 200
    assert b"Nothing to analyse yet" in page.content


@pytest.mark.slow
def test_results_of_simulated_raters_are_marked_and_never_mixed_with_people(
    lead: Client, answered: Study
) -> None:
    desk.simulate(answered)
    assert SimulatedCrowd.objects.get().done == Judgement.objects.filter(revision=1).count() > 200
    response = lead.get(reverse("results", args=[answered.pk]))
    run = AnalysisRun.objects.get()
    assert response.url == reverse("run", args=[run.pk])
    assert run.specification["rater_kinds"] == ["simulated"]
    page = lead.get(response.url).content.decode()
    assert "Simulated." in page
    assert run.result["simulated"] == run.result["n"]
    assert lead.get(reverse("results", args=[answered.pk]) + "?raters=people").status_code == 200
    assert AnalysisRun.objects.count() == 1
    html = lead.get(reverse("run_html", args=[run.pk]))
    assert "SIMULATED" in html["Content-Disposition"]
    assert b"SIMULATED" in html.content
    anew = report_page.render_html(run.result, runs.title(run), runs.label(run))
    assert html.content.decode() == anew == lead.get(reverse("run_html", args=[run.pk])).content.decode()


@pytest.mark.slow
def test_the_same_question_finds_the_same_frozen_run_until_a_judgement_comes(
    lead: Client, answered: Study
) -> None:
    desk.simulate(answered, size=3, each=5)
    first = lead.get(reverse("results", args=[answered.pk])).url
    assert lead.get(reverse("results", args=[answered.pk])).url == first
    frozen = lead.get(first + "report.json").content
    desk.simulate(answered, size=1, each=3)
    assert b"Judgements have come in" in lead.get(first).content
    assert lead.get(first + "report.json").content == frozen
    assert lead.get(reverse("results", args=[answered.pk])).url != first


@pytest.mark.slow
def test_planted_praise_is_found(lead: Client, answered: Study) -> None:
    desk.simulate(answered, size=40, each=36, praise=1.6, lists=0.0, length=0.0, correct=0.0, left=0.0)
    lead.get(reverse("results", args=[answered.pk]))
    told = AnalysisRun.objects.get().result["tiebreak"]["T1a"]
    assert told["state"] == "ok"
    assert told["low"] > 0


async def _body(response) -> bytes:
    return b"".join([chunk async for chunk in response.streaming_content])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
async def test_exports_hold_every_judgement_once_and_say_who_judged() -> None:
    from asgiref.sync import sync_to_async

    study = await sync_to_async(_exported_study)()
    client = AsyncClient()
    await client.aforce_login(await sync_to_async(desk.lead)())
    path = reverse("export_judgements", args=[study.pk])
    people = await client.get(path)
    assert await _body(people) == b""
    simulated = await client.get(f"{path}?raters=simulated")
    assert "SIMULATED" in simulated["Content-Disposition"]
    rows = [json.loads(line) for line in (await _body(simulated)).splitlines()]
    standing = await Judgement.objects.filter(revision=1).acount()
    assert len(rows) == len({row["judgement_id"] for row in rows}) == standing
    assert {row["rater_kind"] for row in rows} == {"simulated"}
    assert {"model_a", "model_b", "verdict", "a_is_left", "text_a", "prompt"} <= set(rows[0])
    dpo = await client.get(reverse("export_dpo", args=[study.pk]) + "?raters=simulated")
    pairs = [json.loads(line) for line in (await _body(dpo)).splitlines()]
    decisive = [row for row in rows if row["verdict"] in ("a", "b")]
    assert len(pairs) == len(decisive)
    assert all(pair["simulated"] for pair in pairs)
    assert pairs[0]["chosen"] != pairs[0]["rejected"]


def _exported_study() -> Study:
    study = desk.answered(3)
    desk.simulate(study, size=4, each=10)
    return study


def test_stored_prompt_sets_are_not_doubled(lead: Client) -> None:
    form = _study_form() | {"source": "pasted", "pasted": "Why?\nHow?"}
    lead.post(reverse("new_study"), form)
    lead.post(reverse("new_study"), form)
    assert Study.objects.count() == 2
    assert PromptSet.objects.count() == 1
    assert Generation.objects.count() == 4


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_studies_takes_the_same_queries_for_one_and_three(
    lead: Client, count: int, django_assert_num_queries
) -> None:
    for number in range(count):
        desk.studies.create(
            by=desk.lead(),
            plan=desk.studies.Plan(
                name=f"study {number}",
                prompts=list(desk.prompt_set(2).prompts.all()),
                endpoints=list(Endpoint.objects.all()) or [desk.endpoint("plain"), desk.endpoint("slips")],
            ),
        )
    with django_assert_num_queries(3):
        lead.get(reverse("studies"))
