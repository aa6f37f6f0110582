"""The workers that other tests stand on are real: processes of their own."""

import time

import pytest

from tests.real import ScriptedServer

pytestmark = pytest.mark.slow


def test_a_study_is_answered_by_the_workers(workers: None, scripted_server: ScriptedServer, client):
    """From a message in the broker, through a worker, the SDK and HTTP, to rows that this process reads."""
    from tests.services import desk
    from vibes import tasks
    from vibes.models import Generation

    before = answered(scripted_server)
    made = desk.study(scripted_server.base_url, prompt_count=4)
    tasks.pump_generations.delay()
    end = time.monotonic() + 60
    while Generation.objects.filter(state=Generation.State.DONE).count() < 8:
        assert time.monotonic() < end, list(Generation.objects.values_list("state", "error"))
        time.sleep(0.1)
    assert made.generations.count() == 8
    assert answered(scripted_server) - before == 8


def answered(server: ScriptedServer) -> int:
    """By a server that other tests of this run may have asked as well."""
    return sum(row["answered"] for row in server.requests())
