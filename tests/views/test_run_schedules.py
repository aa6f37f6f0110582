"""Views that are made anew: set on a run's page, computed by the beat once judgements have come in, and not before."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations.models import AuditEntry
from tests.services import desk
from vibes import tasks
from vibes.models import AnalysisRun, RunSchedule, Study
from vibes.services import analyses, run_schedules

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(desk.lead())
    return client


@pytest.fixture
def study() -> Study:
    made = desk.answered()
    desk.simulate(made, size=3, each=6)
    return made


@pytest.fixture
def run(lead: Client, study: Study) -> AnalysisRun:
    lead.get(reverse("results", args=[study.pk]), {"raters": "simulated", "where": "verdict=a,b,tie"})
    return AnalysisRun.objects.get()


def older(hours: int) -> None:
    AnalysisRun.objects.update(created_at=timezone.now() - timedelta(hours=hours))


def test_a_view_is_made_anew_once_it_is_stale_and_old_enough(
    lead: Client, run: AnalysisRun, study: Study
) -> None:
    page = lead.post(reverse("schedule_run", args=[run.pk]), {"every": "24"}, follow=True).content.decode()
    assert '<option value="24" selected>every day</option>' in page
    assert run_schedules.due() == []
    older(30)
    assert run_schedules.due() == [], "no judgement has come in"
    desk.simulate(study, size=1, each=3)
    older(20)
    assert run_schedules.due() == [], "it is not a day old"
    older(30)
    found = run_schedules.due()
    made = AnalysisRun.objects.get(pk__in=found)
    assert made.specification == run.specification
    assert analyses.compute(run_id=made.pk).state == AnalysisRun.State.DONE
    assert made.created_by == desk.lead()
    assert run_schedules.due() == []
    run.refresh_from_db()
    assert run.result["n"] < AnalysisRun.objects.get(pk=made.pk).result["n"], "the first one stays as it was"


def test_the_beat_makes_it(
    lead: Client, run: AnalysisRun, study: Study, django_capture_on_commit_callbacks
) -> None:
    run_schedules.keep(by=desk.lead(), run=run, every_hours=1)
    desk.simulate(study, size=1, each=3)
    older(2)
    tasks.refresh_runs()
    assert AnalysisRun.objects.count() == 2


def test_it_is_set_once_changed_and_ended(lead: Client, run: AnalysisRun) -> None:
    for every in ("1", "168", "168"):
        lead.post(reverse("schedule_run", args=[run.pk]), {"every": every})
        assert RunSchedule.objects.get().every_hours == int(every)
    lead.post(reverse("schedule_run", args=[run.pk]), {"every": "0"})
    assert not RunSchedule.objects.exists()
    assert AuditEntry.objects.filter(verb="scheduled").count() == 4


@pytest.mark.parametrize("every", ["", "7", "-1", "soon", "9" * 40])
def test_what_is_not_offered_changes_nothing(lead: Client, run: AnalysisRun, every: str) -> None:
    page = lead.post(reverse("schedule_run", args=[run.pk]), {"every": every}, follow=True).content.decode()
    assert "Nothing was changed. Choose one of never, every hour" in page
    assert not RunSchedule.objects.exists()


def test_a_file_does_not_grow(lead: Client, run: AnalysisRun) -> None:
    run.pk, run.study, run.protocol, run.source_name = None, None, None, "votes.csv"
    run.save()
    page = lead.get(reverse("run", args=[run.pk])).content.decode()
    assert "Made anew while judgements come in" not in page
    with pytest.raises(run_schedules.NotScheduled, match="A file does not grow"):
        run_schedules.keep(by=desk.lead(), run=run, every_hours=1)
