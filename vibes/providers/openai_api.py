"""Chat Completions through the openai SDK: OpenAI and every server that speaks its protocol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

import openai

from vibes.providers.assembling import Assembly
from vibes.providers.base import FinishReason, Piece, Reply, Request, Usage
from vibes.providers.failures import SdkErrors, from_event
from vibes.providers.sdk_provider import Opened, SdkProvider
from vibes.providers.streaming import DONE, Event
from vibes.providers.transport import client, is_at

ERRORS = SdkErrors(openai.APITimeoutError, openai.APIConnectionError, openai.APIStatusError)
VENDOR = "https://api.openai.com/v1"

_FINISH: Mapping[str | None, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "refused",
    None: "unknown",
}


class OpenAIProvider(SdkProvider):
    """OpenAI, or a server that speaks its protocol. `base_url` ends in /v1; `api_key` may be empty."""

    errors: ClassVar[SdkErrors] = ERRORS
    vendor: ClassVar[str] = VENDOR

    def __init__(self, base_url: str, api_key: str, timeout_s: float) -> None:
        super().__init__(base_url, api_key, timeout_s)
        self._http = client(api_key, self._base_url, timeout_s)
        self._sdk = openai.AsyncOpenAI(
            base_url=self._base_url,
            api_key="in-the-transport",
            max_retries=0,
            timeout=timeout_s,
            http_client=self._http,
        )

    def _open(self, request: Request, *, stream: bool) -> Opened:
        streaming: dict[str, Any] = (
            {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
        )
        return cast(
            Opened,
            self._sdk.chat.completions.with_streaming_response.create(
                **body(request, self._base_url),
                **streaming,
                extra_body=dict(request.extra),
                timeout=request.timeout_s,
            ),
        )

    def _open_models(self) -> Opened:
        return self._sdk.models.with_streaming_response.list()

    def _read(self, raw: dict[str, Any], seconds: float = 0.0) -> Reply:
        return read(raw, seconds, api_key=self._api_key)

    def _assembly(self) -> Assembly:
        return ChatAssembly(self._api_key)


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
        "reasoning_effort": request.effort or None,
    }
    return {name: value for name, value in parameters.items() if value is not None}


def _limit_name(base_url: str) -> str:
    """OpenAI's reasoning models refuse `max_tokens`; many compatible servers ignore `max_completion_tokens`."""
    return "max_completion_tokens" if is_at(base_url, "openai.com") else "max_tokens"


def read(raw: dict[str, Any], seconds: float = 0.0, *, api_key: str = "") -> Reply:
    """A whole chat.completion as a reply, without its headers. Raises ProviderError where it is an error."""
    if raw.get("error") and not raw.get("choices"):
        raise from_event(raw["error"], api_key=api_key)
    choice = raw["choices"][0]
    message = choice["message"]
    return Reply(
        text=message.get("content") or "",
        thoughts=reasoning_field(message),
        finish_reason=_finish_reason(choice, message),
        usage=_usage(raw.get("usage") or {}),
        served_model=str(raw.get("model") or ""),
        seconds=seconds,
        raw=raw,
    )


def reasoning_field(message: Mapping[str, Any]) -> str:
    """Reasoning in a field of its own: `reasoning_content` (SGLang, llama.cpp, DeepSeek) or `reasoning` (vLLM, Ollama)."""
    return str(message.get("reasoning_content") or message.get("reasoning") or "")


def _finish_reason(choice: Mapping[str, Any], message: Mapping[str, Any]) -> FinishReason:
    if message.get("refusal"):
        return "refused"
    return _FINISH.get(choice.get("finish_reason"), "other")


def _usage(usage: Mapping[str, Any]) -> Usage:
    read_in = usage.get("prompt_tokens_details") or {}
    return Usage(
        tokens_in=usage.get("prompt_tokens") or 0,
        tokens_out=usage.get("completion_tokens") or 0,
        tokens_reasoning=(usage.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0,
        tokens_cached=read_in.get("cached_tokens") or 0,
        tokens_cache_written=read_in.get("cache_write_tokens") or 0,
    )


_TEXTS = ("content", "reasoning_content", "reasoning", "refusal")


class ChatAssembly:
    """A chat.completion from its chunks. Only the first choice is read: no more than one is asked for."""

    def __init__(self, api_key: str = "") -> None:
        self._api_key = api_key
        self._top: dict[str, Any] = {}
        self._texts: dict[str, list[str]] = {}
        self._finish: str | None = None
        self.closed = False

    @property
    def ended(self) -> bool:
        """Whether a finish reason came, or DONE."""
        return self.closed or self._finish is not None

    def take(self, event: Event) -> Iterator[Piece]:
        """The text in one chunk. A refusal's words are kept and not shown."""
        if event is DONE:
            self.closed = True
            return
        if event.get("error"):
            raise from_event(event["error"], api_key=self._api_key)
        self._top |= {key: value for key, value in event.items() if key != "choices" and value is not None}
        for choice in event.get("choices") or ():
            if not choice.get("index"):
                self._finish = choice.get("finish_reason") or self._finish
                yield from self._said(choice.get("delta") or {})

    def _said(self, delta: Mapping[str, Any]) -> Iterator[Piece]:
        for name in _TEXTS:
            if delta.get(name):
                self._texts.setdefault(name, []).append(delta[name])
        if thought := reasoning_field(delta):
            yield Piece(thought, thought=True)
        if delta.get("content"):
            yield Piece(delta["content"])

    def raw(self) -> dict[str, Any]:
        """The body."""
        texts = {name: "".join(parts) for name, parts in self._texts.items()}
        message = {"role": "assistant", "content": None, **texts}
        choice = {"index": 0, "message": message, "finish_reason": self._finish}
        return {**self._top, "object": "chat.completion", "choices": [choice]}
