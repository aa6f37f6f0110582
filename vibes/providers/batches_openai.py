"""OpenAI's batches: a file of requests in, a file of answers and a file of errors out."""

from __future__ import annotations

import json
import tempfile
from abc import abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import IO, Any, ClassVar, Literal

import openai

from vibes.providers.base import (
    BatchState,
    BatchStatus,
    Kind,
    Missing,
    ProviderError,
    Reply,
    Request,
    count,
)
from vibes.providers.batch_lines import CLOCKS, MOST_LISTED, UPLOAD_S, Line, results, vendor_id
from vibes.providers.failures import as_promised, clean, from_status, one_error
from vibes.providers.openai_api import ERRORS, OpenAIProvider, body
from vibes.providers.responses_api import ResponsesProvider
from vibes.providers.responses_api import body as responses_body
from vibes.providers.sdk_provider import SdkProvider

_STATES: Mapping[str, BatchState] = {
    "validating": "running",
    "in_progress": "running",
    "finalizing": "running",
    "cancelling": "cancelling",
    "completed": "ended",
    "expired": "ended",
    "cancelled": "ended",
    "failed": "failed",
}
# Why a whole batch or one of its requests failed: (kind, permanent). Any other reason lies in the request.
_CODES: Mapping[str, tuple[Kind, bool]] = {
    "batch_expired": ("overloaded", False),
    "batch_cancelled": ("overloaded", False),
    "token_limit_exceeded": ("rate_limited", False),
    "rate_limit_exceeded": ("rate_limited", False),
    "server_error": ("overloaded", False),
    "internal_error": ("overloaded", False),
    "insufficient_quota": ("quota", True),
    "billing_hard_limit_reached": ("quota", True),
    "model_not_found": ("not_found", True),
}


