"""A lead has an endpoint read each edit once more, and sees what it found before anything is approved."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_cued_study import looks, signed_in
from tests.services import desk
from vibes.models import ClaimsReading, Study
from vibes.services import seeding

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_from_the_builder_to_what_a_reader_found(
    live_server, workers: None, scripted_server, person: Callable[..., Page]
) -> None:
    seeding.store_bank(by=desk.lead())
    for character in ("plain", "slips", "checker"):
        desk.endpoint(character, scripted_server.base_url)
    page = person()
    signed_in(page, live_server.url)
    page.goto(f"{live_server.url}/studies/new/")
    page.get_by_label("Name", exact=True).fill("Does length win?")
    page.get_by_label("advice").check()
    for name in ("Model plain", "Model slips"):
        page.get_by_label(name).check()
    page.get_by_text("Cues", exact=True).click()
    page.get_by_label("Longer by neutral filler").check()
    page.get_by_label("Claims also read by").select_option(label="Model checker")
    looks(page, "builder-claims")
    page.get_by_role("button", name="Calls, cost and votes first").click()
    expect(page.get_by_text("claims read: longer by neutral filler", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Make the study and fetch answers").click()
    expect(page.locator("[data-left]")).to_have_text("0", timeout=60_000)
    edits = f"{live_server.url}/studies/{Study.objects.get(claims_for=None).pk}/edits/"
    page.goto(edits)
    for _ in range(60):
        if not ClaimsReading.objects.filter(verdict="waiting").exists() and ClaimsReading.objects.exists():
            break
        page.wait_for_timeout(500)
    page.goto(edits)
    expect(page.get_by_text("Model checker finds the same claims.").first).to_be_visible()
    row = ClaimsReading.objects.filter(verdict="same").order_by("edit__draw")[0]
    reason = "“rises” has become “falls”."
    ClaimsReading.objects.filter(pk=row.pk).update(verdict="changed", reason=reason)
    page.goto(f"{edits}?shown=unconfirmed")
    expect(page.get_by_text(f"finds a claim changed: {reason}", exact=False)).to_be_visible()
    looks(page, "edits-claims")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".edit .decided")).to_have_text(re.compile("Approved"))
