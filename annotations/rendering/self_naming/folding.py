"""A text as it reads: small letters, no emphasis marks, no unseen characters, code put out of sight."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

CODE = "\0"
"""Stands where code stood, so that no phrase reaches across it."""

_UNSEEN = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
_UNSEEN += "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef"
_SPECIAL = re.compile(
    rf"""
      (?P<bullet>^[ \t]*[*][ \t])
    | (?P<block>^[ ]{{0,3}}(?P<fence>`{{3,}}|~{{3,}})[^\n]*+(?:\n(?s:.*?)(?:^[ ]{{0,3}}(?P=fence)|\Z)|\Z))
    | (?P<span>(?<!`)(?P<ticks>`{{1,2}})(?!`)(?P<inside>[^`\n]{{1,400}}+)(?P=ticks)(?!`))
    | (?P<dropped>[*_~`{_UNSEEN}]+|</?(?:b|i|em|strong|u|code)>)
    """,
    re.MULTILINE | re.VERBOSE,
)
_DROPPED = re.compile(rf"[*_~`{_UNSEEN}]+")
_MARKS = re.compile(r"\*+|~~|__|`+|(?<=\W)_|_(?=\W)")


def _plain_letters() -> dict[int, str]:
    """Full-width and mathematical letters as plain ones, one for one; typographic apostrophes, dashes, spaces too."""
    found = {ord("İ"): "I", ord("’"): "'", ord("\u2010"): "-", ord("\u2011"): "-", ord("\u00a0"): " "}
    for code in (*range(0xFF01, 0xFF5F), *range(0x1D400, 0x1D800)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain.isascii() and plain.isalnum():
            found[code] = plain
    return found


_PLAIN = _plain_letters()


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` is small letters, `cased` the same with its capitals; position for position."""

    raw: str
    text: str
    cased: str
    starts: list[int]
    origins: list[int]

    def origin(self, position: int) -> int:
        """Where a character of the folded text stands in the raw one."""
        piece = bisect_right(self.starts, position) - 1
        return self.origins[piece] + position - self.starts[piece]

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.origin(start), self.origin(end - 1) + 1


def fold(raw: str, is_name: Callable[[str], object]) -> Folded:
    """The text as it reads. A code span that holds nothing but a name is emphasis, not code."""
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    length = 0

    def keep(piece: str, origin: int) -> None:
        nonlocal length
        if piece:
            pieces.append(piece)
            starts.append(length)
            origins.append(origin)
            length += len(piece)

    last = 0
    for match in _SPECIAL.finditer(raw):
        if match["bullet"]:
            continue
        keep(raw[last : match.start()], last)
        last = match.end()
        if match["span"] and len(match["inside"]) > 1 and is_name(lowered(match["inside"].strip())):
            keep(match["inside"], match.start("inside"))
        elif not match["dropped"]:
            keep(CODE, match.start())
    keep(raw[last:], last)
    cased = "".join(pieces).translate(_PLAIN)
    return Folded(raw, cased.lower(), cased, starts, origins)


def lowered(name: str) -> str:
    """A bare name as `fold` would have it."""
    return _DROPPED.sub("", name).translate(_PLAIN).lower()


def unpaired_marks(raw: str) -> str:
    """The emphasis marks inside a name whose partner stands outside it: they stay, or the Markdown breaks."""
    marks = [] if raw.isalnum() else _MARKS.findall(raw)
    return "".join(mark for mark in dict.fromkeys(marks) if marks.count(mark) % 2)
