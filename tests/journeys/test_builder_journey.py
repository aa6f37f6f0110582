"""The study builder, the preview and the rating links in a real browser: what is folded, shown, sent and not sent."""

import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.models import Assignment, Invitation, Judgement
from annotations.services import sign_in as sign_in_links
from tests.journeys.accessibility import violations
from tests.journeys.pictures import ARTEFACTS, take
from tests.services import desk
from vibes.models import Study

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SHOTS = ARTEFACTS / "shots"
LOOKS = list(itertools.product((1440, 390), ("light", "dark")))


def test_a_lead_plans_looks_as_a_rater_and_invites(live_server, person: Callable[..., Page]) -> None:
    desk.prompt_set(40)
    for character in ("plain", "slips", "flattering"):
        desk.endpoint(character)
    page = person()
    page.goto(live_server.url + sign_in_links.path_for(desk.lead()))
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{live_server.url}/studies/new/")
    fill(page)
    page.get_by_role("button", name="Calls, cost and votes first").click()
    expect(page.get_by_text("How many votes will this need?")).to_be_visible()
    expect(page.get_by_label("Solves it", exact=True)).to_be_checked()
    looks(page, "builder-estimate")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="The questions").click()
    nothing_is_sent(opened.value, "Next")
    page.get_by_role("button", name="Make the study and fetch answers").click()
    expect(page.get_by_role("heading", name="Rating links")).to_be_visible()
    page.get_by_role("link", name="See it as a rater").click()
    nothing_is_sent(page, "A is better")
    looks(page, "preview")
    page.get_by_role("link", name="Instructions and consent").click()
    expect(page.get_by_role("heading", name="Consent")).to_be_visible()
    page.get_by_role("link", name="Back to the study").click()
    make_an_outside_link(page)
    assert not Judgement.objects.exists()
    assert not Assignment.objects.exists()


def fill(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("Planned")
    for name in ("Model plain", "Model slips", "Model flattering"):
        page.get_by_label(name).check()
    page.get_by_label("A ring: each meets two others").check()
    expect(page.get_by_label("Samples per prompt")).to_be_hidden()
    expect(page.get_by_label("Solves it", exact=True)).to_be_hidden()
    page.get_by_label("Own: put together here").check()
    page.get_by_label("Solves it", exact=True).check()
    page.get_by_label("Flattery", exact=True).check()
    page.get_by_label("A comment", exact=True).check()
    page.get_by_text("Checks on raters").click()
    page.get_by_label("Repeats").fill("10")


def nothing_is_sent(page: Page, button: str) -> None:
    """By click and by key: the page stays, says so, and asks the server for nothing."""
    page.wait_for_load_state("networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    address = page.url
    page.get_by_role("button", name=button).click()
    expect(page.locator("[data-preview-told]")).to_contain_text(f"would have answered “{button}”")
    page.keyboard.press("s")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("[data-preview-told]")).to_contain_text("Pause")
    assert (sent, page.url) == ([], address)


def make_an_outside_link(page: Page) -> None:
    page.get_by_text("Make another link").click()
    expect(page.get_by_label("Name of the id in the address")).to_be_hidden()
    page.get_by_label("One person per outside id").check()
    page.get_by_label("Where to go when done").fill("http://recruiting.example/")
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_text("must begin with https://")).to_be_visible()
    page.get_by_label("Where to go when done").fill("https://recruiting.example/done?who={pid}")
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_label("One person per pid: 0 of 200 places taken")).to_be_visible()
    looks(page, "links")
    assert Invitation.objects.filter(protocol=Study.objects.get().protocol).count() == 2


def looks(page: Page, name: str) -> None:
    """Pictures in every look; accessible, and scrolling in one direction only."""
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        take(page, f"{name}-{width}-{scheme}", SHOTS)
        assert violations(page) == [], f"{name} {width} {scheme}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} {width}"
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
