"""axe-core over a page as it stands in the browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """What breaks WCAG 2.2 A or AA: the rule, and the first elements that break it."""
    found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {one['help']} at {_places(one['nodes'])}" for one in found]


def _places(nodes: list[dict[str, list[str]]]) -> str:
    return "; ".join(" ".join(map(str, node["target"])) for node in nodes[:5])
