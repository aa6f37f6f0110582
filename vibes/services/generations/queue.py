"""Rows that want an answer: made, found again, put back."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet

from vibes.models import Batch, Endpoint, Generation, Prompt, Study
from vibes.services.generations import batch_plan, budget, filling, holding

State = Generation.State
# Settings that every row has had from the first on.
FIRST = (
    "provider",
    "base_url",
    "model",
    "key_variable",
    "system",
    "temperature",
    "max_tokens",
    "timeout_seconds",
)
# Later ones enter the identity only where they are set, so that answers of before them are found again.
LATER = ("effort", "thinking_tokens", "seed", "extra", "stream", "cache_prompts")
# What does not change the answer is frozen with the row but leaves its identity alone. Limits and prices are not frozen:
# they are what they are when the call is made.
NOT_IDENTITY = {"key_variable", "timeout_seconds", "stream", "cache_prompts"}
# Errors that the same request would meet again: such a row is asked again only when a lead says so.
PERMANENT = ("auth", "quota", "not_found", "bad_request", "redirected", "refused", "cut")
BATCH = 500
# What a row becomes that is asked again after it had ended.
AGAIN = {
    "state": State.QUEUED,
    "tries": 0,
    "not_before": None,
    "error": "",
    "error_kind": "",
    "finished_at": None,
    "batch": None,
}
# From so many new rows on, PostgreSQL's statistics are of another table than the one that is there now.
MANY = 5_000


def snapshot(endpoint: Endpoint) -> dict[str, Any]:
    """The endpoint's settings as they are now."""
    return {name: getattr(endpoint, name) for name in (*FIRST, *LATER)}


def snapshot_hash(settings: dict[str, Any]) -> str:
    identity = {
        name: value
        for name, value in settings.items()
        if name not in NOT_IDENTITY and (name in FIRST or value not in (None, "", {}))
    }
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def enqueue(*, study: Study) -> int:
    """Attaches one generation per endpoint, prompt and sample to the study. An answer that is there is not asked again.

    A study keeps the settings that its endpoints had when it was made, so that what is filled in later is comparable.
    Rows that nobody fetches any more (cancelled, held, or failed for a reason that passes) are put back into the queue
    and are this study's to pay; so are those of a batch study, which leave it for a batch. Returns how many rows wait
    in the queue.
    """
    before = study.generations.count()
    found = [_attach(study, endpoint) for endpoint in study.endpoints.order_by("pk")]
    if study.generations.count() - before > MANY:
        _tell_planner()
    # The studies that share these rows are locked before any row is.
    holding.lock(study=study)
    for settings, wanted in found:
        put_back(study, settings, wanted)
    settle(study=study)
    return study.generations.filter(state=State.QUEUED).count()


@transaction.atomic
def settle(*, study: Study) -> list[Batch]:
    """After every act by which more of the study's rows may be fetched: lets them go, and puts into batches what belongs
    there, in the act's own transaction, so that no worker fetches one by one what is to go into a batch."""
    budget.forget(studies=[study.pk])
    holding.refresh(study=study)
    return batch_plan.prepare(study=study)


def _tell_planner() -> None:
    """Else PostgreSQL plans what follows for the few rows that it knows of, and 200,000 took it twenty minutes."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in (Generation, Study.generations.through):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _attach(study: Study, endpoint: Endpoint) -> tuple[dict[str, Any], QuerySet[Generation]]:
    """The endpoint's settings in this study, and its rows: found, or made now."""
    settings, digest = settled(study, endpoint)
    like = Generation(endpoint=endpoint, snapshot=settings, snapshot_hash=digest, ordered_by=study)
    filling.make(study=study, like=like, samples=_samples(study))
    filling.attach(study=study, digest=digest, samples=_samples(study))
    return settings, _wanted(study, digest)


def settled(study: Study, endpoint: Endpoint) -> tuple[dict[str, Any], str]:
    """The endpoint's settings in this study and their hash: those of its first row, or as they are now.

    What is no part of the identity (the key's name, the time limit) is always as it is now.
    """
    now = snapshot(endpoint)
    first = study.generations.filter(endpoint=endpoint).order_by("pk").first()
    if first is None:
        return now, snapshot_hash(now)
    return first.snapshot | {name: now[name] for name in NOT_IDENTITY}, first.snapshot_hash


def _samples(study: Study) -> range:
    return range(study.first_sample, study.first_sample + study.samples)


def _wanted(study: Study, digest: str) -> QuerySet[Generation]:
    samples = _samples(study)
    return Generation.objects.filter(
        snapshot_hash=digest,
        prompt__in=study.prompts.filter(author=None).values("pk"),
        sample__gte=samples.start,
        sample__lt=samples.stop,
    )


def put_back(study: Study, settings: dict[str, Any], wanted: QuerySet[Generation]) -> None:
    """Of held rows, too, whose payer has stopped: `holding.refresh` sees to these."""
    passing = Q(state=State.FAILED) & ~Q(error_kind__in=PERMANENT)
    wanted.filter(Q(state=State.CANCELLED) | passing).update(snapshot=settings, ordered_by=study, **AGAIN)


def next_sample(*, endpoints: Iterable[Endpoint], prompts: Sequence[Prompt]) -> int:
    """The first sample number that none of these endpoints, as they are now, has for any of these prompts."""
    digests = [snapshot_hash(snapshot(endpoint)) for endpoint in endpoints]
    last: int | None = None
    for some in _slices([prompt.pk for prompt in prompts]):
        rows = Generation.objects.filter(snapshot_hash__in=digests, prompt__in=some)
        found = rows.aggregate(last=Max("sample"))["last"]
        last = max((n for n in (last, found) if n is not None), default=None)
    return 0 if last is None else last + 1


def _slices(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
