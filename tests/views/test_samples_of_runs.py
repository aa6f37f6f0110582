"""A file of samples beside a run: its figures appear on a run of its own, and the command makes the same bytes of it."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.services import desk
from vibes.models import AnalysisRun
from vibes.services import analyses, run_schedules

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "samples.csv"


@pytest.fixture
def run(client: Client) -> AnalysisRun:
    client.force_login(desk.lead())
    study = desk.answered()
    desk.simulate(study, size=3, each=6)
    client.get(reverse("results", args=[study.pk]), {"raters": "simulated"})
    return AnalysisRun.objects.get()


def send(client: Client, run: AnalysisRun, body: bytes, name: str = "samples.csv"):
    stream = io.BytesIO(body)
    stream.name = name
    return client.post(reverse("add_samples", args=[run.pk]), {"samples": stream, "page": "effort"})


@pytest.mark.slow
def test_its_figures_stand_on_a_run_of_its_own(client: Client, run: AnalysisRun, tmp_path: Path) -> None:
    empty = client.get(reverse("run_page", args=[run.pk, "effort"])).content.decode()
    assert "This run has nothing for it" in empty
    response = send(client, run, EXAMPLE.read_bytes())
    made = AnalysisRun.objects.latest("pk")
    assert response.url == reverse("run_page", args=[made.pk, "effort"])
    assert analyses.compute(run_id=made.pk).state == AnalysisRun.State.DONE
    for slug, figure in (
        ("effort", "effort"),
        ("over-optimisation", "overoptimisation"),
        ("goldilocks", "goldilocks"),
    ):
        assert (
            f'data-figure="figure-{figure}"'
            in client.get(reverse("run_page", args=[made.pk, slug])).content.decode()
        )
    frozen = client.get(reverse("run_json", args=[made.pk])).content
    call_command(
        "analyze", study=run.study_id, run=made.pk, out=tmp_path, json_only=True, stdout=io.StringIO()
    )
    assert (tmp_path / "report.json").read_bytes() == frozen
    assert send(client, run, EXAMPLE.read_bytes()).url == response.url, "the same file is the same question"
    run.refresh_from_db()
    assert run.result["effort"] == []
    with pytest.raises(run_schedules.NotScheduled, match="does not grow"):
        run_schedules.keep(by=desk.lead(), run=AnalysisRun.objects.get(pk=made.pk), every_hours=1)


def test_a_file_that_cannot_be_read_fails_with_its_row(client: Client, run: AnalysisRun) -> None:
    send(client, run, b"prompt_id,model,score\np1,x,high\n")
    made = analyses.compute(run_id=AnalysisRun.objects.latest("pk").pk)
    assert made.state == AnalysisRun.State.FAILED
    assert "row" in made.error and "score" in made.error


def test_no_file_or_an_empty_one_makes_nothing(client: Client, run: AnalysisRun) -> None:
    client.post(reverse("add_samples", args=[run.pk]), {"page": "effort"})
    page = client.get(reverse("run_page", args=[run.pk, "effort"])).content.decode()
    assert "Nothing was read. Choose a file of samples." in page
    send(client, run, b"")
    assert "This file is empty" in client.get(reverse("run_page", args=[run.pk, "effort"])).content.decode()
    assert AnalysisRun.objects.count() == 1
