"""What a lead does to a study's fetching. Every verb may be said twice; none interrupts a call in flight: it is paid.

The caller wakes the pump. `by` is None where an operator acts on the command line.
"""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from annotations.models import User
from annotations.services import audit
from vibes.models import Generation, Study
from vibes.services import pairing
from vibes.services.generations import batches, holding, queue

State = Generation.State


@transaction.atomic
def pause(*, by: User | None, study: Study) -> bool:
    """No further call for this study alone; whether it ran until now. Calls in flight are finished and kept."""
    holding.lock(study=study)
    running = Study.objects.filter(pk=study.pk, paused_at=None, cancelled_at=None)
    changed = running.update(paused_at=timezone.now()) == 1
    holding.refresh(study=study)
    if changed:
        audit.record(by=by, verb="paused fetching for", subject=study)
    return changed


@transaction.atomic
def resume(*, by: User | None, study: Study) -> bool:
    """Fetching goes on where it was paused; whether it was. A cancelled study is opened by `fill_missing`."""
    holding.lock(study=study)
    paused = Study.objects.filter(pk=study.pk, cancelled_at=None).exclude(paused_at=None)
    changed = paused.update(paused_at=None) == 1
    queue.settle(study=study)
    if changed:
        audit.record(by=by, verb="resumed fetching for", subject=study)
    return changed


@transaction.atomic
def cancel(*, by: User | None, study: Study) -> int:
    """Drops the queued rows that no other study waits for; how many. What is running is finished, since it is paid.

    A vendor is asked to stop the batches that no other study waits for: it charges what it has answered, and that is kept.
    """
    holding.lock(study=study)
    changed = Study.objects.filter(pk=study.pk, cancelled_at=None).update(cancelled_at=timezone.now())
    holding.refresh(study=study)
    dropped = holding.drop(study=study)
    for batch in holding.abandoned_batches(study=study):
        batches.cancel(by=by, batch=batch)
    if changed or dropped:
        audit.record(by=by, verb="cancelled fetching for", subject=study, generations=dropped)
    return dropped


@transaction.atomic
def retry_failed(*, by: User | None, study: Study) -> int:
    """Puts the study's failed rows back into the queue, at its cost; how many. Opens a cancelled study again."""
    holding.lock(study=study)
    count = _again(study, State.FAILED)
    if count:
        _open(study)
        audit.record(by=by, verb="retried failed generations of", subject=study, generations=count)
    queue.settle(study=study)
    return count


@transaction.atomic
def fill_missing(*, by: User | None, study: Study) -> int:
    """Asks for what is not here and not on its way: failed, cancelled, and never made; how many rows.

    Rows are never made where an endpoint or a prompt was added to the study, or its samples were raised. Opens a
    cancelled study again; a paused one stays paused.
    """
    holding.lock(study=study)
    waiting, done = _waiting(study), _done(study)
    queue.enqueue(study=study)
    _again(study, State.FAILED, State.CANCELLED)
    count = _waiting(study) - waiting
    if count:
        _open(study)
        audit.record(by=by, verb="asked for the missing generations of", subject=study, generations=count)
    queue.settle(study=study)
    if _done(study) > done:
        # Another study had fetched them: they are here already.
        pairing.assemble(study=study)
    return count


@transaction.atomic
def set_budget(*, by: User | None, study: Study, budget: Decimal | None) -> bool:
    """Sets, raises, lowers or (None) lifts the spending cap, in US dollars; whether it is another than before."""
    holding.lock(study=study)
    before = Study.objects.get(pk=study.pk).budget
    if before != budget:
        Study.objects.filter(pk=study.pk).update(budget=budget)
        audit.record(
            by=by, verb="set the spending cap of", subject=study, before=_told(before), after=_told(budget)
        )
    queue.settle(study=study)
    return before != budget


def _again(study: Study, *states: str) -> int:
    rows = Generation.objects.filter(studies=study, state__in=states)
    return rows.update(**queue.AGAIN, ordered_by=study)


def _waiting(study: Study) -> int:
    return study.generations.filter(state=State.QUEUED).count()


def _done(study: Study) -> int:
    return study.generations.filter(state=State.DONE).count()


def _open(study: Study) -> None:
    Study.objects.filter(pk=study.pk).update(cancelled_at=None)


def _told(budget: Decimal | None) -> str:
    return "none" if budget is None else f"{budget:f}"
