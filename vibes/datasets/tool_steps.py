"""Tool calls of an agent's transcript, folded into the turn of the assistant that made them.

A step is {"name", "input", "output"}, all texts. OpenAI's messages hold a call (`tool_calls`) and what came back (role
"tool") apart, and the assistant speaks on in a message of its own: here all that is one turn.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from vibes.datasets.errors import CellError

PARTS = ("name", "input", "output")
_MEND = 'Write calls as OpenAI does: {"id", "function": {"name", "arguments"}}, answered by {"role": "tool", "tool_call_id", "content"}'


class Steps:
    """The calls of one conversation, by their ids, so that each finds what came back."""

    def __init__(self) -> None:
        self._waiting: dict[str, dict[str, str]] = {}

    def called(self, message: Mapping[str, Any]) -> list[dict[str, str]]:
        """The steps of an assistant's message, as OpenAI's `tool_calls` or as our own `steps`. Raises CellError."""
        own = [_own(step) for step in _listed(message.get("steps"))]
        return own + [self._call(call) for call in _listed(message.get("tool_calls"))]

    def answered(self, message: Mapping[str, Any], text: str) -> None:
        """Puts what a tool said to its call. Raises CellError."""
        step = self._waiting.pop(str(message.get("tool_call_id")), None)
        if step is None:
            raise CellError("a tool's turn answers no call of the assistant before it", _MEND)
        step["output"] = text

    def _call(self, call: object) -> dict[str, str]:
        function = call.get("function") if isinstance(call, Mapping) else None
        name = function.get("name") if isinstance(function, Mapping) else None
        if not isinstance(call, Mapping) or not isinstance(function, Mapping) or not isinstance(name, str):
            raise CellError("a tool call has no name", _MEND)
        step = {"name": name, "input": _written(function.get("arguments")), "output": ""}
        self._waiting[str(call.get("id"))] = step
        return step


def written_out(steps: Sequence[Mapping[str, str]]) -> str:
    """The steps as words, for a model that is told what went before: providers take no tools of ours."""
    return "\n\n".join(
        f"[Tool {step['name']} was called with]\n{step['input']}\n[It returned]\n{step['output']}"
        for step in steps
    )


def _own(step: object) -> dict[str, str]:
    if not isinstance(step, Mapping) or not all(isinstance(step.get(part, ""), str) for part in PARTS):
        raise CellError("a step is not of texts", 'Write {"name": "…", "input": "…", "output": "…"}')
    return {part: step.get(part, "") for part in PARTS}


def _listed(value: object) -> Sequence[object]:
    if value is None:
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value
    raise CellError("the tool calls are not a list", _MEND)


def _written(arguments: object) -> str:
    if arguments is None or isinstance(arguments, str):
        return arguments or ""
    return json.dumps(arguments, ensure_ascii=False, default=str)
