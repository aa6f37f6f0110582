"""Batches: written down, sent, asked after, collected. Everything is in the database, so that any worker goes on.

A batch is claimed with a token and a lease for each step. Its rows and their attempts stand before it is sent, the
vendor's id is stored before anything is waited for, and one that was perhaps received is looked for before it is sent
again.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from annotations.models import User
from annotations.services import audit
from vibes.models import Batch, Generation, Study
from vibes.providers import registry
from vibes.providers.base import BatchProvider, BatchStatus, Missing, ProviderError
from vibes.services import pairing
from vibes.services.generations import batch_rows, holding, queue, requests
from vibes.services.generations.batch_plan import batchable, prepare
from vibes.services.generations.conversation import storable

__all__ = ["batchable", "cancel", "collect", "drive", "due", "poll", "prepare", "prepare_waiting", "send"]

logger = logging.getLogger(__name__)
State = Batch.State
T = TypeVar("T")

OPEN = (State.PREPARED, State.SENT, State.CANCELLING)
# Longer than any upload may take: a second worker must not send what the first is sending.
SEND_SECONDS = 900
# A poll or a chunk of results; renewed with each chunk.
STEP_SECONDS = 300
LONGEST_PAUSE = timedelta(minutes=15)
# A vendor that knows nothing of a batch for so long has lost it, or the key is now another account's.
GONE_AFTER = timedelta(minutes=15)
CHUNK = 200

EXPIRED = "The batch ended without an answer to this request."
GONE = "The vendor knows nothing of the batch {vendor_id} any more: {error} Was the key changed for another account's?"


class ClaimLost(Exception):
    """Another worker holds the batch by now: this one was thought dead."""


@dataclass
class Held:
    """A batch in the hands of this worker. `tried`: somebody held it before, and may have sent it."""

    batch: Batch
    token: uuid.UUID
    tried: bool
    vendor: BatchProvider
    runner: asyncio.Runner

    def write(self, **fields: object) -> None:
        """Writes to the batch as long as it is this worker's. Raises ClaimLost."""
        if "error" in fields:
            fields["error"] = storable(str(fields["error"]))
        mine = Batch.objects.filter(pk=self.batch.pk, claim_token=self.token)
        if not mine.update(**fields):
            raise ClaimLost
        for name, value in fields.items():
            setattr(self.batch, name, value)

    def renew(self) -> None:
        self.write(lease_until=timezone.now() + timedelta(seconds=STEP_SECONDS))


def prepare_waiting() -> int:
    """Rows of running batch studies that came into the queue since, and those that were held because batches under way
    might have used up the cap, once these have ended; how many batches they make."""
    waiting = Generation.objects.filter(state=Generation.State.QUEUED, batch=None, tries=0)
    studies = Study.objects.filter(delivery=Study.Delivery.BATCH, paused_at=None, cancelled_at=None)
    came = studies.filter(pk__in=waiting.filter(held=False).values("ordered_by"))
    held = studies.filter(pk__in=waiting.filter(held=True).values("ordered_by"))
    free = held.exclude(batches__state__in=OPEN)
    made = sum(len(prepare(study=study)) for study in came)
    return made + sum(len(queue.settle(study=study)) for study in free if holding.runs(study))


def due() -> list[int]:
    """Batches whose next step can be taken now."""
    return list(_due().order_by("pk").values_list("pk", flat=True))


def _due() -> QuerySet[Batch]:
    now = timezone.now()
    asked = now - timedelta(seconds=settings.BATCH_POLL_SECONDS / 2)
    paused = Q(state=State.PREPARED) & ~Q(study__paused_at=None) & Q(study__cancelled_at=None)
    return (
        Batch.objects.filter(state__in=OPEN)
        .filter(Q(lease_until=None) | Q(lease_until__lt=now))
        .filter(Q(polled_at=None) | Q(polled_at__lte=asked))
        .exclude(paused)
    )


@transaction.atomic
def cancel(*, by: User | None, batch: Batch) -> bool:
    """Has the batch cancelled at the next step; False where it has ended. What is answered by then is kept and paid."""
    open_ones = Batch.objects.filter(pk=batch.pk, state__in=(State.PREPARED, State.SENT))
    if not open_ones.update(state=State.CANCELLING):
        return False
    audit.record(by=by, verb="cancelled", subject=batch, vendor_id=batch.vendor_id)
    return True


def drive(*, batch_id: int) -> bool:
    """Takes the batch's next step; False where another worker holds it or nothing is due."""
    claimed = _claim(batch_id)
    if claimed is None:
        return False
    try:
        with _in_hand(*claimed) as held:
            if held.batch.vendor_id:
                poll(held=held)
            else:
                send(held=held)
    except ClaimLost:
        logger.warning("batch %s was taken over by another worker", batch_id)
    except ProviderError as error:
        _trouble(*claimed, error)
    return True


@transaction.atomic
def _claim(batch_id: int) -> tuple[Batch, uuid.UUID, bool] | None:
    found = _due().select_related("study", "endpoint").filter(pk=batch_id)
    batch = found.select_for_update(of=("self",), skip_locked=True).first()
    if batch is None:
        return None
    tried = batch.claim_token is not None
    seconds = STEP_SECONDS if batch.vendor_id else SEND_SECONDS
    batch.claim_token = uuid.uuid4()
    batch.lease_until = timezone.now() + timedelta(seconds=seconds + batch.snapshot["timeout_seconds"])
    batch.save(update_fields=["claim_token", "lease_until"])
    return batch, batch.claim_token, tried


