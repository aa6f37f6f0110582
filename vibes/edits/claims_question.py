"""The second reading of an edit, by an endpoint: does the edited answer claim what the original does? A rule sees words, a
reader their sense ("rises" to "falls")."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from vibes.edits.catalogue import EDITS
from vibes.edits.edited import UnknownEdit
from vibes.judging.marks import Question, Unreadable, fenced, mark_of, said, sentence

__all__ = ["LONGEST", "Reading", "Unreadable", "question", "read"]

_TEMPLATE = Path(__file__).parent / "templates" / "claims.toml"
LONGEST = 300
"""Characters of a reason: it is asked for in one sentence."""


@dataclass(frozen=True)
class Reading:
    """Whether both answers claim the same; if not, which claim is changed, in the reader's words (or empty)."""

    same: bool
    reason: str = ""


def question(name: str, *, original: str, edited: str) -> Question:
    """What a reader is asked of an edit of this name. The same texts give the same question. Raises UnknownEdit."""
    if name not in EDITS:
        raise UnknownEdit(f"There is no edit {name!r}.")
    template = _template()
    mark = mark_of([original, edited])
    system = Template(template["system"].strip()).substitute(meant=template["meant"][name], mark=mark)
    texts = fenced(mark, {"first text": original, "second text": edited})
    return Question(system, texts, str(template["version"]), mark)


def read(reply: str, *, mark: str) -> Reading:
    """The verdict on the line that carries the mark. Raises Unreadable; silence is no "same"."""
    word = said(reply, mark, "CLAIMS")
    if word is None:
        raise Unreadable("The reply has no line that says whether the claims are the same.")
    if word not in ("same", "changed"):
        raise Unreadable(f"The reply says {word[:40]!r}, which was not offered.")
    if word == "same":
        return Reading(True)
    return Reading(False, sentence(reply, mark, "WHICH")[:LONGEST])


@cache
def _template() -> dict[str, Any]:
    return tomllib.loads(_TEMPLATE.read_text(encoding="utf-8"))
