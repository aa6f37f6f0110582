"""Browsers at once against a real server and a real database, some of them faulty: nothing lost, nothing doubled.

VIBES_TEST_ASSIGNMENTS=5001 takes that many in place of the few that CI takes.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from socket import create_server
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest

from tests.annotations.browsed_room import OVERLAP
from tests.annotations.browsers import Browser
from tests.real import running
from vibes.demo.home import PROJECT
from vibes.demo.processes import Command

FAULTS = ("killed", "twice", "back", "lapsed")
SHARE = 0.05
# Of the study: three to a comparison.
ASSIGNMENTS = int(os.environ.get("VIBES_TEST_ASSIGNMENTS") or 0)


def manage(environment: Mapping[str, str], *command: str) -> str:
    run = subprocess.run(
        [sys.executable, *command],
        cwd=PROJECT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    return run.stdout


def room(environment: Mapping[str, str], *words: str) -> Any:
    return json.loads(manage(environment, "-m", "tests.annotations.browsed_room", *words))


@contextmanager
def serving(environment: Mapping[str, str], logs: Path) -> Iterator[str]:
    """The demo's web process over this database; its address."""
    manage(environment, "manage.py", "collectstatic", "--noinput", "-v0")
    with closing(create_server(("127.0.0.1", 0), backlog=128)) as listener:
        listener.set_inheritable(True)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def ready() -> bool:
            with suppress(httpx2.HTTPError):
                return httpx2.get(f"{address}/health/", timeout=1).is_success
            return False

        descriptor = listener.fileno()
        arguments = (sys.executable, "-m", "vibes.demo.web", str(descriptor))
        web = Command("web", "The web server", arguments, ready, environment, inherited=(descriptor,))
        with running([web], logs):
            yield address


def faults(count: int) -> list[str]:
    """Each fault to 5 % of the browsers, and to one at least."""
    each = max(1, round(SHARE * count))
    listed = [fault for fault in FAULTS for _ in range(each)]
    return listed + [""] * (count - len(listed))


def rate_all(address: str, token: str, count: int) -> list[Browser]:
    """All at once; at the end those that were not killed take what the killed ones held."""
    browsers = [Browser(address, token, number, fault) for number, fault in enumerate(faults(count))]
    with ThreadPoolExecutor(count) as pool:
        pages = list(pool.map(Browser.begin, browsers))
        list(pool.map(Browser.rate, browsers, pages))
    return browsers


def check(url: str, folder: Path, logs: Path, *, browsers: int, comparisons: int) -> dict[str, Any]:
    environment = {
        "VIBES_STATE_DIR": str(folder),
        "VIBES_DATABASE_URL": url,
        "VIBES_SECRET_KEY": "browsers",
        "VIBES_DEBUG": "",
        "DJANGO_SETTINGS_MODULE": "vibes.settings",
        "VIBES_LOG_LEVEL": "WARNING",
    }
    token = room(environment, "make", str(comparisons))
    with serving(environment, logs) as address:
        crowd = rate_all(address, token, browsers)
        held = room(environment, "sweep")
        alive = [browser for browser in crowd if browser.fault != "killed"]
        if held:
            with ThreadPoolExecutor(len(alive)) as pool:
                list(pool.map(Browser.rate, alive))
        for browser in alive:
            browser.close()
    assert all(browser.faults for browser in crowd if browser.fault), (
        "a faulty browser never came to its fault"
    )
    return room(environment, "count") | {"saved": [key for browser in crowd for key in browser.saved]}


def assert_exact(found: dict[str, Any], comparisons: int) -> None:
    assert found["overlap"] == found["taken"] == {str(OVERLAP): comparisons}
    assert found["most_to_one_rater"] == found["most_firsts"] == 1
    assert found["judged_without_standing"] == found["waiting"] == 0
    assert found["standing"] == found["judged"]
    assert found["purposes"]["study"] == OVERLAP * comparisons
    assert set(found["purposes"]) == {"study", "gold", "repeat", "identical"}
    assert found["undone"] > 0
    assert len(found["keys"]) == len(set(found["keys"]))
    assert set(found["saved"]) <= set(found["keys"]), "the server said that it has an answer, and has not"


@pytest.mark.slow
def test_fifty_browsers_on_postgresql_give_every_comparison_exactly_three(
    postgres_url: str, tmp_path: Path, artefacts: Path
) -> None:
    name = f"browsers_{uuid4().hex[:12]}"
    server, _, query = postgres_url.partition("?")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = f"{server.rpartition('/')[0]}/{name}?{query}"
    comparisons = (ASSIGNMENTS or 450) // OVERLAP
    found = check(url, tmp_path, artefacts / "browsers", browsers=50, comparisons=comparisons)
    assert_exact(found, comparisons)


@pytest.mark.slow
def test_ten_browsers_on_sqlite_give_every_comparison_exactly_three(tmp_path: Path, artefacts: Path) -> None:
    url = f"sqlite:///{tmp_path}/browsers.sqlite3"
    comparisons = (ASSIGNMENTS or 240) // OVERLAP
    found = check(url, tmp_path, artefacts / "browsers", browsers=10, comparisons=comparisons)
    assert_exact(found, comparisons)
