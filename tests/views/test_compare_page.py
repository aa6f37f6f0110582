"""Two runs on a page: chosen, told, swapped; and every way in which they cannot be compared."""

import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Rater
from tests.services import desk
from vibes.datasets.prompt_files import PromptRow
from vibes.models import AnalysisRun, Endpoint, Study
from vibes.queries import compared_page
from vibes.queries import compared_runs as read
from vibes.services import analyses

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "charts"))

from sample_report import full

pytestmark = pytest.mark.django_db
COMPARE = "/compare/"


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(desk.lead())
    return client


def frozen(study: Study | None = None, name: str = "votes.jsonl", **changed: Any) -> AnalysisRun:
    """A run that holds an invented report."""
    values = {
        "study": study,
        "protocol": study.protocol if study else None,
        "source_name": "" if study else name,
        "specification": analyses.specified(),
        "data_fingerprint": "judgements:400:410" if study else f"sha256:{name}",
        "seed": 1,
        "code_version": "0.1",
        "state": AnalysisRun.State.DONE,
        "result": raters(full(data_fingerprint=changed.get("data_fingerprint", f"sha256:{name}")), name),
    }
    return AnalysisRun.objects.create(**values | changed)


def another(*said: str, of: Study | None = None) -> Study:
    """A study of the same endpoints, on prompts of its own or on those of a study."""
    rows = [
        PromptRow(reference=text, turns=({"role": "user", "content": text},), prompt_class="advice")
        for text in said
    ]
    chosen = of or desk.prompts.store(by=desk.lead(), name="others", rows=rows)
    plan = desk.studies.Plan(
        name="Another", prompts=list(chosen.prompts.all()), endpoints=list(Endpoint.objects.all())
    )
    return desk.studies.create(by=desk.lead(), plan=plan)


def raters(report: Any, prefix: str) -> Any:
    """With raters of its own."""
    report["raters_detail"] = [row | {"rater": f"{prefix}-{row['rater']}"} for row in report["raters_detail"]]
    return report


def shown(lead: Client, a: object, b: object, status: int = 200, **more: str) -> str:
    answer = lead.get(COMPARE, {"a": str(a), "b": str(b)} | more)
    assert answer.status_code == status
    return answer.content.decode()


def test_two_dates_of_one_study_take_the_widest_interval_and_say_what_came(lead: Client) -> None:
    study = desk.study()
    first = frozen(study)
    later = raters(full(data_fingerprint="judgements:950:1000"), "later")
    second = frozen(study, data_fingerprint="judgements:950:1000", result=later)
    first.result["data_fingerprint"] = first.data_fingerprint
    first.save()
    page = shown(lead, first.pk, second.pk)
    assert f"Nothing moved beyond its interval between run {first.pk} and run {second.pk}" in page
    assert "In both: the same study." in page and ": 550 more." in page
    assert 'id="figure-compared"' in page and "No answer and no rater is in both" not in page
    assert f"?a={second.pk}&amp;b={first.pk}" in page


def test_two_studies_of_other_prompts_and_raters_are_independent(lead: Client) -> None:
    one, other = (
        desk.study(),
        another("Why not?"),
    )
    page = shown(lead, frozen(one, name="x").pk, frozen(other, name="y").pk)
    assert "Taken as independent" in page


def test_two_studies_that_share_prompts_are_not(lead: Client) -> None:
    one = desk.study()
    other = another(of=one)
    assert "In both: 3 prompts." in shown(lead, frozen(one, name="x").pk, frozen(other, name="y").pk)


def test_files_are_taken_as_independent_only_where_the_reader_says_so(lead: Client) -> None:
    one, other = frozen(name="x"), frozen(name="y")
    assert "perhaps the same answers" in shown(lead, one.pk, other.pk)
    page = shown(lead, one.pk, other.pk, independent="1")
    assert "Taken as independent" in page and 'value="1" checked' in page
    same = frozen(name="x", seed=2)
    page = shown(lead, one.pk, same.pk, independent="1")
    assert "In both: the same file and" in page and "Both runs read the same votes" in page


