"""The two protocols of the scripted server as data: requests read, replies and errors written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vibes.providers.scripted import Turn, count_tokens

# Every message of a chat carries a few tokens of its own.
_TOKENS_PER_TURN = 4


class BodyError(ValueError):
    """The request body is not what the protocol asks for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of either protocol. `fault` is what the body asks for under `vibes_fault`, for tests."""

    model: str
    turns: tuple[Turn, ...]
    max_tokens: int | None
    stream: bool
    stream_usage: bool
    fault: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply before it is written in a protocol; `finish` is stop, length or refused."""

    asked: Asked
    text: str
    finish: str

    @property
    def tokens_in(self) -> int:
        return sum(count_tokens(turn.content) + _TOKENS_PER_TURN for turn in self.asked.turns)

    @property
    def tokens_out(self) -> int:
        return count_tokens(self.text)


def read(body: bytes) -> Asked:
    """The request in a body of either protocol. Raises BodyError."""
    try:
        values = json.loads(body)
        return Asked(
            model=str(values["model"]),
            turns=(*_system(values.get("system")), *map(_turn, values["messages"])),
            max_tokens=values.get("max_completion_tokens") or values.get("max_tokens"),
            stream=bool(values.get("stream")),
            stream_usage=bool((values.get("stream_options") or {}).get("include_usage")),
            fault=str(values.get("vibes_fault") or ""),
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BodyError(f"The body cannot be read: {type(error).__name__}: {error}") from None


def _system(system: object) -> tuple[Turn, ...]:
    return (Turn("system", _text(system)),) if system else ()


def _turn(message: Mapping[str, Any]) -> Turn:
    return Turn(str(message["role"]), _text(message["content"]))


def _text(content: Any) -> str:
    """Content is a string, or a list of blocks of which the text counts."""
    if isinstance(content, str):
        return content
    return "".join(str(block["text"]) for block in content if block["type"] == "text")


def cut(text: str, max_tokens: int | None) -> tuple[str, bool]:
    """The text within the token limit, and whether anything was cut off."""
    if max_tokens is None or count_tokens(text) <= max_tokens:
        return text, False
    kept = ""
    for piece in pieces(text):
        if count_tokens(kept + piece) > max_tokens:
            break
        kept += piece
    return kept, True


def pieces(text: str) -> list[str]:
    """The text in words with the space before them, which join to the text again."""
    return re.findall(r"\s*\S+|\s+\Z", text)


_OPENAI_FINISH = {"stop": "stop", "length": "length", "refused": "content_filter"}
_ANTHROPIC_FINISH = {"stop": "end_turn", "length": "max_tokens", "refused": "refusal"}


def openai_reply(answer: Answer, reply_id: str) -> dict[str, Any]:
    """A chat.completion."""
    message = {"role": "assistant", "content": answer.text, "refusal": None}
    choice = {
        "index": 0,
        "message": message,
        "finish_reason": _OPENAI_FINISH[answer.finish],
        "logprobs": None,
    }
    return {
        "id": f"chatcmpl-{reply_id}",
        "object": "chat.completion",
        "created": 0,
        "model": answer.asked.model,
        "choices": [choice],
        "usage": _openai_usage(answer),
    }


def _openai_usage(answer: Answer) -> dict[str, Any]:
    return {
        "prompt_tokens": answer.tokens_in,
        "completion_tokens": answer.tokens_out,
        "total_tokens": answer.tokens_in + answer.tokens_out,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    }


def openai_events(answer: Answer, reply_id: str) -> Iterator[bytes]:
    """The same reply as server-sent events, a few words at a time."""
    words = pieces(answer.text)
    yield _event(answer, reply_id, [_delta({"role": "assistant", "content": ""}, None)])
    for start in range(0, len(words), 4):
        yield _event(answer, reply_id, [_delta({"content": "".join(words[start : start + 4])}, None)])
    yield _event(answer, reply_id, [_delta({}, _OPENAI_FINISH[answer.finish])])
    if answer.asked.stream_usage:
        yield _event(answer, reply_id, [], usage=_openai_usage(answer))
    yield b"data: [DONE]\n\n"


def _delta(delta: dict[str, str], finish: str | None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish}


def _event(answer: Answer, reply_id: str, choices: list[dict[str, Any]], **more: object) -> bytes:
    chunk = {
        "id": f"chatcmpl-{reply_id}",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": answer.asked.model,
        "choices": choices,
        **more,
    }
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def anthropic_reply(answer: Answer, reply_id: str) -> dict[str, Any]:
    """A Messages message."""
    return {
        "id": f"msg_{reply_id}",
        "type": "message",
        "role": "assistant",
        "model": answer.asked.model,
        "content": [{"type": "text", "text": answer.text}] if answer.text else [],
        "stop_reason": _ANTHROPIC_FINISH[answer.finish],
        "stop_sequence": None,
        "usage": {
            "input_tokens": answer.tokens_in,
            "output_tokens": answer.tokens_out,
            "cache_read_input_tokens": 0,
            "cache_creation_input_tokens": 0,
        },
    }


def error_body(message: str, code: str) -> dict[str, Any]:
    """An error that both SDKs read: the shapes of OpenAI and Anthropic laid over each other."""
    return {"type": "error", "error": {"type": code, "code": code, "message": message, "param": None}}


def model_list(models: Sequence[str]) -> dict[str, Any]:
    """A model list that both SDKs read."""
    entries = [
        {
            "id": model,
            "object": "model",
            "type": "model",
            "display_name": model,
            "created": 0,
            "owned_by": "vibes",
        }
        for model in models
    ]
    return {
        "object": "list",
        "data": entries,
        "has_more": False,
        "first_id": models[0],
        "last_id": models[-1],
    }
