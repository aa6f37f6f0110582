"""Messages through the anthropic SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, cast

import anthropic

from vibes.providers.assembling import Assembly
from vibes.providers.base import FinishReason, Piece, ProviderError, Reply, Request, Usage
from vibes.providers.failures import SdkErrors, from_event
from vibes.providers.sdk_provider import Opened, SdkProvider
from vibes.providers.streaming import Event
from vibes.providers.transport import bearer, client, is_at

ERRORS = SdkErrors(anthropic.APITimeoutError, anthropic.APIConnectionError, anthropic.APIStatusError)
VENDOR = "https://api.anthropic.com"

_FINISH: Mapping[str | None, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refused",
    None: "unknown",
}

_CACHED = {"cache_control": {"type": "ephemeral"}}


class AnthropicProvider(SdkProvider):
    """Anthropic, or a server that speaks its protocol. `base_url` with or without /v1; `api_key` may be empty."""

    errors: ClassVar[SdkErrors] = ERRORS
    vendor: ClassVar[str] = VENDOR

    def __init__(self, base_url: str, api_key: str, timeout_s: float) -> None:
        super().__init__(base_url, api_key, timeout_s)
        self._http = client(api_key, self._base_url, timeout_s, key_headers(self._base_url))
        self._sdk = anthropic.AsyncAnthropic(
            base_url=self._base_url.rstrip("/").removesuffix("/v1"),  # the SDK adds it
            api_key="in-the-transport",
            max_retries=0,
            timeout=timeout_s,
            http_client=self._http,
        )

    def _open(self, request: Request, *, stream: bool) -> Opened:
        streaming: dict[str, Any] = {"stream": True} if stream else {}
        return cast(
            Opened,
            self._sdk.messages.with_streaming_response.create(
                **body(request), **streaming, extra_body=extra(request), timeout=request.timeout_s
            ),
        )

    def _open_models(self) -> Opened:
        return self._sdk.models.with_streaming_response.list(limit=1000)

    def _read(self, raw: dict[str, Any], seconds: float = 0.0) -> Reply:
        return read(raw, seconds, api_key=self._api_key)

    def _assembly(self) -> Assembly:
        return MessageAssembly(self._api_key)


def key_headers(base_url: str) -> Callable[[str], Mapping[str, str]]:
    """Anthropic wants the key in a header of its own; servers that speak its protocol look in either."""

    def headers(key: str) -> Mapping[str, str]:
        return {"x-api-key": key, **({} if is_at(base_url, "anthropic.com") else bearer(key))}

    return headers


def body(request: Request) -> dict[str, Any]:
    """The request as Messages parameters. A seed is not sent: Messages takes none.

    Raises ProviderError where the thinking budget leaves no room for an answer.
    """
    parameters = {
        "model": request.model,
        "messages": _turns(request),
        "system": _system(request),
        "max_tokens": request.max_tokens,
        "thinking": _thinking(request),
        "output_config": {"effort": request.effort} if request.effort else None,
    }
    return {name: value for name, value in parameters.items() if value}


def _turns(request: Request) -> list[dict[str, Any]]:
    turns: list[dict[str, Any]] = [
        {"role": message.role, "content": message.content} for message in request.messages
    ]
    if request.cache and turns:
        turns[-1]["content"] = [{"type": "text", "text": turns[-1]["content"], **_CACHED}]
    return turns


def _system(request: Request) -> object:
    if request.cache and request.system:
        return [{"type": "text", "text": request.system, **_CACHED}]
    return request.system


def _thinking(request: Request) -> dict[str, Any] | None:
    """A budget where one is set; with an effort alone the model decides itself how long to think, and shows it."""
    if request.thinking_tokens:
        if request.thinking_tokens >= request.extra.get("max_tokens", request.max_tokens):  # type: ignore[operator]
            raise _no_room(request)
        return {"type": "enabled", "budget_tokens": request.thinking_tokens}
    return {"type": "adaptive", "display": "summarized"} if request.effort else None


def _no_room(request: Request) -> ProviderError:
    message = (
        f"max_tokens ({request.extra.get('max_tokens', request.max_tokens)}) counts thinking and answer together and "
        f"must be more than the thinking budget ({request.thinking_tokens}): raise the one or lower the other."
    )
    return ProviderError(message, permanent=True, kind="bad_request")


def extra(request: Request) -> dict[str, object]:
    """The SDK's signature has no temperature any more; the API still takes it, model by model."""
    temperature = {} if request.temperature is None else {"temperature": request.temperature}
    return {**temperature, **request.extra}


