"""What comes of calls: answers stored, turns kept, failures queued again or final; many in one small transaction.

A row is written only where this worker's claim still holds. An answer that comes back after its row was queued again, but
before anybody else took it, is paid for and kept as well.
"""

import copy
import json
import random
import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from vibes.models import Attempt, Generation, RawResponse
from vibes.providers.base import ProviderError, Reply
from vibes.services import keys
from vibes.services.generations import budget, claims
from vibes.services.generations.conversation import storable
from vibes.services.generations.flights import Flight, Landing, answer_values, billed

State = Generation.State
Outcome = Attempt.Outcome
LONGEST_PAUSE_SECONDS = 600
# What tells nothing about the row, only how busy its endpoint is, uses up no try; but nothing is asked for ever.
FREE_ATTEMPTS = 40
NO_REPLY = ProviderError("There was no reply.", permanent=False, kind="garbled")


@dataclass
class Landed:
    """What became of them: rows with an answer, rows that failed for good, and the next turns of conversations."""

    stored: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    onward: list[Flight] = field(default_factory=list)


@transaction.atomic
def land(*, token: uuid.UUID, landings: Sequence[Landing]) -> Landed:
    """Writes how these calls ended. All of it or nothing: where the database fails it may be called again."""
    landed = Landed()
    held = _held(token, landings)
    rows: list[tuple[int, dict[str, Any]]] = []
    attempts: list[tuple[int, dict[str, Any]]] = []
    for landing in landings:
        generation = landing.flight.generation
        attempts.append((landing.flight.attempt.pk, _attempt_values(landing, kept=generation.pk in held)))
        if generation.pk in held:
            rows.append((generation.pk, _row_values(landing, landed)))
    _write(Generation, rows)
    _write(Attempt, attempts)
    replies = {landing.flight.generation.pk: landing.reply for landing in landings}
    keep_raw(replies={key: reply for key, reply in replies.items() if reply and key in held})
    claims.begin(flights=landed.onward)
    return landed


def store(*, token: uuid.UUID, flight: Flight, reply: Reply) -> bool:
    """Stores one answer; whether the claim held."""
    return land(token=token, landings=[Landing(flight, reply=reply)]).stored == [flight.generation.pk]


def fail(*, token: uuid.UUID, flight: Flight, error: ProviderError) -> None:
    """One failure: queued again after a growing pause, or failed for good."""
    land(token=token, landings=[Landing(flight, error=error)])


def _held(token: uuid.UUID, landings: Sequence[Landing]) -> set[int]:
    """The rows that are still this worker's, locked; and, for answers, those that nobody has taken since."""
    answered = [landing.flight.generation.pk for landing in landings if landing.reply and not landing.error]
    mine = Q(state=State.RUNNING, claim_token=token)
    nobodys = Q(state=State.QUEUED, pk__in=answered)
    rows = Generation.objects.filter(mine | nobodys, pk__in=[one.flight.generation.pk for one in landings])
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(no_key=True)
    return set(rows.order_by("pk").values_list("pk", flat=True))


def _row_values(landing: Landing, landed: Landed) -> dict[str, Any]:
    values = billed(landing.flight.generation, landing.reply) if landing.reply else {}
    if landing.reply and not landing.error:
        return values | _answer(landing.flight, landing.reply, values, landed)
    return values | _failure(landing, landing.error or NO_REPLY, landed)


def _answer(flight: Flight, reply: Reply, billed: dict[str, Any], landed: Landed) -> dict[str, Any]:
    """On copies: the flight stays as it was, in case all this has to be done again."""
    generation = copy.copy(flight.generation)
    talk = replace(flight.talk, answers=list(flight.talk.answers))
    talk.answer(reply)
    values: dict[str, Any] = {"transcript": talk.transcript}
    for name, value in (billed | values).items():
        setattr(generation, name, value)
    following = Flight.on(generation, talk)
    if following is not None:
        return values | _next_turn(following, landed)
    landed.stored.append(generation.pk)
    return (
        values
        | answer_values(generation, flight.request, reply, storable(reply.text))
        | {
            "state": State.DONE,
            "error": "",
            "error_kind": "",
            "not_before": None,
            "finished_at": timezone.now(),
        }
        | claims.FREE
    )


