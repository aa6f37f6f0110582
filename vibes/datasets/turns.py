"""A conversation: a list of {"role", "content"}, from the shapes in which people keep one."""

from collections.abc import Mapping, Sequence

from vibes.datasets.errors import CellError

Turn = dict[str, str]

# What the roles are called elsewhere: OpenAI's newer name, and the speakers of ShareGPT files.
_ROLES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "chatgpt": "assistant",
}
_MEND = 'Write a list of {"role": "user", "content": "…"}'


def turns_of(value: object) -> tuple[Turn, ...]:
    """Read OpenAI `messages` ({"role", "content"}) or ShareGPT `conversations` ({"from", "value"}). Raises CellError."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise CellError("this is not a conversation", _MEND)
    return tuple(_turn(turn) for turn in value)


def asked(value: object) -> tuple[Turn, ...]:
    """Read a prompt: a plain text, or a conversation that ends with the user's turn. Raises CellError."""
    turns = one_turn(value) if isinstance(value, str) else turns_of(value)
    if turns[-1]["role"] != "user":
        raise CellError("the last turn is not the user's", "Remove the answer at the end")
    if not turns[-1]["content"].strip():
        raise CellError("the prompt is empty", "Write it, or remove the row")
    return turns


def one_turn(text: str) -> tuple[Turn, ...]:
    """A plain prompt as a conversation."""
    return ({"role": "user", "content": text},)


def _turn(turn: object) -> Turn:
    if not isinstance(turn, Mapping):
        raise CellError("a turn of the conversation is not an object", _MEND)
    role = turn.get("role", turn.get("from"))
    if not isinstance(role, str) or role not in _ROLES:
        raise CellError(f"{role!r:.40} is not a known role", "Use the roles system, user and assistant")
    return {"role": _ROLES[role], "content": _content(turn.get("content", turn.get("value")))}


def _content(content: object) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, Sequence):
        return "".join(_part(part) for part in content)
    raise CellError("a turn of the conversation has no text", _MEND)


def _part(part: object) -> str:
    """One part of OpenAI's list form: text only."""
    text = part.get("text") if isinstance(part, Mapping) else None
    if not isinstance(text, str):
        raise CellError("a turn holds something other than text", "Leave out images, sound and tool calls")
    return text
