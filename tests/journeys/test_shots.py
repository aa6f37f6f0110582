"""`make shots`: every page × {1440, 390} × {light, dark} × {empty, rich}, and a contact sheet to look through.

Each of them is held to WCAG 2.2 AA by axe-core, and scrolls in no more than one direction.
"""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from annotations.services import sign_in as sign_in_links
from tests.journeys import disagreeing_states, fetching_states, rating_states
from tests.journeys.accessibility import violations
from tests.journeys.pictures import ARTEFACTS, take
from tests.journeys.running_demo import Demo
from tests.journeys.test_first_finding import add_simulated_raters, sign_in
from tests.services import desk

pytestmark = [pytest.mark.journey, pytest.mark.slow]
SHOTS = ARTEFACTS / "shots"
# The fonts are there, and each chart that has begun is drawn.
SETTLED = """() => document.fonts.status === "loaded"
    && [...document.querySelectorAll("[data-figure]")].every((one) => !one.clientWidth || one.querySelector("svg"))"""
LOOKS = list(itertools.product((1440, 390), ("light", "dark")))
SHEET = """<!doctype html><meta charset="utf-8"><style>
body {{ font: 14px system-ui; margin: 16px; background: #ddd }} section {{ margin-bottom: 24px }}
div {{ display: flex; gap: 12px; align-items: start; overflow: hidden }}
img {{ height: 420px; width: auto; max-width: 620px; object-fit: cover; object-position: top; border: 1px solid #888 }}
</style>{rows}"""


def test_every_page_in_every_look(demo: Demo, person: Callable[..., Page]) -> None:
    lead = person()
    sign_in(lead, demo)
    lead.get_by_role("link", name="Demo: four scripted characters").click()
    expect(lead.locator("[data-left]")).to_have_text("0", timeout=120_000)
    rich = lead.url
    shots = rater_shots(person, demo.rater)
    shots |= lead_shots(lead, {"study-empty": rich, "results-empty": f"{rich}results/?raters=people"})
    lead.goto(rich)
    add_simulated_raters(lead)
    lead.goto(f"{rich}results/?raters=simulated")
    run = lead.url
    base = demo.address
    shots |= lead_shots(
        lead,
        {
            "studies": f"{base}/studies/",
            "study-builder": f"{base}/studies/new/",
            "study": rich,
            "answers": f"{rich}answers/",
            "results": run,
            "import": f"{base}/import/",
            "probes": f"{base}/probes/",
            "endpoints": f"{base}/endpoints/",
            "endpoint-form": f"{base}/endpoints/add/",
            "endpoint-edit": f"{base}{edit_link(lead, base)}",
            "endpoint-file": f"{base}/endpoints/file/",
            "not-found": f"{base}/nowhere/",
        },
    )
    contact_sheet(person(), shots)
    assert all(path.stat().st_size > 5_000 for paths in shots.values() for path in paths)


@pytest.mark.django_db(transaction=True)
def test_fetching_in_every_state(live_server, person: Callable[..., Page]) -> None:
    """Under way with everything that can be wrong, paused, at its cap, cancelled; an answer with all that is known."""
    made = fetching_states.study()
    page = person()
    page.goto(live_server.url + sign_in_links.path_for(desk.lead()))
    page.get_by_role("button", name="Sign in").click()
    address = f"{live_server.url}/studies/{made.pk}/"
    fetching_states.under_way(made)
    row = fetching_states.rich_generation(made)
    shots = lead_shots(page, {"fetching": address})
    shots |= lead_shots(page, {"answers-under-way": f"{address}answers/"})
    page.goto(f"{live_server.url}/generations/{row.pk}/")
    shots |= lead_shots(page, {"generation": page.url})
    page.goto(address)
    what_is_looked_at_stays_while_the_page_polls(page)
    page.get_by_text("Set a spending cap").click()
    page.get_by_label("Spending cap, in US dollars").fill("0.1")
    page.get_by_role("button", name="Set the cap").click()
    expect(page.get_by_role("heading", name="The spending cap is reached", exact=False)).to_be_visible()
    shots |= lead_shots(page, {"fetching-capped": address})
    page.get_by_role("button", name="Pause fetching").click()
    page.get_by_text("Cancel fetching", exact=True).click()
    take(page, "fetching-paused-1440-light", SHOTS)
    page.get_by_role("button", name="Yes, cancel fetching").click()
    expect(page.get_by_role("heading", name="Fetching is cancelled", exact=False)).to_be_visible()
    shots |= lead_shots(page, {"fetching-cancelled": address})
    assert all(path.stat().st_size > 5_000 for paths in shots.values() for path in paths)


