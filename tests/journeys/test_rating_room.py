"""The rating room in a real browser: keys and clicks alike, every step, and what goes wrong on the way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from annotations import rubrics
from annotations.models import Assignment, Judgement, Rater
from annotations.queries import judgements as read
from annotations.rubrics import Lean, Questions, Rubric, Scale
from annotations.services import raters
from tests.annotations import room as rooms
from tests.journeys.accessibility import violations
from tests.journeys.pictures import ARTEFACTS, take

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SHOTS = ARTEFACTS / "shots"
EVERYTHING = Rubric(
    "",
    lean=Lean.UNDECIDED,
    questions=Questions(
        ("quality", "flattery", "takes_side"), ("incorrect", "too_long"), ("clear", "brief"), True, True, True
    ),
)


def begin(page: Page, address: str, room: rooms.Room) -> None:
    page.goto(f"{address}/r/{room.invitation.token}/")
    page.locator("main form button.primary").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Begin rating").click()
    ready(page)


def ready(page: Page) -> None:
    expect(page.locator("#room")).to_have_attribute("data-state", "ready")


def shown(page: Page) -> str | None:
    return page.locator("[data-assignment]").get_attribute("data-assignment")


def waits_for_the_next(page: Page, before: str | None) -> None:
    # A busy server is asked again after 3 and then after 10 seconds more.
    was = expect(page.locator("[data-assignment]"))
    was.not_to_have_attribute("data-assignment", before or "", timeout=30_000)
    ready(page)


@contextmanager
def busy(page: Page, status: int = 503) -> Iterator[None]:
    """Each verdict is answered as Django and proxies answer it, with a whole page, until the block has seen what it wants."""
    whole = "<!doctype html><title>Busy</title><p>Busy"
    page.route("**/verdict/", lambda route: route.fulfill(status=status, body=whole))
    yield
    page.unroute("**/verdict/")


@pytest.mark.parametrize("scale", list(Scale))
def test_a_key_and_a_click_store_the_same(live_server, person: Callable[..., Page], scale: Scale) -> None:
    """Every point of the row (of eight every second), by key and by click, with each side on the left."""
    points = rubrics.points(scale, both_bad=scale is Scale.FOUR)[:: 2 if scale is Scale.EIGHT else 1]
    rubric = Rubric("", scale, Lean.NEVER, both_bad=scale is Scale.FOUR)
    room = rooms.make(rubric=rubric, session_length=100, overlap=1)
    room.comparisons(4 * len(points) + 1)
    page = person()
    begin(page, live_server.url, room)
    rows: dict[tuple[str, str], list[tuple[object, ...]]] = {}
    for point in points:
        for left in ("a", "b"):
            for way in ("key", "click"):
                now = shown(page)
                Assignment.objects.filter(public_id=now).update(left=left)
                if way == "key":
                    page.keyboard.press(point.keys[0])
                else:
                    page.get_by_role("button", name=point.label, exact=False).first.click()
                waits_for_the_next(page, now)
                stored = Judgement.objects.get(assignment__public_id=now)
                rows.setdefault((point.value, left), []).append(
                    (stored.verdict, stored.strength, stored.lean, stored.left)
                )
    assert all(by_key == by_click for by_key, by_click in rows.values())
    assert len({tuple(found) for found in rows.values()}) == len(rows)


def test_all_that_is_asked_with_the_keyboard_alone(live_server, person: Callable[..., Page]) -> None:
    room = rooms.make(rubric=EVERYTHING, overlap=1)
    room.comparisons(3)
    page = person()
    begin(page, live_server.url, room)
    first = shown(page)
    page.keyboard.press("t")
    expect(page.get_by_text("If you had to send one?")).to_be_visible()
    ready(page)
    page.keyboard.press("b")
    expect(page.get_by_text("Your vote is saved.")).to_be_visible()
    ready(page)
    assert violations(page) == []
    page.get_by_role("radiogroup", name="Quality of answer A").get_by_role("radio").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.get_by_role("checkbox", name="Too long").nth(1).focus()
    page.keyboard.press("Space")
    page.get_by_role("textbox", name="Comment").focus()
    page.keyboard.type("a tie, next to nothing")
    assert shown(page) == first
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    waits_for_the_next(page, first)
    told = Judgement.objects.get(step="details")
    right = "b" if told.left == "a" else "a"
    assert (told.verdict, told.lean) == ("tie", right)
    assert told.aspects == {told.left: {"quality": 3}} and told.flags == {right: ["too_long"]}
    assert told.comment == "a tie, next to nothing"


def test_a_marked_passage_is_stored_and_a_reload_asks_the_same_again(
    live_server, person: Callable[..., Page]
) -> None:
    room = rooms.make(rubric=EVERYTHING, overlap=1)
    room.comparisons(2)
    page = person()
    begin(page, live_server.url, room)
    first = shown(page)
    page.keyboard.press("a")
    expect(page.get_by_text("Your vote is saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Your vote is saved.")).to_be_visible()
    ready(page)
    page.locator(".answer[data-side=right] .text strong").dblclick()
    page.get_by_role("button", name="Mark the words selected above").click()
    expect(page.locator("[data-marked=right] q")).to_have_count(1)
    page.get_by_role("button", name="Mark the words selected above").click()
    expect(page.locator("[data-marked=right] q")).to_have_count(1)
    for width, scheme in ((1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900 if width > 600 else 844})
        page.emulate_media(color_scheme=scheme)
        take(page, f"rate-details-{width}-{scheme}", SHOTS)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0 and violations(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.keyboard.press("n")
    waits_for_the_next(page, first)
    told = Judgement.objects.get(step="details")
    right = "b" if told.left == "a" else "a"
    (span,) = told.spans[right]
    number = told.assignment.comparison.prefix[0]["text"].split()[-1]
    assert span["text"].strip() == f"{right}{number}"
    assert span["end"] - span["start"] == len(span["text"])


@pytest.mark.parametrize("scale", ["five", "eight"])
def test_longer_rows_fit(live_server, person: Callable[..., Page], scale: str) -> None:
    room = rooms.make(rubric=rubrics.PRESETS[scale], overlap=1)
    room.comparisons(2)
    page = person()
    begin(page, live_server.url, room)
    for width, scheme in ((1440, "light"), (390, "dark"), (360, "light")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        take(page, f"rate-{scale}-{width}-{scheme}", SHOTS)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0 and violations(page) == []


def test_an_answer_given_offline_is_sent_once_the_network_is_back(
    live_server, person: Callable[..., Page]
) -> None:
    room = rooms.make(rubric=EVERYTHING, overlap=1)
    room.comparisons(2)
    page = person()
    begin(page, live_server.url, room)
    first = shown(page)
    page.context.set_offline(True)
    with page.expect_event("console", lambda message: "ERR_INTERNET_DISCONNECTED" in message.text):
        page.keyboard.press("b")
    expect(page.locator("[data-unsaved]")).to_be_visible()
    assert not Judgement.objects.exists()
    page.context.set_offline(False)
    expect(page.get_by_text("Your vote is saved.")).to_be_visible(timeout=15_000)
    assert shown(page) == first and Judgement.objects.count() == 1


def test_two_tabs_store_one_answer(live_server, person: Callable[..., Page]) -> None:
    room = rooms.make(lean="never", overlap=1)
    room.comparisons(3)
    page = person()
    begin(page, live_server.url, room)
    other = page.context.new_page()
    other.goto(page.url)
    ready(other)
    first = shown(page)
    assert shown(other) == first
    page.keyboard.press("a")
    waits_for_the_next(page, first)
    other.keyboard.press("b")
    waits_for_the_next(other, first)
    assert Judgement.objects.count() == 1
    assert read.standing(room.protocol).get().verdict == Judgement.objects.get().left


def test_a_lapsed_session_keeps_the_answer_until_the_link_is_opened_again(
    live_server, person: Callable[..., Page]
) -> None:
    room = rooms.make(lean="never", overlap=1)
    room.comparisons(3)
    page = person()
    begin(page, live_server.url, room)
    first = shown(page)
    code = raters.resume_code(Rater.objects.get())
    page.context.clear_cookies(name="vibes_session")
    page.keyboard.press("b")
    expect(page.get_by_text("Sign in again by opening your link")).to_be_visible()
    assert not Judgement.objects.exists()
    other = page.context.new_page()
    other.goto(f"{live_server.url}/r/{room.invitation.token}/")
    other.get_by_label("code", exact=False).fill(code)
    other.get_by_role("button", name="Go on with this code").click()
    other.get_by_role("link", name="Go on").click()
    waits_for_the_next(other, first)
    assert str(Judgement.objects.get().assignment.public_id) == first


def test_at_twice_the_size_nothing_is_cut_off(live_server, person: Callable[..., Page]) -> None:
    """200 % zoom of a window of 1280 × 900 is one of 640 × 450."""
    room = rooms.make(rubric=EVERYTHING, overlap=1)
    room.comparisons(2)
    page = person(width=640, height=450, device_scale_factor=2)
    begin(page, live_server.url, room)
    for step in ("verdict", "details"):
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0 and violations(page) == [], step
        take(page, f"rate-{step}-zoomed", SHOTS)
        if step == "verdict":
            page.keyboard.press("a")
            expect(page.get_by_text("Your vote is saved.")).to_be_visible()
            ready(page)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_by_itself(
    live_server, person: Callable[..., Page], status: int
) -> None:
    room = rooms.make(lean="never", overlap=1)
    room.comparisons(2)
    page = person()
    begin(page, live_server.url, room)
    first = shown(page)
    with busy(page, status):
        page.keyboard.press("a")
        expect(page.get_by_text("The server could not take it.")).to_be_visible()
        assert not Judgement.objects.exists()
    waits_for_the_next(page, first)
    assert Judgement.objects.count() == 1


def test_a_swipe_shows_the_other_answer(live_server, person: Callable[..., Page]) -> None:
    """Touches as a phone sends them: along a level line it is a swipe, up or down the page scrolls, and code scrolls itself."""
    room = rooms.make(lean="never", overlap=1)
    room.comparisons(2)
    page = person(width=390, height=844, has_touch=True, is_mobile=True)
    begin(page, live_server.url, room)
    phone = page.context.new_cdp_session(page)

    def swipe(start: tuple[int, int], end: tuple[int, int]) -> None:
        def send(kind: str, *points: tuple[int, int]) -> None:
            touches = [{"x": x, "y": y} for x, y in points]
            phone.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

        send("touchStart", start)
        for part in (1, 2, 3):
            at = [round(a + (b - a) * part / 3) for a, b in zip(start, end, strict=True)]
            send("touchMove", (at[0], at[1]))
        send("touchEnd")

    left, right = (page.locator(f".answer[data-side={side}]") for side in ("left", "right"))
    expect(page.locator("[data-unseen]")).to_have_count(1)
    box = left.bounding_box()
    assert box
    middle = round(box["y"] + box["height"] / 2)
    swipe((300, middle), (90, middle + 10))
    expect(right).to_be_visible()
    expect(left).to_be_hidden()
    expect(page.locator("[data-unseen]")).to_have_count(0)
    swipe((90, middle), (120, middle))
    swipe((90, middle), (190, middle - 120))
    expect(right).to_be_visible()
    swipe((90, middle), (300, middle))
    expect(left).to_be_visible()
    assert not Judgement.objects.exists()


def test_a_session_with_the_keyboard_alone(live_server, person: Callable[..., Page]) -> None:
    """From the link to the end; nothing is clicked, and what has the focus can be seen to have it."""
    room = rooms.make(lean="tie", session_length=3, overlap=1)
    room.comparisons(5)
    page = person()

    def tab_to(name: str) -> None:
        for _ in range(25):
            page.keyboard.press("Tab")
            focused = page.locator(":focus")
            if name in (focused.get_attribute("aria-label") or focused.inner_text()):
                return
        raise AssertionError(f"Tab never comes to {name!r}")

    page.goto(f"{live_server.url}/r/{room.invitation.token}/")
    tab_to(page.locator("main form button.primary").inner_text())
    page.keyboard.press("Enter")
    page.wait_for_url("**/rate/welcome/")
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "checkbox":
            break
    page.keyboard.press("Space")
    tab_to("Begin rating")
    page.keyboard.press("Enter")
    ready(page)
    for number, keys in enumerate((["a"], ["t", "2"], ["Tab"])):
        for key in keys:
            if key == "Tab":
                tab_to("Both are bad")
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
                key = "Enter"
            page.keyboard.press(key)
            if (number, key) != (2, "Enter"):
                expect(page.locator("[data-saved]")).to_be_visible()
                ready(page)
    expect(page.get_by_role("button", name="Rate another")).to_be_visible()
    told = Judgement.objects.filter(step="verdict").order_by("pk")
    assert [row.verdict for row in told][1:] == ["tie", "both_bad"]
