"""Messages through the anthropic SDK."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import anthropic

from vibes.providers.base import FinishReason, Reply, Request, Usage
from vibes.providers.failures import SdkErrors, as_promised, one_error
from vibes.providers.transport import client

_ERRORS = SdkErrors(anthropic.APITimeoutError, anthropic.APIConnectionError, anthropic.APIStatusError)

_FINISH: Mapping[str | None, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refused",
    None: "unknown",
}


class AnthropicProvider:
    """Anthropic, or a server that speaks its protocol. `base_url` with or without /v1; `api_key` may be empty."""

    def __init__(self, base_url: str, api_key: str, timeout_s: float) -> None:
        self._api_key, self._timeout_s = api_key, timeout_s
        self._sdk = anthropic.AsyncAnthropic(
            base_url=base_url.rstrip("/").removesuffix("/v1"),  # the SDK adds it
            api_key="in-the-transport",
            max_retries=0,
            timeout=timeout_s,
            http_client=client(api_key, base_url, timeout_s),
        )

    async def complete(self, request: Request) -> Reply:
        """The reply to one request. Raises ProviderError. A seed is not sent: Messages takes none."""
        began = time.monotonic()
        async with one_error(_ERRORS, api_key=self._api_key, timeout_s=request.timeout_s):
            response = await self._sdk.messages.with_raw_response.create(
                **body(request), extra_body=_extra(request), timeout=request.timeout_s
            )
            content = await response.read()
        with as_promised(self._api_key):
            return _read(json.loads(content), time.monotonic() - began)

    async def list_models(self) -> tuple[str, ...]:
        """The names of the models that the server offers. Raises ProviderError."""
        async with one_error(_ERRORS, api_key=self._api_key, timeout_s=self._timeout_s):
            response = await self._sdk.models.with_raw_response.list(limit=1000)
            content = await response.read()
        with as_promised(self._api_key):
            return tuple(str(model["id"]) for model in json.loads(content)["data"])

    async def aclose(self) -> None:
        """Close all connections."""
        await self._sdk.close()


def body(request: Request) -> dict[str, Any]:
    """The request as Messages parameters."""
    turns = [{"role": message.role, "content": message.content} for message in request.messages]
    system = {"system": request.system} if request.system else {}
    return {"model": request.model, "messages": turns, "max_tokens": request.max_tokens, **system}


def _extra(request: Request) -> dict[str, object]:
    """The SDK's signature has no temperature any more; the API still takes it, model by model."""
    temperature = {} if request.temperature is None else {"temperature": request.temperature}
    return {**temperature, **request.extra}


def _read(raw: dict[str, Any], seconds: float) -> Reply:
    return Reply(
        text=_joined(raw["content"], "text"),
        thoughts=_joined(raw["content"], "thinking"),
        finish_reason=_FINISH.get(raw.get("stop_reason"), "other"),
        usage=_usage(raw.get("usage") or {}),
        served_model=str(raw.get("model") or ""),
        seconds=seconds,
        raw=raw,
    )


def _joined(blocks: list[dict[str, Any]], kind: str) -> str:
    return "".join(block[kind] for block in blocks if block["type"] == kind)


def _usage(usage: Mapping[str, Any]) -> Usage:
    """`input_tokens` leaves out what was read from or written to the cache; ours counts the whole prompt."""
    cached = usage.get("cache_read_input_tokens") or 0
    written = usage.get("cache_creation_input_tokens") or 0
    return Usage(
        tokens_in=(usage.get("input_tokens") or 0) + cached + written,
        tokens_out=usage.get("output_tokens") or 0,
        tokens_reasoning=(usage.get("output_tokens_details") or {}).get("thinking_tokens") or 0,
        tokens_cached=cached,
    )
