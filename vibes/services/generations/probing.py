"""The rows of a probe run: made, found again, paused, cancelled. They belong to no study, so no cap counts them; slots, limits,
leases and attempts hold for them as for all others."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotations.models import User
from annotations.services import audit
from vibes.models import Endpoint, Generation, ProbeRun, Prompt
from vibes.services.generations import holding, queue

State = Generation.State


@transaction.atomic
def enqueue(*, run: ProbeRun, endpoints: Sequence[Endpoint], prompts: Sequence[Prompt]) -> None:
    """Attaches one generation per endpoint and prompt. A stored answer is not asked again; what failed or was cancelled is."""
    for endpoint in endpoints:
        frozen = queue.snapshot(endpoint)
        digest = queue.snapshot_hash(frozen)
        _make(endpoint, frozen, digest, prompts)
        wanted = Generation.objects.filter(
            snapshot_hash=digest, prompt__in=[prompt.pk for prompt in prompts], sample=0
        )
        run.generations.add(*wanted.values_list("pk", flat=True))
        ended = wanted.filter(state__in=[State.CANCELLED, State.FAILED])
        ended.update(snapshot=frozen, ordered_by=None, **queue.AGAIN)
    holding.refresh_probe(run=run)


def _make(endpoint: Endpoint, frozen: dict[str, object], digest: str, prompts: Sequence[Prompt]) -> None:
    rows = [
        Generation(
            endpoint=endpoint, snapshot=frozen, snapshot_hash=digest, prompt=prompt, seed=endpoint.seed
        )
        for prompt in prompts
    ]
    Generation.objects.bulk_create(rows, ignore_conflicts=True, batch_size=queue.BATCH)


@transaction.atomic
def pause(*, by: User, run: ProbeRun) -> bool:
    """Nothing more is begun for this run; whether it was running. Calls in flight are finished and kept."""
    going = ProbeRun.objects.filter(pk=run.pk, paused_at=None, cancelled_at=None, finished_at=None)
    return _stand(by, run, "paused fetching for", going.update(paused_at=timezone.now()))


@transaction.atomic
def resume(*, by: User, run: ProbeRun) -> bool:
    """Fetching goes on where it was paused; whether it was."""
    paused = ProbeRun.objects.filter(pk=run.pk, cancelled_at=None).exclude(paused_at=None)
    return _stand(by, run, "resumed fetching for", paused.update(paused_at=None))


def _stand(by: User, run: ProbeRun, verb: str, changed: int) -> bool:
    holding.refresh_probe(run=run)
    if changed:
        audit.record(by=by, verb=verb, subject=run)
    return bool(changed)


@transaction.atomic
def cancel(*, by: User, run: ProbeRun) -> int:
    """Drops the queued rows that nothing else waits for; how many. What is here is scored."""
    going = ProbeRun.objects.filter(pk=run.pk, cancelled_at=None, finished_at=None)
    changed = going.update(cancelled_at=timezone.now())
    holding.refresh_probe(run=run)
    dropped = holding.drop_probe(run=run)
    if changed:
        audit.record(by=by, verb="cancelled fetching for", subject=run, generations=dropped)
    return dropped


def open_rows(run: ProbeRun) -> QuerySet[Generation]:
    """What may still be answered."""
    return run.generations.filter(state__in=holding.OPEN)
