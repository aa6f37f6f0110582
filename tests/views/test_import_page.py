"""The import page: files of elsewhere become a report, or a sentence that names the place and the mend."""

import io
import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.services import desk
from vibes.charts.card import drawn
from vibes.charts.chapters import CHAPTERS
from vibes.models import AnalysisRun
from vibes.services import analyses

pytestmark = pytest.mark.django_db
VOTES = "prompt_id,rater,model_a,model_b,verdict\n" + "".join(
    f"p{n % 5},r{n % 12},{'xyz'[n % 3]},{'yzx'[n % 3]},{['a', 'b', 'tie'][n % 7 % 3]}\n" for n in range(120)
)
COMPARISONS = "id,prompt,model_x,model_y,worker,winner,left,right\n" + "".join(
    f"0,8,1,2,{n},{('left', 'right', 'tie')[n % 3]},First,Second\n" for n in range(40)
)
PAIRS = {
    "id": 0,
    "prompt": 8,
    "text": "Why?",
    "slug": "why",
    "model_x": 1,
    "result_x": "Because.",
    "model_y": 2,
    "result_y": "- For one\n- For two",
}


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(desk.lead())
    return client


def upload(name: str, body: str) -> io.BytesIO:
    stream = io.BytesIO(body.encode())
    stream.name = name
    return stream


def send(client: Client, *files: io.BytesIO, raters: str = "person") -> AnalysisRun:
    """Posts the files and computes the run, as the worker would."""
    response = client.post(reverse("import"), {"uploads": list(files), "ties": "ordinal", "raters": raters})
    run = AnalysisRun.objects.get()
    assert response.url == reverse("run", args=[run.pk])
    assert b"being computed" in client.get(response.url).content
    return analyses.compute(run_id=run.pk)


def test_a_file_becomes_a_report(lead: Client) -> None:
    run = send(lead, upload("votes.csv", VOTES))
    assert run.state == AnalysisRun.State.DONE, run.error
    assert run.result["n"] == 120
    page = lead.get(reverse("run", args=[run.pk])).content.decode()
    assert "votes.csv" in page
    pages = [lead.get(reverse("run_page", args=[run.pk, slug])).content.decode() for slug in CHAPTERS]
    figures = set(re.findall('data-figure="figure-([^"]+)"', "".join(pages)))
    assert figures == set(drawn(run.result))
    assert json.loads(lead.get(reverse("run_json", args=[run.pk])).content) == run.result
    assert b"votes.csv" in lead.get(reverse("import")).content


@pytest.mark.slow
def test_the_files_of_a_known_folder_are_chosen_together(lead: Client) -> None:
    run = send(
        lead,
        upload("crowd-comparisons.csv", COMPARISONS),
        upload("pairs-crowd.jsonl", json.dumps(PAIRS) + "\n"),
    )
    assert run.state == AnalysisRun.State.DONE, run.error
    assert run.source_name == "crowd-comparisons.csv + pairs-crowd.jsonl"
    assert run.result["verdicts"]["tie"] == 13
    assert "list_items" in run.result["features"]


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("votes.csv", VOTES.replace("verdict", "winner", 1), "verdict"),
        ("votes.csv", VOTES + "p,r,x,y,left\n", "row 122"),
        ("votes.xlsx", "PK", "votes.xlsx"),
        ("votes.csv", VOTES.splitlines()[0], "no judgements"),
    ],
)
def test_a_bad_file_fails_with_its_sentence(lead: Client, name: str, body: str, said: str) -> None:
    run = send(lead, upload(name, body))
    assert run.state == AnalysisRun.State.FAILED
    page = lead.get(reverse("run", args=[run.pk])).content.decode()
    assert said in page
    assert "could not be analysed" in page


@pytest.mark.slow
def test_a_hostile_file_name_stays_in_the_uploads(lead: Client, settings) -> None:
    run = send(lead, upload("../../etc/passwd.csv", VOTES))
    assert run.source_path.startswith(str(settings.UPLOAD_DIR))
    assert ".." not in run.source_path


def test_too_large_a_file_is_refused_with_the_mend(lead: Client, settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100
    response = lead.post(
        reverse("import"), {"uploads": [upload("v.csv", VOTES)], "ties": "half", "raters": "person"}
    )
    assert response.status_code == 422
    assert b"manage.py analyze" in response.content
    assert not AnalysisRun.objects.exists()


def test_without_a_file_the_form_says_so(lead: Client) -> None:
    assert lead.post(reverse("import"), {"ties": "half", "raters": "person"}).status_code == 422
