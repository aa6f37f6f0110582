"""How a side was put on the page, in a few words that are stored with each judgement of it."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from markdown_it.token import Token

from annotations.rendering.limits import MAX_CHARACTERS
from annotations.rendering.parsing import parse
from annotations.rendering.steps import are_shortened

VERSION = 1
"""Raised with every change of what a rater sees of the same text: tags, limits, formulas, marks of unseen characters."""

_KNOWN: dict[bytes, bool] = {}
_MOST_KNOWN = 20_000


def format_of(text: str) -> str:
    """ "markdown-1", or "markdown-1 shortened" where the page leaves something out or shows a part unparsed."""
    return _named(_is_shortened(text))


def format_of_side(turns: Sequence[Mapping[str, Any]]) -> str:
    """The same for a side: shortened where any turn of it is, its thoughts and tool steps included."""
    texts = (str(turn.get(part) or "") for turn in turns for part in ("text", "thoughts"))
    return _named(
        any(map(_is_shortened, texts)) or any(are_shortened(turn.get("steps") or ()) for turn in turns)
    )


def _named(shortened: bool) -> str:
    return f"markdown-{VERSION}{' shortened' if shortened else ''}"


def _is_shortened(text: str) -> bool:
    """Parsed once in a process: each side is judged by several raters. The texts themselves are not kept."""
    if len(text) > MAX_CHARACTERS or not text:
        return bool(text)
    key = _key(text)
    known = _KNOWN.get(key)
    return _noted(key, parse(text)) if known is None else known


def note(text: str, tokens: Sequence[Token]) -> None:
    """Keeps what a text's tokens say of it: what was put on the page is not parsed once more when it is judged."""
    if text and len(text) <= MAX_CHARACTERS:
        _noted(_key(text), tokens)


def _noted(key: bytes, tokens: Sequence[Token]) -> bool:
    if len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.clear()
    shortened = _KNOWN[key] = any(token.type == "shortened" for token in tokens)
    return shortened


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
