"""One generation with all that is known of it, and a study's generations page by page. For leads alone."""

import json
import zlib
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from vibes.models import Attempt, Endpoint, Generation, Study
from vibes.queries.amounts import money

# Of the raw response the page shows so many bytes; the download has them all.
SHOWN_BYTES = 60_000
# A vendor's body beyond this is not unpacked: a few compressed bytes may stand for gigabytes.
LARGEST_BYTES = 64 * 1024 * 1024
Line = tuple[str, str]


@dataclass(frozen=True)
class Raw:
    """The vendor's response as indented JSON; `shortened` where it stops at `SHOWN_BYTES`."""

    text: str
    size: int
    shortened: bool


@dataclass(frozen=True)
class Provenance:
    """Where an answer comes from. `settings` are the endpoint's as they were frozen with the row."""

    answer: tuple[Line, ...]
    settings: tuple[Line, ...]
    origin: tuple[Line, ...]


def keys(study: Study, *, endpoint: Endpoint | None = None, state: str = "") -> QuerySet[Generation, int]:
    """The keys of the study's generations, those of one prompt together: rows are wide, and a page needs few."""
    found = study.generations.all()
    if endpoint:
        found = found.filter(endpoint=endpoint)
    if state:
        found = found.filter(state=state)
    return found.order_by("prompt", "endpoint__name", "sample", "pk").values_list("pk", flat=True)


def listed(pks: list[int]) -> list[Generation]:
    """These generations, in this order."""
    rows = Generation.objects.select_related("prompt", "endpoint").prefetch_related(_attempts()).in_bulk(pks)
    return [rows[pk] for pk in pks]


def detailed() -> QuerySet[Generation]:
    return Generation.objects.select_related("prompt", "endpoint", "ordered_by", "batch").prefetch_related(
        _attempts()
    )


def _attempts() -> "Prefetch[str, QuerySet[Attempt], str]":
    return Prefetch("attempts", Attempt.objects.order_by("number"))


def studies(generation: Generation) -> QuerySet[Study]:
    return generation.studies.order_by("pk")


def provenance(generation: Generation) -> Provenance:
    return Provenance(
        answer=_told(_answer(generation)),
        settings=_told(
            {name: value for name, value in generation.snapshot.items() if value not in (None, "", {})}
        ),
        origin=_told(generation.provenance),
    )


def _answer(generation: Generation) -> dict[str, object]:
    row = generation
    return {
        "Sample": row.sample + 1,
        "Seed": row.seed,
        "Served model": row.served_model,
        "Finish reason": row.finish_reason,
        "Tokens in": row.tokens_in,
        "Of these from the vendor’s cache": row.tokens_cached,
        "Tokens out": row.tokens_out,
        "Of these reasoning": row.tokens_reasoning,
        "Seconds": row.seconds and f"{row.seconds:.2f}",
        "Seconds to the first token": row.first_token_seconds and f"{row.first_token_seconds:.2f}",
        "Cost, at the price then": None if row.cost is None else money(row.cost),
        "Asked for": row.created_at.strftime("%d %b %Y, %H:%M:%S"),
        "Finished": row.finished_at and row.finished_at.strftime("%d %b %Y, %H:%M:%S"),
        "Request hash": row.request_hash,
        "Settings hash": row.snapshot_hash,
    }


def _told(values: dict[str, object]) -> tuple[Line, ...]:
    return tuple(
        (name.replace("_", " "), _text(value)) for name, value in values.items() if value not in (None, "")
    )


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def raw(generation: Generation) -> Raw | None:
    """None where no response is kept."""
    body = body_of(generation)
    if body is None:
        return None
    text = _indented(body) if len(body) <= SHOWN_BYTES else body.decode(errors="replace")
    return Raw(text[:SHOWN_BYTES], len(body), len(text) > SHOWN_BYTES)


def body_of(generation: Generation) -> bytes | None:
    """The whole response body, up to `LARGEST_BYTES`."""
    kept = getattr(generation, "raw", None)
    if kept is None:
        return None
    unpacker = zlib.decompressobj()
    try:
        return unpacker.decompress(bytes(kept.body), LARGEST_BYTES)
    except zlib.error:
        return b'"The stored response is damaged and cannot be unpacked."'


def _indented(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")
