"""The training round in a real browser, with keys: told after each vote, passed, on to the study; and its pages in every look."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from annotations.models import Assignment, Judgement
from annotations.services import invitations
from annotations.services import sign_in as sign_in_links
from tests.annotations.room import Room
from tests.journeys.test_rating_room import begin, ready, shown, waits_for_the_next
from tests.journeys.test_shots import in_every_look, lead_shots
from tests.services import desk
from tests.views import rated
from vibes.datasets.gold_files import read_gold
from vibes.models import Study
from vibes.seeds import training as seeds
from vibes.services import checks

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="session", autouse=True)
def _database_before_browser(django_db_setup: None) -> Iterator[None]:
    """Playwright's loop, once it runs in this thread, keeps Django from making its test database, and from emptying it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


def trained_study() -> Study:
    made = desk.study(prompt_count=2, training_length=3, training_pass=2, gold_rate=0.1)
    rated.answer_all(made)
    rows = read_gold(seeds.NAME, seeds.training_file())
    checks.add_training(by=desk.lead(), study=made, rows=rows)
    return made


def vote(page: Page, right: bool = True) -> str:
    now = shown(page)
    assignment = Assignment.objects.select_related("comparison").get(public_id=now)
    page.keyboard.press("a" if (assignment.comparison.expected == assignment.left) is right else "b")
    expect(page.locator("#ask").filter(has_text="was expected")).to_be_visible()
    assert shown(page) == now
    ready(page)
    return now or ""


def test_a_rater_is_trained_with_keys_and_goes_on(live_server, person: Callable[..., Page]) -> None:
    made = trained_study()
    room = Room(desk.lead(), made.protocol, invitations.create(by=desk.lead(), protocol=made.protocol))
    page = person()
    begin(page, live_server.url, room)
    now = shown(page)
    page.keyboard.press("s")
    page.keyboard.press("u")
    assert shown(page) == now
    now = vote(page)
    expect(page.locator("#ask").get_by_text("and you said so")).to_be_visible()
    expect(page.locator("#announcer")).to_contain_text("was expected")
    page.keyboard.press("Enter")
    waits_for_the_next(page, now)
    now = vote(page, right=False)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    in_every_look(page, "training-feedback", page.url)
    page.reload()
    ready(page)
    page.keyboard.press("n")
    waits_for_the_next(page, now)
    vote(page)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="The training is done: 2 of 3 as expected")).to_be_visible()
    in_every_look(page, "training-passed", page.url)
    page.keyboard.press("Enter")
    ready(page)
    assert Assignment.objects.get(public_id=shown(page)).purpose == "study"
    assert Judgement.objects.filter(step="told").count() == 3


def test_the_pages_around_it_in_every_look(live_server, person: Callable[..., Page]) -> None:
    made = trained_study()
    room = Room(desk.lead(), made.protocol, invitations.create(by=desk.lead(), protocol=made.protocol))
    page = person()
    begin(page, live_server.url, room)
    in_every_look(page, "training-rating", page.url)
    for end in ("again", "again", "failed"):
        page.reload()
        ready(page)
        for number in range(3):
            now = vote(page, right=False)
            page.keyboard.press("Enter")
            if number < 2:
                waits_for_the_next(page, now)
        expect(page.locator("main.letter h1")).to_be_visible()
        if end == "again":
            in_every_look(page, "training-again", page.url)
            page.get_by_role("button", name="Another round").click()
            ready(page)
    expect(page.get_by_role("heading", name="Thank you for your time")).to_be_visible()
    in_every_look(page, "training-failed", page.url)
    lead = person()
    lead.goto(live_server.url + sign_in_links.path_for(desk.lead()))
    lead.get_by_role("button", name="Sign in").click()
    lead_shots(lead, {"known-answers": f"{live_server.url}/studies/{made.pk}/checks/"})
    lead_shots(lead, {"study-rating-trained": f"{live_server.url}/studies/{made.pk}/rating/"})
    expect(lead.get_by_text("training failed, 0 of 3 in round 3")).to_be_visible()
