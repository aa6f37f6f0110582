"""The next pair is painted before the server has answered; what the server says then stands, and nothing is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from annotations.models import Assignment, Judgement
from annotations.rubrics import Lean, Questions, Rubric
from annotations.services import openings
from tests.annotations import room as rooms
from tests.journeys.accessibility import violations
from tests.journeys.test_rating_room import begin, busy, ready, shown, waits_for_the_next

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def room() -> rooms.Room:
    made = rooms.make(lean="tie", overlap=1)
    made.comparisons(8)
    return made


def lies_ahead(page: Page) -> str:
    """The id of the pair that lies in the page unseen."""
    expect(page.locator("#ahead")).to_be_attached()
    found = page.locator("#ahead").get_attribute("data-ahead")
    assert found and found != shown(page)
    return found


class Held:
    """Answers that have left the browser and wait on the way; the server has not seen them."""

    def __init__(self, page: Page) -> None:
        self.routes: list[Route] = []
        self.page = page
        page.route("**/rate/*/*/", lambda route: self.routes.append(route))

    def let_go(self) -> None:
        self.routes.pop().continue_()
        self.page.unroute("**/rate/*/*/")


def press(page: Page, key: str) -> None:
    """Until it is taken: a room whose surroundings are new rests once more, and takes no key meanwhile."""
    for _ in range(5):
        ready(page)
        now = shown(page)
        page.keyboard.press(key)
        if shown(page) != now or room_state(page) not in ("ready", "resting"):
            return


def room_state(page: Page) -> str | None:
    return page.locator("#room").get_attribute("data-state")


def painted(page: Page, pair: str) -> None:
    expect(page.locator("#room")).to_have_attribute("data-state", "painted")
    assert shown(page) == pair


def test_the_pair_is_painted_before_the_server_has_answered(
    live_server, person: Callable[..., Page], room: rooms.Room
) -> None:
    page = person()
    begin(page, live_server.url, room)
    for number in range(3):
        first, second = shown(page), lies_ahead(page)
        held = Held(page)
        press(page, "a")
        painted(page, second)
        assert Judgement.objects.count() == number
        assert Assignment.objects.get(public_id=second).served_at is None
        assert page.evaluate("document.activeElement.id") == "prompt-title"
        page.keyboard.press("b")  # not of this pair yet
        # A part of the page that a whole new fragment would put away.
        page.locator(".answer[data-side=left] [data-raw]").check()
        held.let_go()
        ready(page)
        assert shown(page) == second and lies_ahead(page) not in (first, second)
        expect(page.locator("#room-done")).to_have_text(f"{number + 1} of 30")
        expect(page.locator("[data-saved]")).to_be_visible()
        expect(page.locator(".answer[data-side=right] [data-raw]")).to_be_checked()
        assert Assignment.objects.get(public_id=second).served_at
        assert violations(page) == []
    told = Judgement.objects.order_by("pk")
    assert [row.assignment.place for row in told] == [0, 1, 2]
    assert [row.raw_toggled for row in told] == [False, True, True]


def test_a_failure_brings_the_old_pair_back_and_keeps_the_answer(
    live_server, person: Callable[..., Page], room: rooms.Room
) -> None:
    page = person()
    begin(page, live_server.url, room)
    first, second = shown(page), lies_ahead(page)
    page.locator(".answer[data-side=left] [data-raw]").check()
    with busy(page):
        press(page, "a")
        expect(page.get_by_text("The server could not take it.")).to_be_visible()
        assert shown(page) == first and lies_ahead(page) == second
        expect(page.get_by_role("button", name="A is better")).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".answer[data-side=left] [data-raw]")).to_be_checked()
        assert not Judgement.objects.exists()
        assert page.evaluate("Object.keys(localStorage).length") == 1
    waits_for_the_next(page, first)
    assert shown(page) == second
    assert page.evaluate("Object.keys(localStorage).length") == 0
    stored = Judgement.objects.get()
    assert str(stored.assignment.public_id) == first and stored.raw_toggled and stored.first_action_ms


def test_offline_the_answer_is_sent_once_the_network_is_back(
    live_server, person: Callable[..., Page], room: rooms.Room
) -> None:
    page = person()
    begin(page, live_server.url, room)
    first, second = shown(page), lies_ahead(page)
    page.context.set_offline(True)
    with page.expect_event("console", lambda message: "ERR_INTERNET_DISCONNECTED" in message.text):
        press(page, "b")
    expect(page.locator("[data-unsaved]")).to_be_visible()
    assert shown(page) == first
    page.context.set_offline(False)
    expect(page.locator("[data-assignment]")).to_have_attribute("data-assignment", second, timeout=15_000)
    assert str(Judgement.objects.get().assignment.public_id) == first


def test_undo_shows_the_old_pair_and_the_next_one_is_painted_again(
    live_server, person: Callable[..., Page], room: rooms.Room
) -> None:
    page = person()
    begin(page, live_server.url, room)
    first, second = shown(page), lies_ahead(page)
    press(page, "a")
    expect(page.locator("[data-saved]")).to_be_visible()
    ready(page)
    press(page, "u")
    expect(page.locator("[data-assignment]")).to_have_attribute("data-assignment", first or "")
    ready(page)
    assert lies_ahead(page) == second
    held = Held(page)
    press(page, "b")
    painted(page, second)
    held.let_go()
    ready(page)
    assert [row.retracted for row in Judgement.objects.order_by("pk")] == [False, True, False]
    assert shown(page) == second and lies_ahead(page)


def test_where_a_step_follows_the_room_waits(live_server, person: Callable[..., Page]) -> None:
    """After a tie the lean; the lean itself, and the details, end the comparison."""
    room = rooms.make(rubric=Rubric("", lean=Lean.TIE, questions=Questions((), (), (), False, True, False)))
    room.comparisons(4)
    page = person()
    begin(page, live_server.url, room)
    first, second = shown(page), lies_ahead(page)
    for key in ("t", "b"):
        held = Held(page)
        press(page, key)
        expect(page.locator("#room")).to_have_attribute("data-state", "sending")
        assert shown(page) == first
        held.let_go()
        ready(page)
    expect(page.get_by_text("Your vote is saved.")).to_be_visible()
    held = Held(page)
    press(page, "n")
    painted(page, second)
    expect(page.get_by_role("button", name="Next")).to_be_hidden()
    held.let_go()
    ready(page)
    assert shown(page) == second
    expect(page.get_by_role("button", name="A is better")).to_be_enabled()


def test_what_the_server_says_stands_over_what_was_painted(
    live_server, person: Callable[..., Page], room: rooms.Room
) -> None:
    """Two tabs on one pair; the first has gone two pairs on. Then the study is closed."""
    page = person()
    begin(page, live_server.url, room)
    other = page.context.new_page()
    other.goto(page.url)
    ready(other)
    lies_ahead(other)
    for _ in range(2):
        now = shown(page)
        press(page, "a")
        expect(page.locator("[data-assignment]")).not_to_have_attribute("data-assignment", now or "")
        ready(page)
    press(other, "b")
    expect(other.locator("[data-assignment]")).to_have_attribute("data-assignment", shown(page) or "")
    ready(other)
    assert Judgement.objects.count() == 2
    openings.close(by=room.lead, protocol=room.protocol)
    page.keyboard.press("a")
    expect(page.get_by_text("Rating has ended")).to_be_visible()
    assert Judgement.objects.count() == 3
    assert not Assignment.objects.filter(state=Assignment.State.DEALT).exists()
