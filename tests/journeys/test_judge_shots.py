"""`make shots`, of judges: none, one at work with its figures, and an answer with what it was measured at."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.services import sign_in as sign_in_links
from tests.journeys import judging_states
from tests.journeys.test_shots import lead_shots
from tests.services import desk
from vibes.models import Measurement

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_judges_in_every_state(live_server, person: Callable[..., Page]) -> None:
    page = person()
    page.goto(live_server.url + sign_in_links.path_for(desk.lead()))
    page.get_by_role("button", name="Sign in").click()
    shots = lead_shots(page, {"judges-empty": f"{live_server.url}/judges/"})
    made = judging_states.busy()
    measured = Measurement.objects.filter(name="tone").order_by("-value").first()
    shots |= lead_shots(
        page,
        {
            "judges": f"{live_server.url}/judges/",
            "judge": f"{live_server.url}/judges/{made.pk}/",
            "generation-measured": f"{live_server.url}/generations/{measured.generation_id}/",
        },
    )
    page.goto(f"{live_server.url}/judges/{made.pk}/")
    page.get_by_role("button", name="Cancel").first.click()
    expect(page.get_by_text("No longer asked:", exact=False)).to_be_visible()
    assert all(path.stat().st_size > 5_000 for paths in shots.values() for path in paths)
