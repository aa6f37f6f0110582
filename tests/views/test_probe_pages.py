"""The pages of probes: started, watched, read."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.services import desk
from tests.services.probing_desk import said_and_scored
from vibes.models import Endpoint, Generation, ProbeRun
from vibes.probes.behaviours import AGREES, BEHAVIOURS
from vibes.queries import probe_runs
from vibes.services import endpoints, probes

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(desk.lead())
    return client


def endpoint(model: str = AGREES, **settings: object) -> Endpoint:
    settings = {"provider": "scripted", "base_url": "http://127.0.0.1:9/v1"} | settings
    return endpoints.add(by=desk.lead(), name=f"Model {model}", model=model, **settings)


def started(*models: str, families: tuple[str, ...] = ("claims",)) -> ProbeRun:
    known = {one.model: one for one in Endpoint.objects.all()}
    chosen = [known.get(model) or endpoint(model) for model in models]
    return probes.create(by=desk.lead(), endpoints=chosen, families=families)


def answered(*models: str, families: tuple[str, ...] = ("claims",)) -> ProbeRun:
    """A scored run whose answers are those of the behaviours."""
    return said_and_scored(started(*models, families=families))


def test_no_run_yet(lead: Client) -> None:
    page = lead.get(reverse("probes")).content.decode()
    assert "No run yet" in page and "No endpoint yet" in page
    endpoint()
    page = lead.get(reverse("probes")).content.decode()
    assert "Model scripted-agrees" in page and "No endpoint yet" not in page
    assert page.count("checked") == 7


def test_a_run_is_started_from_the_form(lead: Client) -> None:
    chosen = endpoint()
    response = lead.post(reverse("probes"), {"endpoints": [chosen.pk], "families": ["claims", "sides"]})
    run = ProbeRun.objects.get()
    assert response.url == reverse("probe_run", args=[run.pk])
    assert run.families == ["claims", "sides"] and run.generations.count() == 96
    assert run.created_by == desk.lead()


def test_what_may_cost_money_is_told_and_agreed_to_first(lead: Client) -> None:
    paid = endpoint(provider="openai", base_url="https://api.openai.com/v1", price_in=1, price_out=2)
    form = {"endpoints": [paid.pk], "families": ["claims"]}
    page = lead.post(reverse("probes"), form)
    assert page.status_code == 200 and b"About 66 calls" in page.content and b"at most US$" in page.content
    agreed = page.context["estimate"].agreed
    lead.post(reverse("probes"), form | {"families": ["sides"], "agreed": agreed})
    assert not ProbeRun.objects.exists()
    lead.post(reverse("probes"), form | {"agreed": agreed})
    assert ProbeRun.objects.get().families == ["claims"]


def test_calls_are_told_when_asked_for_and_nothing_is_started(lead: Client) -> None:
    form = {"endpoints": [endpoint().pk], "families": ["pressure"], "estimate": "yes"}
    page = lead.post(reverse("probes"), form).content.decode()
    assert "About 212 calls" in page and "free" in page
    assert not ProbeRun.objects.exists()


@pytest.mark.parametrize("families", [[], ["riddles"]])
def test_a_form_that_is_not_whole_says_so(families: list[str], lead: Client) -> None:
    response = lead.post(reverse("probes"), {"endpoints": [endpoint().pk], "families": families})
    assert response.status_code == 422 and b"The run was not started" in response.content
    response = lead.post(reverse("probes"), {"families": ["claims"]})
    assert b"Choose at least one endpoint" in response.content
    assert not ProbeRun.objects.exists()


def test_an_archived_endpoint_is_not_offered(lead: Client) -> None:
    gone = endpoint()
    endpoints.archive(by=desk.lead(), endpoint=gone)
    assert lead.post(reverse("probes"), {"endpoints": [gone.pk], "families": ["claims"]}).status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three(
    count: int, lead: Client, django_assert_num_queries
) -> None:
    for _ in range(count):
        answered(AGREES, families=("sides",))
    with django_assert_num_queries(9):
        page = lead.get(reverse("probes")).content.decode()
    assert page.count("30 of 30") == count


def test_a_run_under_way_polls_and_says_what_will_come(lead: Client) -> None:
    run = started(AGREES)
    page = lead.get(reverse("probe_run", args=[run.pk])).content.decode()
    assert "The answers are being fetched" in page and 'hx-trigger="every 2s"' in page
    assert "The scores of 1 family appear here" in page
    fragment = lead.get(reverse("probe_progress", args=[run.pk]))
    assert "HX-Refresh" not in fragment and b"<html" not in fragment.content


def test_a_run_that_is_scored_stops_polling(lead: Client) -> None:
    run = answered(AGREES)
    fragment = lead.get(reverse("probe_progress", args=[run.pk]))
    assert fragment["HX-Refresh"] == "true" and b"hx-trigger" not in fragment.content


@pytest.mark.slow
def test_a_scored_run_tells_each_family_apart_and_no_index(lead: Client) -> None:
    run = answered(*BEHAVIOURS, families=("claims", "wrong_belief", "pressure", "authorship"))
    page = lead.get(reverse("probe_run", args=[run.pk])).content.decode()
    words = " ".join(page.split())
    assert "Model scripted-contrarian goes against the user’s side" in words
    assert (
        "each of Model scripted-agrees and Model scripted-agrees-on-opinions goes with the user’s side"
        in words
    )
    assert "Model scripted-agrees follows the user in facts" in words
    assert "+100\N{NO-BREAK SPACE}points" in page and "\N{MINUS SIGN}100\N{NO-BREAK SPACE}points" in page
    assert "(+79 to +100) n&nbsp;22" in words
    assert page.count('<section class="section" aria-labelledby="family-') == 4
    assert run.code_version in page


@pytest.mark.slow
def test_what_is_in_no_score_is_told(lead: Client) -> None:
    run = started(AGREES)
    run.generations.update(state="done", text="You have a point.")
    run.generations.filter(prompt__reference__endswith="neutral").update(state="failed", text="")
    run = probes.score(run_id=run.pk)
    page = lead.get(reverse("probe_run", args=[run.pk])).content.decode()
    assert "22 failed, 44 unreadable of 66 answers" in page
    assert "has too few answers that can be read" in page


def test_a_failed_run_says_why(lead: Client) -> None:
    run = started(AGREES)
    ProbeRun.objects.update(state="failed", error="The bank has changed.")
    page = lead.get(reverse("probe_run", args=[run.pk])).content.decode()
    assert "The bank has changed." in page and "hx-trigger" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_a_run_takes_the_same_queries_for_one_and_three_endpoints(
    count: int, lead: Client, django_assert_num_queries
) -> None:
    run = answered(*list(BEHAVIOURS)[:count], families=("sides", "memory")[: 1 + count // 3])
    with django_assert_num_queries(4):
        lead.get(reverse("probe_run", args=[run.pk]))
    with django_assert_num_queries(7):
        lead.get(reverse("probe_answers", args=[run.pk]) + "?family=sides")


def test_names_are_text(lead: Client) -> None:
    run = answered(AGREES)
    assert run.result["endpoints"][0]["name"] == "Model scripted-agrees"
    ProbeRun.objects.update(
        result={"schema": 1, "endpoints": [run.result["endpoints"][0] | {"name": "<i>x</i>"}]}
    )
    assert b"<i>x</i>" not in lead.get(reverse("probe_run", args=[run.pk])).content


@pytest.mark.slow
def test_answers_are_shown_with_what_they_were_read_as(lead: Client) -> None:
    run = answered(AGREES, "scripted-flips-at-3", families=("pressure", "authorship", "sides"))
    address = reverse("probe_answers", args=[run.pk])
    everything = lead.get(address).content.decode()
    assert f"{2 * (45 + 52 + 30)} answers" in everything
    flips = Endpoint.objects.get(model="scripted-flips-at-3")
    talks = " ".join(lead.get(f"{address}?endpoint={flips.pk}&family=pressure").content.decode().split())
    assert "right, right, right, wrong, wrong" in talks
    assert "wrong, wrong, right, right" in talks  # after a planted answer
    marks = lead.get(f"{address}?family=authorship").content.decode()
    assert "9 of 10" in marks and "wrote it" in marks
    assert "Dana" in lead.get(f"{address}?family=sides").content.decode()
    assert lead.get(f"{address}?family=riddles&endpoint=x&page=99").status_code == 200


def test_answers_that_tell_nothing_are_shown_as_such(lead: Client) -> None:
    run = started(AGREES)
    rows = list(run.generations.order_by("pk")[:3])
    for row, text in zip(rows, ("You have a point.", " ", "It depends."), strict=True):
        Generation.objects.filter(pk=row.pk).update(state="done", text=text)
    page = " ".join(lead.get(reverse("probe_answers", args=[run.pk])).content.decode().split())
    for word in ("cannot be read", "empty", "no side", "Queued"):
        assert word in page


def test_a_family_that_has_gone_is_left_out(lead: Client) -> None:
    run = answered(AGREES)
    ProbeRun.objects.update(families=["claims", "bygone"])
    run.refresh_from_db()
    assert [table.family for table in probe_runs.tables(run)] == ["claims"]
    for name in ("probe_run", "probe_answers"):
        assert lead.get(reverse(name, args=[run.pk])).status_code == 200


def test_the_buttons_of_a_run(lead: Client) -> None:
    run = started(AGREES)

    def press(verb: str) -> str:
        return lead.post(reverse("control_probe", args=[run.pk, verb]), follow=True).content.decode()

    assert "Fetching is paused." in press("pause")
    assert "Resume fetching" in lead.get(reverse("probe_run", args=[run.pk])).content.decode()
    assert "Fetching goes on." in press("resume")
    page = press("cancel")
    assert "66 answers will not be asked for" in page and "Pause fetching" not in page
    assert lead.post(reverse("control_probe", args=[run.pk, "explode"])).status_code == 404
    assert lead.get(reverse("control_probe", args=[run.pk, "pause"])).status_code == 405


def test_scores_as_a_file(lead: Client) -> None:
    run = answered(AGREES)
    response = lead.get(reverse("probe_json", args=[run.pk]))
    values = response.json()
    assert response["Content-Disposition"] == f'attachment; filename="probes-run-{run.pk}.json"'
    assert values["endpoints"] == run.result["endpoints"] and values["bank"] == run.bank
    assert lead.get(reverse("probe_json", args=[started(AGREES, families=("sides",)).pk])).status_code == 404


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (0.794, "share", "79"),
        (-0.5, "difference of shares", "\N{MINUS SIGN}50"),
        (0.001, "difference of shares", "0"),
        (-0.001, "marks", "0.0"),
        (3.0, "marks", "+3.0"),
        (2.85, "pushes", "2.9"),
    ],
)
def test_numbers(value: float, unit: str, told: str) -> None:
    assert probe_runs.number(value, unit) == told
