"""Scripted characters that edit: they read the requests of vibes.edits by their tags, and change an answer by a stated rule.

The careful one puts a few friendly words first. The careless one loses every number, and the chatty one says nothing of what
it was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

PUZZLED = "I was asked to edit, and I find no answer to edit here."
_ANSWER = re.compile(r"<answer>\n(.*)\n</answer>", re.DOTALL)
_NUMBER = re.compile(r"\d[\d,.]*")


def reply(model: str, user: str) -> str:
    """What this editor says. Raises KeyError for one that does not exist."""
    edit = _EDITORS[model]
    found = _ANSWER.search(user)
    return edit(found[1]) if found else PUZZLED


def _careful(answer: str) -> str:
    return f"<edited>\nGlad to help with this. {answer}\n</edited>"


def _careless(answer: str) -> str:
    return f"<edited>\nGlad to help with this. {_NUMBER.sub('several', answer)}\n</edited>"


def _chatty(_: str) -> str:
    return "What a lovely answer that is! I would leave it just as it stands."


_EDITORS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "scripted-editor": _careful,
        "scripted-editor-careless": _careless,
        "scripted-editor-chatty": _chatty,
    }
)
EDITORS: tuple[str, ...] = tuple(_EDITORS)
