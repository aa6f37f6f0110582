"""Prompts that a rater writes before a set: kept, answered by real workers, and dealt to their author among the others."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.models import Assignment, Comparison, Judgement
from tests.journeys.accessibility import violations
from tests.journeys.pictures import take as picture
from tests.journeys.test_live_battle import TEXT
from tests.journeys.test_rating_room import ready
from tests.services import desk
from vibes.models import Generation
from vibes.services import pairing

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def until(true: Callable[[], bool]) -> None:
    """Within half a minute."""
    for _ in range(300):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come about")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_they_are_written_answered_and_met_by_their_author(
    live_server, workers: None, start_scripted, person: Callable[..., Page], width: int, scheme: str
) -> None:
    server = start_scripted()
    made = desk.study(
        server.base_url,
        prompt_count=2,
        characters=("plain", "formatted"),
        own_prompts=2,
        own_prompts_later=True,
        overlap=1,
    )
    Generation.objects.update(state="done", text="It was here before.")
    pairing.assemble(study=made)
    page = person(width=width, height=900, scheme=scheme)
    page.goto(f"{live_server.url}/r/{made.protocol.invitations.get().token}/")
    page.locator("main form button.primary").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Begin rating").click()
    expect(page.get_by_role("heading", name="Prompts of your own")).to_be_visible()
    expect(page.get_by_label("Prompt 2", exact=True)).to_be_visible()
    assert violations(page) == []
    picture(page, f"own-prompts-{width}-{scheme}")
    page.get_by_label("Prompt 1", exact=True).fill(TEXT)
    page.get_by_role("button", name="Keep and go on").click()
    expect(page.get_by_text("They are kept.")).to_be_visible()
    assert violations(page) == []
    until(lambda: Comparison.objects.filter(author__isnull=False).exists())
    page.get_by_role("link", name="Go on rating").click()
    met = []
    for number in range(1, 4):
        ready(page)
        met.append(page.get_by_text("I have £3,000 put by").count() > 0)
        page.keyboard.press("a")
        until(lambda number=number: Judgement.objects.count() == number)
    assert sum(met) == 1
    expect(page.get_by_role("link", name="Write prompts of your own")).to_be_visible()
    assert Assignment.objects.get(strategy=Assignment.OWN_LATER).state == "judged"
