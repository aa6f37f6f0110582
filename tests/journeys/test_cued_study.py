"""A lead makes a cued study from nothing in the browser, reads its edits, and raters meet what was approved."""

import itertools
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.models import Judgement
from annotations.services import sign_in as sign_in_links
from tests.journeys.accessibility import violations
from tests.journeys.pictures import ARTEFACTS, take
from tests.journeys.test_rating_room import ready
from tests.services import desk
from vibes.models import Arm, Study
from vibes.services import seeding

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SHOTS = ARTEFACTS / "shots"
LOOKS = list(itertools.product((1440, 390), ("light", "dark")))


def signed_in(page: Page, address: str) -> None:
    page.goto(address + sign_in_links.path_for(desk.lead()))
    page.get_by_role("button", name="Sign in").click()


def looks(page: Page, name: str) -> None:
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        take(page, f"{name}-{width}-{scheme}", SHOTS)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, f"{name} scrolls sideways at {width}"
        assert violations(page) == [], f"{name} at {width} in {scheme}"
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")


def test_from_nothing_to_judgements_of_a_cued_study(
    live_server, workers: None, scripted_server, person: Callable[..., Page]
) -> None:
    seeding.store_bank(by=desk.lead())
    for character in ("plain", "slips"):
        desk.endpoint(character, scripted_server.base_url)
    page = person()
    signed_in(page, live_server.url)
    start = time.monotonic()
    page.goto(f"{live_server.url}/studies/new/")
    page.get_by_label("Name", exact=True).fill("Does praise win?")
    page.get_by_label("advice").check()
    for name in ("Model plain", "Model slips"):
        page.get_by_label(name).check()
    page.get_by_text("Cues", exact=True).click()
    page.get_by_label("Opener of praise added").check()
    looks(page, "builder-cues")
    page.get_by_role("button", name="Calls, cost and votes first").click()
    expect(page.get_by_text("judgements on the pairs of each cue", exact=False)).to_be_visible()
    page.get_by_role("button", name="Make the study and fetch answers").click()
    expect(page.get_by_text("Edits to be read")).to_be_visible()
    made = Study.objects.get()
    expect(page.locator("[data-left]")).to_have_text("0", timeout=60_000)
    expect(page.get_by_role("link", name=re.compile(r"^[1-9]\d*$"))).to_be_visible()
    assert not Arm.objects.exclude(cue_on="").exists(), "no edit is dealt before a lead has read it"
    page.get_by_role("navigation", name="Study").get_by_role("link", name="Edits").click()
    expect(page.get_by_role("heading", name="to be read", exact=False)).to_be_visible()
    looks(page, "edits")
    for number in range(10):
        page.get_by_role("button", name="Approve", exact=True).first.click()
        expect(page.locator(".edit .decided")).to_have_count(number + 1)
    page.reload()
    page.get_by_role("button", name="unread", exact=False).click()
    expect(page.get_by_text("approved without being read", exact=False)).to_be_visible()
    assert time.monotonic() - start < 300
    assert Arm.objects.filter(cue_on="a").count() == Arm.objects.filter(cue_on="b").count() > 0
    rate_one(person(), f"{live_server.url}/r/{made.protocol.invitations.get().token}/")
    assert Judgement.objects.count() == 1


def rate_one(page: Page, link: str) -> None:
    """What a rater sees of it: a pair like any other."""
    page.goto(link)
    page.locator("main form button.primary").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Begin rating").click()
    ready(page)
    for word in ("praise_added", "Opener", "edit", "cue"):
        assert word not in page.locator("#room").inner_html().replace("credit", "")
    page.keyboard.press("a")
    ready(page)
