"""Judges: made, put to work on a study, stopped, and asked again where a reply did not come."""

import secrets
from decimal import Decimal

from django.db import transaction

from annotations.models import User
from annotations.services import audit, raters
from vibes.judging import pairwise, scales
from vibes.models import Endpoint, Judge, JudgeQuestion, JudgeRun, Study
from vibes.services import errands, judge_checks, judge_questions, judge_replies
from vibes.services.generations import control, queue
from vibes.services.judge_checks import NotNow

__all__ = ["NotNow", "ask_again", "cancel", "create", "start"]

Work, State, Outcome = JudgeRun.Work, JudgeRun.State, JudgeQuestion.Outcome
AGAIN = (Outcome.FAILED, Outcome.REFUSED, Outcome.CANCELLED)
UNFINISHED = (State.QUEUED, State.RUNNING)


@transaction.atomic
def create(*, by: User, endpoint: Endpoint, version: str = pairwise.LATEST, name: str = "") -> Judge:
    """A judge: a rater of its own. Raises NotNow where this endpoint is one already, asked in these words."""
    if version not in pairwise.TEMPLATES:
        raise NotNow(f"There are no questions of version {version}.")
    if Judge.objects.filter(endpoint=endpoint, version=version).exists():
        raise NotNow(f"{endpoint.name} is a judge with these questions already.")
    name = name or f"{endpoint.name}, asked {version}"[:120]
    if Judge.objects.filter(name=name).exists():
        raise NotNow(f"There is a judge called {name} already.")
    judge = Judge.objects.create(
        name=name,
        rater=raters.enlist_machine(),
        endpoint=endpoint,
        version=version,
        scales_version=scales.LATEST,
        settings_hash=queue.snapshot_hash(queue.snapshot(endpoint)),
        created_by=by,
    )
    audit.record(by=by, verb="made a judge of", subject=endpoint, version=version)
    return judge


@transaction.atomic
def start(
    *,
    by: User,
    judge: Judge,
    study: Study | None = None,
    work: str = Work.VERDICTS,
    budget: Decimal | None = None,
    delivery: str = Study.Delivery.LIVE,
) -> JudgeRun:
    """A queued run; the caller starts its job. What the judge has said before is not asked again.

    Raises NotNow where the judge is not what it was, is at this work already, the study asks for what it is not asked, or
    nothing is left to ask.
    """
    Judge.objects.select_for_update(of=("self",)).get(pk=judge.pk)
    study = None if work == Work.SENTENCES else study
    if JudgeRun.objects.filter(judge=judge, study=study, work=work, state__in=UNFINISHED).exists():
        raise NotNow(f"{judge.name} is at work on this already.")
    judge_checks.check(judge, study, work)
    if not judge_questions.any_left(judge, study, work):
        raise judge_checks.nothing_left(judge, study, work)
    run = JudgeRun.objects.create(
        judge=judge,
        study=study,
        work=work,
        errand=_errand(by, judge, study, budget, delivery),
        created_by=by,
    )
    told = None if budget is None else format(budget, "f")
    audit.record(by=by, verb="put to work", subject=judge, study=study and study.name, work=work, budget=told)
    return run


def _errand(by: User, judge: Judge, study: Study | None, budget: Decimal | None, delivery: str) -> Study:
    name = f"{judge.name} judges {study.name if study else 'labelled sentences'}"
    seed = secrets.randbits(62)
    return errands.make(
        by=by, name=name, endpoint=judge.endpoint, seed=seed, budget=budget, delivery=delivery
    )


@transaction.atomic
def cancel(*, by: User, run: JudgeRun) -> int:
    """No further question is asked; how many were dropped. Replies under way are paid, and taken over."""
    dropped = control.cancel(by=by, study=run.errand)
    JudgeRun.objects.filter(pk=run.pk, state__in=UNFINISHED).update(state=State.CANCELLED)
    judge_replies.settle(run=run)
    return dropped


@transaction.atomic
def ask_again(*, by: User, run: JudgeRun) -> int:
    """Asks again what failed, was refused or was cancelled; how many questions. The caller wakes the pump.

    Not what was unreadable: the same question to the same model would be answered the same.
    """
    control.fill_missing(by=by, study=run.errand)
    left = JudgeQuestion.objects.filter(run=run, outcome__in=AGAIN)
    count = left.update(outcome=Outcome.WAITING, problem="")
    if count:
        JudgeRun.objects.filter(pk=run.pk).update(state=State.RUNNING, finished_at=None)
    judge_replies.settle(run=run)
    return count
