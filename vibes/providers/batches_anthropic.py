"""Anthropic's message batches: all requests in one call, all results in one file."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from anthropic.types.messages import MessageBatch

from vibes.providers.anthropic_api import ERRORS, AnthropicProvider, body, extra
from vibes.providers.base import (
    BatchState,
    BatchStatus,
    Missing,
    ProviderError,
    Reply,
    Request,
    count,
)
from vibes.providers.batch_lines import CLOCKS, MOST_LISTED, UPLOAD_S, Line, results, vendor_id
from vibes.providers.failures import as_promised, from_status, one_error

_STATES: Mapping[str, BatchState] = {
    "in_progress": "running",
    "canceling": "cancelling",
    "ended": "ended",
}
# In a file of results the type stands for the status that the same error has in a live call.
_STATUSES: Mapping[str, int] = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}


class AnthropicBatches(AnthropicProvider):
    """Message batches. They take no label: one that was perhaps received is known by its custom ids, once it has ended."""

    async def submit(self, requests: Sequence[tuple[str, Request]], *, label: str) -> str:
        """Hands the requests over; the batch's id. Raises ProviderError."""
        entries = [
            {"custom_id": custom_id, "params": _parameters(request)} for custom_id, request in requests
        ]
        async with one_error(ERRORS, api_key=self._api_key, timeout_s=UPLOAD_S):
            response = await self._sdk.messages.batches.with_raw_response.create(
                requests=entries,  # type: ignore[arg-type]  # extra parameters have no type
                timeout=UPLOAD_S,
            )
            content = await response.read()
        with as_promised(self._api_key):
            return vendor_id(json.loads(content)["id"])

    async def find(self, missing: Missing) -> str | None:
        """The batch of this size and time that holds the custom id. Raises ProviderError, also while one still runs."""
        running = ""
        for batch in await self._candidates(missing):
            if batch.processing_status != "ended":
                running = batch.id
            elif await self._holds(batch.id, missing.custom_id):
                return vendor_id(batch.id)
        if running:
            message = f"It was perhaps received as {running}: that is seen once {running} has ended."
            raise ProviderError(message, permanent=False, kind="overloaded")
        return None

    async def _candidates(self, missing: Missing) -> list[MessageBatch]:
        """Newest first."""
        found: list[MessageBatch] = []
        seen, oldest = 0, missing.since - CLOCKS
        with as_promised(self._api_key):
            async with one_error(ERRORS, api_key=self._api_key, timeout_s=UPLOAD_S):
                async for batch in self._sdk.messages.batches.list(limit=100):
                    seen += 1
                    if batch.created_at < oldest or seen >= MOST_LISTED:
                        break
                    if batch.id not in missing.known and _size(batch) == missing.requests:
                        found.append(batch)
        return found

    async def _holds(self, batch_id: str, custom_id: str) -> bool:
        async with aclosing(self.collect(batch_id)) as outcomes:
            async for found, _ in outcomes:
                if found == custom_id:
                    return True
        return False

    async def poll(self, batch_id: str) -> BatchStatus:
        """Where the batch stands. Raises ProviderError."""
        async with one_error(ERRORS, api_key=self._api_key, timeout_s=self._timeout_s):
            response = await self._sdk.messages.batches.with_raw_response.retrieve(batch_id)
            content = await response.read()
        with as_promised(self._api_key):
            raw = json.loads(content)
            counts = raw.get("request_counts") or {}
            failed = sum(count(counts.get(name)) for name in ("errored", "expired", "canceled"))
            answered = count(counts.get("succeeded"))
            return BatchStatus(_STATES[raw["processing_status"]], answered=answered, failed=failed)

    async def collect(self, batch_id: str) -> AsyncGenerator[tuple[str, Reply | ProviderError], None]:
        """Every request's outcome; "" as custom id of a line that cannot be read. Raises ProviderError."""
        path = f"/v1/messages/batches/{batch_id}/results"
        lines = results(self._sdk, path, ERRORS, api_key=self._api_key, timeout_s=self._timeout_s)
        async with aclosing(lines):
            async for line in lines:
                yield self._outcome(line)

    def _outcome(self, line: Line | ProviderError) -> tuple[str, Reply | ProviderError]:
        if isinstance(line, ProviderError):
            return "", line
        custom_id = line.get("custom_id")
        try:
            with as_promised(self._api_key):
                return str(custom_id or ""), self._answer(line["result"])
        except ProviderError as error:
            return str(custom_id or ""), error

    def _answer(self, result: Mapping[str, Any]) -> Reply | ProviderError:
        match result["type"]:
            case "succeeded":
                return self._signed(self._read(result["message"]), {})
            case "errored":
                return self._failure(result["error"])
            case "expired" | "canceled" as how:
                message = f"Not asked: the batch was {'cancelled' if how == 'canceled' else how} before."
                return ProviderError(message, permanent=False, kind="overloaded")
            case other:
                raise ValueError(f"a result of the type {other!r}")

    def _failure(self, envelope: Mapping[str, Any]) -> ProviderError:
        """The error stands in an envelope of type "error", as in a live response."""
        error = envelope.get("error") or envelope
        status = _STATUSES.get(str(error.get("type")), 500)
        return from_status(status, json.dumps({"error": error}), {}, api_key=self._api_key)

    async def cancel(self, batch_id: str) -> None:
        """Asks the vendor to stop. Raises ProviderError."""
        async with one_error(ERRORS, api_key=self._api_key, timeout_s=self._timeout_s):
            await self._sdk.messages.batches.with_raw_response.cancel(batch_id)


def _parameters(request: Request) -> dict[str, Any]:
    return {**body(request), **extra(request)}


def _size(batch: MessageBatch) -> int:
    counts = batch.request_counts
    return counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired
