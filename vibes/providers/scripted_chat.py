"""Chat Completions as the scripted server speaks them: OpenAI's, and with thoughts as local servers show them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from vibes.providers.scripted_protocols import (
    MANNERS,
    Answer,
    Asked,
    BodyError,
    Wire,
    error_body,
    streamed,
    turn,
)

_FINISH = {"stop": "stop", "length": "length", "content_filter": "content_filter", "refusal": "stop"}


def read(values: Mapping[str, Any]) -> Asked:
    """The request in a body. Raises BodyError for a way of showing thoughts that does not exist."""
    manner = str(values.get("vibes_thoughts") or "")
    if manner and manner not in MANNERS:
        raise BodyError(f"vibes_thoughts is one of {', '.join(MANNERS)}, not {manner!r}.")
    return Asked(
        model=str(values["model"]),
        turns=tuple(map(turn, values["messages"])),
        max_tokens=values.get("max_completion_tokens") or values.get("max_tokens"),
        stream=bool(values.get("stream")),
        stream_usage=bool((values.get("stream_options") or {}).get("include_usage")),
        effort=str(values.get("reasoning_effort") or "").replace("none", ""),
        manner=manner,
        fault=str(values.get("vibes_fault") or ""),
    )


def reply(answer: Answer, reply_id: str) -> dict[str, Any]:
    """A chat.completion."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", **_shown(answer)},
        "finish_reason": _FINISH[answer.finish],
        "logprobs": None,
    }
    return {
        "id": f"chatcmpl-{reply_id}",
        "object": "chat.completion",
        "created": 0,
        "model": answer.asked.model,
        "choices": [choice],
        "usage": _usage(answer),
        "system_fingerprint": "scripted-1",
    }


def _shown(answer: Answer) -> dict[str, Any]:
    """The fields of a message: its answer or refusal, and its thoughts in the manner that was asked for."""
    if answer.finish == "refusal":
        return {"content": None, "refusal": answer.text}
    match answer.asked.manner:
        case "reasoning_content" | "reasoning" as field:
            return {"content": answer.text, "refusal": None, field: answer.thoughts}
        case _:
            return {"content": _before(answer) + answer.text, "refusal": None}


def _before(answer: Answer) -> str:
    """What stands before the answer where the thoughts are part of the content."""
    closed = f"{answer.thoughts}\n</think>\n\n"
    unclosed = f"<think>\n{answer.thoughts}"
    if not answer.thoughts:
        return ""
    match answer.asked.manner:
        case "tags":
            return f"<think>\n{closed}" if answer.text else unclosed
        case "lone":
            return closed if answer.text else answer.thoughts
        case "unclosed":
            return unclosed
    return ""


def _usage(answer: Answer) -> dict[str, Any]:
    tokens_in, tokens_out = answer.tokens_in, answer.tokens_out
    return {
        "prompt_tokens": tokens_in,
        "completion_tokens": tokens_out,
        "total_tokens": tokens_in + tokens_out,
        "prompt_tokens_details": {"cached_tokens": answer.cached},
        "completion_tokens_details": {"reasoning_tokens": answer.tokens_reasoning},
    }


def events(answer: Answer, reply_id: str) -> Iterator[bytes]:
    """The same reply as server-sent events, a few words at a time."""
    yield _chunk(answer, reply_id, [_delta({"role": "assistant", "content": ""}, None)])
    for field, piece in _streamed(answer):
        yield _chunk(answer, reply_id, [_delta({field: piece}, None)])
    yield _chunk(answer, reply_id, [_delta({}, _FINISH[answer.finish])])
    if answer.asked.stream_usage:
        yield _chunk(answer, reply_id, [], usage=_usage(answer))
    yield b"data: [DONE]\n\n"


def _streamed(answer: Answer) -> Iterator[tuple[str, str]]:
    """Field and piece, in order: thoughts in a field of their own come before the content."""
    shown = _shown(answer)
    for field in ("reasoning_content", "reasoning", "content", "refusal"):
        for piece in streamed(shown.get(field) or ""):
            yield field, piece


def _delta(delta: dict[str, str], finish: str | None) -> dict[str, Any]:
    return {"delta": delta, "index": 0, "finish_reason": finish}


def _chunk(answer: Answer, reply_id: str, choices: list[dict[str, Any]], **more: object) -> bytes:
    chunk = {
        "id": f"chatcmpl-{reply_id}",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": answer.asked.model,
        "choices": choices,
        **more,
    }
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def trouble(message: str, code: str) -> bytes:
    """An error in mid-stream."""
    return b"data: " + json.dumps(error_body(message, code)).encode() + b"\n\n"


WIRE = Wire(read, reply, events, trouble, mark=b'{"delta": {"content": ')
