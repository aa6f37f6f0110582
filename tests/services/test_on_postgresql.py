"""The Django tests once more, on PostgreSQL: SKIP LOCKED, the pool and real concurrent writers are there only."""

import os
import subprocess
import sys

import pytest

from tests.journeys.running_demo import ROOT

# The pool keeps a connection open that PostgreSQL then counts when the database is dropped; the server goes anyway.
POOLED = "ignore:Error when trying to teardown:pytest.PytestWarning"
FOLDERS = (["tests/annotations"], ["tests/services"], ["tests/views", "tests/management"])


@pytest.mark.slow
@pytest.mark.parametrize("folders", FOLDERS, ids=["annotations", "services", "pages"])
def test_the_same_tests_pass_on_postgresql(postgres_url: str, folders: list[str]) -> None:
    environment = os.environ | {"VIBES_TEST_DATABASE_URL": postgres_url}
    environment.pop("SLOW", None)
    command = [
        sys.executable,
        "-m",
        "pytest",
        *folders,
        "-q",
        "-W",
        POOLED,
        "-p",
        "no:cacheprovider",
        "-k",
        "not rendering and not on_postgresql",
    ]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900)
    assert run.returncode == 0, run.stdout[-6000:]
    assert " passed" in run.stdout
