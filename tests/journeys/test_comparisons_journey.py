"""Comparisons looked for in a browser: by keyboard, narrowed down, opened, and sent to a prompt set that a study can ask."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.services import sign_in as sign_in_links
from tests.journeys import disagreeing_states
from tests.journeys.test_shots import lead_shots
from tests.services import desk
from tests.services.test_planting import PLAIN, approve_all, cued
from vibes.models import Arm

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_what_is_found_can_be_asked_again(live_server, person: Callable[..., Page]) -> None:
    study = disagreeing_states.study()
    page = person()
    page.goto(live_server.url + sign_in_links.path_for(desk.lead()))
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{live_server.url}/studies/{study.pk}/")
    page.get_by_role("link", name="Comparisons").click()
    everything = page.url
    expect(page.get_by_role("heading", level=1)).to_contain_text("comparisons")

    page.get_by_label("Words", exact=True).fill("sharp oven")
    page.get_by_label("Somebody said").select_option("Tie")
    page.get_by_label("Words", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("found")
    assert page.url == f"{everything}?q=sharp+oven&said=tie"
    searched = page.url
    shots = lead_shots(page, {"comparisons": everything, "comparisons-found": searched})

    page.goto(searched)
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_label("Name of the prompt set").fill("Ovens")
    page.get_by_role("button", name="Make a prompt set").press("Enter")
    expect(page.get_by_text("The prompt set “Ovens”", exact=False)).to_be_visible()
    assert page.url == searched
    page.goto(f"{live_server.url}/studies/new/")
    expect(page.locator("option", has_text="Ovens")).to_have_count(1)

    page.goto(f"{everything}?outcome=won&flag=nonsense")
    expect(page.get_by_role("alert").first).to_be_visible()
    shots |= lead_shots(page, {"comparisons-wrong": page.url})
    assert all(path.stat().st_size > 5_000 for paths in shots.values() for path in paths)


def test_an_edited_side_shows_what_was_changed(live_server, person: Callable[..., Page]) -> None:
    study = cued(PLAIN, prompts=1)
    approve_all(study)
    page = person()
    page.goto(live_server.url + sign_in_links.path_for(desk.lead()))
    page.get_by_role("button", name="Sign in").click()
    address = f"{live_server.url}/studies/{study.pk}/comparisons/"
    page.goto(f"{address}?side=b")
    page.locator(".disagreements tbody a").click()
    expect(page.get_by_role("heading", name="What B says in place of the answer")).to_be_visible()
    shown = Arm.objects.get(cue_on="b").comparison
    shots = lead_shots(page, {"comparison-edited": f"{live_server.url}/comparisons/{shown.public_id}/"})
    shots |= lead_shots(page, {"comparisons-none": f"{address}?q=nowhere"})
    assert all(path.stat().st_size > 5_000 for paths in shots.values() for path in paths)
