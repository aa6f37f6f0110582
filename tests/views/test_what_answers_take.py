"""The Vibes page: what the answers of an endpoint take, as in report.json, and how it answered its last probes."""

import re
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.services import desk
from tests.services.probing_desk import said_and_scored
from vibes.models import AnalysisRun, ProbeRun, Study
from vibes.queries import probed
from vibes.services import analyses, probes

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(client: Client) -> AnalysisRun:
    client.force_login(desk.lead())
    study = desk.answered(12)
    for number, row in enumerate(study.generations.order_by("pk")):
        row.tokens_out, row.seconds, row.cost = 100 + number, 2.0 + number / 10, "0.00125"
        row.save()
    desk.simulate(study, size=12, each=12)
    asked = analyses.specified(rater_kinds=["simulated"])
    return analyses.compute(run_id=analyses.find_or_create(by=None, study=study, specification=asked).pk)


def section(client: Client, run: AnalysisRun, title: str, *models: str) -> str:
    page = client.get(reverse("run_page", args=[run.pk, "vibes"]), {"model": models}).content.decode()
    found = re.search(rf"<section[^>]*{title}-title.*?</section>", page, re.S)
    return found.group() if found else ""


def test_what_an_answer_takes_is_that_of_the_report(client: Client, run: AnalysisRun) -> None:
    first, second, *_ = run.result["spent"]
    shown = section(client, run, "takes", first["model"], second["model"])
    assert shown.count("<tr>") == 3
    for row in (first, second):
        assert row["model"] in shown and f"{row['answers']} on {row['prompts']} prompts" in shown
        tokens, cost = row["measures"]["tokens"], row["measures"]["cost"]
        assert f"{tokens['estimate']:,.0f} ({tokens['low']:,.0f} to {tokens['high']:,.0f})" in shown
        assert cost["estimate"] == pytest.approx(0.00125)
        assert "1.25 (1.25 to 1.25)" in shown
    assert "thinking_tokens" not in first["measures"] and "—" in shown


def again(study: Study) -> AnalysisRun:
    """Another question to the same judgements, asked now."""
    asked = analyses.specified(
        rater_kinds=["simulated"], both_bad="tie" if AnalysisRun.objects.count() % 2 else "out"
    )
    asked["where"] = ["created_at>=2020-01-01"] * (AnalysisRun.objects.count() // 2)
    return analyses.compute(run_id=analyses.find_or_create(by=None, study=study, specification=asked).pk)


def test_the_last_scored_probes_of_each_endpoint(client: Client, run: AnalysisRun) -> None:
    assert section(client, run, "probed") == "" and run.result["probes"] == []
    names = [row["model"] for row in run.result["spent"]]
    ends = list(run.study.endpoints.filter(name__in=names[:2]))
    older, newer = (
        said_and_scored(probes.create(by=desk.lead(), endpoints=ends, families=families))
        for families in (("sides", "claims"), ("sides",))
    )
    probes.create(by=desk.lead(), endpoints=ends, families=("claims",))
    after = again(run.study)
    shown = section(client, after, "probed", names[0], names[1])
    assert shown.count(reverse("probe_run", args=[newer.pk])) == 2
    assert reverse("probe_run", args=[older.pk]) not in shown
    rows = {(row["model"], row["measure"]): row for row in after.result["probes"]}
    for one in ProbeRun.objects.get(pk=newer.pk).result["endpoints"]:
        for score in one["families"][0]["scores"]:
            row = rows.pop((one["name"], score["measure"]))
            assert (row["family"], row["probe_run"]) == ("sides", newer.pk)
            assert all(row[name] == score[name] for name in ("estimate", "low", "high", "n"))
        assert one["name"] in shown and f'<td class="n">{score["n"]}</td>' in shown
    assert not rows


def test_probes_that_are_scored_later_move_no_number_of_a_run(client: Client, run: AnalysisRun) -> None:
    ends = list(run.study.endpoints.all())
    said_and_scored(probes.create(by=desk.lead(), endpoints=ends, families=("sides",)))
    frozen = again(run.study)
    shown = section(client, frozen, "probed")
    assert "was scored since" not in shown
    newer = said_and_scored(probes.create(by=desk.lead(), endpoints=ends, families=("sides", "claims")))
    after = section(client, frozen, "probed")
    assert (
        f'<a href="{reverse("probe_run", args=[newer.pk])}">Probe run {newer.pk}</a> was scored since'
        in after
    )
    assert re.findall(r"<td.*?</td>", after) == re.findall(r"<td.*?</td>", shown)

    out = StringIO()
    with TemporaryDirectory() as folder:
        call_command(
            "analyze", study=run.study.pk, run=frozen.pk, out=Path(folder), json_only=True, stdout=out
        )
        assert (Path(folder) / "report.json").read_bytes() == analyses.report_bytes(frozen.result)


@pytest.mark.parametrize("count", [1, 3])
def test_more_probe_runs_take_no_more_queries(
    client: Client, run: AnalysisRun, count: int, django_assert_max_num_queries
) -> None:
    ends = list(run.study.endpoints.all())
    for _ in range(count):
        said_and_scored(probes.create(by=desk.lead(), endpoints=ends, families=("sides",)))
    after = again(run.study)
    section(client, after, "probed")
    with django_assert_max_num_queries(14):
        assert section(client, after, "probed")
    with CaptureQueriesContext(connection) as looked:
        probed.rows(run.study, after.created_at)
    assert len(looked) == 2


def test_a_run_from_before_says_nothing_of_it(client: Client, run: AnalysisRun) -> None:
    del run.result["spent"], run.result["probes"]
    run.save()
    assert section(client, run, "takes") == "" == section(client, run, "probed")
