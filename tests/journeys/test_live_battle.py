"""A rater's own prompt, through real workers and a real model server: two answers grow alike, then are rated."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.models import Assignment, Comparison, Judgement
from tests.journeys.accessibility import violations
from tests.journeys.pictures import take as picture
from tests.journeys.test_rating_room import ready
from tests.services import desk
from vibes.models import Generation, Study
from vibes.services import pairing

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
# Of the seed: the scripted server knows what it says to it, at some length.
TEXT = (
    "I have £3,000 put by and I owe £2,800 on a credit card at 24%. My brother says I should use most of the savings to "
    "clear the card instead of leaving them in an account at 4%. I think he's right. What would you do?"
)


# So much of an answer as a picture is taken of.
LONG = re.compile(r"[\s\S]{150,}")


def study(address: str, **settings: object) -> Study:
    made = desk.study(
        address,
        prompt_count=3,
        characters=("plain", "formatted"),
        settings={"stream": True} | settings,
        own_prompts=2,
        overlap=1,
    )
    Generation.objects.update(state="done", text="It was here before.")
    pairing.assemble(study=made)
    return made


def begin(page: Page, address: str, made: Study) -> None:
    page.goto(f"{address}/r/{made.protocol.invitations.get().token}/")
    page.locator("main form button.primary").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Begin rating").click()
    ready(page)


def ask(page: Page) -> None:
    page.get_by_role("link", name="Write a prompt of your own").click()
    page.get_by_label("Your prompt").fill(TEXT)
    page.get_by_role("button", name="Ask both").click()
    expect(page.locator("[data-live]")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (390, "dark"), (1440, "dark"), (390, "light")]
)
def test_two_answers_grow_alike_and_are_rated(
    live_server, workers: None, start_scripted, person: Callable[..., Page], width: int, scheme: str
) -> None:
    server = start_scripted(
        "--piece-seconds", "0.06", "--fault", "slow:every=1:model=scripted-plain:seconds=1"
    )
    made = study(server.base_url)
    page = person(width=width, height=900, scheme=scheme)
    begin(page, live_server.url, made)
    page.get_by_role("link", name="Write a prompt of your own").click()
    expect(page.get_by_label("Your prompt")).to_be_visible()
    assert violations(page) == []
    picture(page, f"own-prompt-{width}-{scheme}")
    page.go_back()
    ready(page)
    ask(page)
    expect(page.locator("[data-growing=left]")).not_to_be_empty(timeout=20_000)
    expect(page.locator("[data-growing=left]")).to_have_text(LONG, timeout=20_000)
    page.reload()  # found again
    expect(page.locator("[data-growing=left]")).to_have_text(LONG, timeout=20_000)
    expect(page.get_by_role("button", name="A is better")).to_have_count(0)
    assert violations(page) == []
    picture(page, f"live-battle-{width}-{scheme}")
    expect(page.get_by_role("button", name="A is better")).to_be_visible(timeout=40_000)
    assert page.locator("[data-growing]").count() == 0
    ready(page)
    expect(page.locator("#announcer")).to_have_text("Both answers are complete")
    assert violations(page) == []
    picture(page, f"live-battle-done-{width}-{scheme}")
    page.keyboard.press("a")
    expect(page.locator("[data-saved]")).to_be_visible()
    stored = Judgement.objects.get()
    assert stored.assignment.strategy == "own prompt"
    assert stored.assignment.comparison.taken == 1
    ready(page)
    page.keyboard.press("u")
    expect(page.locator(".pair")).to_have_attribute("data-assignment", str(stored.assignment.public_id))


def test_an_answer_that_does_not_come_is_said(
    live_server, workers: None, start_scripted, person: Callable[..., Page]
) -> None:
    server = start_scripted("--fault", "refused:every=1:model=scripted-formatted")
    page = person()
    begin(page, live_server.url, study(server.base_url))
    ask(page)
    expect(page.get_by_text("One of the answers did not come. Nothing to rate")).to_be_visible(timeout=30_000)
    assert violations(page) == []
    picture(page, "live-battle-failed")
    expect(page.get_by_role("link", name="Write another")).to_be_visible()
    ready(page)
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="A is better")).to_be_visible()
    ready(page)
    assert Comparison.objects.get(writing="failed").wanted == 0
    assert Assignment.objects.get(strategy="own prompt").state == "skipped"
