"""Anthropic's Messages as the scripted server speaks them: whole or as events, with thinking, caching and refusals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vibes.providers.scripted import Turn
from vibes.providers.scripted_protocols import (
    Answer,
    Asked,
    BodyError,
    Wire,
    error_body,
    event,
    streamed,
    text_of,
    turn,
)

_FINISH = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal", "refusal": "refusal"}
_LEAST_THINKING = 1024


def read(values: Mapping[str, Any]) -> Asked:
    """The request in a body. Raises BodyError, in Anthropic's words where the check is theirs."""
    if values.get("max_tokens") is None:
        raise BodyError("max_tokens: Field required")
    system, messages = values.get("system"), values["messages"]
    leading = (Turn("system", text_of(system)),) if system else ()
    effort, thoughts_shown = _thinking(values)
    return Asked(
        model=str(values["model"]),
        turns=(*leading, *map(turn, messages)),
        max_tokens=values["max_tokens"],
        stream=bool(values.get("stream")),
        stream_usage=True,
        effort=effort,
        thoughts_shown=thoughts_shown,
        cached_turns=_cached_turns(values, [system] if system else [], messages),
        fault=str(values.get("vibes_fault") or ""),
    )


def _thinking(values: Mapping[str, Any]) -> tuple[str, bool]:
    """How hard to think, by the budget or the effort; and whether the thoughts are to be seen."""
    thinking = values.get("thinking") or {"type": "disabled"}
    shown = thinking.get("display") != "omitted"
    if thinking["type"] == "adaptive":
        return str((values.get("output_config") or {}).get("effort") or "high"), shown
    if thinking["type"] != "enabled":
        return "", True
    budget = int(thinking["budget_tokens"])
    if budget < _LEAST_THINKING:
        raise BodyError("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024")
    if budget >= values["max_tokens"]:
        raise BodyError("`max_tokens` must be greater than `thinking.budget_tokens`.")
    return "low" if budget < 4096 else "medium" if budget < 16384 else "high", shown


def _cached_turns(
    values: Mapping[str, Any], system: Sequence[Any], messages: Sequence[Mapping[str, Any]]
) -> int:
    """How many turns lie before the last cache mark; 0 without one, for this vendor caches only what is marked."""
    contents = [*system, *(message["content"] for message in messages)]
    if values.get("cache_control"):
        return len(contents)
    return max((place for place, content in enumerate(contents, 1) if _marked(content)), default=0)


def _marked(content: Any) -> bool:
    return not isinstance(content, str) and any(block.get("cache_control") for block in content)


def reply(answer: Answer, reply_id: str) -> dict[str, Any]:
    """A message."""
    return {
        **_shell(answer, reply_id),
        "content": _blocks(answer, reply_id),
        "stop_reason": _FINISH[answer.finish],
        "stop_details": _stop_details(answer),
        "usage": {**_usage_in(answer), **_usage_out(answer)},
    }


def _shell(answer: Answer, reply_id: str) -> dict[str, Any]:
    return {
        "id": f"msg_{reply_id}",
        "type": "message",
        "role": "assistant",
        "model": answer.asked.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }


def _stop_details(answer: Answer) -> dict[str, Any] | None:
    if _FINISH[answer.finish] != "refusal":
        return None
    return {"type": "refusal", "category": "general_harms", "explanation": None}


def _blocks(answer: Answer, reply_id: str) -> list[dict[str, Any]]:
    """Thinking comes signed; its text is left out where the request asks for that."""
    blocks = []
    if answer.thoughts:
        shown = answer.thoughts if answer.asked.thoughts_shown else ""
        blocks.append({"type": "thinking", "thinking": shown, "signature": f"signed-{reply_id}"})
    if answer.text:
        blocks.append({"type": "text", "text": answer.text})
    return blocks


def _usage_in(answer: Answer) -> dict[str, int]:
    """`input_tokens` leaves out what was read from or written to the cache."""
    return {
        "input_tokens": answer.tokens_in - answer.cached - answer.cache_written,
        "cache_read_input_tokens": answer.cached,
        "cache_creation_input_tokens": answer.cache_written,
    }


def _usage_out(answer: Answer) -> dict[str, Any]:
    details = {"thinking_tokens": answer.tokens_reasoning}
    return {"output_tokens": answer.tokens_out, "output_tokens_details": details}


def events(answer: Answer, reply_id: str) -> Iterator[bytes]:
    """The same message as server-sent events."""
    start = {**_shell(answer, reply_id), "usage": {**_usage_in(answer), "output_tokens": 1}}
    yield _event("message_start", message=start)
    yield _event("ping")
    for index, block in enumerate(_blocks(answer, reply_id)):
        yield from _block_events(index, block)
    delta = {
        "stop_reason": _FINISH[answer.finish],
        "stop_sequence": None,
        "stop_details": _stop_details(answer),
    }
    yield _event("message_delta", delta=delta, usage=_usage_out(answer))
    yield _event("message_stop")


def _block_events(index: int, block: dict[str, Any]) -> Iterator[bytes]:
    kind = block["type"]
    empty = {"signature": ""} if kind == "thinking" else {}
    yield _event("content_block_start", index=index, content_block={"type": kind, kind: "", **empty})
    for piece in streamed(block[kind]):
        yield _delta(index, {"type": f"{kind}_delta", kind: piece})
    if kind == "thinking":
        yield _delta(index, {"type": "signature_delta", "signature": block["signature"]})
    yield _event("content_block_stop", index=index)


def _delta(index: int, delta: dict[str, str]) -> bytes:
    return _event("content_block_delta", index=index, delta=delta)


def _event(name: str, **content: Any) -> bytes:
    return event(name, {"type": name, **content})


def trouble(message: str, code: str) -> bytes:
    """An error in mid-stream."""
    return event("error", error_body(message, code))


WIRE = Wire(read, reply, events, trouble, mark=b'{"type": "text_delta", ')
