"""Anthropic's message batches as the scripted server speaks them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from vibes.providers.scripted_batches import Batch, Call, Item, Outcome, Shelf, page, twice
from vibes.providers.scripted_protocols import RefusalError

MOST_REQUESTS = 100_000
_DAY = 86_400
_CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_ENDS = {"expired": "expired", "cancelled": "canceled"}


class AnthropicBatches:
    """Batches behind /v1/messages/batches."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def handle(self, call: Call) -> dict[str, Any] | bytes:
        """The reply to one request: JSON, or the lines of results. Raises RefusalError."""
        match call.method, call.path.split("/")[4:]:
            case "POST", []:
                return self._described(self._create(call), call.host)
            case "GET", []:
                return self._list(call)
            case "GET", [name]:
                return self._described(self._shelf.get(name), call.host)
            case "GET", [name, "results"]:
                return self._results(name)
            case "POST", [name, "cancel"]:
                return self._cancel(name, call.host)
        raise RefusalError(404, "not_found_error", "No such address here.")

    def _create(self, call: Call) -> Batch:
        try:
            values = json.loads(call.body)
            items = [Item(str(one["custom_id"]), one["params"]) for one in values["requests"]]
        except (ValueError, LookupError, TypeError) as error:
            raise RefusalError(400, "invalid_request_error", f"requests: {error!r}") from None
        fault = call.fault or str(values.get("vibes_fault") or "")
        _validate(items, fault)
        name, shelf = f"msgbatch_{self._shelf.number():06d}", self._shelf
        batch = Batch(name, "/v1/messages", items, shelf.clock(), shelf.seconds, fault)
        self._shelf.put(batch)
        return batch

    def _list(self, call: Call) -> dict[str, Any]:
        shown, has_more = page(self._shelf.all(), lambda batch: batch.id, call.query)
        return {
            "data": [self._described(batch, call.host) for batch in shown],
            "has_more": has_more,
            "first_id": shown[0].id if shown else None,
            "last_id": shown[-1].id if shown else None,
        }

    def _cancel(self, name: str, host: str) -> dict[str, Any]:
        batch = self._shelf.get(name)
        if not batch.cancel(self._shelf.clock()):
            raise RefusalError(
                400, "invalid_request_error", f"Batch {name} has ended: it cannot be canceled."
            )
        return self._described(batch, host)

    def _results(self, name: str) -> bytes:
        batch = self._shelf.get(name)
        if batch.status(self._shelf.clock()) != "ended":
            raise RefusalError(404, "not_found_error", f"Batch {name} has no results yet.")
        return b"".join(_lines(batch.outcomes))

    def _described(self, batch: Batch, host: str) -> dict[str, Any]:
        status = batch.status(self._shelf.clock())
        ended = status == "ended"
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": {"ended": "ended", "cancelling": "canceling"}.get(status, "in_progress"),
            "request_counts": _counts(batch, ended=ended),
            "created_at": _stamp(batch.created),
            "expires_at": _stamp(batch.created + _DAY),
            "ended_at": _stamp(batch.ends) if ended else None,
            "cancel_initiated_at": _stamp(batch.cancelled) if batch.cancelled is not None else None,
            "archived_at": None,
            "results_url": f"http://{host}/v1/messages/batches/{batch.id}/results" if ended else None,
        }


def _validate(items: list[Item], fault: str) -> None:
    """This vendor checks a batch when it comes, and says no at once."""
    wrong = [item.custom_id for item in items if not _CUSTOM_ID.fullmatch(item.custom_id)]
    problem = ""
    if fault == "batch_invalid":
        problem = "The fault batch_invalid was asked for."
    elif not items:
        problem = "requests: at least one is required."
    elif len(items) > MOST_REQUESTS:
        problem = f"requests: more than {MOST_REQUESTS}."
    elif wrong:
        problem = f"requests: custom_id {wrong[0]!r} should match '^[a-zA-Z0-9_-]{{1,64}}$'."
    elif repeated := twice(item.custom_id for item in items):
        problem = f"requests: custom_id {repeated!r} comes twice."
    if problem:
        raise RefusalError(400, "invalid_request_error", problem)


def _counts(batch: Batch, *, ended: bool) -> dict[str, int]:
    """Everything is processing until the whole batch has ended."""
    counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
    if not ended:
        return {**counts, "processing": len(batch.items)}
    for outcome in batch.outcomes:
        counts[_kind(outcome)] += 1
    return counts


def _kind(outcome: Outcome) -> str:
    if outcome.end:
        return _ENDS[outcome.end]
    return "succeeded" if outcome.status == 200 else "errored"


def _lines(outcomes: list[Outcome]) -> Iterator[bytes]:
    """The lines of the results, the last request first: no order is promised."""
    more: dict[str, Mapping[str, Any]] = {}
    for outcome in reversed(outcomes):
        kind = _kind(outcome)
        if kind == "succeeded":
            more = {"message": outcome.body}
        elif kind == "errored":
            more = {"error": {**outcome.body, "request_id": f"req_{outcome.custom_id}"}}
        else:
            more = {}
        line = {"custom_id": outcome.custom_id, "result": {"type": kind, **more}}
        yield json.dumps(line, ensure_ascii=False).encode() + b"\n"


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
