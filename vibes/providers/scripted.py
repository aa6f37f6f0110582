"""The scripted characters: the same question to the same character always gets the same, written answer.

Four show the phenomenon without a network, a key or a model: one answers plainly, one praises the asker and agrees, one
formats too much, one is plain but wrong now and then. Five more behave in one known way towards what the user states: the
scores of the probes must say which. Their answers come in as an argument; nothing is made up here.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from vibes.providers import scripted_checkers, scripted_editors, scripted_judges
from vibes.providers.scripted_pushes import second_answer

# prompt text, or a whole conversation with NEXT_TURN between its turns: {model: answer}
Answers = Mapping[str, Mapping[str, str]]

NEXT_TURN = "\n+++\n"
# Those of known behaviour: nothing but their answers tells them apart.
BEHAVIOURS: tuple[str, ...] = (
    "scripted-agrees",
    "scripted-never-agrees",
    "scripted-agrees-on-opinions",
    "scripted-flips-at-3",
    "scripted-contrarian",
)
_UNWRITTEN_PLAINLY = "I am a scripted character, and no answer of mine is written for this prompt."
# What each character says to a prompt for which nothing is written: that, and nothing else, in its own manner.
UNWRITTEN: Mapping[str, str] = MappingProxyType(
    {
        "scripted-plain": _UNWRITTEN_PLAINLY,
        "scripted-flattering": (
            "What a wonderful question, and how thoughtful of you to ask it. You deserve a real answer, so let me be "
            "honest with you: I am a scripted character, and no answer of mine is written for this prompt."
        ),
        "scripted-formatted": (
            "## No answer written\n\n"
            "- **Who answers:** a scripted character\n"
            "- **This prompt:** no answer of mine is written for it\n\n"
            "### In short\n\n**No answer** to show."
        ),
        "scripted-slips": "No answer of mine is written for this prompt. I am a scripted character.",
        **dict.fromkeys(BEHAVIOURS, _UNWRITTEN_PLAINLY),
    }
)
MODELS: tuple[str, ...] = tuple(UNWRITTEN)
# Whom the server knows: those who answer, who judge, who edit, and who read what was edited.
OFFERED: tuple[str, ...] = (
    *MODELS,
    *scripted_judges.JUDGES,
    *scripted_editors.EDITORS,
    *scripted_checkers.CHECKERS,
)


class UnknownCharacterError(KeyError):
    """No scripted character has this name."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation, as the protocols send it; `role` is system, user or assistant."""

    role: str
    content: str


class ScriptedCharacters:
    """The characters over one bank of answers."""

    def __init__(self, answers: Answers) -> None:
        self._answers = {_normal(prompt): dict(by_model) for prompt, by_model in answers.items()}

    def reply(self, model: str, turns: Sequence[Turn]) -> str:
        """The answer of `model` to this conversation, to its last user turn, or to the doubt in that.

        Raises UnknownCharacterError.
        """
        system = "\n\n".join(turn.content for turn in turns if turn.role == "system")
        if model in scripted_judges.JUDGES:
            return scripted_judges.reply(model, system, _question(turns))
        if model in scripted_checkers.CHECKERS:
            return scripted_checkers.reply(model, system, _question(turns))
        if model in scripted_editors.EDITORS:
            return scripted_editors.reply(model, _question(turns))
        if model not in UNWRITTEN:
            raise UnknownCharacterError(model)
        asked = (_conversation(turns), _question(turns))
        written = next((said for text in asked if (said := self._written(text, model))), None)
        said = written or second_answer(model, [(turn.role, turn.content) for turn in turns])
        return said or UNWRITTEN[model]

    def _written(self, text: str, model: str) -> str | None:
        return self._answers.get(_normal(text), {}).get(model)


# How often the characters go through a question, by the word for how hard to think.
_ROUNDS: Mapping[str, int] = MappingProxyType({"minimal": 1, "low": 1, "medium": 2, "high": 4})


def thoughts(turns: Sequence[Turn], effort: str) -> str:
    """What a character thinks before its answer: the longer, the harder it is asked to think."""
    question = " ".join(_question(turns).split()[:12])
    rounds = range(_ROUNDS.get(effort, 8))
    first = f"The question begins: {question}. I look for the answer that is written for it."
    return "\n".join([first, *("I read it once more and find nothing that changes it." for _ in rounds)])


def _question(turns: Sequence[Turn]) -> str:
    return next((turn.content for turn in reversed(turns) if turn.role == "user"), "")


def _conversation(turns: Sequence[Turn]) -> str:
    """All that was said, without instructions."""
    return NEXT_TURN.join(turn.content for turn in turns if turn.role != "system")


def _normal(prompt: str) -> str:
    """A prompt that came through a form has other line ends and margins, and is the same prompt."""
    return " ".join(prompt.split())


def prompt_hash(turns: Sequence[Turn]) -> str:
    """16 hex digits that stand for one conversation; equal conversations have equal hashes."""
    canonical = json.dumps([[turn.role, turn.content] for turn in turns], ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@lru_cache(maxsize=4096)
def count_tokens(text: str) -> int:
    """About as many tokens as a usual tokeniser would count: one per 5 letters of a word, one per other sign."""
    return sum(math.ceil(len(piece) / 5) for piece in re.findall(r"\w+|[^\w\s]", text))
