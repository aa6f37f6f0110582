"""The edits that an endpoint makes: what it is asked, and the edited answer out of its reply."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from vibes.edits.catalogue import EDITS
from vibes.edits.edited import UnknownEdit

_TEMPLATES = Path(__file__).parent / "templates"
_EDITED = re.compile(r"<edited>(.*)</edited>", re.DOTALL)
_WRAPPED = re.compile(r"\s*(`{3,}|~{3,})(?:markdown|md|text|txt)[^\n]*\n(.*)\n\1\s*", re.DOTALL)
MOST_AROUND = 400
"""Characters of talk around the edited answer: more is an answer of another kind."""


@dataclass(frozen=True)
class EditRequest:
    """What an endpoint is asked, and the version of the template that says so."""

    system: str
    user: str
    version: int


class Unreadable(ValueError):
    """The reply holds no edited answer; the message says why."""


def request(name: str, *, prompt: str, answer: str) -> EditRequest:
    """The request for an edit that an endpoint makes. Raises UnknownEdit for any other."""
    if name not in EDITS or EDITS[name].by != "endpoint":
        raise UnknownEdit(f"There is no edit {name!r} that an endpoint makes.")
    frame, template = _template("frame"), _template(name)
    words = {"change": template["change"].strip(), "length": template["length"].strip()}
    user = Template(frame["user"].strip()).substitute(words, prompt=prompt.strip(), answer=answer.strip())
    return EditRequest(frame["system"].strip(), user, int(template["version"]))


def read(reply: str) -> str:
    """The edited answer between its tags, without a fence that calls itself Markdown or text. Raises Unreadable."""
    found = _EDITED.search(reply)
    if found is None:
        raise Unreadable(_without_tags(reply))
    if len(reply.replace(found[0], "", 1).strip()) > MOST_AROUND:
        raise Unreadable(
            "The reply says much more beside the edited answer; nothing outside its tags was asked for."
        )
    text = found[1]
    wrapped = _WRAPPED.fullmatch(text)
    text = (wrapped[2] if wrapped else text).strip("\n").rstrip()
    if not text.strip():
        raise Unreadable("The edited answer in the reply is empty.")
    return text


def _without_tags(reply: str) -> str:
    if not reply.strip():
        return "The reply is empty."
    if "<edited>" in reply:
        return "The reply breaks off: <edited> is never closed."
    return "The reply has no <edited>…</edited>, so it cannot be told what of it is the edited answer."


@cache
def _template(name: str) -> dict[str, Any]:
    return tomllib.loads((_TEMPLATES / f"{name}.toml").read_text(encoding="utf-8"))
