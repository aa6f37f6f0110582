"""Replay in a real browser: both answers at one pace, no vote before both are complete, all at once where that is asked."""

import pytest
from playwright.sync_api import Browser, Page, expect

from annotations.models import Judgement
from annotations.services import comparisons
from tests.annotations import room as rooms
from tests.journeys.watched_page import open_watched

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WORDS = " ".join(f"word{n}" for n in range(120))
LEFT = f"# Head\n\n{WORDS}\n\n- one **two** three\n- $x$ four\n\n| a | b |\n|---|---|\n| c | d |\n\n{WORDS}"
RIGHT = f"{WORDS} {WORDS} {WORDS}"
# Words to be seen on each side, at one moment.
SHOWN = """() => [0, 1].map((side) => {
  const rest = [...CSS.highlights.get(`coming-${side}`)][0];
  let words = 0;
  for (const text of document.querySelectorAll(".answer")[side].querySelectorAll(".turn > .text")) {
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.parentElement.closest(".coming, .katex")) continue;
      let end = node.length;
      if (rest.startContainer === node) end = rest.startOffset;
      else if (!rest.collapsed && rest.comparePoint(node, 0) === 0) end = 0;
      words += (node.data.slice(0, end).match(/\\S{1,12}/g) ?? []).length;
    }
  }
  return words;
})"""


def rating(browser: Browser, origin: str, *, calm: bool = False) -> Page:
    room = rooms.make(replay=True, lean="never")
    for number in range(2):
        comparisons.create(
            protocol=room.protocol,
            group=f"g{number}",
            topic=f"t{number}",
            caption="advice",
            prefix=[{"role": "user", "text": "Which?"}],
            side_a=[{"role": "assistant", "text": LEFT, "thoughts": "hm"}],
            side_b=[{"role": "assistant", "text": RIGHT, "thoughts": ""}],
        )
    page = open_watched(browser, origin).page
    page.emulate_media(reduced_motion="reduce" if calm else "no-preference")
    page.goto(f"{origin}/r/{room.invitation.token}/")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Begin rating").click()
    page.locator('#room[data-state="ready"]').wait_for()
    return page


def test_both_sides_keep_one_pace_and_the_vote_waits(live_server, browser: Browser) -> None:
    page = rating(browser, live_server.url)
    pair, verdicts = page.locator(".pair"), page.locator("button[name=verdict]")
    expect(pair).to_have_attribute("aria-busy", "true")
    expect(verdicts.first).to_be_hidden()
    page.keyboard.press("a")

    seen = []
    for _ in range(4):
        page.wait_for_timeout(200)
        seen.append(page.evaluate(SHOWN))
    assert all(left == right for left, right in seen), seen
    assert seen[0][0] < seen[-1][0] < 240
    assert page.locator(".answer table").first.evaluate("it => getComputedStyle(it).visibility") == "hidden"
    assert not Judgement.objects.exists()

    page.keyboard.press("Enter")
    expect(pair).not_to_have_attribute("aria-busy", "true")
    assert page.locator(".coming").count() == 0 and page.evaluate("CSS.highlights.size") == 0
    expect(page.locator("#announcer")).to_have_text("Both answers are complete")
    page.locator('#room[data-state="ready"]').wait_for()
    page.keyboard.press("a")
    expect(page.locator("#room-done")).to_have_text("1 of 30")
    expect(pair).to_have_attribute("aria-busy", "true")
    assert Judgement.objects.get().first_action_ms is not None

    page.locator("button", has_text="Undo").click()
    expect(page.locator("#room-done")).to_have_text("0 of 30")
    expect(verdicts.first).to_be_visible()
    assert page.locator(".coming").count() == 0
    page.context.close()


def test_it_ends_by_itself_and_raw_shows_all(live_server, browser: Browser) -> None:
    page = rating(browser, live_server.url)
    expect(page.locator("button[name=verdict]").first).to_be_visible(timeout=15_000)
    assert page.locator(".coming").count() == 0
    page.locator("button[name=verdict]").first.click()
    expect(page.locator("#room-done")).to_have_text("1 of 30")
    expect(page.locator(".pair")).to_have_attribute("aria-busy", "true")
    page.locator("[data-raw]").first.check()
    expect(page.locator("button[name=verdict]").first).to_be_visible()
    page.context.close()


def test_who_wants_no_motion_sees_all_at_once(live_server, browser: Browser) -> None:
    page = rating(browser, live_server.url, calm=True)
    expect(page.locator("button[name=verdict]").first).to_be_visible()
    assert page.locator(".coming").count() == 0
    page.context.close()


def test_without_script_all_is_there_at_once(live_server, browser: Browser) -> None:
    room = rooms.make(replay=True)
    room.comparison()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/r/{room.invitation.token}/")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Begin rating").click()
    expect(page.locator("button[name=verdict]").first).to_be_visible()
    expect(page.locator(".answer .text").first).to_be_visible()
    expect(page.locator("[data-show-all]")).to_be_hidden()
    context.close()