@contextmanager
def _in_hand(batch: Batch, token: uuid.UUID, tried: bool) -> Iterator[Held]:
    """With a client whose loop stands still between calls: no query is made while it runs. Raises ProviderError."""
    frozen = batch.snapshot
    address, key = requests.reach(frozen["provider"], frozen["base_url"], frozen["key_variable"])
    with asyncio.Runner() as runner:
        vendor = registry.batch_provider(frozen["provider"])(address, key, float(frozen["timeout_seconds"]))
        try:
            yield Held(batch, token, tried, vendor, runner)
        finally:
            runner.run(vendor.aclose())


def send(*, held: Held) -> None:
    """Hands the requests over, or finds that they were. Raises ProviderError."""
    batch = held.batch
    asked = batch_rows.open_requests(batch)
    vendor_id = None
    if asked and held.tried:
        vendor_id = held.runner.run(held.vendor.find(_missing(batch, asked[0][0])))
    if vendor_id is None and (batch.state == State.CANCELLING or not asked):
        _end(held, ProviderError("Cancelled before it was sent.", permanent=False, kind="overloaded"))
        return
    if vendor_id is None:
        vendor_id = held.runner.run(held.vendor.submit(asked, label=str(batch.public_id)))
    held.write(vendor_id=vendor_id, sent_at=timezone.now(), error="", lease_until=None)
    Batch.objects.filter(pk=batch.pk, state=State.PREPARED).update(state=State.SENT)


def _missing(batch: Batch, custom_id: str) -> Missing:
    known = Batch.objects.exclude(vendor_id="").values_list("vendor_id", flat=True)
    return Missing(
        str(batch.public_id), custom_id, batch.requests, since=batch.created_at, known=frozenset(known)
    )


def poll(*, held: Held) -> None:
    """Asks the vendor where the batch stands, and does what follows. Raises ProviderError."""
    batch = held.batch
    status = held.runner.run(held.vendor.poll(batch.vendor_id))
    held.write(answered=status.answered, failed=status.failed)
    if status.state == "ended":
        collect(held=held)
    elif status.state == "failed":
        _end(held, _whole_failure(status), state=State.FAILED)
    else:
        if status.state == "running" and batch.state == State.CANCELLING:
            held.runner.run(held.vendor.cancel(batch.vendor_id))
        held.write(polled_at=timezone.now(), lease_until=None, error="")


def _whole_failure(status: BatchStatus) -> ProviderError:
    return status.problem or ProviderError("The whole batch failed.", permanent=False, kind="overloaded")


def collect(*, held: Held) -> None:
    """Stores the results as they stream in. One that was broken off is collected again: nothing is stored twice."""
    resumed = batch_rows.stored(held.batch)
    unread = 0
    results = held.vendor.collect(held.batch.vendor_id)
    while some := held.runner.run(_take(results, CHUNK)):
        unread += sum(not custom_id for custom_id, _ in some)
        pairing.assemble_for(generations=batch_rows.keep(batch=held.batch, results=some))
        held.renew()
    if resumed:
        # A worker may have died between an answer and its pair.
        for rows in batch_rows.stored_in_chunks(held.batch):
            pairing.assemble_for(generations=rows)
    _end(held, ProviderError(EXPIRED, permanent=False, kind="overloaded"), billed=unread > 0)


async def _take(results: AsyncIterator[T], most: int) -> list[T]:
    taken: list[T] = []
    async for result in results:
        taken.append(result)
        if len(taken) == most:
            break
    return taken


def _end(
    held: Held, problem: ProviderError, *, state: Batch.State = State.ENDED, billed: bool = False
) -> None:
    """No row stays in a batch that has ended. `billed`: what nothing came for may have been charged all the same."""
    left = batch_rows.give_back(batch=held.batch, problem=problem, lost=billed)
    pairing.assemble_for(generations=left)
    answered = batch_rows.stored(held.batch)
    held.write(
        state=state,
        answered=answered,
        failed=held.batch.requests - answered,
        error=problem.message if left or state == State.FAILED else "",
        ended_at=timezone.now(),
        polled_at=timezone.now(),
        lease_until=None,
    )


def _trouble(batch: Batch, token: uuid.UUID, tried: bool, error: ProviderError) -> None:
    """Before it is sent a permanent error ends it; afterwards its answers are paid for, and are asked for on and on."""
    held = Held(batch, token, tried, None, None)  # type: ignore[arg-type]  # calls nobody any more
    try:
        if not batch.vendor_id and error.permanent:
            _end(held, _for_rows(error), state=State.FAILED)
        elif error.kind == "not_found" and timezone.now() - _last_heard(batch) > GONE_AFTER:
            words = GONE.format(vendor_id=batch.vendor_id, error=error)
            _end(
                held, ProviderError(words, permanent=True, kind="not_found"), state=State.FAILED, billed=True
            )
        else:
            pause = _pause(batch, error)
            held.write(error=f"{error} Tried again in {_words(pause)}.", lease_until=timezone.now() + pause)
    except ClaimLost:
        logger.warning("batch %s was taken over by another worker", batch.pk)


def _for_rows(error: ProviderError) -> ProviderError:
    """A server that knows no batches may well answer live."""
    if error.kind != "not_found":
        return error
    message = f"This server takes no batches ({error}); asked one by one instead."
    return ProviderError(message, permanent=False, kind="not_found")


def _last_heard(batch: Batch) -> datetime:
    return batch.polled_at or batch.sent_at or batch.created_at


def _pause(batch: Batch, error: ProviderError) -> timedelta:
    """Half as long as nothing was heard, so that pauses grow; longer where the vendor asks for it."""
    shortest = timedelta(seconds=max(settings.BATCH_POLL_SECONDS, error.retry_after or 0))
    return min(LONGEST_PAUSE, max(shortest, (timezone.now() - _last_heard(batch)) / 2))


def _words(pause: timedelta) -> str:
    seconds = round(pause.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{round(seconds / 60)} min"
