"""`make shots`, of two runs beside each other: nothing chosen, nothing moved, much moved, a hostile address, simulated votes."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotations.services import sign_in as sign_in_links
from tests.journeys.test_shots import SETTLED, SHOTS, lead_shots
from tests.services import desk
from vibes.models import AnalysisRun, Study
from vibes.services import analyses

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "charts"))

from sample_report import effect, full, row

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LONG = "an-endpoint-with-a-name-that-nobody-would-call-short-and-a-date-2026-11-23"


def frozen(report: Any, study: Study | None = None, **asked: Any) -> AnalysisRun:
    """A run that holds this report."""
    specification = analyses.specified(**asked)
    return AnalysisRun.objects.create(
        study=study,
        protocol=study.protocol if study else None,
        source_name="" if study else "votes of the whole team, second half of November.jsonl",
        specification=specification,
        data_fingerprint=report["data_fingerprint"],
        seed=1,
        code_version="0.1",
        state=AnalysisRun.State.DONE,
        result=report | {"specification": dict(specification)},
    )


def later(simulated: int = 0) -> Any:
    """Another date: one model gained, one is new, a feature is measured otherwise, raters like length less."""
    report = full(simulated=simulated, data_fingerprint="judgements:7400:7511", code_version="0.1.0+def5678")
    moved = [
        row(one["model"], one["strength"] + 160 * (place == 3) - 40)
        for place, one in enumerate(report["boards"]["plain"])
    ]
    report["boards"] = report["boards"] | {"plain": [*moved, row(LONG, 1100)]}
    report["effects"] = report["effects"] | {"length": effect(-0.2, 0.08)}
    report["features"] = report["features"] | {"bold": report["features"]["bold"] | {"version": "3"}}
    report["raters_detail"] = [one | {"rater": f"later-{one['rater']}"} for one in report["raters_detail"]]
    return report


@pytest.fixture
def lead(live_server, person: Callable[..., Page]) -> Page:
    page = person()
    page.goto(live_server.url + sign_in_links.path_for(desk.lead()))
    page.get_by_role("button", name="Sign in").click()
    return page


def test_two_runs_in_every_state(live_server, lead: Page) -> None:
    base = f"{live_server.url}/compare/"
    shots = lead_shots(lead, {"compare-no-runs": base})
    study = desk.study()
    first = frozen(full(data_fingerprint="judgements:6930:6990"), study)
    same = frozen(full(data_fingerprint="judgements:6930:6990"), study)
    moved, half, file = (
        frozen(later(), study),
        frozen(later(), study, ties="half"),
        frozen(later(simulated=240)),
    )
    shots |= lead_shots(
        lead,
        {
            "compare-one-chosen": f"{base}?b={moved.pk}",
            "compare-unmoved": f"{base}?a={first.pk}&b={same.pk}",
            "compare-moved": f"{base}?a={first.pk}&b={moved.pk}",
            "compare-other-rules": f"{base}?a={first.pk}&b={half.pk}",
            "compare-simulated": f"{base}?a={first.pk}&b={file.pk}",
            "compare-hostile": f"{base}?a=abc&b={moved.pk}",
        },
    )
    assert all(path.stat().st_size > 5_000 for paths in shots.values() for path in paths)


def test_chosen_compared_and_saved_by_keyboard(live_server, lead: Page) -> None:
    """From a run's page to the comparison and to a picture of it; the address alone brings it back."""
    study = desk.study()
    first, second = frozen(full(), study), frozen(later(), study)
    lead.goto(f"{live_server.url}/runs/{second.pk}/")
    lead.get_by_role("link", name="Compare with…").press("Enter")
    lead.get_by_label("From").select_option(str(first.pk))
    lead.get_by_role("button", name="Compare", exact=True).press("Enter")
    heading = lead.get_by_role("heading", level=1)
    expect(heading).to_contain_text(f"between run {first.pk} and run {second.pk}")
    lead.wait_for_function(SETTLED)
    for kind in ("png", "svg", "csv"):
        with lead.expect_download() as saved:
            lead.locator(f"#compared [data-download={kind}]").press("Enter")
        assert saved.value.suggested_filename.endswith(f".{kind}")
        saved.value.save_as(SHOTS / f"compared-sheet.{kind}")
    said, address = heading.inner_text(), lead.url
    lead.get_by_role("link", name="The other way round").click()
    expect(heading).to_contain_text(f"between run {second.pk} and run {first.pk}")
    lead.goto(address)
    expect(heading).to_have_text(said)
