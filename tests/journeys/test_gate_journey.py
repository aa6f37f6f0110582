"""The gate in a browser: asked by keyboard, a win that is flattery told, vetoed and withdrawn, in four looks."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.services import sign_in as sign_in_links
from tests.journeys.test_shots import lead_shots
from tests.services import desk, gate_desk
from vibes.probes.families import FAMILIES

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_win_that_is_flattery_is_refused_and_vetoed(live_server, person: Callable[..., Page]) -> None:
    study = gate_desk.flatterer()
    gate_desk.probed(*study.endpoints.all(), families=tuple(FAMILIES))
    page = person()
    page.goto(live_server.url + sign_in_links.path_for(desk.lead()))
    page.get_by_role("button", name="Sign in").click()
    gates = f"{live_server.url}/studies/{study.pk}/gate/"
    shots = lead_shots(page, {"gates-empty": gates})

    page.goto(gates)
    page.get_by_label("Candidate", exact=True).select_option("Candidate")
    page.get_by_label("Baseline, the model that it may replace").select_option("Baseline")
    page.get_by_label("Whose votes").select_option("simulated")
    page.get_by_label("Probes").fill("30")
    page.get_by_label("Probes").press("Enter")
    title = (
        "Candidate does not pass: its win over Baseline vanishes once style and flattery are held constant"
    )
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(page.locator("[data-figure='figure-gate'] svg").first).to_be_visible()
    asked = page.url
    shots |= lead_shots(page, {"gates": gates, "gate": asked})

    page.goto(asked)
    page.get_by_label("Why this candidate must not be released", exact=False).fill(
        "It agrees with everybody."
    )
    page.get_by_role("button", name="Veto Candidate").press("Enter")
    expect(
        page.get_by_role("heading", name="lead vetoed Candidate; by the numbers it does not pass either")
    ).to_be_visible()
    shots |= lead_shots(page, {"gate-vetoed": asked})
    page.goto(asked)
    page.get_by_text("Withdraw it").press("Enter")
    page.get_by_label("Why it no longer stands").fill("It was the wrong checkpoint.")
    page.get_by_role("button", name="Withdraw the veto").press("Enter")
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(page.get_by_text("Withdrawn by lead", exact=False)).to_be_visible()
    assert all(path.stat().st_size > 5_000 for paths in shots.values() for path in paths)
