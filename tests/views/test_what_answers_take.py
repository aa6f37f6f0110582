"""The Vibes page: what the answers of an endpoint take, as in report.json, and how it answered its last probes."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.services import desk
from tests.services.probing_desk import said_and_scored
from vibes.models import AnalysisRun, ProbeRun
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


def test_the_last_scored_probes_of_each_endpoint(client: Client, run: AnalysisRun) -> None:
    assert section(client, run, "probed") == ""
    names = [row["model"] for row in run.result["spent"]]
    ends = list(run.study.endpoints.filter(name__in=names[:2]))
    older, newer = (
        said_and_scored(probes.create(by=desk.lead(), endpoints=ends, families=families))
        for families in (("sides", "claims"), ("sides",))
    )
    probes.create(by=desk.lead(), endpoints=ends, families=("claims",))
    shown = section(client, run, "probed", names[0], names[1])
    assert shown.count(reverse("probe_run", args=[newer.pk])) == 2
    assert reverse("probe_run", args=[older.pk]) not in shown
    told = {
        one["name"]: one["families"][0]["scores"][0]
        for one in ProbeRun.objects.get(pk=newer.pk).result["endpoints"]
    }
    for name in names[:2]:
        assert name in shown and f'<td class="n">{told[name]["n"]}</td>' in shown


@pytest.mark.parametrize("count", [1, 3])
def test_more_probe_runs_take_no_more_queries(
    client: Client, run: AnalysisRun, count: int, django_assert_max_num_queries
) -> None:
    ends = list(run.study.endpoints.all())
    for _ in range(count):
        said_and_scored(probes.create(by=desk.lead(), endpoints=ends, families=("sides",)))
    section(client, run, "probed")
    with django_assert_max_num_queries(18):
        assert section(client, run, "probed")


def test_a_run_from_before_says_nothing_of_it(client: Client, run: AnalysisRun) -> None:
    del run.result["spent"]
    run.save()
    assert section(client, run, "takes") == ""
