"""Which rows go into which batch. A row enters with its attempt written: from here on it may have been billed."""

from __future__ import annotations

import dataclasses
import json
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from vibes.datasets.turns import open_turns
from vibes.models import Attempt, Batch, Endpoint, Generation, Study
from vibes.providers.base import Request
from vibes.providers.transport import is_loopback
from vibes.services import addresses
from vibes.services.generations import budget, requests

State = Generation.State

MOST_REQUESTS = 10_000
# A quarter of the smaller of the vendors' limits (200 MB): Anthropic's SDK takes all requests in one body, in memory.
MOST_BYTES = 50_000_000
# What stands around a request's own words in its line.
_ENVELOPE_BYTES = 1_000
_CHUNK = 500
# Digits are listed: \d also matches those of other scripts. More than 18 do not fit a key.
_CUSTOM_ID = re.compile(r"g([0-9]{1,18})-([0-9]{1,4})-([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that is to enter a batch."""

    generation: int
    group: tuple[int, str, str]
    attempt: int
    size: int
    possible_cost: Decimal | None


def batchable(endpoint: Endpoint) -> bool:
    """Whether the endpoint's vendor has a batch API. Servers that only speak OpenAI's protocol have none."""
    if endpoint.provider in (Endpoint.Provider.RESPONSES, Endpoint.Provider.ANTHROPIC):
        return True
    if endpoint.provider != Endpoint.Provider.OPENAI:
        return False
    host = addresses.host_of(endpoint.base_url)
    return (
        not host
        or host == "api.openai.com"
        or host.endswith(".api.openai.com")
        or is_loopback(endpoint.base_url)
    )


def custom_id(batch: Batch, generation: int, attempt: int) -> str:
    """Names one request. The batch's own letters keep apart what two installations send under one key."""
    return f"g{generation}-{attempt}-{_letters(batch.public_id)}"


def named(batch: Batch, custom_id: str) -> tuple[int, int] | None:
    """(generation, attempt) of one of this batch's custom ids; None for any other text."""
    found = _CUSTOM_ID.fullmatch(custom_id)
    if found is None or found[3] != _letters(batch.public_id):
        return None
    return int(found[1]), int(found[2])


def _letters(public_id: uuid.UUID) -> str:
    return public_id.hex[:8]


@transaction.atomic
def prepare(*, study: Study) -> list[Batch]:
    """Takes the study's new rows out of the queue into batches, as many as its spending cap allows.

    The others are held for a later batch: fetched one by one they would cost twice as much. Left to live fetching:
    what a rater waits for, prompts with several open turns, endpoints without a batch API, and whatever was tried before.
    """
    study = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    if study.delivery != Study.Delivery.BATCH or study.paused_at or study.cancelled_at:
        return []
    behind: list[int] = []
    planned = _affordable(study, map(_planned, _new_rows(study)), behind)
    batches = [_make(study, rows) for rows in _loads(planned)]
    _hold(study, behind)
    return batches


def _new_rows(study: Study) -> Iterator[Generation]:
    endpoints = [endpoint.pk for endpoint in study.endpoints.all() if batchable(endpoint)]
    last = Attempt.objects.filter(generation=OuterRef("pk")).order_by("-number").values("number")[:1]
    rows: QuerySet[Generation] = (
        Generation.objects.filter(ordered_by=study, endpoint__in=endpoints)
        .filter(state=State.QUEUED, held=False, batch=None, tries=0, channel="")
        .select_related("prompt", "endpoint")
        .annotate(last_attempt=Subquery(last))
        .order_by("endpoint", "snapshot_hash", "-priority", "pk")
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
    )
    for row in rows.iterator(chunk_size=_CHUNK):
        if len(open_turns(row.prompt.turns)) == 1:
            yield row


def _planned(row: Generation) -> Planned:
    request = requests.request_of(row)
    return Planned(
        generation=row.pk,
        group=(row.endpoint_id, row.snapshot_hash, row.snapshot["key_variable"]),
        attempt=(row.last_attempt or 0) + 1,  # type: ignore[attr-defined]  # annotated
        size=_length(request) + _ENVELOPE_BYTES,
        possible_cost=possible_cost(row.endpoint, request),
    )


def _length(request: Request) -> int:
    """Bytes of the request, rounded up: roles and names of fields are counted with the words."""
    return len(json.dumps(dataclasses.asdict(request), ensure_ascii=False).encode())


def possible_cost(endpoint: Endpoint, request: Request) -> Decimal | None:
    """The most that the request may cost in a batch, in US dollars; None where no price is set."""
    most = budget.possible_cost(endpoint, request)
    return None if most is None else most * endpoint.batch_share


def _affordable(study: Study, rows: Iterable[Planned], behind: list[int]) -> Iterator[Planned]:
    """The rows up to the first that might pass the spending cap; it and the later ones are added to `behind`. One without
    a price is left to the claims, which refuse it with the mend."""
    left = budget.spent(study).left
    for row in rows:
        if left is None:
            yield row
        elif row.possible_cost is None:
            continue
        elif behind or row.possible_cost > left:
            behind.append(row.generation)
        else:
            left -= row.possible_cost
            yield row


def _hold(study: Study, generations: list[int]) -> None:
    """Not what another study wants at once."""
    live = Study.objects.filter(delivery=Study.Delivery.LIVE, paused_at=None, cancelled_at=None)
    wanted = live.filter(generations=OuterRef("pk"))
    for start in range(0, len(generations), _CHUNK):
        rows = Generation.objects.filter(pk__in=generations[start : start + _CHUNK])
        rows.filter(~Exists(wanted)).update(held=True)


def _loads(rows: Iterable[Planned]) -> Iterator[list[Planned]]:
    """Rows of one endpoint and snapshot, cut where a batch would become too large for its vendor."""
    loads: dict[tuple[int, str, str], list[list[Planned]]] = {}
    sizes: dict[tuple[int, str, str], int] = {}
    for row in rows:
        mine = loads.setdefault(row.group, [[]])
        full = len(mine[-1]) >= MOST_REQUESTS or sizes.get(row.group, 0) + row.size > MOST_BYTES
        if full and mine[-1]:
            mine.append([])
            sizes[row.group] = 0
        mine[-1].append(row)
        sizes[row.group] = sizes.get(row.group, 0) + row.size
    for several in loads.values():
        yield from several


def _make(study: Study, rows: list[Planned]) -> Batch:
    first = Generation.objects.get(pk=rows[0].generation)
    batch = Batch.objects.create(
        study=study, endpoint=first.endpoint, snapshot=first.snapshot, requests=len(rows)
    )
    for start in range(0, len(rows), _CHUNK):
        some = rows[start : start + _CHUNK]
        Generation.objects.filter(pk__in=[row.generation for row in some]).update(
            state=State.BATCHED, batch=batch, tries=F("tries") + 1, not_before=None, error="", error_kind=""
        )
        Attempt.objects.bulk_create(
            Attempt(generation_id=row.generation, number=row.attempt, possible_cost=row.possible_cost)
            for row in some
        )
    return batch
