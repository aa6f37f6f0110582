"""OpenAI's Responses API as the scripted server speaks it: whole or as events, with reasoning, refusals, cut answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from vibes.providers.scripted import Turn
from vibes.providers.scripted_protocols import Answer, Asked, BodyError, Wire, event, streamed, turn

_CUT = {"length": "max_output_tokens", "content_filter": "content_filter"}
# Parameters of Chat Completions, which Responses refuses.
_FOREIGN = ("messages", "max_tokens", "max_completion_tokens", "seed", "stop", "n", "reasoning_effort")


def read(values: Mapping[str, Any]) -> Asked:
    """The request in a body. Raises BodyError."""
    for name in _FOREIGN:
        if name in values:
            raise BodyError(f"Unknown parameter: '{name}'.")
    if values.get("previous_response_id") or values.get("background"):
        raise BodyError("This server keeps no responses: send the whole input.")
    reasoning = values.get("reasoning") or {}
    return Asked(
        model=str(values["model"]),
        turns=(*_instructions(values.get("instructions")), *_input(values["input"])),
        max_tokens=values.get("max_output_tokens"),
        stream=bool(values.get("stream")),
        stream_usage=True,
        effort=_effort(reasoning) if "reasoning" in values else "",
        thoughts_shown=bool(reasoning.get("summary") or reasoning.get("generate_summary")),
        fault=str(values.get("vibes_fault") or ""),
    )


def _effort(reasoning: Mapping[str, Any]) -> str:
    return str(reasoning.get("effort") or "medium").replace("none", "")


def _instructions(text: object) -> tuple[Turn, ...]:
    return (Turn("system", str(text)),) if text else ()


def _input(given: Any) -> tuple[Turn, ...]:
    """A string is one user turn; of a list the messages count, not the reasoning that is sent back."""
    if isinstance(given, str):
        return (Turn("user", given),)
    return tuple(turn(item) for item in given if item.get("type", "message") == "message")


def reply(answer: Answer, reply_id: str) -> dict[str, Any]:
    """A response."""
    cut = _CUT.get(answer.finish)
    return {
        **_shell(answer, reply_id),
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": cut} if cut else None,
        "output": list(_items(answer, reply_id)),
        "usage": _usage(answer),
    }


def _shell(answer: Answer, reply_id: str) -> dict[str, Any]:
    """What stands around the output, also before there is any."""
    asked = answer.asked
    reasoning = {"effort": asked.effort or None, "summary": "auto" if asked.thoughts_shown else None}
    return {
        "id": f"resp_{reply_id}",
        "object": "response",
        "created_at": 0,
        "model": asked.model,
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "max_output_tokens": asked.max_tokens,
        "output": [],
        "parallel_tool_calls": True,
        "reasoning": reasoning,
        "tool_choice": "auto",
        "tools": [],
        "usage": None,
    }


def _items(answer: Answer, reply_id: str) -> Iterator[dict[str, Any]]:
    """Reasoning where there is some, then the message; none where the limit or the filter came before it."""
    if answer.thoughts:
        yield {"id": f"rs_{reply_id}", "type": "reasoning", "summary": _summary(answer)}
    if answer.text or answer.finish not in _CUT:
        status = "incomplete" if answer.finish in _CUT else "completed"
        yield {
            "id": f"msg_{reply_id}",
            "type": "message",
            "role": "assistant",
            "status": status,
            "content": [_part(answer, answer.text)],
        }


def _summary(answer: Answer) -> list[dict[str, str]]:
    return [{"type": "summary_text", "text": answer.thoughts}] if answer.asked.thoughts_shown else []


def _part(answer: Answer, text: str) -> dict[str, Any]:
    if answer.finish == "refusal":
        return {"type": "refusal", "refusal": text}
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _usage(answer: Answer) -> dict[str, Any]:
    tokens_in, tokens_out = answer.tokens_in, answer.tokens_out
    return {
        "input_tokens": tokens_in,
        "input_tokens_details": {"cached_tokens": answer.cached, "cache_write_tokens": 0},
        "output_tokens": tokens_out,
        "output_tokens_details": {"reasoning_tokens": answer.tokens_reasoning},
        "total_tokens": tokens_in + tokens_out,
    }


def events(answer: Answer, reply_id: str) -> Iterator[bytes]:
    """The same response as server-sent events, numbered."""
    whole, numbers = reply(answer, reply_id), count()
    shell = {"response": _shell(answer, reply_id)}
    body: list[tuple[str, dict[str, Any]]] = [("response.created", shell), ("response.in_progress", shell)]
    for index, item in enumerate(whole["output"]):
        body += _item_events(answer, index, item)
    body.append((f"response.{whole['status']}", {"response": whole}))
    for name, content in body:
        yield event(name, {"type": name, "sequence_number": next(numbers), **content})


def _item_events(answer: Answer, index: int, item: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    place = {"output_index": index, "item_id": item["id"]}
    empty = {"summary": []} if item["type"] == "reasoning" else {"content": [], "status": "in_progress"}
    yield "response.output_item.added", {"output_index": index, "item": {**item, **empty}}
    if item["type"] == "message":
        yield from _message_events(answer, {**place, "content_index": 0}, item["content"][0])
    elif item["summary"]:
        yield from _summary_events(answer, {**place, "summary_index": 0})
    yield "response.output_item.done", {"output_index": index, "item": item}


def _summary_events(answer: Answer, place: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    name = "response.reasoning_summary"
    yield f"{name}_part.added", {**place, "part": {"type": "summary_text", "text": ""}}
    for piece in streamed(answer.thoughts):
        yield f"{name}_text.delta", {**place, "delta": piece}
    yield f"{name}_text.done", {**place, "text": answer.thoughts}
    yield f"{name}_part.done", {**place, "part": {"type": "summary_text", "text": answer.thoughts}}


def _message_events(
    answer: Answer, place: dict[str, Any], part: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    field = "refusal" if part["type"] == "refusal" else "text"
    more: dict[str, list[object]] = {} if field == "refusal" else {"logprobs": []}
    name = f"response.{part['type']}"
    yield "response.content_part.added", {**place, "part": _part(answer, "")}
    for piece in streamed(answer.text):
        yield f"{name}.delta", {**place, "delta": piece, **more}
    yield f"{name}.done", {**place, field: answer.text, **more}
    yield "response.content_part.done", {**place, "part": part}


def trouble(message: str, code: str) -> bytes:
    """An error in mid-stream."""
    content = {"type": "error", "sequence_number": 99, "code": code, "message": message, "param": None}
    return event("error", content)


WIRE = Wire(read, reply, events, trouble, mark=b"event: response.output_text.delta\n")
