"""Pictures of pages, kept among the artefacts."""

from pathlib import Path

from playwright.sync_api import Error, Page

from tests.journeys.running_demo import ROOT

ARTEFACTS = ROOT / "test-artefacts"
# To take a picture Playwright adds a style of its own to the page, which the policy then refuses to copy.
THEIR_ERRORS = ("inline style",)
photographed: set[Page] = set()


def take(page: Page, name: str, folder: Path = ARTEFACTS) -> Path:
    """A full-page picture, as `name`.png."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    photographed.add(page)
    try:
        page.screenshot(path=path, full_page=True)
    except Error as error:
        # Chromium gives up where the machine is short of breath; what is on the page is as it was.
        if "Unable to capture screenshot" not in str(error):
            raise
        page.wait_for_timeout(1_000)
        page.screenshot(path=path, full_page=True)
    return path
