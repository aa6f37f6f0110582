"""How rows leave a batch: with their answer, failed, or back to the queue. The first result for a row wins."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from vibes.models import Attempt, Batch, Generation, Study
from vibes.providers.base import ProviderError, Reply, Request, fault
from vibes.services.generations import batch_plan, requests
from vibes.services.generations.conversation import storable
from vibes.services.generations.flights import answer_values, billed
from vibes.services.generations.landings import keep_raw

logger = logging.getLogger(__name__)
State = Generation.State
Outcome = Attempt.Outcome
Result = tuple[str, Reply | ProviderError]

_CHUNK = 500


def open_requests(batch: Batch) -> list[tuple[str, Request]]:
    """Each row that waits in the batch, its custom id and its request: the same at each asking."""
    waiting = _in_flight(batch).select_related("generation__prompt").order_by("generation_id")
    return [
        (
            batch_plan.custom_id(batch, attempt.generation_id, attempt.number),
            requests.request_of(attempt.generation),
        )
        for attempt in waiting.iterator(chunk_size=_CHUNK)
    ]


def _in_flight(batch: Batch) -> QuerySet[Attempt]:
    return Attempt.objects.filter(
        generation__batch=batch, generation__state=State.BATCHED, outcome=Outcome.IN_FLIGHT
    )


@transaction.atomic
def keep(*, batch: Batch, results: Sequence[Result]) -> list[int]:
    """Stores what came for rows that still wait in this batch; their keys.

    What nobody waits for is left out: a second result, or one under a custom id that is not the batch's own.
    """
    named = _named(batch, results)
    found = _in_flight(batch).filter(generation__in={generation for generation, _ in named})
    locked = found.select_related("generation__endpoint", "generation__prompt").select_for_update(
        of=("self", "generation"), no_key=True
    )
    waited = [attempt for attempt in locked if (attempt.generation_id, attempt.number) in named]
    _log_strangers(batch, results, waited)
    wanted = _wanted(attempt.generation_id for attempt in waited)
    replies: dict[int, Reply] = {}
    for attempt in waited:
        outcome = named[attempt.generation_id, attempt.number]
        _settle(batch, attempt, outcome, wanted=attempt.generation_id in wanted)
        if isinstance(outcome, Reply):
            replies[attempt.generation_id] = outcome
    keep_raw(replies=replies)
    return [attempt.generation_id for attempt in waited]


def _named(batch: Batch, results: Sequence[Result]) -> dict[tuple[int, int], Reply | ProviderError]:
    named: dict[tuple[int, int], Reply | ProviderError] = {}
    for custom_id, outcome in results:
        key = batch_plan.named(batch, custom_id)
        if key is not None:
            named.setdefault(key, outcome)
    return named


def _log_strangers(batch: Batch, results: Sequence[Result], waited: Sequence[Attempt]) -> None:
    ours = {batch_plan.custom_id(batch, attempt.generation_id, attempt.number) for attempt in waited}
    strangers = [custom_id for custom_id, _ in results if custom_id not in ours]
    if strangers:
        shown = ", ".join(f"{custom_id!r:.80}" for custom_id in strangers[:3])
        logger.warning("batch %s: %d results that no row waits for: %s", batch.pk, len(strangers), shown)


def _wanted(generations: Iterable[int]) -> set[int]:
    """Those that a study wants which is not cancelled."""
    studies = Study.objects.filter(generations__in=list(generations), cancelled_at=None)
    return set(studies.values_list("generations", flat=True))


def _settle(batch: Batch, attempt: Attempt, outcome: Reply | ProviderError, *, wanted: bool) -> None:
    generation = attempt.generation
    reply = outcome if isinstance(outcome, Reply) else None
    problem = fault(outcome) if isinstance(outcome, Reply) else outcome
    fields = billed(generation, reply, share=generation.endpoint.batch_share) if reply else {}
    if problem:
        fields |= _after(generation, problem, wanted=wanted)
    elif reply:
        fields |= _answer(batch, attempt, reply)
    Generation.objects.filter(pk=generation.pk).update(**fields)
    attempt.outcome = Outcome.FAILED if problem else Outcome.ANSWERED
    attempt.error, attempt.error_kind = (storable(problem.message), problem.kind) if problem else ("", "")
    attempt.request_id = storable(reply.request_id)[:200] if reply else ""
    attempt.ended_at = timezone.now()
    attempt.save(update_fields=["outcome", "error", "error_kind", "request_id", "ended_at"])


def _answer(batch: Batch, attempt: Attempt, reply: Reply) -> dict[str, Any]:
    """As of a live call, less its times: a batch tells none."""
    generation = attempt.generation
    request = requests.request_of(generation)
    values = answer_values(generation, request, reply, storable(reply.text))
    values["provenance"] |= {
        "delivery": "batch",
        "batch": batch.vendor_id,
        "custom_id": batch_plan.custom_id(batch, generation.pk, attempt.number),
        "price_share": str(generation.endpoint.batch_share),
    }
    return values | {"seconds": None, "first_token_seconds": None} | _done()


def _done() -> dict[str, Any]:
    return {"state": State.DONE, "error": "", "error_kind": "", "finished_at": timezone.now()}


def _after(generation: Generation, problem: ProviderError, *, wanted: bool) -> dict[str, Any]:
    """Failed for good, else back into the queue for a live call; a cancelled study's row ends here."""
    fields: dict[str, Any] = {"batch": None, "error": storable(problem.message), "error_kind": problem.kind}
    if problem.permanent or (wanted and generation.tries >= settings.GENERATION_ATTEMPTS):
        return fields | {"state": State.FAILED, "finished_at": timezone.now()}
    if not wanted:
        return fields | {"state": State.CANCELLED, "held": False, "finished_at": timezone.now()}
    return fields | {"state": State.QUEUED}


def stored(batch: Batch) -> int:
    """How many answers came in this batch."""
    return Generation.objects.filter(batch=batch, state=State.DONE).count()


def stored_in_chunks(batch: Batch) -> Iterator[list[int]]:
    """The keys of those answers."""
    last, some = 0, [0]
    while some:
        rows = Generation.objects.filter(batch=batch, state=State.DONE, pk__gt=last).order_by("pk")
        some = list(rows.values_list("pk", flat=True)[:_CHUNK])
        last = some[-1] if some else last
        yield some


def give_back(*, batch: Batch, problem: ProviderError, lost: bool = False) -> list[int]:
    """Rows for which nothing came leave the batch as `problem` has it; their keys. `lost`: they may have been billed."""
    given: list[int] = []
    while some := _give_back_some(batch, problem, Outcome.LOST if lost else Outcome.FAILED):
        given += some
    return given


@transaction.atomic
def _give_back_some(batch: Batch, problem: ProviderError, outcome: Outcome) -> list[int]:
    waiting = Generation.objects.filter(batch=batch, state=State.BATCHED).order_by("pk")
    rows = list(waiting.select_for_update()[:_CHUNK])
    keys = [row.pk for row in rows]
    wanted = _wanted(keys)
    for row in rows:
        Generation.objects.filter(pk=row.pk).update(**_after(row, problem, wanted=row.pk in wanted))
    Attempt.objects.filter(generation__in=keys, outcome=Outcome.IN_FLIGHT).update(
        outcome=outcome, error=storable(problem.message), error_kind=problem.kind, ended_at=timezone.now()
    )
    return keys
