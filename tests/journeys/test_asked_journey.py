"""A lead changes what is asked while somebody rates: what is on the screen is taken, then the new words, then the new scale."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.models import Judgement
from annotations.services import sign_in as sign_in_links
from tests.journeys.accessibility import violations
from tests.journeys.pictures import take
from tests.journeys.test_shots import SHOTS, lead_shots
from tests.services import desk
from tests.views import rated

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_what_is_asked_changes_while_somebody_rates(live_server, person: Callable[..., Page]) -> None:
    study = desk.answered(prompt_count=3)
    rated.judged_by(study, 5)
    before = Judgement.objects.count()
    token = study.protocol.invitations.get().token
    rater = person()
    rater.goto(f"{live_server.url}/r/{token}/")
    rater.get_by_role("button", name="Start").click()
    rater.get_by_label("I have read this and I agree").check()
    rater.get_by_role("button", name="Begin rating").click()
    expect(rater.locator("[data-assignment]").first).to_be_visible()

    lead = person()
    lead.goto(live_server.url + sign_in_links.path_for(desk.lead()))
    lead.get_by_role("button", name="Sign in").click()
    asked = f"{live_server.url}/studies/{study.pk}/asked/"
    lead_shots(lead, {"asked-first": asked})
    lead.goto(asked)
    lead.get_by_label("Five points", exact=False).first.check()
    lead.get_by_role("button", name="See what a change would do").click()
    expect(lead.get_by_role("heading", name="Not changed yet", exact=False)).to_be_visible()
    expect(lead.get_by_text("5 judgements stay as version 1", exact=False)).to_be_visible()
    lead.get_by_text("reworded").click()
    for width in (390, 1440):
        lead.set_viewport_size({"width": width, "height": 900})
        take(lead, f"asked-proposal-{width}-light", SHOTS)
        assert violations(lead) == []
    lead.get_by_role("button", name="Agreed: change it").click()
    expect(lead.get_by_text("Raters are asked version 2 from now on", exact=False)).to_be_visible()

    rater.keyboard.press("a")
    expect(rater.get_by_text("What is asked has changed since you began", exact=False)).to_be_visible()
    assert Judgement.objects.count() == before + 1
    assert Judgement.objects.latest("pk").protocol == study.protocol
    take(rater, "welcome-changed-1440-light", SHOTS)
    rater.get_by_label("I have read this and I agree").check()
    rater.get_by_role("button", name="Begin rating").click()
    rater.locator("[name=strength][value='2']").click()
    expect(rater.locator("#room-done")).to_have_text("1 of 30")
    study.refresh_from_db()
    assert Judgement.objects.latest("pk").protocol == study.protocol

    results = f"{live_server.url}/studies/{study.pk}/results/"
    rating = f"{live_server.url}/studies/{study.pk}/rating/"
    lead_shots(
        lead,
        {
            "asked-versions": asked,
            "results-version-1": f"{results}?version=1",
            "study-rating-version-1": f"{rating}?version=1",
        },
    )
