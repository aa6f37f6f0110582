"""The web process is ended by kill -9 in the middle of an answer: before its row is written, and between row and response."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from socket import create_server, socket

import httpx2
import pytest

from tests.annotations.browsers import ANSWER, Browser
from tests.annotations.test_browsers_at_once import manage, room
from vibes.demo.home import PROJECT

pytestmark = pytest.mark.slow
ENOUGH = 30
# The time between row and response is short: on a busy machine a kill may come too late.
TRIES = 4


class Web:
    """The demo's web process on a socket that outlives it."""

    def __init__(self, environment: dict[str, str], listener: socket) -> None:
        self.environment, self.listener = environment, listener
        listener.set_inheritable(True)
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def start(self) -> None:
        descriptor = self.listener.fileno()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vibes.demo.web", str(descriptor)],
            cwd=PROJECT,
            env=os.environ | self.environment,
            pass_fds=[descriptor],
        )
        waited_for(lambda: httpx2.get(f"{self.address}/health/", timeout=ENOUGH).is_success)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(ENOUGH)


def waited_for(happens: Callable[[], bool], pause: float = 0.0) -> None:
    end = time.monotonic() + ENOUGH
    while time.monotonic() < end:
        with suppress(httpx2.HTTPError):
            if happens():
                return
        time.sleep(pause)
    raise AssertionError("it did not happen")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "VIBES_STATE_DIR": str(tmp_path),
        "VIBES_DATABASE_URL": f"sqlite:///{tmp_path}/killed.sqlite3",
        "VIBES_SECRET_KEY": "killed",
        "VIBES_DEBUG": "",
        "DJANGO_SETTINGS_MODULE": "vibes.settings",
        "VIBES_LOG_LEVEL": "WARNING",
    }


@pytest.fixture
def web(environment: dict[str, str]) -> Iterator[Web]:
    with closing(create_server(("127.0.0.1", 0), backlog=128)) as listener:
        found = Web(environment, listener)
        yield found
        found.kill()


def test_a_killed_server_loses_and_doubles_nothing(
    web: Web, environment: dict[str, str], tmp_path: Path
) -> None:
    """After either death the page sends the same answer with its key again: one row, and the next comparison."""
    token = room(environment, "make", "8")
    manage(environment, "manage.py", "collectstatic", "--noinput", "-v0")
    web.start()
    browser = Browser(web.address, token, 1)
    page = browser.begin()
    database = sqlite3.connect(tmp_path / "killed.sqlite3", isolation_level=None, timeout=ENOUGH)
    with closing(database), ThreadPoolExecutor(1) as pool:

        def rows(key: str) -> int:
            counted = "SELECT count(*) FROM annotations_judgement WHERE key = ?"
            return int(database.execute(counted, [key]).fetchone()[0])

        for written in (False, *[True] * TRIES):
            found = ANSWER.search(page)
            assert found
            form = {"key": found[3], "verdict": "a"}
            if not written:
                database.execute("BEGIN IMMEDIATE")  # the server waits for its turn to write
            sent = pool.submit(browser._send, found, form)
            if written:
                waited_for(lambda key=found[3]: rows(key) == 1)
            else:
                time.sleep(0.5)
                assert not sent.done()
            web.kill()
            if not written:
                database.execute("ROLLBACK")
            between = not answered(sent)
            assert rows(found[3]) == int(written)
            web.start()
            page = browser._next(browser._send(found, form), found)
            assert rows(found[3]) == 1
            following = ANSWER.search(page)
            assert following and following[1] != found[1]
            if written and between:
                break
        assert between, "each time it answered before it was killed"
        counts = room(environment, "count")
    browser.close()
    assert counts["judged"] == counts["standing"] == len(set(browser.saved)) and counts["most_firsts"] == 1
    assert set(browser.saved) == set(counts["keys"])


def answered(sent: "Future[httpx2.Response]") -> bool:
    with suppress(httpx2.HTTPError):
        return sent.result(ENOUGH).status_code == 200
    return False