def test_the_form_lists_runs_of_the_same_study_first_and_names_each(lead: Client) -> None:
    study = desk.study()
    elsewhere = another("Why not?")
    half = analyses.specified(ties="half", rater_kinds=("simulated",))
    chosen, same, other, file = frozen(study), frozen(study, specification=half), frozen(elsewhere), frozen()
    waiting = frozen(study, state=AnalysisRun.State.QUEUED, result=None)
    page = lead.get(COMPARE, {"b": chosen.pk}).content.decode()
    places = [page.index(f'<option value="{run.pk}"') for run in (same, other, file)]
    assert places == sorted(places) and f'<option value="{waiting.pk}"' not in page
    assert (
        f">run {same.pk} · A study · " in page
        and "version 1 · simulated raters · ties: half a win each" in page
    )
    assert "One run is chosen. Choose the other." in page
    assert f'href="{COMPARE}?b={chosen.pk}"' in lead.get(reverse("run", args=[chosen.pk])).content.decode()


@pytest.mark.parametrize(
    "hostile", ["abc", "-1", "1e9", "9" * 40, "0" * 6000 + "1", "1\x00", "<script>", "\u0663"]
)
def test_a_hostile_address_gets_a_clear_page(lead: Client, hostile: str) -> None:
    page = shown(lead, hostile, frozen().pk, status=422)
    assert "These runs cannot be compared" in page and "is no number of a run." in page
    assert "<script>" not in page


def test_missing_waiting_and_equal_runs_are_told_apart(lead: Client) -> None:
    run = frozen()
    waiting = frozen(state=AnalysisRun.State.RUNNING, result=None)
    assert "There is no run 999." in shown(lead, 999, run.pk, status=422)
    assert f"Run {waiting.pk} is running, so it has no numbers" in shown(lead, waiting.pk, run.pk, status=422)
    assert f"Both are run {run.pk}. Choose two runs that differ." in shown(lead, run.pk, run.pk, status=422)


def test_without_a_run_the_page_says_what_to_do(lead: Client) -> None:
    page = lead.get(COMPARE).content.decode()
    assert "What moved between two runs?" in page and "No run is done yet" in page


def test_simulated_votes_in_either_are_marked(lead: Client) -> None:
    page = shown(lead, frozen(name="x").pk, frozen(name="y", result=full(simulated=240)).pk)
    assert "Simulated." in page and "-SIMULATED" in page


def test_names_of_models_stay_text(lead: Client) -> None:
    hostile = full()
    hostile["boards"]["plain"][0]["model"] = "</script><script>alert(1)</script>"
    assert "<script>alert(1)" not in shown(lead, frozen(name="x", result=hostile).pk, frozen(name="y").pk)


def test_a_rater_is_not_let_in(client: Client) -> None:
    Rater.objects.create(kind=Rater.Kind.PERSON)
    assert client.get(COMPARE).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_the_form_takes_the_same_queries_for_one_run_and_for_three(
    lead: Client, count: int, django_assert_num_queries
) -> None:
    study = desk.study()
    for _ in range(count):
        frozen(study)
        frozen()
    lead.get(COMPARE)
    with django_assert_num_queries(3):
        lead.get(COMPARE)


@pytest.mark.parametrize("count", [0, 3])
def test_a_comparison_takes_the_same_queries_whatever_else_there_is(
    lead: Client, count: int, django_assert_num_queries
) -> None:
    study = desk.study()
    one, other = frozen(study), frozen(another("Why not?"), name="y")
    for _ in range(count):
        frozen(study)
    with django_assert_num_queries(6):
        shown(lead, one.pk, other.pk)


def test_the_list_reads_no_report(lead: Client) -> None:
    frozen()
    (run,) = read._done()
    assert "result" in run.get_deferred_fields()


def test_the_figure_is_drawn_once_for_what_it_says(lead: Client) -> None:
    """Shown by reports that change under them, which no frozen one does."""
    one, other = frozen(name="x"), frozen(name="y")
    first = compared_page.page(one, other, independent=True)
    one.result["n"] += 1000
    assert compared_page.page(one, other, independent=True).card == first.card
    assert compared_page.page(one, other, independent=False).card != first.card
    assert compared_page.page(other, one, independent=True).card != first.card
