"""Judgements per second and the wait for the next pair, beside Label Studio on the same database in the same run.

    python -m bench.rating [--quick] [--scale] [--database sqlite|postgresql] [--processes N]

Vibes runs as one uvicorn process (or N, as a team on N cores starts it: docs/running.md), Label Studio (1.23.2, installed into an environment of its own in var/bench) as its own
`label-studio start`. Raters work without a pause: a verdict is posted, and the next pair is there. Each product gets the
same number of pairs with an overlap of three, and its raters in threads of this process. CPU is that of the server and of
its PostgreSQL, a judgement; "stopped" are raters whom the server answered with an error. --quick: 10 raters, 5 s each (80 s, of which Label Studio is set up in 40).

--scale: Vibes alone, with 5,000 to 1,000,000 judgements stored beforehand (each of a comparison of its own, made by bulk
insert), and with 20 and 100 raters. With --quick 1,000 and 20,000 judgements on PostgreSQL.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import psutil

from bench import next_pair
from bench.fetching import postgresql

ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / "var" / "bench" / "label-studio"
VERSION = "1.23.2"
OVERLAP = 3
RATERS = (1, 20, 100)
# Few enough that each is shown to three raters in a run, as in a study that is rated to its end.
PAIRS, QUICK_PAIRS = 600, 150
# Judgements stored beforehand, and how many raters work on: one of both grows at a time.
SCALE = ((5_000, 20), (100_000, 20), (1_000_000, 20), (5_000, 100))
QUICK_SCALE = ((1_000, 10), (20_000, 10))
# One rater's turn: seconds from the answer to the next pair.
Turn = Callable[[], float | None]


@dataclass(frozen=True)
class Product:
    """A running server: how a new rater takes turns, and the processes whose CPU counts."""

    name: str
    sit_down: Callable[[], Turn]
    processes: Callable[[], list[psutil.Process]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10 raters on one database")
    parser.add_argument(
        "--scale", action="store_true", help="Vibes alone, as stored judgements and raters grow"
    )
    parser.add_argument("--processes", type=int, default=1, help="web processes of Vibes; one without")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="one of them; both without")
    options = parser.parse_args()
    seconds, crowds = (5.0, (10,)) if options.quick else (20.0, RATERS)
    databases = [options.database] if options.database else ["sqlite", "postgresql"]
    if options.quick and not options.database:
        databases = ["postgresql"]
    if options.scale:
        scale(databases, QUICK_SCALE if options.quick else SCALE, seconds)
        return
    install()
    print(
        f"{'database':12}{'product':14}{'raters':>7}{'judgements/s':>14}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>8}{'stopped':>9}"
    )
    pairs = QUICK_PAIRS if options.quick else PAIRS
    figures = {name: compared(name, crowds, seconds, pairs, options.processes) for name in databases}
    print(
        json.dumps(
            {"bench": "rating", "cores": os.cpu_count(), "processes": options.processes, "figures": figures}
        )
    )


def scale(databases: list[str], steps: tuple[tuple[int, int], ...], seconds: float) -> None:
    """Vibes alone, step by step."""
    print(
        f"{'stored':>10}  {'database':12}{'product':14}{'raters':>7}{'judgements/s':>14}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>8}{'stopped':>9}"
    )
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for database in databases:
        for stored, crowd in steps:
            with tempfile.TemporaryDirectory(prefix="vibes-bench-") as name, ExitStack() as stack:
                product = stack.enter_context(vibes(Path(name), database, crowd, stored=stored))
                print(f"{stored:>10,}  ", end="")
                row = told(database, product, crowd, seconds)
            figures.setdefault(database, {})[f"{stored} stored, {crowd} raters"] = row
    told_load = [round(load, 1) for load in os.getloadavg()]
    print(
        json.dumps({"bench": "rating scale", "cores": os.cpu_count(), "load": told_load, "figures": figures})
    )


def install() -> None:
    """Label Studio in its own environment, once."""
    if (PEER / "bin" / "label-studio").exists():
        return
    subprocess.run([sys.executable, "-m", "venv", str(PEER)], check=True)
    pip = [str(PEER / "bin" / "python"), "-m", "pip", "install", "-q", f"label-studio=={VERSION}"]
    subprocess.run(pip, check=True)


def compared(
    database: str, crowds: tuple[int, ...], seconds: float, pairs: int, processes: int
) -> dict[str, Any]:
    """Both products in turn, so that what else runs on the machine falls on both."""
    found: dict[str, Any] = {}
    for crowd in crowds:
        row: dict[str, Any] = {}
        for start in (partial(vibes, processes=processes), label_studio):
            with tempfile.TemporaryDirectory(prefix="vibes-bench-") as name, ExitStack() as stack:
                product = stack.enter_context(start(Path(name), database, crowd, pairs=pairs))
                row[product.name] = told(database, product, crowd, seconds)
        ours, theirs = row["Vibes"], row["Label Studio"]
        row["ratio"] = round(ours["per_s"] / theirs["per_s"], 1) if theirs["per_s"] else None
        found[str(crowd)] = row
    return found


def told(database: str, product: Product, crowd: int, seconds: float) -> dict[str, float]:
    row = run(product, crowd, seconds)
    print(
        f"{database:12}{product.name:14}{crowd:>7}{row['per_s']:>14.1f}{row['p50_ms']:>9.1f}{row['p95_ms']:>9.1f}"
        f"{row['cpu_ms']:>8.1f}{row['stopped']:>9}",
        flush=True,
    )
    return row


def run(product: Product, crowd: int, seconds: float) -> dict[str, float]:
    with ThreadPoolExecutor(crowd) as pool:
        turns = list(pool.map(lambda _: product.sit_down(), range(crowd)))
        ready = threading.Barrier(crowd + 1)
        ends: list[float] = []
        stopped: list[int] = []

        def rate(turn: Turn) -> list[float]:
            ready.wait()
            times: list[float] = []
            while time.perf_counter() < ends[0]:
                try:
                    took = turn()
                except httpx2.HTTPStatusError:
                    stopped.append(1)
                    break
                if took is None:
                    break
                times.append(took)
            return times

        jobs = [pool.submit(rate, turn) for turn in turns]
        before, start = cpu(product), time.perf_counter()
        ends.append(start + seconds)
        ready.wait()
        times = [took for job in jobs for took in job.result()]
        wall = time.perf_counter() - start
        spent = cpu(product) - before
    figures = next_pair.figures(times)
    rates = {"per_s": round(len(times) / wall, 1), "cpu_ms": round(1000 * spent / len(times), 1)}
    return figures | rates | {"stopped": len(stopped)}


def cpu(product: Product) -> float:
    """Seconds of all its processes, with those that have ended since."""
    total = 0.0
    for process in product.processes():
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def family(*parents: int) -> list[psutil.Process]:
    found = []
    for pid in parents:
        process = psutil.Process(pid)
        found += [process, *process.children(recursive=True)]
    return found


@contextmanager
def database_at(folder: Path, database: str) -> Iterator[tuple[str, int | None]]:
    """A PostgreSQL's address and process, or none."""
    if database == "sqlite":
        yield "", None
        return
    with postgresql(folder) as address:
        pid = int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        yield address, pid


