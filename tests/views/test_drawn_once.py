"""Figures of a frozen run: drawn once, the same when kept, and there without the cache."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.services import desk
from vibes.charts.card import card
from vibes.models import AnalysisRun
from vibes.queries import drawn
from vibes.queries.runs import label

pytestmark = pytest.mark.django_db
NAME = "leaderboard"


@pytest.fixture
def run(client: Client) -> AnalysisRun:
    cache.clear()
    client.force_login(desk.lead())
    study = desk.answered()
    desk.simulate(study, size=12, each=12)
    client.get(reverse("results", args=[study.pk]) + "?raters=simulated")
    return AnalysisRun.objects.get()


def test_what_is_kept_is_what_is_drawn(run: AnalysisRun) -> None:
    fresh = card(NAME, run.result, label(run))
    assert drawn.one(run, NAME) == fresh
    assert drawn.one(run, NAME) == fresh


def test_they_are_not_drawn_again(run: AnalysisRun) -> None:
    """Shown by a report that changes under them, which no frozen one does."""
    first = drawn.one(run, NAME)
    run.result["raters"] += 1000
    assert drawn.one(run, NAME) == first


def test_another_run_of_the_same_number_has_figures_of_its_own(run: AnalysisRun) -> None:
    """A database begun anew beside a Redis that went on."""
    first = drawn.one(run, NAME)
    run.created_at = run.created_at.replace(year=2001)
    run.result["verdicts"]["a"] += 1000
    run.result["raters"] += 1000
    assert drawn.one(run, NAME) != first


def test_without_redis_they_are_drawn(run: AnalysisRun, settings) -> None:
    kept = drawn.one(run, NAME)
    gone = settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/redis.sock"}
    settings.CACHES = settings.CACHES | {"default": gone}
    assert drawn.one(run, NAME) == kept
