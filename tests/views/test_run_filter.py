"""The filter of results: what an address asks for is what the run was asked, and the form says it back."""

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from tests.services import desk
from vibes.charts.chapters import CHAPTERS
from vibes.forms.run_filter import RunFilterForm, chosen_by
from vibes.models import AnalysisRun, Study
from vibes.queries.run_page import CASES
from vibes.services import analyses

pytestmark = pytest.mark.django_db
EVERYTHING = {
    "raters": "both",
    "ties": "half",
    "both_bad": "tie",
    "prompt_class": "advice",
    "authored": "false",
    "turns": "several",
    "since": "2026-01-31",
    "until": "2026-02-28",
    "where": "rater!=ann,bob\nseconds>=5",
    "first": "x",
    "second": "y",
}


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(desk.lead())
    return client


@pytest.fixture
def rated() -> Study:
    made = desk.answered()
    desk.simulate(made, size=4, each=8)
    return made


def read(text: str, study: Study) -> RunFilterForm:
    form = RunFilterForm(QueryDict(text), study=study)
    assert form.is_valid(), form.errors
    return form


def test_an_address_asks_for_all_of_it_and_the_run_says_it_back() -> None:
    study = desk.study()
    study.prompts.update(prompt_class="advice")
    asked = QueryDict(mutable=True)
    asked.update(EVERYTHING)
    form = read(asked.urlencode(), study)
    assert form.conditions == [
        "prompt_class=advice",
        "authored=false",
        "user_turns>=2",
        "created_at>=2026-01-31",
        "created_at<=2026-02-28T23:59:59.999999",
        "rater!=ann,bob",
        "seconds>=5",
    ]
    assert form.same == [["x", "y"]]
    kept = analyses.specified(
        ties="half",
        both_bad="tie",
        rater_kinds=("person", "simulated"),
        where=form.conditions,
        same=form.same,
    )
    assert chosen_by(kept) == EVERYTHING


def test_a_condition_may_be_a_parameter_of_its_own() -> None:
    assert read("where=seconds>=5&where=rater=ann", desk.study()).conditions == ["seconds>=5", "rater=ann"]


@pytest.mark.slow
def test_a_filtered_run_is_of_those_rows_alone(lead: Client, rated: Study) -> None:
    address = reverse("results", args=[rated.pk])
    lead.get(address)
    whole = AnalysisRun.objects.get()
    rater = whole.result["raters_detail"][0]["rater"]
    response = lead.get(address, {"where": f"rater!={rater}", "page": "raters"})
    run = AnalysisRun.objects.latest("pk")
    assert response.url == reverse("run_page", args=[run.pk, "raters"])
    assert run.result["raters"] == whole.result["raters"] - 1
    assert run.result["n"] == whole.result["n"] - whole.result["raters_detail"][0]["n"]
    page = lead.get(response.url).content.decode()
    assert f"only rater!={rater}" in page
    assert f">rater!={rater}</textarea>" in page.replace("\n", "")
    assert lead.get(address, {"where": f"rater!={rater}"}).url == reverse("run", args=[run.pk])
    assert AnalysisRun.objects.count() == 2


def test_what_cannot_be_read_is_said_and_nothing_is_made(lead: Client, rated: Study) -> None:
    address = reverse("results", args=[rated.pk])
    for asked, said in (
        ({"where": "nonsense"}, "is no filter"),
        ({"since": "soon"}, "Enter a valid date"),
        ({"prompt_class": "nowhere"}, "Select a valid choice"),
        ({"where": "\n".join(["seconds>=5"] * 21)}, "These are 21 conditions"),
    ):
        response = lead.get(address, asked)
        assert response.status_code == 422
        assert said in response.content.decode()
    assert not AnalysisRun.objects.exists()


def test_a_column_that_is_not_there_fails_the_run_with_its_name(lead: Client, rated: Study) -> None:
    response = lead.get(reverse("results", args=[rated.pk]), {"where": "colour=red"}, follow=True)
    assert "column colour: the filter names no column of the frame" in response.content.decode()


def test_every_page_of_a_run_answers_and_no_other(
    lead: Client, rated: Study, django_assert_max_num_queries
) -> None:
    lead.get(reverse("results", args=[rated.pk]))
    run = AnalysisRun.objects.get()
    for slug in CHAPTERS:
        with django_assert_max_num_queries(16):
            page = lead.get(reverse("run_page", args=[run.pk, slug]))
        assert page.status_code == 200
        assert page.content.count(b'aria-current="page"') == 2
    assert lead.get(reverse("run_page", args=[run.pk, "nowhere"])).status_code == 404


def test_what_a_page_says_leads_to_its_cases(lead: Client, rated: Study) -> None:
    """Each search of a page is one that the page of comparisons knows."""
    lead.get(reverse("results", args=[rated.pk]))
    run = AnalysisRun.objects.get()
    for slug, searches in CASES.items():
        page = lead.get(reverse("run_page", args=[run.pk, slug])).content.decode()
        for words, asked in searches:
            address = f"{reverse('comparisons', args=[rated.pk])}?{asked}&raters=simulated"
            assert f'href="{escape(address)}">{words}</a>' in page
            found = lead.get(address)
            assert found.status_code == 200
            assert "This search cannot be made" not in found.content.decode()
