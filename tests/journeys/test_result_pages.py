"""Every page of a run in a browser: empty, thin, rich and simulated, in four looks, on paper and on a projector."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from annotations.services import sign_in as sign_in_links
from tests.journeys.test_shots import SETTLED, SHOTS, lead_shots
from tests.services import desk
from vibes.charts.chapters import CHAPTERS
from vibes.models import AnalysisRun, Study
from vibes.services import analyses

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "charts"))

import report_states
from sample_report import empty, full

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
STATES: dict[str, Callable[[], Any]] = {
    "empty": empty,
    "thin": report_states.thin,
    "rich": full,
    "simulated": lambda: full(simulated=240),
}


def frozen(report: Any, study: Study | None = None) -> AnalysisRun:
    """A run that holds this report."""
    return AnalysisRun.objects.create(
        study=study,
        protocol=study.protocol if study else None,
        source_name="" if study else "votes.jsonl",
        specification=analyses.specified(),
        data_fingerprint="judgements:0:0",
        seed=1,
        code_version="0.1",
        state=AnalysisRun.State.DONE,
        result=report,
        finished_at=timezone.now(),
    )


@pytest.fixture
def lead(live_server, person: Callable[..., Page]) -> Page:
    page = person()
    page.goto(live_server.url + sign_in_links.path_for(desk.lead()))
    page.get_by_role("button", name="Sign in").click()
    return page


@pytest.mark.parametrize("state", STATES)
def test_every_page_of_a_run(live_server, lead: Page, state: str) -> None:
    run = frozen(STATES[state](), desk.study() if state == "rich" else None)
    base = f"{live_server.url}/runs/{run.pk}/"
    pages = {slug: base if slug == "overview" else f"{base}{slug}/" for slug in CHAPTERS}
    shots = lead_shots(lead, {f"run-{state}-{slug}": address for slug, address in pages.items()})
    assert all(path.stat().st_size > 5_000 for paths in shots.values() for path in paths)


def test_all_of_it_by_keyboard_and_on_paper(live_server, lead: Page) -> None:
    """From page to page, the filter, a download; printed on A4 nothing that is pressed is left."""
    run = frozen(full(), desk.study())
    lead.goto(f"{live_server.url}/runs/{run.pk}/")
    lead.get_by_role("link", name="Leaderboard", exact=True).press("Enter")
    expect(lead.get_by_role("link", name="Leaderboard", exact=True)).to_have_attribute("aria-current", "page")
    lead.wait_for_function(SETTLED)
    with lead.expect_download() as saved:
        lead.locator("#leaderboard [data-download=csv]").press("Enter")
    assert "leaderboard" in saved.value.suggested_filename
    lead.get_by_text("More filters").press("Enter")
    lead.get_by_label("Further conditions, one a line").fill("nonsense")
    lead.get_by_role("button", name="Show").press("Enter")
    expect(lead.get_by_role("heading", name="This filter cannot be read")).to_be_visible()
    expect(lead.get_by_text("'nonsense' is no filter", exact=False)).to_be_visible()
    assert "page=leaderboard" in lead.url
    lead.goto(f"{live_server.url}/runs/{run.pk}/leaderboard/")
    lead.wait_for_function(SETTLED)
    lead.emulate_media(media="print")
    expect(lead.get_by_role("button", name="Show")).to_be_hidden()
    expect(lead.locator("#leaderboard [data-download=csv]")).to_be_hidden()
    lead.pdf(path=SHOTS / "run-printed.pdf", format="A4")
