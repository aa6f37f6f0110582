"""Results at a million judgements: how long a run takes, in its parts, and every page of the team from a run that is ready.

    python -m bench.results [--quick] [--database sqlite|postgresql]

A study of ten endpoints and 200 prompts is filled by bulk insert (`workers/stored_study.py`) with 100,000 and then with a million
judgements of 2,000 raters, at most 21,000 of them on cued matchups; --quick: 20 prompts, 200 raters, 5,000 and 20,000 (under a
minute). A run is made as the product makes it, in a process of its own: at first, and with the features of all texts measured.
Its figures are drawn once, as the task does when a run is ready. Then a real uvicorn with one process answers each page on loopback:
the first view, and the median of five more. CPU is that of the server's process and of PostgreSQL, a view. First paint is
Chromium's, of a page in a new browser context (nothing in its cache), with the time until every chart on the screen has been drawn.

Beside the run: the same rows of judgements fetched by the database's driver alone, without the key ("driver alone"). Peers of
the fits are in `bench.million`. A page has no peer. The machine is shared: CPU seconds are less stretched than seconds.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import BrowserContext, sync_playwright

from bench import next_pair
from bench.fetching import installation
from bench.painting import FLAGS
from bench.rating import family
from deploy.bootstrap import chromium

ROOT = Path(__file__).resolve().parent.parent
STEPS, QUICK = (100_000, 1_000_000), (5_000, 20_000)
VIEWS, QUICK_VIEWS = 5, 2
PAINTED = ("run: overview", "run: leaderboard", "run: tiebreak", "gate of a gate", "study")
PAGE_MS, PAINT_MS, RUN_S = 200.0, 1500.0, {100_000: 3.0, 1_000_000: 20.0}
READY = """() => document.querySelectorAll("[data-figure]").length === 0 || [...document.querySelectorAll("[data-figure]")]
    .filter((one) => one.getBoundingClientRect().top < innerHeight && one.clientWidth)
    .every((one) => one.querySelector("svg"))"""
PAINT = 'performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0'
Found = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="5,000 and 20,000 judgements: under a minute")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    options = parser.parse_args()
    steps = QUICK if options.quick else STEPS
    with tempfile.TemporaryDirectory(prefix="vibes-bench-") as name, ExitStack() as stack:
        environment = stack.enter_context(installation(Path(name), options.database))
        environment["VIBES_LOG_LEVEL"] = "ERROR"
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(collect, cwd=ROOT, env=os.environ | environment, check=True)
        figures: Found = {}
        for first, count in pairwise((0, *steps)):
            told = worker("stored_study.py", environment, first, count, steps[-1])
            if options.quick and count != steps[-1]:
                figures[str(count)] = {"run": worker("results_run.py", environment, told["study"], "whole")}
                continue
            views = QUICK_VIEWS if options.quick else VIEWS
            figures[str(count)] = measured(environment, Path(name), count, told, views)
    machine = {"cores": os.cpu_count(), "load": [round(load, 1) for load in os.getloadavg()]}
    print(json.dumps({"bench": "results", "database": options.database, **machine, "figures": figures}))


def worker(script: str, environment: dict[str, str], *words: object) -> Found:
    command = [sys.executable, str(ROOT / "bench" / "workers" / script), *map(str, words)]
    # Threads of BLAS that wait for one another cost more than they give: docs/speed.md.
    variables = os.environ | environment | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, env=variables, stdout=subprocess.PIPE, check=True)
    found: Found = json.loads(done.stdout.decode().splitlines()[-1])
    return found


def measured(environment: dict[str, str], folder: Path, count: int, told: Found, views: int) -> Found:
    study = told["study"]
    first = worker("results_run.py", environment, study, "whole")
    again = worker("results_run.py", environment, study, "gate")
    parts = worker("results_run.py", environment, study, "parts")
    print(f"\n{count:,} judgements, {told['cued']:,} on cued matchups")
    runs = {"run, texts not yet measured": first["run"], "run": again["run"], "drawing": first["drawing"]}
    for name, found in (runs | parts["parts"]).items():
        print(f"  {name:34} {found['s']:>8.2f} s {found['cpu_s']:>8.2f} CPU s", flush=True)
    print(f"  peak memory of the run {again['peak_mb']:,} MB")
    addresses = worker("results_pages.py", environment, study, first["run_pk"], again["run_pk"])
    with server(environment, folder) as (at, parents):
        pages = viewed(at, addresses, parents, views)
        painted = paints(at, addresses, 1 + views // 2)
    return {
        "run": again["run"],
        "run, texts not yet measured": first["run"],
        "drawing": first["drawing"],
        "peak_mb": again["peak_mb"],
        "parts": parts["parts"],
        "columns over the driver alone": round(
            parts["parts"]["columns with the key"]["s"] / parts["parts"]["driver alone"]["s"], 2
        ),
        "pages_ms": pages,
        "paint_ms": painted,
        "met": {
            "run": again["run"]["s"] < RUN_S[count] if count in RUN_S else None,
            "pages": all(page["again_ms"] < PAGE_MS for page in pages.values()),
            "paint": all(one["first_ms"] < PAINT_MS for one in painted.values()),
        },
    }


@contextmanager
def server(environment: dict[str, str], folder: Path) -> Iterator[tuple[str, list[int]]]:
    """One uvicorn process; its address, and the processes whose CPU counts."""
    port = next_pair.free_port()
    serve = [sys.executable, "-m", "uvicorn", "vibes.asgi:application", "--port", str(port)]
    process = subprocess.Popen([*serve, "--log-level", "warning"], cwd=ROOT, env=os.environ | environment)
    parents = [process.pid]
    postmaster = folder / "postgres" / "postmaster.pid"
    if postmaster.exists():
        parents.append(int(postmaster.read_text().splitlines()[0]))
    try:
        at = f"http://127.0.0.1:{port}"
        next_pair.wait(f"{at}/health/")
        yield at, parents
    finally:
        process.terminate()
        process.wait(10)


def viewed(at: str, addresses: Found, parents: list[int], views: int) -> Found:
    name, key = addresses["cookie"]
    found: Found = {}
    with httpx2.Client(base_url=at, cookies={name: key}, timeout=300) as client:
        # What a process loads once: the statistics and plotly.
        client.get(addresses["pages"]["studies"])
        client.get(addresses["pages"]["run: overview"])
        print(f"  {'page':24} {'first ms':>9} {'again ms':>9} {'CPU ms':>8} {'bytes':>10}")
        for label, path in addresses["pages"].items():
            found[label] = _viewed(client, label, path, parents, views)
        for label, path in addresses["streamed"].items():
            start = time.perf_counter()
            with client.stream("GET", path) as response:
                next(response.iter_bytes(65_536))
            took = round(1000 * (time.perf_counter() - start), 1)
            found[f"{label}, first rows"] = {"first_ms": took, "again_ms": took}
            print(f"  {label + ', first rows':24} {took:>9.1f}", flush=True)
    return found


def _viewed(client: httpx2.Client, label: str, path: str, parents: list[int], views: int) -> Found:
    first, response = _once(client, path)
    assert response.status_code in (200, 302), (label, response.status_code)
    before = cpu(parents)
    again = [_once(client, path)[0] for _ in range(views)]
    spent = (cpu(parents) - before) / views
    row = {
        "first_ms": round(1000 * first, 1),
        "again_ms": round(1000 * statistics.median(again), 1),
        "cpu_ms": round(1000 * spent, 1),
        "bytes": len(response.content),
    }
    print(
        f"  {label:24} {row['first_ms']:>9.1f} {row['again_ms']:>9.1f} {row['cpu_ms']:>8.1f} {row['bytes']:>10,}",
        flush=True,
    )
    return row


def _once(client: httpx2.Client, path: str) -> tuple[float, httpx2.Response]:
    start = time.perf_counter()
    response = client.get(path)
    return time.perf_counter() - start, response


def cpu(parents: list[int]) -> float:
    """Seconds of these processes and their children."""
    times = [process.cpu_times() for process in family(*parents)]
    return float(sum(one.user + one.system for one in times))


def paints(at: str, addresses: Found, rounds_each: int) -> Found:
    """First contentful paint, and when the charts on the screen are drawn, in milliseconds from the start of the navigation."""
    name, key = addresses["cookie"]
    found: Found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        print(f"  {'first paint':24} {'ms':>9} {'charts ms':>9}")
        for label in (one for one in PAINTED if one in addresses["pages"]):
            rounds = []
            for _ in range(rounds_each):
                context = browser.new_context(viewport={"width": 1440, "height": 900})
                context.add_cookies([{"name": name, "value": key, "url": at}])
                rounds.append(_painted(context, at + addresses["pages"][label]))
                context.close()
            first, drawn = (round(statistics.median(times), 1) for times in zip(*rounds, strict=True))
            found[label] = {"first_ms": first, "charts_ms": drawn}
            print(f"  {label:24} {first:>9.1f} {drawn:>9.1f}", flush=True)
        browser.close()
    return found


def _painted(context: BrowserContext, address: str) -> tuple[float, float]:
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(READY, timeout=30_000)
    drawn = float(page.evaluate("performance.now()"))
    return float(page.evaluate(PAINT)), drawn


if __name__ == "__main__":
    main()
