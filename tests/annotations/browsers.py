"""Simulated browsers: they rate as the page does, and some of them as people and networks do."""

import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx2

ANSWER = re.compile(r'action="/rate/([0-9a-f-]{36})/(verdict|lean)/".*?name="key" value="([^"]+)"', re.S)
AHEAD = re.compile(r'data-ahead="([^"]+)"')
UNDO = re.compile(r'action="(/rate/[0-9a-f-]{36}/undo/)".*?name="key" value="([^"]+)"', re.S)
CODE = re.compile(r"\b[A-Z2-7]{5}-[A-Z2-7]{5}\b")
SESSION_COOKIE, CSRF_COOKIE = "vibes_session", "vibes_csrf"
# A faulty browser is faulty at every so many answers.
EVERY = 4


class Unexpected(AssertionError):
    """The server said what no browser should hear."""


@dataclass
class Browser:
    """One rater's browser. `fault`: "", "killed", "twice", "back" or "lapsed"; `saved`: keys that the server said it has."""

    address: str
    token: str
    number: int
    fault: str = ""
    saved: list[str] = field(default_factory=list)
    faults: int = 0
    answered: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.number)
        self.client = httpx2.Client(base_url=self.address, follow_redirects=True, timeout=60)
        self.code = ""
        self.holds = ""

    def begin(self) -> str:
        """From the link to the first pair: the rating page."""
        self.client.get(f"/r/{self.token}/")
        welcome = self._post(f"/r/{self.token}/begin/", {}).text
        found = CODE.search(welcome)
        if not found:
            raise Unexpected("the first page shows no resume code")
        self.code = found[0]
        return self._post("/rate/consent/", {"agree": "on"}).text

    def rate(self, page: str = "") -> None:
        """Answers all that comes, from this page on, until nothing is left, or until it is killed."""
        page = page or self.client.get("/rate/").text
        act: dict[str, Callable[[re.Match[str], str], str | None]] = {
            "killed": self._killed,
            "twice": self._twice,
            "back": self._back,
            "lapsed": self._lapsed,
        }
        while found := ANSWER.search(page):
            self.holds = " ".join([found[1], *AHEAD.findall(page)])
            self.answered += 1
            due = self.fault and self.answered % EVERY == 0
            then = act[self.fault](found, page) if due else self._answer(found)
            self.faults += bool(due)
            if then is None:
                return
            page = then

    def close(self) -> None:
        self.client.close()

    def _answer(self, found: re.Match[str]) -> str:
        return self._next(self._send(found, self._form(found)), found)

    def _killed(self, found: re.Match[str], _page: str) -> None:
        """The answer is on its way when the browser dies: whether it arrived, nobody there learns."""
        with suppress(httpx2.TimeoutException, httpx2.TransportError):
            self._send(found, self._form(found), timeout=self.rng.choice([0.001, 0.01, 0.03]))
        self.close()

    def _twice(self, found: re.Match[str], _page: str) -> str:
        """A double click: the same form at the same moment."""
        form = self._form(found)
        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(lambda _: self._send(found, form), range(2))
        self._next(first, found)
        return self._next(second, found)

    def _back(self, found: re.Match[str], page: str) -> str:
        """The page before, answered otherwise; or the undo button."""
        undo = UNDO.search(page)
        if undo and self.rng.random() < 0.5:
            return self._next(self._post(undo[1], {"key": undo[2]}))
        after = self._answer(found)
        stale = self._form(found)
        self._next(self._send(found, stale), found)
        return after if ANSWER.search(after) else self._rate_page()

    def _lapsed(self, found: re.Match[str], _page: str) -> str:
        """The session is gone: the answer is refused, the resume code brings the same pair back. Once, since codes are
        counted."""
        if self.faults:
            return self._answer(found)
        self.client.cookies.delete(SESSION_COOKIE)
        refused = self._send(found, self._form(found))
        if refused.status_code != 401:
            raise Unexpected(f"without a session: {refused.status_code}")
        self.client.get(f"/r/{self.token}/")
        self._post(f"/r/{self.token}/resume/", {"code": self.code})
        page = self._rate_page()
        if found[1] not in page:
            raise Unexpected("the pair that waited did not come back")
        return page

    def _rate_page(self) -> str:
        return self.client.get("/rate/").text

    def _form(self, found: re.Match[str]) -> dict[str, str]:
        told = {"key": found[3], "first_action_ms": "900", "seconds_visible": "8.2"}
        if found[2] == "lean":
            return {"key": found[3], "lean": self.rng.choice("ab")}
        return told | {"verdict": self.rng.choice(["a", "b", "tie", "both_bad"])}

    def _send(self, found: re.Match[str], form: dict[str, str], **options: Any) -> httpx2.Response:
        return self._post(f"/rate/{found[1]}/{found[2]}/", form, **options)

    def _next(self, response: httpx2.Response, found: re.Match[str] | None = None) -> str:
        """The region that came back. What came with 200 is saved."""
        if response.status_code != 200:
            raise Unexpected(f"{response.status_code}: {response.text[:300]}")
        if found:
            self.saved.append(found[3])
        return self._rate_page() if "HX-Redirect" in response.headers else response.text

    def _post(self, path: str, form: dict[str, str], **options: Any) -> httpx2.Response:
        headers = {"Referer": self.address, "X-CSRFToken": self.client.cookies.get(CSRF_COOKIE) or ""}
        if path.startswith("/rate/") and "consent" not in path:
            headers |= {"HX-Request": "true", "Room-Holds": self.holds}
        return self.client.post(path, data=form, headers=headers, **options)
