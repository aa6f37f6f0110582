"""Chat Completions through the openai SDK: OpenAI and every server that speaks its protocol."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import openai

from vibes.providers.base import FinishReason, Reply, Request, Usage
from vibes.providers.failures import SdkErrors, as_promised, one_error
from vibes.providers.transport import client

_ERRORS = SdkErrors(openai.APITimeoutError, openai.APIConnectionError, openai.APIStatusError)

_FINISH: Mapping[str | None, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "refused",
    None: "unknown",
}


class OpenAIProvider:
    """OpenAI, or a server that speaks its protocol. `base_url` ends in /v1; `api_key` may be empty."""

    def __init__(self, base_url: str, api_key: str, timeout_s: float) -> None:
        self._base_url, self._api_key, self._timeout_s = base_url, api_key, timeout_s
        self._sdk = openai.AsyncOpenAI(
            base_url=base_url,
            api_key="in-the-transport",
            max_retries=0,
            timeout=timeout_s,
            http_client=client(api_key, base_url, timeout_s),
        )

    async def complete(self, request: Request) -> Reply:
        """The reply to one request. Raises ProviderError."""
        began = time.monotonic()
        async with one_error(_ERRORS, api_key=self._api_key, timeout_s=request.timeout_s):
            response = await self._sdk.chat.completions.with_raw_response.create(
                **body(request, self._base_url), extra_body=dict(request.extra), timeout=request.timeout_s
            )
        with as_promised(self._api_key):
            return self._read(json.loads(response.content), time.monotonic() - began)

    async def list_models(self) -> tuple[str, ...]:
        """The names of the models that the server offers. Raises ProviderError."""
        async with one_error(_ERRORS, api_key=self._api_key, timeout_s=self._timeout_s):
            response = await self._sdk.models.with_raw_response.list()
        with as_promised(self._api_key):
            return tuple(str(model["id"]) for model in json.loads(response.content)["data"])

    async def aclose(self) -> None:
        """Close all connections."""
        await self._sdk.close()

    def _read(self, raw: dict[str, Any], seconds: float) -> Reply:
        message = raw["choices"][0]["message"]
        thoughts, text = self._thoughts_and_text(message)
        return Reply(
            text=text,
            thoughts=thoughts,
            finish_reason=_finish_reason(raw["choices"][0], message),
            usage=_usage(raw.get("usage") or {}),
            served_model=str(raw.get("model") or ""),
            seconds=seconds,
            raw=raw,
        )

    def _thoughts_and_text(self, message: dict[str, Any]) -> tuple[str, str]:
        return reasoning_field(message), message.get("content") or ""


def body(request: Request, base_url: str) -> dict[str, Any]:
    """The request as Chat Completions parameters, without those that are not set."""
    system = [{"role": "system", "content": request.system}] if request.system else []
    turns = [{"role": message.role, "content": message.content} for message in request.messages]
    parameters = {
        "model": request.model,
        "messages": system + turns,
        _limit_name(base_url): request.max_tokens,
        "temperature": request.temperature,
        "seed": request.seed,
    }
    return {name: value for name, value in parameters.items() if value is not None}


def _limit_name(base_url: str) -> str:
    """OpenAI's reasoning models refuse `max_tokens`; many compatible servers ignore `max_completion_tokens`."""
    host = urlsplit(base_url).hostname or ""
    return "max_completion_tokens" if host.endswith("openai.com") else "max_tokens"


def reasoning_field(message: Mapping[str, Any]) -> str:
    """Reasoning in a field of its own: `reasoning_content` (SGLang, llama.cpp, DeepSeek) or `reasoning` (vLLM, Ollama)."""
    return str(message.get("reasoning_content") or message.get("reasoning") or "")


def _finish_reason(choice: Mapping[str, Any], message: Mapping[str, Any]) -> FinishReason:
    if message.get("refusal"):
        return "refused"
    return _FINISH.get(choice.get("finish_reason"), "other")


def _usage(usage: Mapping[str, Any]) -> Usage:
    return Usage(
        tokens_in=usage.get("prompt_tokens") or 0,
        tokens_out=usage.get("completion_tokens") or 0,
        tokens_reasoning=(usage.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0,
        tokens_cached=(usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0,
    )
