"""An answer, parsed once, in the cuts that the features count from."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from markdown_it.token import Token

from annotations.rendering import MAX_CHARACTERS, parse
from vibes.features.sentence import plain

_CODE = frozenset(("fence", "code_block"))
_FORMULAE = frozenset(("math_inline", "math_display", "math_block"))
_SENTENCE_END = re.compile(r"(?<=[.!?…])[)\]*]*\s+|\n+|(?<=[。！？])")
# Each alternative begins with its mark, so that the search leaps from mark to mark: six times as fast.
_QUOTATION = re.compile(
    r"“[^”\n]{0,400}”|„[^“”\n]{0,400}[“”]|«[^»\n]{0,400}»|\"[^\"\n]{0,400}\""
    r"|‘(?:[^’\n]|’(?=\w)){0,400}’|'(?<!\w')[^'\n]{1,400}'(?!\w)"
)
QUOTED = "□"
"""Stands where quoted words stood, so that a rule sees that something was said there, and not what."""


@dataclass(frozen=True)
class Reading:
    """One answer and its parse.

    `text` is the whole source; everything else comes from the tokens of `annotations.rendering.parse`, so from what
    a rater is shown.
    """

    text: str
    tokens: Sequence[Token]

    @property
    def source(self) -> str:
        """The part of the source that is shown."""
        return self.text[:MAX_CHARACTERS]

    @cached_property
    def visible(self) -> str:
        """All text a rater reads, code and quotations included, a line a block."""
        return _lines(self.tokens, code=True)

    @cached_property
    def prose(self) -> str:
        """The visible text outside code blocks, code spans and formulae."""
        return _lines(self.tokens, code=False)

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """The sentences in the answer's own voice: prose outside block quotes, with quotations as `QUOTED`."""
        own = _lines(_unquoted(self.tokens), code=False)
        return tuple(filter(None, map(str.strip, _SENTENCE_END.split(_QUOTATION.sub(QUOTED, own)))))

    @cached_property
    def plain_sentences(self) -> tuple[str, ...]:
        """`sentences` in the form that the lexicons read."""
        return tuple(map(plain, self.sentences))


def read(text: str) -> Reading:
    """Parses an answer; any text can be read."""
    return Reading(text, parse(text))


def _unquoted(tokens: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if not depth:
            yield token


def _lines(tokens: Iterable[Token], *, code: bool) -> str:
    return "\n".join(filter(None, (_block_text(token, code=code) for token in tokens)))


def _block_text(token: Token, *, code: bool) -> str:
    if token.type == "inline":
        return "".join(_inline_text(child, code=code) for child in token.children or ())
    if token.type == "plain_text" or (code and (token.type in _CODE or token.type in _FORMULAE)):
        return token.content
    return ""


def _inline_text(token: Token, *, code: bool) -> str:
    if token.type == "text":
        return token.content
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "code_inline" or token.type in _FORMULAE:
        return token.content if code else " "
    return "".join(_inline_text(child, code=code) for child in token.children or ())
