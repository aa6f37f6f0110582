"""Workers killed at random while a judge judges: every question has its judgement, and none has two."""

import random
from pathlib import Path

import pytest
from django.db import connection

from annotations.models import Assignment, Judgement
from tests.services import desk, judging_desk
from tests.services.test_kill import ATTEMPTS, fetched, working
from vibes import tasks
from vibes.services import judge_replies

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _sweeping_as_the_workers_do(settings) -> None:
    settings.GENERATION_ATTEMPTS = ATTEMPTS


def test_workers_killed_at_random_while_a_judge_judges(start_scripted, artefacts: Path) -> None:
    rng = random.Random(connection.vendor)
    server = start_scripted("--latency", "0.4", "--latency-sigma", "0.5", "--fault", "rate_limited:every=40")
    study = desk.answered(12)
    judge = judging_desk.judge(server.base_url, slots=8)
    kills = 0
    with working(artefacts / "judges-killed") as workers:

        def strike() -> None:
            nonlocal kills
            if kills < 5:
                kills += 1
                workers.kill_one(rng)
                tasks.pump_generations.delay()

        run = judging_desk.started(judge, study)
        tasks.pump_generations.delay()
        fetched(strike, every=1.3)
    # As the beat does once a minute: what was stored and not taken over before a kill.
    judge_replies.settle()
    run.refresh_from_db()
    questions = run.questions.count()
    assert kills and questions == 144
    assert (run.state, run.questions.filter(outcome="taken").count()) == ("done", questions)
    assert Assignment.objects.filter(rater=judge.rater, state="judged").count() == questions
    assert Judgement.objects.filter(assignment__rater=judge.rater, revision=1).count() == questions
    orders = Assignment.objects.filter(rater=judge.rater).values_list("comparison", "left")
    assert len(set(orders)) == questions