def read(raw: dict[str, Any], seconds: float = 0.0, *, api_key: str = "") -> Reply:
    """A whole message as a reply, without its headers. Raises ProviderError where it is an error."""
    if raw.get("type") == "error":
        raise from_event(raw.get("error"), api_key=api_key)
    return Reply(
        text="".join(_texts(raw["content"], "text")),
        thoughts="\n\n".join(_texts(raw["content"], "thinking")),
        finish_reason=_FINISH.get(raw.get("stop_reason"), "other"),
        usage=_usage(raw.get("usage") or {}),
        served_model=str(raw.get("model") or ""),
        seconds=seconds,
        raw=raw,
    )


def _texts(blocks: list[dict[str, Any]], kind: str) -> Iterator[str]:
    """The texts of one kind of block. Redacted thinking has none that could be read: it stays in `raw`."""
    return (block[kind] for block in blocks if block["type"] == kind and block[kind])


def _usage(usage: Mapping[str, Any]) -> Usage:
    """`input_tokens` leaves out what was read from or written to the cache; ours counts the whole prompt."""
    cached = usage.get("cache_read_input_tokens") or 0
    written = usage.get("cache_creation_input_tokens") or 0
    return Usage(
        tokens_in=(usage.get("input_tokens") or 0) + cached + written,
        tokens_out=usage.get("output_tokens") or 0,
        tokens_reasoning=(usage.get("output_tokens_details") or {}).get("thinking_tokens") or 0,
        tokens_cached=cached,
        tokens_cache_written=written,
    )


# The field of a block that each kind of delta adds to.
_DELTAS: Mapping[str, str] = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
}


class MessageAssembly:
    """A message from its events."""

    def __init__(self, api_key: str = "") -> None:
        self._api_key = api_key
        self._message: dict[str, Any] = {}
        self._blocks: dict[int, dict[str, Any]] = {}
        self._added: dict[tuple[int, str], list[str]] = {}
        self._thinking = 0  # blocks of it that have text
        self.ended = self.closed = False

    def take(self, event: Event) -> Iterator[Piece]:
        """The text in one event."""
        match event.get("type"):
            case "message_start":
                self._message = dict(event["message"])
            case "content_block_start":
                self._blocks[event["index"]] = dict(event["content_block"])
                yield from self._said(event["index"], "text", event["content_block"].get("text"))
            case "content_block_delta":
                delta = event["delta"]
                name = _DELTAS.get(delta["type"], "")
                yield from self._said(event["index"], name, delta.get(name))
            case "message_delta":
                self._message |= {key: value for key, value in event["delta"].items() if value is not None}
                told = {key: value for key, value in (event.get("usage") or {}).items() if value is not None}
                self._message["usage"] = {**(self._message.get("usage") or {}), **told}
            case "message_stop":
                self.ended = self.closed = True
            case "error":
                raise from_event(event.get("error"), api_key=self._api_key)

    def _said(self, index: int, name: str, text: str | None) -> Iterator[Piece]:
        if not text:
            return
        begins = (index, name) not in self._added
        self._added.setdefault((index, name), []).append(text)
        if name == "text":
            yield Piece(text)
        elif name == "thinking":
            self._thinking += begins
            yield Piece("\n\n" * (begins and self._thinking > 1) + text, thought=True)

    def raw(self) -> dict[str, Any]:
        """The body."""
        for (index, name), parts in self._added.items():
            self._blocks[index][name] = "".join(parts)
        return {**self._message, "content": [self._blocks[index] for index in sorted(self._blocks)]}