def _next_turn(following: Flight, landed: Landed) -> dict[str, Any]:
    """What was said so far is kept: a crash does not pay for it again. The row stays claimed while its cap allows it."""
    generation = following.generation
    study = generation.ordered_by
    if study and study.budget is not None:
        purse = budget.purses(studies=[study.pk]).get(study.pk)
        if purse is None or following.possible_cost is None or not purse.fits(following.possible_cost):
            return {"state": State.QUEUED, "tries": max(0, generation.tries - 1), **claims.FREE}
    landed.onward.append(following)
    return {"state": State.RUNNING}


def _failure(landing: Landing, error: ProviderError, landed: Landed) -> dict[str, Any]:
    """Queued again after a pause, or failed for good: permanent errors at once."""
    generation, number = landing.flight.generation, landing.flight.attempt.number
    free = (landing.free or error.kind == "rate_limited") and number < FREE_ATTEMPTS
    final = error.permanent or not (free or generation.tries < settings.GENERATION_ATTEMPTS)
    values = {"error": storable(str(error)), "error_kind": error.kind, **claims.FREE}
    if final and not landing.free:
        landed.failed.append(generation.pk)
        return values | {"state": State.FAILED, "finished_at": timezone.now()}
    again = timezone.now() + pause(generation.pk, number, generation.tries, error.retry_after)
    return values | {
        "state": State.QUEUED,
        "not_before": again,
        "tries": generation.tries - 1 if free else generation.tries,
    }


def pause(generation: int, number: int, tries: int, retry_after: float | None) -> timedelta:
    """Doubles with every try, spread by the row's own seed; longer where the server asks for it, within reason."""
    spread = 0.75 + random.Random(f"{generation} {number}").random() / 2
    seconds = settings.GENERATION_BACKOFF_SECONDS * 2 ** max(0, tries - 1) * spread
    asked = min(retry_after or 0, LONGEST_PAUSE_SECONDS)
    return timedelta(seconds=max(seconds, asked + min(1.0, seconds) * spread if asked else 0))


def _attempt_values(landing: Landing, *, kept: bool) -> dict[str, Any]:
    """An answer that comes after another worker has taken the row is lost, and counts as billed."""
    error, reply = landing.error, landing.reply
    answered = Outcome.ANSWERED if kept else Outcome.LOST
    return {
        "outcome": Outcome.FAILED if error else answered,
        "error": storable(str(error)) if error else "",
        "error_kind": error.kind if error else "",
        "request_id": storable(reply.request_id)[:200] if reply else "",
        "ended_at": timezone.now(),
    }


def _write(model: type[models.Model], rows: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """One statement for all rows that change the same columns: the ORM would compile one for each row."""
    by_columns: dict[tuple[str, ...], list[list[Any]]] = {}
    for key, values in rows:
        fields: list[models.Field[Any, Any]] = [model._meta.get_field(name) for name in values]  # type: ignore[misc]
        columns = tuple(one.column or one.attname for one in fields)
        prepared = [
            one.get_db_prep_save(value, connection)
            for one, value in zip(fields, values.values(), strict=True)
        ]
        by_columns.setdefault(columns, []).append([*prepared, key])
    quote = connection.ops.quote_name
    for columns, parameters in by_columns.items():
        changes = ", ".join(f"{quote(column)} = %s" for column in columns)
        sql = f"UPDATE {quote(model._meta.db_table)} SET {changes} WHERE {quote('id')} = %s"  # noqa: S608  our own names
        with connection.cursor() as cursor:
            cursor.executemany(sql, parameters)


def keep_raw(*, replies: Mapping[int, Reply]) -> None:
    """The response bodies, by the key of their generation; a later one takes the place of an earlier."""
    raw = [RawResponse(generation_id=key, body=packed(reply)) for key, reply in replies.items()]
    RawResponse.objects.bulk_create(
        raw, update_conflicts=True, unique_fields=["generation"], update_fields=["body"]
    )


def packed(reply: Reply) -> bytes:
    body = keys.redact(json.dumps(dict(reply.raw), ensure_ascii=False))
    return zlib.compress(body.encode("utf-8", "replace"), 3)


def unpacked(body: bytes) -> Any:
    return json.loads(zlib.decompress(body))
