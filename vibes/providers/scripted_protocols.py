"""What the protocols of the scripted server share: a request read, an answer before it is written, errors, the model list."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vibes.providers.scripted import Turn, count_tokens

# Every message of a chat carries a few tokens of its own.
_TOKENS_PER_TURN = 4
# A long answer is streamed in larger pieces, so that ten megabytes are not a million events.
_WORDS_PER_PIECE = 4
_MOST_PIECES = 200

# How a chat shows its thoughts: in a field of its own, in tags, in tags that are never closed, after an opening tag that
# stood in the prompt.
MANNERS: tuple[str, ...] = ("reasoning_content", "reasoning", "tags", "unclosed", "lone")


class BodyError(ValueError):
    """The request body is not what the protocol asks for."""


class RefusalError(Exception):
    """The request ends here with this HTTP status; `body` instead of the usual error where one is given."""

    def __init__(
        self, status: int, code: str, message: str, *headers: tuple[bytes, bytes], body: bytes = b""
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers, self.body = status, code, message, headers, body


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of any protocol.

    `effort` is how hard to think (empty: not at all), `thoughts_shown` whether the thoughts are to be seen, `manner` how
    a chat shows them. `cached_turns`: the caller wants so many turns cached; None: the vendor caches by itself. `fault`
    is what the body asks for under `vibes_fault`, for tests.
    """

    model: str
    turns: tuple[Turn, ...]
    max_tokens: int | None = None
    stream: bool = False
    stream_usage: bool = False
    effort: str = ""
    thoughts_shown: bool = True
    manner: str = ""
    cached_turns: int | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply before it is written in a protocol.

    `finish` is stop, length, content_filter (withheld by the vendor) or refusal (`text` says so in the model's words).
    `cached` and `cache_written` are tokens of the prompt.
    """

    asked: Asked
    text: str
    finish: str
    thoughts: str = ""
    cached: int = 0
    cache_written: int = 0

    @property
    def tokens_in(self) -> int:
        return turn_tokens(self.asked.turns)

    @property
    def tokens_reasoning(self) -> int:
        return count_tokens(self.thoughts)

    @property
    def tokens_out(self) -> int:
        return count_tokens(self.text) + self.tokens_reasoning


@dataclass(frozen=True, slots=True)
class Wire:
    """One protocol: a body read, a reply written whole or as events, an error within a stream.

    `mark` stands in those events that carry a piece of the answer, and in no others.
    """

    read: Callable[[Mapping[str, Any]], Asked]
    reply: Callable[[Answer, str], dict[str, Any]]
    events: Callable[[Answer, str], Iterator[bytes]]
    trouble: Callable[[str, str], bytes]
    mark: bytes


def read(wire: Wire, body: bytes) -> Asked:
    """The request in a body. Raises BodyError."""
    try:
        values = json.loads(body)
    except ValueError as error:
        raise BodyError(f"The body is not JSON: {error}") from None
    return read_values(wire, values)


def read_values(wire: Wire, values: Any) -> Asked:
    """The request in a body that is parsed already. Raises BodyError."""
    try:
        return wire.read(values)
    except BodyError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BodyError(f"The body cannot be read: {type(error).__name__}: {error}") from None


def turn(message: Mapping[str, Any]) -> Turn:
    """A message of any of the protocols."""
    return Turn(str(message["role"]), text_of(message["content"]))


def text_of(content: Any) -> str:
    """Content is a string, or a list of blocks of which the text counts; thinking that is sent back does not."""
    if isinstance(content, str):
        return content
    kinds = ("text", "input_text", "output_text")
    return "".join(str(block["text"]) for block in content if block["type"] in kinds)


def turn_tokens(turns: Sequence[Turn]) -> int:
    """The tokens of a conversation as it is billed."""
    return sum(count_tokens(turn.content) + _TOKENS_PER_TURN for turn in turns)


def cut(text: str, max_tokens: int | None) -> tuple[str, bool]:
    """The text within the token limit, and whether anything was cut off."""
    if max_tokens is None or count_tokens(text) <= max_tokens:
        return text, False
    kept: list[str] = []
    for piece in pieces(text):
        max_tokens -= count_tokens(piece)
        if max_tokens < 0:
            break
        kept.append(piece)
    return "".join(kept), True


def pieces(text: str) -> list[str]:
    """The text in words with the space before them, which join to the text again."""
    return re.findall(r"\s*\S+|\s+\Z", text)


def streamed(text: str) -> Iterator[str]:
    """The text as it is streamed, a few words at a time."""
    words = pieces(text)
    step = max(_WORDS_PER_PIECE, len(words) // _MOST_PIECES)
    return ("".join(words[start : start + step]) for start in range(0, len(words), step))


def event(name: str, content: Mapping[str, Any]) -> bytes:
    """A server-sent event with a name."""
    return b"event: " + name.encode() + b"\ndata: " + json.dumps(content).encode() + b"\n\n"


def error_body(message: str, code: str) -> dict[str, Any]:
    """An error that both SDKs read: the shapes of OpenAI and Anthropic laid over each other."""
    return {"type": "error", "error": {"type": code, "code": code, "message": message, "param": None}}


def model_list(models: Sequence[str], owner: str) -> dict[str, Any]:
    """A model list that both SDKs read; the created dates are each vendor's own."""
    entries = [
        {
            "id": model,
            "object": "model",
            "type": "model",
            "display_name": model,
            "created": 0,
            "created_at": "2026-01-01T00:00:00Z",
            "lifecycle": "active",
            "owned_by": owner,
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
