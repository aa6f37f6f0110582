"""A lead's own seed statements: given as a sheet, asked, and read, in a browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from annotations.services import sign_in as sign_in_links
from tests.journeys.test_shots import lead_shots
from tests.services import desk
from tests.services.probing_desk import said_and_scored
from vibes.models import ProbeRun
from vibes.probes.behaviours import AGREES, AGREES_ON_OPINIONS
from vibes.services import endpoints

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_own_statements_from_the_sheet_to_the_scores(
    live_server, person: Callable[..., Page], tmp_path: Path
) -> None:
    for model in (AGREES, AGREES_ON_OPINIONS):
        endpoints.add(
            by=desk.lead(), name=model, model=model, provider="scripted", base_url="http://127.0.0.1:9/v1"
        )
    page = person()
    page.goto(live_server.url + sign_in_links.path_for(desk.lead()))
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{live_server.url}/probes/")
    page.get_by_role("link", name="Write your own statements", exact=False).click()
    lead_shots(page, {"probe-statements-empty": page.url})
    with page.expect_download() as sheet:
        page.get_by_role("link", name="Download an example").click()
    sheet.value.save_as(tmp_path / "statements.csv")
    lines = (tmp_path / "statements.csv").read_text(encoding="utf-8")
    (tmp_path / "wrong.csv").write_text(lines.replace("memory,", "memories,", 1), encoding="utf-8")
    page.get_by_label("Name").fill("From our desk")
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "wrong.csv")
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("row 4: family is 'memories'", exact=False)).to_be_visible()
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "statements.csv")
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("heading", name="From our desk")).to_be_visible()
    page.get_by_text("memory-nuclear-power").click()
    expect(page.get_by_text("dead against nuclear power", exact=False)).to_be_visible()
    lead_shots(page, {"probe-statement-set": page.url})
    page.get_by_role("link", name="Start a run with it").click()
    for model in (AGREES, AGREES_ON_OPINIONS):
        page.get_by_label(model, exact=True).check()
    page.get_by_role("button", name="Start the run").click()
    expect(page.get_by_role("link", name="From our desk")).to_be_visible()
    said_and_scored(ProbeRun.objects.get())
    page.reload()
    expect(page.get_by_role("heading", name="What it says")).to_be_visible()
    lead_shots(page, {"probe-run": page.url, "probe-answers": f"{page.url}answers/"})
