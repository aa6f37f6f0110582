"""An admin adds an endpoint by its address alone, tests it, changes it, and takes a file; in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.accessibility import violations
from tests.journeys.pictures import take as picture
from tests.journeys.running_demo import Demo
from tests.journeys.test_first_finding import sign_in
from vibes.providers.scripted import MODELS

pytestmark = [pytest.mark.journey, pytest.mark.slow]
FILE = b"""endpoints:
  - {name: From the file, provider: scripted, model: scripted-plain}
"""


def test_from_an_address_to_an_endpoint(demo: Demo, person: Callable[..., Page]) -> None:
    page = person()
    sign_in(page, demo)
    page.get_by_role("link", name="Endpoints").click()
    expect(page.locator(".endpoint .chip.done").first).to_have_text("up", timeout=20_000)
    add_by_its_list_of_models(page)
    answers_a_test(page)
    is_refused_by_a_wrong_address(page)
    comes_from_a_file(page)


def add_by_its_list_of_models(page: Page) -> None:
    page.get_by_role("link", name="Add an endpoint").click()
    page.get_by_label("Name", exact=True).fill("Found by hand")
    page.get_by_label("Provider").select_option("scripted")
    page.get_by_role("button", name="List its models").click()
    expect(page.locator("#offered li").first).to_be_visible()
    assert page.locator("#offered-models option").count() == len(MODELS)
    assert page.url.endswith("/endpoints/add/")
    page.get_by_label("Model", exact=True).fill("scripted-slips")
    page.get_by_text("Prices", exact=True).click()
    page.get_by_label("In", exact=True).fill("0.15")
    page.get_by_label("Out", exact=True).fill("0.6")
    assert violations(page) == []
    picture(page, "endpoint-form-filled")
    page.get_by_role("button", name="Add the endpoint").click()


def answers_a_test(page: Page) -> None:
    page.get_by_role("button", name="Test Found by hand").click()
    expect(page.get_by_text("Found by hand answers.")).to_be_visible(timeout=20_000)
    expect(page.locator(".trial-facts:visible")).to_contain_text("US$ 0.0000")
    assert page.url.endswith("/endpoints/")
    assert violations(page) == []
    picture(page, "endpoint-tested")


def is_refused_by_a_wrong_address(page: Page) -> None:
    page.get_by_role("link", name="Edit Found by hand").click()
    page.get_by_label("Address").fill("http://192.168.1.1/v1")
    page.get_by_role("button", name="Save the changes").click()
    expect(page.get_by_text("adds 192.168.1.1 to VIBES_PRIVATE_HOSTS")).to_be_visible()
    page.get_by_label("Address").fill("")
    page.get_by_label("Temperature").fill("0.5")
    page.get_by_role("button", name="Save the changes").click()
    expect(page.get_by_text("is changed from now on")).to_be_visible()


def comes_from_a_file(page: Page) -> None:
    page.get_by_role("link", name="From a file").click()
    for only_check in (True, False):
        page.locator("[name=file]").set_input_files(
            {"name": "e.yaml", "mimeType": "text/yaml", "buffer": FILE}
        )
        page.get_by_label("Only check it").set_checked(only_check)
        page.get_by_role("button", name="Read the file").click()
        if only_check:
            expect(page.get_by_text("From the file would be added")).to_be_visible()
            assert violations(page) == []
    expect(page.get_by_text("1 added, 0 changed, 0 as they were")).to_be_visible()
    page.get_by_role("button", name="Archive From the file").click()
    expect(page.get_by_text("From the file is archived")).to_be_visible()
    # How the servers are comes after the page and moves its rows.
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Archive Found by hand").click()
    expect(page.get_by_text("Found by hand is archived")).to_be_visible()