@pytest.mark.django_db(transaction=True)
def test_rating_before_anybody_and_with_raters_of_every_kind(
    live_server, person: Callable[..., Page]
) -> None:
    page = person()
    page.goto(live_server.url + sign_in_links.path_for(desk.lead()))
    page.get_by_role("button", name="Sign in").click()
    made, nobody = rating_states.study(), rating_states.empty()
    shots = lead_shots(page, {"study-rating-empty": f"{live_server.url}/studies/{nobody.pk}/rating/"})
    shots |= lead_shots(page, {"study-rating": f"{live_server.url}/studies/{made.pk}/rating/"})
    page.get_by_role("link", name="Readmit rater").first.click()
    shots |= lead_shots(page, {"study-rating-standing": page.url})
    page.get_by_label("Reason").fill("We talked it over")
    page.get_by_role("button", name="Readmit this rater").click()
    expect(page.get_by_text("is readmitted, and all judgements count", exact=False)).to_be_visible()
    assert all(path.stat().st_size > 5_000 for paths in shots.values() for path in paths)


@pytest.mark.django_db(transaction=True)
def test_disagreements_and_case_lists(live_server, person: Callable[..., Page]) -> None:
    page = person()
    page.goto(live_server.url + sign_in_links.path_for(desk.lead()))
    page.get_by_role("button", name="Sign in").click()
    shots = lead_shots(page, {"case-lists-empty": f"{live_server.url}/case-lists/"})
    made, nobody = disagreeing_states.study(), rating_states.empty()
    base = f"{live_server.url}/studies/{made.pk}/disagreements/"
    shots |= lead_shots(
        page,
        {
            "disagreements-empty": f"{live_server.url}/studies/{nobody.pk}/disagreements/",
            "disagreements": base,
            "case-lists": f"{live_server.url}/case-lists/",
            "case-list": f"{live_server.url}/case-lists/{disagreeing_states.the_list().pk}/",
        },
    )
    page.get_by_role("link", name="Question").first.click()
    shots |= lead_shots(page, {"case": page.url})
    page.goto(f"{base}?sent=decided")
    page.get_by_role("checkbox").first.check()
    page.get_by_label("List", exact=True).select_option("A new list")
    page.get_by_label("Name of the new list").fill("Settled")
    page.get_by_role("button", name="Put on this list").click()
    expect(page.get_by_text("1 comparison put on the list “Settled”.")).to_be_visible()
    page.locator(".disagreements tbody a").first.click()
    shots |= lead_shots(page, {"comparison": page.url})
    assert all(path.stat().st_size > 5_000 for paths in shots.values() for path in paths)


def edit_link(page: Page, base: str) -> str | None:
    page.goto(f"{base}/endpoints/")
    return page.get_by_role("link", name="Edit Plain").get_attribute("href")


def what_is_looked_at_stays_while_the_page_polls(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    table = page.locator("#progress-details .table-wrap")
    table.evaluate("table => { table.scrollLeft = 60; table.focus() }")
    for _ in range(2):
        with page.expect_response("**/progress/**"):
            pass
    page.wait_for_timeout(100)
    assert table.evaluate("table => table.scrollLeft") == 60
    expect(table).to_be_focused()
    page.set_viewport_size({"width": 1440, "height": 900})


def lead_shots(page: Page, addresses: dict[str, str]) -> dict[str, list[Path]]:
    return {name: in_every_look(page, name, address) for name, address in addresses.items()}


def in_every_look(page: Page, name: str, address: str) -> list[Path]:
    paths = []
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900 if width > 600 else 844})
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        page.wait_for_function(SETTLED)
        paths.append(take(page, f"{name}-{width}-{scheme}", SHOTS))
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{name} scrolls sideways by {overflow} px at {width}"
        assert violations(page) == [], f"{name} at {width} in {scheme}"
    return paths


def rater_shots(person: Callable[..., Page], link: str) -> dict[str, list[Path]]:
    """The whole way of a rater, walked once; every page of it seen in every look."""
    page = person()
    shots = {"invitation": in_every_look(page, "invitation", link)}
    page.goto(link)
    page.get_by_role("button", name="Start").click()
    shots["welcome"] = in_every_look(page, "welcome", page.url)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Begin rating").click()
    shots["rating"] = in_every_look(page, "rating", page.url)
    page.reload()
    page.locator('#room[data-state="ready"]').wait_for()
    page.keyboard.press("t")
    expect(page.get_by_text("If you had to send one?")).to_be_visible()
    shots["lean"] = in_every_look(page, "lean", page.url)
    page.get_by_role("button", name="Send A").click()
    page.get_by_role("button", name="Pause").click()
    shots["paused"] = in_every_look(page, "paused", page.url)
    return shots


def contact_sheet(page: Page, shots: dict[str, list[Path]]) -> None:
    rows = "".join(
        f"<section><h2>{name}</h2><div>{''.join(f'<img src={path.name!r}>' for path in paths)}</div></section>"
        for name, paths in shots.items()
    )
    sheet = SHOTS / "contact-sheet.html"
    sheet.write_text(SHEET.format(rows=rows))
    page.goto(sheet.as_uri())
    take(page, "contact-sheet", SHOTS)
