"""Responses through the openai SDK: OpenAI's own API for reasoning models, and servers that speak it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from vibes.providers.assembling import Assembly
from vibes.providers.base import FinishReason, Piece, Reply, Request, Usage
from vibes.providers.failures import from_event
from vibes.providers.openai_api import OpenAIProvider
from vibes.providers.sdk_provider import Opened
from vibes.providers.streaming import Event

_INCOMPLETE: Mapping[str | None, FinishReason] = {"max_output_tokens": "length", "content_filter": "refused"}


class ResponsesProvider(OpenAIProvider):
    """OpenAI, or a server that speaks its Responses. Nothing is stored there: `store` is false."""

    def _open(self, request: Request, *, stream: bool) -> Opened:
        streaming: dict[str, Any] = {"stream": True} if stream else {}
        return cast(
            Opened,
            self._sdk.responses.with_streaming_response.create(
                **body(request), **streaming, extra_body=dict(request.extra), timeout=request.timeout_s
            ),
        )

    def _read(self, raw: dict[str, Any], seconds: float = 0.0) -> Reply:
        return read(raw, seconds, api_key=self._api_key)

    def _assembly(self) -> Assembly:
        return ResponseAssembly(self._api_key)


def body(request: Request) -> dict[str, Any]:
    """The request as Responses parameters, without those that are not set. Responses takes no seed."""
    parameters = {
        "model": request.model,
        "input": [{"role": message.role, "content": message.content} for message in request.messages],
        "instructions": request.system or None,
        "max_output_tokens": request.max_tokens,
        "temperature": request.temperature,
        "reasoning": {"effort": request.effort, "summary": "auto"} if request.effort else None,
        "store": False,
    }
    return {name: value for name, value in parameters.items() if value is not None}


def read(raw: dict[str, Any], seconds: float = 0.0, *, api_key: str = "") -> Reply:
    """A whole response as a reply, without its headers. Raises ProviderError where it failed."""
    if raw.get("status") == "failed" or (raw.get("error") and not raw.get("output")):
        raise from_event(raw.get("error"), api_key=api_key)
    parts = [part for item in raw["output"] if item["type"] == "message" for part in item["content"]]
    return Reply(
        text="".join(part["text"] for part in parts if part["type"] == "output_text"),
        thoughts=_thoughts(raw["output"]),
        finish_reason=_finish_reason(raw, parts),
        usage=_usage(raw.get("usage") or {}),
        served_model=str(raw.get("model") or ""),
        seconds=seconds,
        raw=raw,
    )


def _thoughts(output: list[dict[str, Any]]) -> str:
    """Summaries from OpenAI, the reasoning itself from open models, each part a paragraph."""
    items = [item for item in output if item["type"] == "reasoning"]
    parts = [part for item in items for part in item.get("summary") or item.get("content") or ()]
    return "\n\n".join(part["text"] for part in parts if part.get("text"))


def _finish_reason(raw: Mapping[str, Any], parts: list[dict[str, Any]]) -> FinishReason:
    if any(part["type"] == "refusal" for part in parts):
        return "refused"
    match raw.get("status"):
        case "completed":
            return "stop"
        case "incomplete":
            return _INCOMPLETE.get((raw.get("incomplete_details") or {}).get("reason"), "other")
        case None:
            return "unknown"
    return "other"


def _usage(usage: Mapping[str, Any]) -> Usage:
    read_in = usage.get("input_tokens_details") or {}
    return Usage(
        tokens_in=usage.get("input_tokens") or 0,
        tokens_out=usage.get("output_tokens") or 0,
        tokens_reasoning=(usage.get("output_tokens_details") or {}).get("reasoning_tokens") or 0,
        tokens_cached=read_in.get("cached_tokens") or 0,
        tokens_cache_written=read_in.get("cache_write_tokens") or 0,
    )


_THOUGHTS = ("response.reasoning_summary_text.delta", "response.reasoning_text.delta")
_LAST = ("response.completed", "response.incomplete", "response.failed")


class ResponseAssembly:
    """A response from its events; the last event brings the whole. A refusal's words are in it and not shown before."""

    def __init__(self, api_key: str = "") -> None:
        self._api_key, self._raw = api_key, dict[str, Any]()
        self._part: tuple[object, ...] | None = None
        self.ended = self.closed = False

    def take(self, event: Event) -> Iterator[Piece]:
        """The text in one event."""
        kind = event.get("type")
        if kind == "response.output_text.delta":
            yield Piece(event["delta"])
        elif kind in _THOUGHTS:
            yield Piece(self._break(event) + event["delta"], thought=True)
        elif kind in _LAST:
            self._raw, self.ended, self.closed = dict(event["response"]), True, True
            if kind == "response.failed":
                raise from_event(self._raw.get("error"), api_key=self._api_key)
        elif kind == "error" or event.get("error"):
            raise from_event(event.get("error") or {**event, "type": ""}, api_key=self._api_key)

    def _break(self, event: Event) -> str:
        """An empty line before each part of the reasoning but the first."""
        part = tuple(event.get(name) for name in ("output_index", "summary_index", "content_index"))
        before, self._part = self._part, part
        return "\n\n" if before not in (None, part) else ""

    def raw(self) -> dict[str, Any]:
        """The body."""
        return self._raw
