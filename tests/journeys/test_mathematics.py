"""Formulas in a real browser under the real policy: typeset on both sides at once, readable, and the source where not."""

import pytest
from playwright.sync_api import Browser, Page, expect

from annotations.rubrics import Questions, Rubric
from annotations.services import comparisons
from tests.annotations import room as rooms
from tests.journeys.watched_page import Watched, open_watched

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SETTABLE = r"""The root is $x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$, so \(a \neq 0\), and $\vec{v} \cdot \pmb{w}$.

$$\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}, \qquad \begin{pmatrix} a & b \\ c & d \end{pmatrix}$$

\[ f(n) = \begin{cases} n/2 & n \text{ even} \\ 3n+1 & \text{else} \end{cases} \]

| form | value |
|---|---|
| $\overbrace{1+1}^{\text{two}}$ | $\boxed{2}$ |

It costs $5 and $10."""
WIDE = "$$" + " + ".join(f"x_{{{n}}}" for n in range(80)) + "$$"
REFUSED = (
    r"Kept $\href{https://evil.example}{the words}$ and $\nocommand{y}$ and $\frac{1$, then $\def\a{\a\a}\a$."
)


def opened(browser: Browser, origin: str, left: str, right: str, **more: object) -> Watched:
    room = rooms.make(rubric=Rubric("", questions=Questions(spans=True)), **more)
    comparisons.create(
        protocol=room.protocol,
        group="g",
        topic="t",
        caption="maths",
        prefix=[{"role": "user", "text": "What is $x^2$?"}],
        side_a=[{"role": "assistant", "text": left}],
        side_b=[{"role": "assistant", "text": right}],
    )
    watched = open_watched(browser, origin)
    page = watched.page
    page.goto(f"{origin}/r/{room.invitation.token}/")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Begin rating").click()
    page.locator('#room[data-state="ready"]').wait_for()
    return watched


def is_typeset(page: Page, count: int) -> None:
    expect(page.locator(".answer .math.typeset .katex-html")).to_have_count(count)


def test_formulas_are_typeset_within_the_policy(live_server, browser: Browser) -> None:
    watched = opened(browser, live_server.url, SETTABLE, SETTABLE + "\n\n" + WIDE)
    page = watched.page
    is_typeset(page, 15)

    assert watched.wrong() == []
    assert page.locator(".answer .math:not(.typeset)").count() == 0
    # The policy refuses `style` attributes, which KaTeX writes for an arrow's width: it is there all the same.
    assert (
        page.locator(".answer .katex svg").evaluate_all(
            "all => all.filter((svg) => !svg.getBoundingClientRect().width).length"
        )
        == 0
    )
    assert page.locator(".answer .katex-overlay svg").first.evaluate("svg => svg.style.width") == "0.471em"
    assert page.locator(".answer .katex-mathml math").count() == 15
    assert page.locator(".answer .katex .text").first.evaluate("it => getComputedStyle(it).padding") == "0px"
    wide = page.locator(".answer .math.wide")
    expect(wide).to_have_count(1)
    assert wide.evaluate("it => it.scrollWidth > it.clientWidth && it.tabIndex === 0")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert "costs $5 and $10" in page.locator(".answer .text").first.inner_text()

    page.locator("[data-raw]").first.check()
    assert r"$x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$" in page.locator(".answer .raw").first.inner_text()
    assert not page.locator(".answer .katex").first.is_visible()
    page.context.close()


def test_what_cannot_be_set_stays_source(live_server, browser: Browser) -> None:
    watched = opened(browser, live_server.url, REFUSED, r"Set $\sqrt{2}$ and $\text{\zwj x}$ and $a​b$.")
    page = watched.page
    is_typeset(page, 1)

    said = page.locator(".answer .text").all_inner_texts()
    assert r"\href{https://evil.example}{the words}" in " ".join(said)
    assert r"\nocommand{y}" in " ".join(said) and r"\def\a{\a\a}\a" in " ".join(said)
    assert "U+200B" in " ".join(said)
    assert watched.wrong() == []
    page.context.close()


def test_without_a_formula_nothing_is_fetched(live_server, browser: Browser) -> None:
    room = rooms.make()
    room.comparison()
    watched = open_watched(browser, live_server.url)
    asked: list[str] = []
    watched.page.on("request", lambda request: asked.append(request.url))
    watched.page.goto(f"{live_server.url}/r/{room.invitation.token}/")
    watched.page.get_by_role("button", name="Start").click()
    watched.page.get_by_role("checkbox").check()
    watched.page.get_by_role("button", name="Begin rating").click()
    watched.page.locator('#room[data-state="ready"]').wait_for()
    watched.settle()
    assert not [url for url in asked if "katex" in url]
    watched.page.context.close()
