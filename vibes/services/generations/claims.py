"""How a row moves: queued → running → done or failed. Every step is one conditional update on the claim's token."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from vibes.models import Attempt, Endpoint, Generation
from vibes.providers.base import ProviderError, Reply

State = Generation.State
LONGEST_PAUSE_SECONDS = 600
LOST = "Its worker was lost {tries} times while this answer was being fetched."


def lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.GENERATION_LEASE_SECONDS)


def due() -> Q:
    """Queued rows whose waiting time after a failure is over."""
    return Q(state=State.QUEUED) & (Q(not_before=None) | Q(not_before__lte=timezone.now()))


@transaction.atomic
def claim(*, token: uuid.UUID, capacity: int) -> list[Generation]:
    """Up to `capacity` rows for this worker, never more of an endpoint than it has slots, over all workers.

    The endpoint's row is locked while its slots are counted; an endpoint that another worker is claiming is passed over.
    """
    claimed: list[int] = []
    waiting = Generation.objects.filter(due()).values("endpoint").distinct()
    endpoints = Endpoint.objects.filter(pk__in=waiting)
    for endpoint in _locked(endpoints):
        running = Generation.objects.filter(endpoint=endpoint, state=State.RUNNING).count()
        room = min(endpoint.slots - running, capacity - len(claimed))
        if room > 0:
            rows = Generation.objects.filter(due(), endpoint=endpoint).order_by("pk")
            claimed += rows.values_list("pk", flat=True)[:room]
    mine = Generation.objects.filter(pk__in=claimed, state=State.QUEUED)
    mine.update(state=State.RUNNING, claim_token=token, lease_until=lease_end(), tries=F("tries") + 1)
    taken = Generation.objects.filter(pk__in=claimed, claim_token=token, state=State.RUNNING)
    return list(taken.select_related("prompt", "endpoint"))


def _locked(endpoints: QuerySet[Endpoint]) -> list[Endpoint]:
    rows = endpoints.order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return list(rows)


def begin_attempt(*, generation: Generation) -> Attempt:
    """Written before the call: if this worker dies, the row says that something may have been billed."""
    last = generation.attempts.aggregate(last=Max("number"))["last"] or 0
    return Attempt.objects.create(generation=generation, number=last + 1)


def renew(*, token: uuid.UUID) -> int:
    """Extends the leases of this worker's running rows."""
    return Generation.objects.filter(claim_token=token, state=State.RUNNING).update(lease_until=lease_end())


@transaction.atomic
def store(*, generation: Generation, token: uuid.UUID, attempt: Attempt, reply: Reply) -> bool:
    """Stores the answer if the claim still holds; False where another worker has taken the row over."""
    mine = Generation.objects.filter(pk=generation.pk, state=State.RUNNING, claim_token=token)
    stored = mine.update(
        state=State.DONE,
        text=_storable(reply.text),
        thoughts=_storable(reply.thoughts),
        finish_reason=reply.finish_reason,
        served_model=reply.served_model[:200],
        tokens_in=reply.usage.tokens_in,
        tokens_out=reply.usage.tokens_out,
        tokens_reasoning=reply.usage.tokens_reasoning,
        seconds=reply.seconds,
        error="",
        claim_token=None,
        lease_until=None,
        finished_at=timezone.now(),
    )
    _close(attempt, Attempt.Outcome.ANSWERED)
    return stored == 1


@transaction.atomic
def fail(*, generation: Generation, token: uuid.UUID, attempt: Attempt, error: ProviderError) -> None:
    """Queues the row again after a growing pause, or fails it for good: permanent errors at once."""
    final = error.permanent or generation.tries >= settings.GENERATION_ATTEMPTS
    mine = Generation.objects.filter(pk=generation.pk, state=State.RUNNING, claim_token=token)
    mine.update(
        state=State.FAILED if final else State.QUEUED,
        not_before=None if final else timezone.now() + _pause(generation.tries, error.retry_after),
        error=str(error),
        claim_token=None,
        lease_until=None,
        finished_at=timezone.now() if final else None,
    )
    _close(attempt, Attempt.Outcome.FAILED, error)


def _pause(tries: int, retry_after: float | None) -> timedelta:
    """Doubles with every try; longer where the server asks for it, within reason."""
    pause = settings.GENERATION_BACKOFF_SECONDS * 2 ** (tries - 1)
    return timedelta(seconds=max(pause, min(retry_after or 0, LONGEST_PAUSE_SECONDS)))


def _close(attempt: Attempt, outcome: Attempt.Outcome, error: ProviderError | None = None) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(
        outcome=outcome,
        error=str(error or ""),
        error_kind=error.kind if error else "",
        ended_at=timezone.now(),
    )


def _storable(text: str) -> str:
    """PostgreSQL cannot hold NUL in text."""
    return text.replace("\x00", "\N{SYMBOL FOR NULL}")


@transaction.atomic
def release(*, token: uuid.UUID, generations: Sequence[int]) -> int:
    """A worker that must stop gives its unfinished rows back at once. What was in flight may have been billed."""
    mine = Generation.objects.filter(pk__in=generations, claim_token=token, state=State.RUNNING)
    ids = list(mine.values_list("pk", flat=True))
    _lose_attempts(ids)
    return mine.update(state=State.QUEUED, claim_token=None, lease_until=None)


@transaction.atomic
def sweep() -> int:
    """Rows whose worker went away are queued again, or failed once their attempts are used up; how many."""
    overdue = Generation.objects.filter(state=State.RUNNING, lease_until__lt=timezone.now())
    ids = list(overdue.values_list("pk", flat=True))
    _lose_attempts(ids)
    gone = Generation.objects.filter(pk__in=ids, state=State.RUNNING, lease_until__lt=timezone.now())
    worn = gone.filter(tries__gte=settings.GENERATION_ATTEMPTS)
    message = LOST.format(tries=settings.GENERATION_ATTEMPTS)
    worn.update(
        state=State.FAILED, error=message, claim_token=None, lease_until=None, finished_at=timezone.now()
    )
    gone.update(state=State.QUEUED, claim_token=None, lease_until=None)
    return len(ids)


def _lose_attempts(generations: Sequence[int]) -> None:
    open_ones = Attempt.objects.filter(generation__in=generations, outcome=Attempt.Outcome.IN_FLIGHT)
    open_ones.update(outcome=Attempt.Outcome.LOST, ended_at=timezone.now())


def waiting() -> int:
    """How many rows wait for a worker, those in a pause after a failure included."""
    return Generation.objects.filter(state=State.QUEUED).count()


def unattended() -> bool:
    """Whether rows are due while no live worker holds any: a message was lost, or its worker."""
    alive = Generation.objects.filter(state=State.RUNNING, lease_until__gte=timezone.now())
    return Generation.objects.filter(due()).exists() and not alive.exists()
