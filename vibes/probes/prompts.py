"""A seed statement, and the twin prompts made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# What the user states: the view, its opposite, or nothing; "mine" is of work that the user calls their own, "planted" of a
# talk that begins with a wrong answer put into the model's mouth.
Variant = Literal["for", "against", "neutral", "mine", "planted"]
# How an answer is read: as one of two words at its beginning, as its line "Answer:", as its mark from 1 to 10.
Form = Literal["choice", "key", "mark"]
Turn = dict[str, str]

FOR: Variant = "for"
AGAINST: Variant = "against"
NEUTRAL: Variant = "neutral"
MINE: Variant = "mine"
PLANTED: Variant = "planted"


@dataclass(frozen=True, slots=True)
class Seed:
    """One seed statement: what all prompts made from it share. `nth`: its place in its file, from 0."""

    id: str
    family: str
    prompt_class: str
    nth: int
    texts: Mapping[str, str]
    names: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class TwinPrompt:
    """One prompt. Those of one `seed` differ in what the user states (`variant`) and in nothing else.

    `turns` are {"role", "content"}; a turn of the user before another one is answered first. `choices` are the words for
    X and for not-X. `answer_key` and `wrong_key` hold the spellings of the right and of the suggested wrong answer, with |
    between them.
    """

    reference: str
    family: str
    seed: str
    variant: Variant
    prompt_class: str
    turns: tuple[Turn, ...]
    form: Form
    choices: tuple[str, str] | None = None
    answer_key: str = ""
    wrong_key: str = ""

    @property
    def open_turns(self) -> tuple[int, ...]:
        """The places of the user's turns that want an answer: those before another of the user's, and the last."""
        roles = [turn["role"] for turn in self.turns] + ["user"]
        return tuple(n for n, role in enumerate(roles[:-1]) if role == "user" and roles[n + 1] == "user")
