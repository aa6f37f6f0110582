"""A worker that is killed in the middle of a run: the run is computed again, to the same bytes, and nobody's work is done twice."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.journeys.running_demo import ROOT
from tests.real import database_url
from tests.services import desk
from vibes import tasks
from vibes.models import AnalysisRun
from vibes.services import analyses

WORKER = """
import sys, django
django.setup()
from vibes.services import analyses
analyses.compute(run_id=int(sys.argv[1]))
"""


def asked() -> AnalysisRun:
    study = desk.answered()
    desk.simulate(study, size=3, each=6)
    simulated = analyses.specified(rater_kinds=["simulated"])
    return analyses.find_or_create(by=desk.lead(), study=study, specification=simulated)


def passes(minutes: int) -> None:
    AnalysisRun.objects.update(heard_at=timezone.now() - timedelta(minutes=minutes))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_run_whose_worker_is_killed_is_computed_again() -> None:
    run = asked()
    more = {"DJANGO_SETTINGS_MODULE": "vibes.settings", "VIBES_DATABASE_URL": database_url()}
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(run.pk)], cwd=ROOT, env=os.environ | more)
    end = time.monotonic() + 60
    while AnalysisRun.objects.get().state == "queued":
        assert worker.poll() is None and time.monotonic() < end
        time.sleep(0.002)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    left = AnalysisRun.objects.get()
    assert (left.state, left.result) == ("running", None)

    assert analyses.left_behind() == [], "it may still be at work"
    assert analyses.compute(run_id=run.pk).state == "running", "it is another's"
    passes(16)
    assert analyses.left_behind() == [run.pk]
    assert analyses.left_behind() == []
    done = analyses.compute(run_id=run.pk)
    assert done.state == "done"

    AnalysisRun.objects.update(state="queued", result=None)
    again = analyses.compute(run_id=run.pk)
    assert analyses.report_bytes(again.result) == analyses.report_bytes(done.result)


@pytest.mark.django_db
def test_a_run_whose_message_was_lost_is_sent_again() -> None:
    run = asked()
    assert analyses.left_behind() == []
    AnalysisRun.objects.update(created_at=timezone.now() - timedelta(hours=1))
    tasks.refresh_runs()
    run.refresh_from_db()
    assert run.heard_at and run.state in ("queued", "done")
    assert analyses.left_behind() == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_what_has_ended_stays_as_it_is(state: str) -> None:
    run = asked()
    AnalysisRun.objects.update(state=state)
    passes(100)
    assert analyses.left_behind() == []
    assert analyses.compute(run_id=run.pk).state == state