@contextmanager
def vibes(
    folder: Path, database: str, crowd: int, *, pairs: int = 1, stored: int = 0, processes: int = 1
) -> Iterator[Product]:
    with (
        database_at(folder, database) as (address, postmaster),
        next_pair.server(
            str(folder), address, overlap=OVERLAP, pairs=pairs, stored=stored, processes=processes
        ) as (at, token, pid),
    ):
        parents = [pid, postmaster] if postmaster else [pid]
        yield Product("Vibes", lambda: next_pair.sit_down(at, token), lambda: family(*parents))


@contextmanager
def label_studio(folder: Path, database: str, crowd: int, *, pairs: int) -> Iterator[Product]:
    with database_at(folder, database) as (address, postmaster):
        environment = peer_environment(folder, address)
        python = str(PEER / "bin" / "python")
        script = str(ROOT / "bench" / "workers" / "label_studio_setup.py")
        made = subprocess.run(
            [python, script, str(crowd), str(pairs)], env=environment, check=True, stdout=subprocess.PIPE
        )
        told = json.loads(made.stdout.decode().splitlines()[-1])
        port = next_pair.free_port()
        start = [str(PEER / "bin" / "label-studio"), "start", "--no-browser", "--port", str(port)]
        with (folder / "label-studio.log").open("wb") as log:
            server = subprocess.Popen(
                [*start, "--log-level", "ERROR"], env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        at = f"http://127.0.0.1:{port}"
        tokens = iter(told["tokens"])
        parents = [server.pid, postmaster] if postmaster else [server.pid]
        try:
            next_pair.wait(f"{at}/health", tries=1200)
            yield Product(
                "Label Studio",
                lambda: annotator(at, told["project"], next(tokens)),
                lambda: family(*parents),
            )
        finally:
            for process in family(server.pid)[::-1]:
                process.terminate()
            server.wait(20)


def peer_environment(folder: Path, address: str) -> dict[str, str]:
    environment = os.environ | {
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder / "label-studio"),
        "COLLECT_ANALYTICS": "false",
        "SENTRY_DSN": "",
        "LATEST_VERSION_CHECK": "false",
    }
    for name in ("DJANGO_SETTINGS_MODULE", "PYTHONPATH"):
        environment.pop(name, None)
    if not address:
        return environment | {"DJANGO_DB": "sqlite"}
    parts = httpx2.URL(address)
    params = dict(parts.params)
    return environment | {
        "DJANGO_DB": "default",
        "POSTGRE_USER": parts.username,
        "POSTGRE_PASSWORD": parts.password,
        "POSTGRE_NAME": parts.path.lstrip("/"),
        "POSTGRE_HOST": params.get("host") or parts.host,
        "POSTGRE_PORT": str(parts.port or 5432),
    }


def annotator(at: str, project: int, token: str) -> Turn:
    client = httpx2.Client(base_url=at, headers={"Authorization": f"Token {token}"}, timeout=120)
    task = client.get(f"/api/projects/{project}/next").raise_for_status().json()["id"]

    def turn() -> float | None:
        nonlocal task
        value = {"from_name": "verdict", "to_name": "prompt", "type": "choices", "value": {"choices": ["A"]}}
        start = time.perf_counter()
        client.post(
            f"/api/tasks/{task}/annotations/", json={"result": [value], "lead_time": 8.2}
        ).raise_for_status()
        following = client.get(f"/api/projects/{project}/next")
        took = time.perf_counter() - start
        if following.status_code == 404:
            return None
        task = following.raise_for_status().json()["id"]
        return took

    return turn


if __name__ == "__main__":
    main()
