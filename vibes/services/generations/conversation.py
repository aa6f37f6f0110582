"""What is asked next: a prompt's turns and the answers so far, as the request for the turn that is open.

A prompt may hold several turns of the user in a row (an answer, then "Are you sure?"). Each is asked when the one
before is answered, with the model's own answers above it; its thoughts are not sent back. What was said stands in the
row's transcript, so that a conversation whose worker is lost goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vibes.datasets.turns import Turn, open_turns, prefix_of, told
from vibes.models import Generation
from vibes.providers.base import Message, Reply, Request
from vibes.services import keys

# Roles that the providers send as messages; a system turn at the beginning goes with the endpoint's own.
_SYSTEM = "system"


@dataclass
class Talk:
    """One row's conversation. `answers` are its assistant turns so far, `reply` the last that came in this run."""

    turns: Sequence[Turn]
    frozen: Mapping[str, Any]
    seed: int | None = None
    answers: list[Turn] = field(default_factory=list)
    reply: Reply | None = None

    @classmethod
    def of(cls, generation: Generation) -> Talk:
        """The row's conversation, after the answers that its transcript holds."""
        talk = cls(generation.prompt.turns, generation.snapshot, generation.seed)
        talk.answers = _answers(talk.turns, generation.transcript)
        return talk

    @property
    def turn(self) -> int:
        """Which of the open turns is asked now, from 0; their number once all are answered."""
        return len(self.answers)

    def request(self) -> Request | None:
        """The request for the open turn; None where every turn has its answer."""
        places = open_turns(self.turns)
        if self.turn >= len(places):
            return None
        return _request(self.frozen, self.seed, self._said(places[self.turn]))

    def answer(self, reply: Reply) -> None:
        """Takes the answer to the open turn."""
        self.reply = reply
        self.answers.append(
            {"role": "assistant", "content": storable(reply.text), "thoughts": storable(reply.thoughts)}
        )

    @property
    def transcript(self) -> list[Turn]:
        """For the row: all that follows the first open turn, to the last answer. Empty for a prompt of one open turn,
        whose answer is the row's text."""
        places = open_turns(self.turns)
        if len(places) < 2 or not self.answers:
            return []
        return self._said(places[len(self.answers) - 1])[len(prefix_of(self.turns)) :] + self.answers[-1:]

    def _said(self, place: int) -> list[Turn]:
        """All turns up to this one of the prompt, each open turn before it with its answer."""
        said: list[Turn] = []
        asked = open_turns(self.turns)
        for n, turn in enumerate(self.turns[: place + 1]):
            said.append(turn)
            if n in asked and n != place:
                said.append(self.answers[asked.index(n)])
        return said


def _answers(turns: Sequence[Turn], transcript: Sequence[Turn]) -> list[Turn]:
    """The model's own turns of a transcript: one follows each open turn, whatever else the prompt holds."""
    answers: list[Turn] = []
    rest = list(transcript)
    places = open_turns(turns)
    for n in range(places[0], len(turns)) if places else ():
        if n != places[0]:
            rest = rest[1:]
        if n in places and rest:
            answers.append(rest.pop(0))
    return answers


def _request(frozen: Mapping[str, Any], seed: int | None, said: Sequence[Turn]) -> Request:
    """Rows of before a setting was known have a snapshot without it."""
    first = next((n for n, turn in enumerate(said) if turn["role"] != _SYSTEM), len(said))
    system = [frozen["system"], *(turn["content"] for turn in said[:first])]
    return Request(
        model=frozen["model"],
        messages=tuple(Message(_role(turn), told(turn)) for turn in said[first:]),
        system="\n\n".join(text for text in system if text),
        max_tokens=frozen["max_tokens"],
        temperature=frozen["temperature"],
        seed=seed,
        effort=frozen.get("effort") or "",
        thinking_tokens=frozen.get("thinking_tokens"),
        cache=bool(frozen.get("cache_prompts")),
        timeout_s=float(frozen["timeout_seconds"]),
        extra=frozen.get("extra") or {},
    )


def _role(turn: Turn) -> Any:
    """As it stands: what a vendor does not take (instructions in mid-conversation) it refuses itself, and says so."""
    return turn["role"]


def storable(text: str) -> str:
    """PostgreSQL holds no NUL, no database half a character, and none of ours a key that a server repeats."""
    return keys.redact(text).replace("\x00", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode()
