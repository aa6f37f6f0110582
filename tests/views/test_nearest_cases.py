"""The cases nearest to the verdict on a run's Tiebreak page: report.json's, each with the comparisons that show it."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.services import desk
from tests.services.test_columns_at_once import cued
from vibes.models import AnalysisRun, Arm, Matchup
from vibes.services import analyses
from vibes.stats.results import NearestCase

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(client: Client) -> AnalysisRun:
    """Of a study whose one cue takes emoji away; shown as if it were the cue that the tiebreak is about."""
    client.force_login(desk.lead())
    study = cued()
    asked = analyses.specified(rater_kinds=["simulated"])
    made = analyses.compute(run_id=analyses.find_or_create(by=None, study=study, specification=asked).pk)
    made.result["tiebreak"]["cue"] = "emoji_removed"
    cued_ones = Matchup.objects.filter(study=study, arms__cue_on="a").order_by("pk")[:4]
    made.result["cues"]["emoji_removed"]["nearest"] = [
        near(one, place) for place, one in enumerate(cued_ones)
    ]
    made.save()
    return made


def near(matchup: Matchup, place: int) -> NearestCase:
    """Of a study with so few votes no gap is fitted."""
    first, second = sorted((matchup.generation_a.endpoint.name, matchup.generation_b.endpoint.name))
    return NearestCase(
        matchup=str(matchup.pk),
        model_a=first,
        model_b=second,
        gap=0.03 * (place - 1.5),
        closeness=0.9 - place / 100,
        votes=3 + place,
        chosen=0.5 + place / 20,
    )


def section(client: Client, run: AnalysisRun) -> str:
    page = client.get(reverse("run_page", args=[run.pk, "tiebreak"])).content.decode()
    found = re.search(r"<section[^>]*nearest-title.*?</section>", page, re.S)
    return found.group() if found else ""


def test_each_case_stands_with_its_prompt_and_its_comparisons(client: Client, run: AnalysisRun) -> None:
    cases = run.result["cues"]["emoji_removed"]["nearest"]
    shown = section(client, run)
    rows = shown.split("<tr>")[2:]
    assert len(rows) == len(cases) > 0
    for case, row in zip(cases, rows, strict=True):
        arms = Arm.objects.filter(matchup=case["matchup"])
        assert {str(arm.comparison.public_id) for arm in arms} == set(
            re.findall(r"/comparisons/([0-9a-f-]+)/", row)
        )
        assert f"{case['chosen'] * 100:.0f}" in row and case["model_a"] in row and case["model_b"] in row
        assert f"{abs(case['gap']):.2f} for {case['model_a'] if case['gap'] > 0 else case['model_b']}" in row


def test_it_takes_as_many_queries_for_one_case_as_for_all(client: Client, run: AnalysisRun) -> None:
    section(client, run)
    with CaptureQueriesContext(connection) as all_of_them:
        section(client, run)
    run.result["cues"]["emoji_removed"]["nearest"] = run.result["cues"]["emoji_removed"]["nearest"][:1]
    run.save()
    with CaptureQueriesContext(connection) as one:
        section(client, run)
    assert len(one) == len(all_of_them)


def test_a_run_from_before_there_were_any_goes_without(client: Client, run: AnalysisRun) -> None:
    del run.result["cues"]["emoji_removed"]["nearest"]
    run.save()
    assert section(client, run) == ""


def test_those_of_a_file_have_no_page(client: Client, run: AnalysisRun) -> None:
    AnalysisRun.objects.update(study=None, protocol=None, source_name="votes.csv", source_path="votes.csv")
    shown = section(client, run)
    assert "in the file alone" in shown and "/comparisons/" not in shown
