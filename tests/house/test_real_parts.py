"""The parts that other tests stand on are real: workers in processes of their own, and a PostgreSQL."""

import os
import subprocess
import sys
import time

import pytest

from tests.house.source import ROOT
from tests.real import ScriptedServer

pytestmark = pytest.mark.slow


def test_a_study_is_answered_by_the_workers(workers: None, scripted_server: ScriptedServer, client):
    """From a message in the broker, through a worker, the SDK and HTTP, to rows that this process reads."""
    from tests.services import desk
    from vibes import tasks
    from vibes.models import Generation

    made = desk.study(scripted_server.base_url, prompt_count=4)
    tasks.pump_generations.delay()
    end = time.monotonic() + 60
    while Generation.objects.filter(state=Generation.State.DONE).count() < 8:
        assert time.monotonic() < end, list(Generation.objects.values_list("state", "error"))
        time.sleep(0.1)
    assert made.generations.count() == 8
    assert sum(row["answered"] for row in scripted_server.requests()) == 8


def test_everything_with_a_database_also_runs_on_postgresql(postgres_url: str):
    folders = [
        f for f in ("annotations", "services", "queries", "views", "tasks") if (ROOT / "tests" / f).is_dir()
    ]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-m",
        "django_db and not slow",
        "-W",  # the thread of an async view keeps its connection to the end of the process
        "ignore:Error when trying to teardown test databases",
        *(f"tests/{f}" for f in folders),
    ]
    environment = os.environ | {"VIBES_TEST_DATABASE_URL": postgres_url, "SLOW": "", "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
