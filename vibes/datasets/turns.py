"""A conversation: a list of {"role", "content"}, from the shapes in which people keep one. An assistant's turn that called
tools has `steps` too."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from vibes.datasets.errors import CellError
from vibes.datasets.tool_steps import PARTS, Steps, written_out

# Texts by name, and `steps`: a list of {"name", "input", "output"}.
Turn = dict[str, Any]

# What the roles are called elsewhere: OpenAI's newer name, and the speakers of ShareGPT files.
_ROLES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "tool": "tool",
}
_MEND = 'Write a list of {"role": "user", "content": "…"}'


def turns_of(value: object) -> tuple[Turn, ...]:
    """Read OpenAI `messages` ({"role", "content"}) or ShareGPT `conversations` ({"from", "value"}). Raises CellError.

    Calls of tools and their answers become the steps of the assistant's turn, which goes on with the next message.
    """
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise CellError("this is not a conversation", _MEND)
    steps = Steps()
    turns: list[Turn] = []
    for message in value:
        turn = _turn(message, steps)
        if turn["role"] == "tool":
            steps.answered(message, turn["content"])
        elif turns and turn["role"] == turns[-1]["role"] == "assistant" and turns[-1].get("steps"):
            turns[-1] = _joined(turns[-1], turn)
        else:
            turns.append(turn)
    return tuple(turns)


def parts_of(turn: Turn) -> Iterator[str]:
    """All texts of a turn that a reader sees."""
    yield turn["content"]
    yield from (step[part] for step in turn.get("steps", ()) for part in PARTS)


def told(turn: Turn) -> str:
    """What a model is told of an earlier turn: its tool steps in words, then its text."""
    return "\n\n".join(part for part in (written_out(turn.get("steps", ())), turn["content"]) if part)


def asked(value: object) -> tuple[Turn, ...]:
    """Read a prompt: a plain text, or a conversation that ends with the user's turn. Raises CellError."""
    turns = one_turn(value) if isinstance(value, str) else turns_of(value)
    if turns[-1]["role"] != "user":
        raise CellError("the last turn is not the user's", "Remove the answer at the end")
    if not turns[-1]["content"].strip():
        what = "the prompt" if len(turns) == 1 else "the user's last turn"
        raise CellError(f"{what} is empty", "Write it, or remove the row")
    return turns


def one_turn(text: str) -> tuple[Turn, ...]:
    """A plain prompt as a conversation."""
    return ({"role": "user", "content": text},)


def open_turns(turns: Sequence[Mapping[str, str]]) -> tuple[int, ...]:
    """The places of the user's turns that want an answer: those before another turn of the user, and the last turn.

    What else stands in the conversation is there to be read: instructions, and turns with the answer that was written
    for them.
    """
    roles = [turn["role"] for turn in turns] + ["user"]
    return tuple(n for n, role in enumerate(roles[:-1]) if role == "user" and roles[n + 1] == "user")


def prefix_of(turns: Sequence[Turn]) -> Sequence[Turn]:
    """What every answer has above it: the conversation up to its first open turn, that one included."""
    places = open_turns(turns)
    return turns[: places[0] + 1] if places else turns


def side_of(turns: Sequence[Turn], transcript: Sequence[Turn], text: str, thoughts: str = "") -> list[Turn]:
    """One side of a comparison: all that follows the common prefix. A model's own turns have thoughts, empty or not.

    Without a transcript, what the prompt goes on with and then the one answer.
    """
    if transcript:
        return list(transcript)
    rest = turns[len(prefix_of(turns)) :]
    return [*rest, {"role": "assistant", "content": text, "thoughts": thoughts}]


def spoken(side: Sequence[Turn]) -> str:
    """What the model itself says in a side, one answer after the other."""
    return "\n\n".join(turn["content"] for turn in side if "thoughts" in turn)


def check_open(turns: Sequence[Turn], most: int) -> None:
    """Raises CellError where a turn that wants an answer cannot be asked, or there are more than `most` of them."""
    places = open_turns(turns)
    if len(places) > most:
        problem = f"{len(places)} turns of the user stand without an answer"
        raise CellError(problem, f"Ask at most {most} in a row, or write answers between them")
    if any(not turns[place]["content"].strip() for place in places):
        raise CellError("a turn of the user is empty", "Write it, or remove it")
    for before, after in pairwise(turns):
        if (before["role"], after["role"]) == ("user", "system"):
            problem = "instructions (a system turn) stand between a turn of the user and its answer"
            raise CellError(problem, "Move them before the turn of the user")


def _joined(turn: Turn, more: Turn) -> Turn:
    """One turn of the assistant, which spoke on when its tools had answered."""
    content = "\n\n".join(text for text in (turn["content"], more["content"]) if text)
    return turn | {"content": content, "steps": turn["steps"] + more.get("steps", [])}


def _turn(turn: object, steps: Steps) -> Turn:
    if not isinstance(turn, Mapping):
        raise CellError("a turn of the conversation is not an object", _MEND)
    role = turn.get("role", turn.get("from"))
    if not isinstance(role, str) or role not in _ROLES:
        raise CellError(f"{role!r:.40} is not a known role", "Use the roles system, user, assistant and tool")
    content = turn.get("content", turn.get("value"))
    called = steps.called(turn) if _ROLES[role] == "assistant" else []
    if called:
        return {"role": "assistant", "content": _content(content or ""), "steps": called}
    return {"role": _ROLES[role], "content": _content(content)}


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
        raise CellError(
            "a turn holds something other than text",
            "Leave out images and sound; tool calls go into tool_calls",
        )
    return text