class FileBatches(SdkProvider):
    """Batches of requests to one of OpenAI's addresses: what both of its providers gain."""

    url: ClassVar[Literal["/v1/chat/completions", "/v1/responses"]]
    _sdk: openai.AsyncOpenAI

    @abstractmethod
    def _parameters(self, request: Request) -> dict[str, Any]:
        """The body of the same request as a live call."""

    async def submit(self, requests: Sequence[tuple[str, Request]], *, label: str) -> str:
        """Uploads the requests and makes a batch of them; its id. Raises ProviderError."""
        with tempfile.TemporaryFile(prefix="vibes-batch-") as file:
            async with one_error(ERRORS, api_key=self._api_key, timeout_s=UPLOAD_S):
                self._write(file, requests)
                uploaded = await self._sdk.files.with_raw_response.create(
                    file=("batch.jsonl", file, "application/jsonl"), purpose="batch", timeout=UPLOAD_S
                )
        with as_promised(self._api_key):
            file_id = vendor_id(json.loads(uploaded.content)["id"])
        async with one_error(ERRORS, api_key=self._api_key, timeout_s=self._timeout_s):
            made = await self._sdk.batches.with_raw_response.create(
                input_file_id=file_id,
                endpoint=self.url,
                completion_window="24h",
                metadata={"vibes_batch": label},
            )
        with as_promised(self._api_key):
            return vendor_id(json.loads(made.content)["id"])

    def _write(self, file: IO[bytes], requests: Sequence[tuple[str, Request]]) -> None:
        """A line a request. On disk, since a large study's would take twice its size of memory."""
        for custom_id, request in requests:
            line = {
                "custom_id": custom_id,
                "method": "POST",
                "url": self.url,
                "body": self._parameters(request),
            }
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        file.seek(0)

    async def find(self, missing: Missing) -> str | None:
        """The batch that bears the label. Raises ProviderError."""
        oldest = (missing.since - CLOCKS).timestamp()
        seen = 0
        with as_promised(self._api_key):
            async with one_error(ERRORS, api_key=self._api_key, timeout_s=UPLOAD_S):
                async for batch in self._sdk.batches.list(limit=100):
                    seen += 1
                    if (batch.metadata or {}).get("vibes_batch") == missing.label:
                        return vendor_id(batch.id)
                    if batch.created_at < oldest or seen >= MOST_LISTED:
                        break
        return None

    async def poll(self, batch_id: str) -> BatchStatus:
        """Where the batch stands. Raises ProviderError."""
        raw = await self._batch(batch_id)
        with as_promised(self._api_key):
            counts = raw.get("request_counts") or {}
            state = _STATES[raw["status"]]
            return BatchStatus(
                state,
                answered=count(counts.get("completed")),
                failed=count(counts.get("failed")),
                problem=_whole_failure(raw, self._api_key) if state == "failed" else None,
            )

    async def _batch(self, batch_id: str) -> dict[str, Any]:
        async with one_error(ERRORS, api_key=self._api_key, timeout_s=self._timeout_s):
            response = await self._sdk.batches.with_raw_response.retrieve(batch_id)
        with as_promised(self._api_key):
            return dict(json.loads(response.content))

    async def collect(self, batch_id: str) -> AsyncIterator[tuple[str, Reply | ProviderError]]:
        """Answers, then errors; "" as custom id of a line that cannot be read. Raises ProviderError."""
        raw = await self._batch(batch_id)
        for name in ("output_file_id", "error_file_id"):
            if raw.get(name):
                async with aclosing(self._file(str(raw[name]))) as lines:
                    async for line in lines:
                        yield self._outcome(line)

    def _file(self, file_id: str) -> AsyncGenerator[Line | ProviderError, None]:
        path = f"/files/{vendor_id(file_id)}/content"
        return results(self._sdk, path, ERRORS, api_key=self._api_key, timeout_s=self._timeout_s)

    def _outcome(self, line: Line | ProviderError) -> tuple[str, Reply | ProviderError]:
        if isinstance(line, ProviderError):
            return "", line
        custom_id = line.get("custom_id")
        try:
            with as_promised(self._api_key):
                return str(custom_id or ""), self._answer(line)
        except ProviderError as error:
            return str(custom_id or ""), error

    def _answer(self, line: Line) -> Reply | ProviderError:
        response = line.get("response") or {}
        if line.get("error") or not response:
            return _failure(line.get("error") or {}, self._api_key)
        if response["status_code"] >= 300:
            return from_status(
                response["status_code"], json.dumps(response.get("body")), {}, api_key=self._api_key
            )
        return self._signed(
            self._read(response["body"]), {"x-request-id": str(response.get("request_id") or "")}
        )

    async def cancel(self, batch_id: str) -> None:
        """Asks the vendor to stop. Raises ProviderError."""
        async with one_error(ERRORS, api_key=self._api_key, timeout_s=self._timeout_s):
            await self._sdk.batches.with_raw_response.cancel(batch_id)


class ChatBatches(FileBatches, OpenAIProvider):
    """Batches of Chat Completions."""

    url = "/v1/chat/completions"

    def _parameters(self, request: Request) -> dict[str, Any]:
        return {**body(request, self._base_url), **request.extra}


class ResponsesBatches(FileBatches, ResponsesProvider):
    """Batches of Responses."""

    url = "/v1/responses"

    def _parameters(self, request: Request) -> dict[str, Any]:
        return {**responses_body(request), **request.extra}


def _whole_failure(raw: Mapping[str, Any], api_key: str) -> ProviderError:
    errors = (raw.get("errors") or {}).get("data") or [{}]
    return _failure(errors[0], api_key, more=len(errors) - 1)


def _failure(error: Mapping[str, Any], api_key: str, more: int = 0) -> ProviderError:
    kind, permanent = _CODES.get(str(error.get("code")), ("bad_request", True))
    words = error.get("message") or error.get("code") or "The vendor gives no reason."
    line = f" (line {error['line']})" if error.get("line") else ""
    others = f" And {more} more." if more else ""
    return ProviderError(clean(f"{words}{line}{others}", api_key), permanent=permanent, kind=kind)
