"""From a new study to a first finding: lead and rater in two browsers, through a real worker and a real model server."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pictures import take as picture
from tests.journeys.running_demo import ROOT, Demo
from vibes.charts.chapters import CHAPTERS

pytestmark = [pytest.mark.journey, pytest.mark.slow]
SESSION = 6


def test_the_main_job(demo: Demo, person: Callable[..., Page], tmp_path: Path) -> None:
    lead = person()
    sign_in(lead, demo)
    link = make_study(lead)
    rater = person(width=1280, scheme="dark")
    rate_a_session(rater, link)
    lead.reload()
    expect(lead.locator("#progress-details")).to_contain_text(f"{SESSION} of")
    study = lead.url
    people_are_too_few(lead)
    lead.goto(study)
    add_simulated_raters(lead)
    see_the_results(lead)
    exports_hold_what_was_judged(lead, study, tmp_path)
    import_a_file(lead)


def sign_in(page: Page, demo: Demo) -> None:
    link = demo.fresh_link()
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Studies")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", name="Studies")).to_be_visible()


WITHOUT_A_CUE = (
    "win",
    "leaderboard",
    "displacement",
    "tiebreak-curve",
    "tiebreak",
    "formatting",
    "formatting-win",
    "lengths",
    "traits",
    "vibe-profile",
    "wins",
    "susceptibility",
    "agreement",
    "power",
)


def make_study(page: Page) -> str:
    """A study over two classes of the seed; its rating link once all answers are here."""
    page.get_by_role("link", name="New study").click()
    page.get_by_label("Name", exact=True).fill("Maths and code, four characters")
    for prompt_class in ("maths", "code"):
        page.get_by_role("checkbox", name=prompt_class).check()
    for endpoint in ("Plain", "Flattering", "Over-formatted", "Wrong now and then"):
        page.get_by_role("checkbox", name=endpoint, exact=True).check()
    page.get_by_label("Judgements per comparison").fill("2")
    page.get_by_label("Comparisons per session").fill(str(SESSION))
    picture(page, "study-builder")
    page.get_by_role("button", name="Make the study").click()
    expect(page.locator("[data-left]")).to_have_text("0", timeout=60_000)
    expect(page.locator("[data-comparisons]")).to_have_text("108 of 108", timeout=20_000)
    picture(page, "study")
    return page.locator("[data-rating-link]").input_value()


def rate_a_session(page: Page, link: str) -> None:
    """Keys and clicks, a tie with its lean, an undo: as many judgements as the session has."""
    page.goto(link)
    page.get_by_role("button", name="Start").click()
    picture(page, "welcome")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Begin rating").click()
    at(page, 0)
    picture(page, "rating")
    page.keyboard.press("a")
    at(page, 1)
    page.keyboard.press("u")
    at(page, 0)
    page.get_by_role("button", name="B is better").click()
    at(page, 1)
    page.keyboard.press("t")
    expect(page.get_by_text("If you had to send one?")).to_be_visible()
    page.locator('#room[data-state="ready"]').wait_for()
    picture(page, "lean")
    page.get_by_role("button", name="Send A").click()
    at(page, 2)
    page.keyboard.press("s")
    at(page, 2)
    page.keyboard.press("x")
    at(page, 3)
    page.get_by_role("button", name="A is better").dblclick()
    at(page, 4)
    page.reload()
    at(page, 4)
    page.keyboard.press("2")
    at(page, 5)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{SESSION} comparisons answered")
    picture(page, "done")


def at(page: Page, done: int) -> None:
    """Waits for the comparison after `done` answers, and for the moment in which it takes one."""
    expect(page.locator("#room-done")).to_have_text(f"{done} of {SESSION}")
    page.locator('#room[data-state="ready"]').wait_for()


def people_are_too_few(page: Page) -> None:
    page.get_by_role("link", name="Results", exact=True).click()
    expect(page.get_by_text("not enough yet").first).to_be_visible()
    expect(page.locator(".banner.simulated")).to_have_count(0)
    picture(page, "results-one-rater")


def add_simulated_raters(page: Page) -> None:
    page.get_by_text("Add simulated raters").first.click()
    page.get_by_role("spinbutton", name="Raters", exact=True).fill("20")
    page.get_by_role("spinbutton", name="Judgements each").fill("40")
    page.get_by_role("button", name="Add simulated raters").click()
    expect(page.locator("[data-simulated]")).to_contain_text("800 judgements by 20", timeout=120_000)
    expect(page.locator("[data-simulated]")).not_to_contain_text("newest batch", timeout=20_000)


def see_the_results(page: Page) -> None:
    page.get_by_role("link", name="Results", exact=True).click()
    page.get_by_label("Raters").select_option("simulated")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".banner.simulated")).to_be_visible()
    every_figure_is_drawn(page)
    assert (
        page.locator(".modebar-btn[data-title*='cloud' i], .modebar-btn[data-title*='share' i]").count() == 0
    )
    picture(page, "results")


def every_figure_is_drawn(page: Page) -> None:
    """On all pages of the run, from the overview and back to it."""
    pages = page.locator("nav.pages a")
    expect(pages).to_have_count(len(CHAPTERS), timeout=60_000)
    overview, drawn = page.url, set()
    for address in [link.get_attribute("href") for link in pages.all()]:
        page.goto(f"{page.url.split('/runs/')[0]}{address}")
        figures = page.locator("[data-figure]")
        expect(page.locator("[data-figure] .plot-container")).to_have_count(figures.count())
        drawn |= {figure.get_attribute("data-figure") for figure in figures.all()}
    assert {f"figure-{name}" for name in WITHOUT_A_CUE} <= drawn
    page.goto(overview)
    expect(page.locator("[data-figure] .main-svg:first-of-type").first).to_be_visible()


def exports_hold_what_was_judged(page: Page, study: str, folder: Path) -> None:
    page.goto(study)
    with page.expect_download() as started:
        page.get_by_role("link", name="Judgements, JSONL").click()
    target = folder / "judgements.jsonl"
    started.value.save_as(target)
    rows = [json.loads(line) for line in target.read_text().splitlines()]
    assert [row["rater_kind"] for row in rows] == ["person"] * SESSION
    assert sorted(row["verdict"] for row in rows).count("tie") == 1
    assert next(row["lean"] for row in rows if row["verdict"] == "tie") in ("a", "b")
    assert sum(row["verdict"] == "both_bad" for row in rows) == 1


def import_a_file(page: Page) -> None:
    page.get_by_role("link", name="Import").click()
    page.get_by_label("File").set_input_files(ROOT / "docs" / "examples" / "judgements.csv")
    page.get_by_label("Raters").select_option("simulated")
    page.get_by_role("button", name="Analyse the file").click()
    every_figure_is_drawn(page)
    picture(page, "import-report")
