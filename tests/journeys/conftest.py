"""Browsers that fail a journey on any script error, refused resource or foreign request."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.journeys import pictures, running_demo

# A browser logs every answer of 4xx as an error; the pages that a journey provokes on purpose are its own affair.
NOT_ERRORS = (
    "status of 409",
    "status of 422",
    "status of 401",
    "nowhere/: Failed to load",
    "ERR_INTERNET_DISCONNECTED",
    "htmx:error: Failed to fetch",
    "status of 429",
    "status of 503",
)


# Three browsers, their servers and workers share two cores in CI: what takes a moment alone takes some seconds there.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session", autouse=True)
def _database_before_browser(django_db_setup: None) -> Iterator[None]:
    """Playwright's loop, once it runs in this thread, keeps Django from making its test database, and from emptying it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[running_demo.Demo]:
    with running_demo.running(tmp_path_factory.mktemp("demo") / "state") as found:
        yield found


@pytest.fixture
def person(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`person(width=…, scheme=…)` opens a browser of its own; whatever went wrong in it fails the test at its end."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(*, width: int = 1440, height: int = 900, scheme: str = "light", **options: object) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _note(page, message, wrong))
        page.on("request", lambda request: _local(request.url) or wrong.append(f"request to {request.url}"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def _note(page: Page, message: ConsoleMessage, wrong: list[str]) -> None:
    known = NOT_ERRORS + (pictures.THEIR_ERRORS if page in pictures.photographed else ())
    told = f"{page.url}: {message.text}"
    if message.type == "error" and not any(words in told for words in known):
        wrong.append(told)


def _local(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob", "file") or parts.hostname in ("127.0.0.1", "localhost")
