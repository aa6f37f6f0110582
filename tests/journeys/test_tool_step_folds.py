"""Tool steps on the page: opened on one side, open on both, and told with the vote."""

import pytest
from playwright.sync_api import Browser, expect

from annotations.models import Judgement
from annotations.rubrics import Questions, Rubric
from annotations.services import comparisons
from tests.annotations import room as rooms
from tests.journeys.watched_page import open_watched

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
STEPS = [{"name": "search", "input": '{"q": "weather"}', "output": "line 1\n**line 2**"}]


def test_steps_open_on_both_sides_and_a_mark_counts_formulas_as_source(live_server, browser: Browser) -> None:
    room = rooms.make(rubric=Rubric("", questions=Questions(spans=True)))
    side = {"role": "assistant", "text": "If $x^2$ then rain.", "thoughts": "hm", "steps": STEPS}
    comparisons.create(
        protocol=room.protocol,
        group="g",
        topic="t",
        caption="agents",
        prefix=[{"role": "user", "text": "Rain?"}],
        side_a=[side],
        side_b=[side | {"steps": STEPS * 3}],
    )
    watched = open_watched(browser, live_server.url)
    page = watched.page
    page.goto(f"{live_server.url}/r/{room.invitation.token}/")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Begin rating").click()
    page.locator('#room[data-state="ready"]').wait_for()
    expect(page.locator(".answer .typeset")).to_have_count(2)

    page.locator("summary", has_text="tool step").first.click()
    expect(page.locator(".answer [data-steps][open]")).to_have_count(2)
    expect(page.locator(".answer [data-thoughts][open]")).to_have_count(0)
    expect(page.get_by_text("**line 2**").first).to_be_visible()
    page.locator("button[name=verdict]").first.click()

    page.locator("[data-mark]").first.wait_for()
    expect(page.locator(".answer .typeset")).to_have_count(2)
    page.evaluate("""() => {
      const text = document.querySelector(".answer[data-side=left] .turn > .text p");
      const range = document.createRange();
      range.setStart(text.querySelector(".katex-html"), 0);
      range.setEnd(text.lastChild, 5);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }""")
    page.locator('#room[data-state="ready"]').wait_for()
    page.locator("[data-mark]").first.click()
    page.locator(".details button.primary, form button.primary").first.click()
    expect(page.locator("[data-assignment]")).to_have_count(0)
    page.context.close()

    told = Judgement.objects.order_by("revision").last()
    assert told is not None and told.thoughts_opened
    # As in the page's words without the drawing: "If " stands before the formula's source.
    (mark,) = [mark for marks in told.spans.values() for mark in marks]
    assert (mark["text"], mark["start"], mark["end"]) == ("$x^2$ then", 3, 13)
    assert told.format_a == told.format_b != ""
