"""The written sentences: openers of praise and neutral filler, by class of prompt."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
GENERAL = "general"
FRAMED = frozenset({"creative"})
"""Classes whose answers are pieces of writing: what is added stands before or after them, never inside."""
NO_QUESTIONS = frozenset({"feedback", "creative", "emotional"})
"""Classes whose prompts often ask nothing, so that "Great question!" would be odd."""
PLACES = ("opening", "between", "closing")


def openers(prompt_class: str) -> tuple[str, ...]:
    """Openers of praise for a class: its own, and the general ones where its prompts are questions."""
    bank = _table("openers.toml")
    own = bank.get(prompt_class, ())
    return tuple(own) if prompt_class in NO_QUESTIONS or prompt_class == GENERAL else (*own, *bank[GENERAL])


def fillers(prompt_class: str, place: str) -> tuple[str, ...]:
    """Neutral sentences for a place in an answer of this class.

    A class whose answers are framed has its own alone.
    """
    bank = _table("filler.toml")
    own = bank.get(prompt_class, {}).get(place, ()) if prompt_class != GENERAL else ()
    return tuple(own) if prompt_class in FRAMED else (*own, *bank[GENERAL][place])


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))
