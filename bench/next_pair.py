"""Time from a verdict to the next pair, at the server: 1 and 20 raters over HTTP against a real uvicorn.

    python -m bench.next_pair [--quick] [--database URL]

A verdict is posted as the page posts it; the answer to it is the next comparison. Times are of whole requests on
loopback, as a browser would see them before it paints. Raters think for an exponential time of 3 s on average, several
times faster than people; then 20 that do not think at all show what the server gives at most. There is no peer in this
run.
"""

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from socket import socket

import httpx2

THINK_SECONDS = 3.0
ROOT = Path(__file__).resolve().parent.parent
KEY = re.compile(r'/rate/([0-9a-f-]{36})/(verdict|lean)/".*?name="key" value="([^"]+)"', re.S)
AHEAD = re.compile(r'data-ahead="([^"]+)"')
SETUP = """
import django; django.setup()
from annotations.models import User
from annotations.services import comparisons, invitations, protocols
lead = User.objects.create(username="bench")
protocol = protocols.create(by=lead, title="Bench", seed=1, overlap={overlap}, session_length=500)
text = "A paragraph of an answer, with **bold** and a list:\\n\\n" + "\\n".join(f"- item {{n}} of it" for n in range(12))
for n in range({count}):
    side_a, side_b = ([{{"role": "assistant", "text": f"{{n}}{{letter}} {{text}}"}}] for letter in "ab")
    comparisons.create(protocol=protocol, group=f"g{{n}}", topic=f"t{{n}}", caption="advice",
        prefix=[{{"role": "user", "text": "A question?"}}], side_a=side_a, side_b=side_b)
print(invitations.create(by=lead, protocol=protocol).token)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--database", default="", help="a PostgreSQL URL; SQLite without one")
    options = parser.parse_args()
    judgements = 15 if options.quick else 100
    with (
        tempfile.TemporaryDirectory(prefix="vibes-bench-") as state,
        server(state, options.database) as (address, token, _),
    ):
        one = _run(address, token, raters=1, judgements=judgements, think=0.1)
        twenty = _run(address, token, raters=20, judgements=max(judgements // 5, 5), think=THINK_SECONDS)
        start = time.perf_counter()
        flood = _run(address, token, raters=20, judgements=judgements // 2, think=0)
        rate = len(flood) / (time.perf_counter() - start)
    database = "postgresql" if options.database else "sqlite"
    for name, times in (("1 rater", one), ("20 raters", twenty), ("20 raters without a pause", flood)):
        print(f"{database}, {name}: {_line(times)}")
    print(f"{database}: at most {rate:.0f} judgements a second")
    measured = {"one": figures(one), "twenty": figures(twenty), "flood": figures(flood)}
    print(json.dumps({"bench": "next_pair", "database": database, "most_per_s": round(rate, 1), **measured}))


def _run(address: str, token: str, *, raters: int, judgements: int, think: float) -> list[float]:
    """Seconds of each verdict request, over all raters."""
    ready = threading.Barrier(raters)
    with ThreadPoolExecutor(raters) as pool:
        runs = list(
            pool.map(
                lambda n: _rate(address, token, judgements, ready, random.Random(n), think), range(raters)
            )
        )
    return [seconds for run in runs for seconds in run]


def _rate(
    address: str, token: str, judgements: int, ready: threading.Barrier, rng: random.Random, think: float
) -> list[float]:
    turn = sit_down(address, token)
    ready.wait()
    times = []
    for _ in range(judgements):
        time.sleep(rng.expovariate(1 / think) if think else 0)
        took = turn()
        assert took is not None, "no comparison is left"
        times.append(took)
    return times


def sit_down(address: str, token: str) -> Callable[[], float | None]:
    """A new rater behind the link; each call answers one comparison, and gives the seconds to the next, or None where
    none is left."""
    client = httpx2.Client(base_url=address, follow_redirects=True, timeout=60)
    client.get(f"/r/{token}/")
    headers = {"X-CSRFToken": client.cookies["vibes_csrf"], "Referer": address}
    client.post(f"/r/{token}/begin/", headers=headers)
    headers["X-CSRFToken"] = client.cookies["vibes_csrf"]
    page = client.post("/rate/consent/", data={"agree": "on"}, headers=headers).text

    def turn() -> float | None:
        nonlocal page
        if not KEY.search(page):
            return None
        seconds, page = _judge(client, page, headers)
        return seconds

    return turn


def _judge(client: httpx2.Client, page: str, headers: dict[str, str]) -> tuple[float, str]:
    """Seconds from the verdict to the next pair, and that pair's region."""
    found = KEY.search(page)
    assert found, page[:2000]
    form = {"verdict": "a", "key": found[3], "first_action_ms": "900", "seconds_visible": "8.2"}
    # As the room does: what the page has rendered is left out, and the pair after the next one comes.
    holds = {"HX-Request": "true", "Room-Holds": " ".join([found[1], *AHEAD.findall(page)])}
    start = time.perf_counter()
    response = client.post(f"/rate/{found[1]}/verdict/", data=form, headers=headers | holds)
    seconds = time.perf_counter() - start
    response.raise_for_status()
    return seconds, response.text


def free_port() -> int:
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server(
    state: str,
    database: str,
    *,
    overlap: int = 30,
    pairs: int = 2_500,
    stored: int = 0,
    processes: int = 1,
) -> Iterator[tuple[str, str, int]]:
    """A migrated database with comparisons, and uvicorn over it; its address, a rating link's token and its (parent)
    process. `stored`: so many further comparisons, each judged once."""
    port = free_port()
    environment = os.environ | {
        "VIBES_STATE_DIR": state,
        "VIBES_SECRET_KEY": "bench",
        "VIBES_DATABASE_URL": database or f"sqlite:///{state}/vibes.sqlite3",
        "DJANGO_SETTINGS_MODULE": "vibes.settings",
        "VIBES_LOG_LEVEL": "WARNING",
    }

    def manage(*arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments, "-v0"], cwd=ROOT, env=environment, check=True
        )

    manage("migrate")
    manage("collectstatic", "--noinput")
    setup = [sys.executable, "-c", SETUP.format(count=pairs, overlap=overlap)]
    token = subprocess.run(
        setup, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()
    if stored:
        fill = [sys.executable, str(ROOT / "bench" / "workers" / "stored_judgements.py"), str(stored)]
        subprocess.run(fill, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    serve = [
        sys.executable,
        "-m",
        "uvicorn",
        "vibes.asgi:application",
        "--port",
        str(port),
        "--log-level",
        "warning",
        *(["--workers", str(processes)] if processes > 1 else []),
    ]
    process = subprocess.Popen(serve, cwd=ROOT, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        wait(f"{address}/health/")
        yield address, token, process.pid
    finally:
        process.terminate()
        process.wait(10)


def wait(address: str, *, tries: int = 200) -> None:
    for _ in range(tries):
        try:
            httpx2.get(address).raise_for_status()
        except httpx2.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(address)


def figures(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "n": len(ordered),
        "p50_ms": round(1000 * statistics.median(ordered), 1),
        "p95_ms": round(1000 * ordered[int(0.95 * len(ordered))], 1),
    }


def _line(times: list[float]) -> str:
    told = figures(times)
    return (
        f"next pair in {told['p50_ms']} ms (median), {told['p95_ms']} ms (95th percentile), n = {told['n']}"
    )


if __name__ == "__main__":
    main()
