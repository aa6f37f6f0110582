"""A run that somebody cancels: queued, in the middle, or too late."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from annotations.models import AuditEntry
from tests.services import desk
from vibes.models import AnalysisRun, Study
from vibes.services import analyses

pytestmark = pytest.mark.django_db
KINDS = ("simulated",)


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(desk.lead())
    return client


@pytest.fixture
def study() -> Study:
    made = desk.answered()
    desk.simulate(made, size=3, each=6)
    return made


def queued(study: Study) -> AnalysisRun:
    specification = analyses.specified(rater_kinds=KINDS)
    return analyses.find_or_create(by=desk.lead(), study=study, specification=specification)


def test_a_queued_run_is_cancelled_from_its_page_and_another_begun(lead: Client, study: Study) -> None:
    run = queued(study)
    page = lead.get(reverse("run", args=[run.pk])).content.decode()
    assert "Cancel this run" in page
    lead.post(reverse("cancel_run", args=[run.pk]))
    page = lead.get(reverse("run", args=[run.pk])).content.decode()
    assert "This run was cancelled" in page and "Cancel this run" not in page
    assert lead.get(reverse("run_progress", args=[run.pk])).headers["HX-Refresh"] == "true"
    assert analyses.compute(run_id=run.pk).result is None
    assert lead.get(reverse("run_json", args=[run.pk])).status_code == 404
    other = queued(study)
    assert other.pk != run.pk and analyses.compute(run_id=other.pk).state == AnalysisRun.State.DONE
    assert AuditEntry.objects.filter(verb="cancelled").count() == 1


def test_one_that_is_being_computed_ends_at_its_next_step(study: Study) -> None:
    run, cancelled = queued(study), []

    def meanwhile(execute: Any, sql: str, *rest: Any) -> Any:
        if "progress_note" in sql and sql.startswith("UPDATE") and not cancelled:
            cancelled.append(sql)
            assert analyses.cancel(by=desk.lead(), run_id=run.pk)
        return execute(sql, *rest)

    with connection.execute_wrapper(meanwhile):
        found = analyses.compute(run_id=run.pk)
    assert cancelled and found.state == AnalysisRun.State.CANCELLED
    assert found.result is None and found.finished_at


def test_one_that_is_done_stays_as_it_is(lead: Client, study: Study) -> None:
    run = analyses.compute(run_id=queued(study).pk)
    lead.post(reverse("cancel_run", args=[run.pk]))
    assert AnalysisRun.objects.get().state == AnalysisRun.State.DONE
    assert not AuditEntry.objects.filter(verb="cancelled").exists()


def test_one_whose_worker_was_lost_can_be_cancelled_and_made_again(study: Study) -> None:
    run = queued(study)
    AnalysisRun.objects.update(state=AnalysisRun.State.RUNNING)
    assert queued(study) == run
    assert analyses.cancel(by=desk.lead(), run_id=run.pk)
    assert queued(study) != run
