"""The texts of the hostile corpus on the real rating page in a real browser, as both raters and attackers meet it.

Short texts share a page, a turn each; huge and deep ones have a page to themselves and fill both sides of it. Each
stands as an answer, in thoughts, as raw text and, by turns, as the prompt; each page comes as the fragment that follows
a verdict, those of short texts also as a whole page.
"""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, expect

from annotations.models import Assignment
from annotations.rendering import MAX_CHARACTERS
from annotations.services import comparisons
from tests.annotations import room as rooms
from tests.annotations.hostile_texts import HostileText, as_seen, corpus
from tests.journeys.watched_page import Watched, open_watched

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
A_PAGE = 18
# Of work, by the least of some tries. On an idle machine the slowest page takes 1.1 s (100,000 characters of hidden marks); a
# neighbour doubles any of them. A text that stops a browser takes minutes.
FREEZE_SECONDS = 3.0
TRIES = 4
# What is opened by a click, and the words that it shows. Last the raw texts, which hide the others.
OPENED = (("thoughts", "[data-thoughts] > summary", "[data-thoughts] .text"), ("raw", "[data-raw]", ""))
Group = tuple[HostileText, ...]
CORPUS = corpus()
TOGETHER = [hostile for hostile in CORPUS if not hostile.alone]
SHORT = [tuple(TOGETHER[start : start + A_PAGE]) for start in range(0, len(TOGETHER), A_PAGE)]
# Every third giant: all of them take two minutes, and all go through the server's rendering (test_hostile_corpus).
ALONE = [(hostile,) for hostile in CORPUS if hostile.alone][::3]


@pytest.mark.parametrize("groups", [SHORT, ALONE], ids=["short", "alone"])
def test_hostile_text_stays_text(live_server, browser: Browser, groups: list[Group]) -> None:
    room = rooms.make(session_length=len(groups), overlap=1)
    of = {show(room, number, group): group for number, group in enumerate(groups)}
    watched = open_watched(browser, live_server.url)
    begin(watched, room)
    wrong: list[str] = []
    for _ in groups:
        group = of[waiting(watched)]
        wrong += [f"{group[0]} and {len(group) - 1} more: {told}" for told in problems(watched, group)]
        answer(watched)
    watched.page.context.close()
    assert wrong == []


def show(room: rooms.Room, number: int, group: Group) -> int:
    """A comparison whose sides hold the texts; its id. One of them is also the prompt."""
    texts = [stored(hostile.text) for hostile in group]
    alone = group[0].alone
    side_a = [{"role": "assistant", "text": text, "thoughts": text if alone else ""} for text in texts]
    side_b = [
        {
            "role": "assistant",
            "text": text if alone else "An ordinary answer.",
            "thoughts": "" if alone else text,
        }
        for text in texts
    ]
    prompt = "A question." if alone else texts[number % len(texts)]
    return comparisons.create(
        protocol=room.protocol,
        group=f"group-{number}",
        topic=f"topic-{number}",
        caption="advice",
        prefix=[{"role": "user", "text": prompt}],
        side_a=side_a,
        side_b=side_b,
    ).pk


def stored(text: str) -> str:
    """As answers are stored: no database takes a null or half a character."""
    return text.replace("\x00", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode()


def begin(watched: Watched, room: rooms.Room) -> None:
    page = watched.page
    page.goto(f"{watched.origin}/r/{room.invitation.token}/")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Begin rating").click()


def waiting(watched: Watched) -> int:
    """The comparison on show, once it takes an answer."""
    watched.page.locator('#room[data-state="ready"]').wait_for()
    shown = watched.page.locator("[data-assignment]").get_attribute("data-assignment")
    return Assignment.objects.get(public_id=shown).comparison_id


def answer(watched: Watched) -> None:
    """Votes, and waits until that comparison is gone from the page."""
    page = watched.page
    shown = page.locator("[data-assignment]").get_attribute("data-assignment")
    page.locator("button[name=verdict]").first.click()
    expect(page.locator(f'[data-assignment="{shown}"]')).to_have_count(0, timeout=30_000)


def problems(watched: Watched, group: Group) -> Iterator[str]:
    """As it came after the last verdict, then as a whole page; thoughts opened, turned raw."""
    reload = partial(loaded, watched)
    yield from slow("the fragment", watched.settle, again=reload)
    yield from watched.wrong()
    if not group[0].alone:
        yield from slow("the page", reload, again=reload)
        yield from watched.wrong()
    yield from unread(watched, group, ".answer > .turn > .text")
    for what, selector, words in OPENED:
        toggle = partial(toggled, watched, selector)
        yield from slow(what, toggle, again=lambda toggle=toggle: min(toggle(), toggle()))
        yield from unread(watched, group, words) if words else ()
    yield from changed(watched, group)
    yield from watched.wrong()


def loaded(watched: Watched) -> float:
    watched.page.reload()
    watched.page.locator('#room[data-state="ready"]').wait_for()
    return watched.settle()


def toggled(watched: Watched, selector: str) -> float:
    """Clicks the first of them, which turns all; the longest task that followed, in seconds."""
    watched.page.evaluate("selector => document.querySelector(selector).click()", selector)
    return watched.settle()


def slow(what: str, measure: Callable[[], float], *, again: Callable[[], float]) -> Iterator[str]:
    """A page that stands still, by the least of a few measures."""
    least = measure()
    for _ in range(TRIES - 1):
        if least >= FREEZE_SECONDS:
            least = min(least, again())
    if least >= FREEZE_SECONDS:
        yield f"{what} stood still for {least:.2f} s"


def unread(watched: Watched, group: Group, selector: str) -> Iterator[str]:
    """Texts of which the promised piece cannot be read in any of the elements."""
    read = [as_seen(words) for words in watched.words(selector)]
    for hostile in group:
        if not any(as_seen(hostile.shows) in words for words in read):
            yield f"{hostile.name}: {hostile.shows!r} is not to be read in {selector}"


def changed(watched: Watched, group: Group) -> Iterator[str]:
    """Raw texts that differ from what the model wrote, other than by the marks of unseen characters."""
    raw = watched.page.locator(".answer[data-side] .raw:not(:has(.unseen))")
    read = {as_seen(words) for words in raw.all_inner_texts()}
    marked = watched.page.locator(".raw .unseen").count()
    for hostile in group:
        text = stored(hostile.text)
        if len(text) <= MAX_CHARACTERS and as_seen(text) not in read and not marked:
            yield f"{hostile.name}: the raw text is another"
