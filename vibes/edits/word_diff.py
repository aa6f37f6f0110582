"""Two texts as what stayed, what went and what came, by words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\w+(?:['’-]\w+)*\s*|[^\w\s]+\s*|\s+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
MOST_WORDS = 3_000
MOST_LINES = 1_000
"""Of one side, between what both texts begin and end with. Beyond the first, lines are compared, and beyond the second
nothing is: difflib takes the square of the length at worst."""


@dataclass(frozen=True)
class Piece:
    """A run of text: "same", "removed" (of the original alone) or "added" (of the edited text alone)."""

    kind: str
    text: str


def word_diff(original: str, edited: str) -> tuple[Piece, ...]:
    """The pieces in order; same and removed joined are the original, same and added the edited text."""
    return tuple(_merged(_compared(_WORDS.findall(original), _WORDS.findall(edited), MOST_WORDS)))


def _compared(a: list[str], b: list[str], most: int) -> Iterator[Piece]:
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    first, second = a[head : len(a) - tail], b[head : len(b) - tail]
    yield Piece("same", "".join(a[:head]))
    if max(len(first), len(second)) <= most:
        yield from _matched(first, second)
    elif most == MOST_WORDS:
        yield from _compared(_LINES.findall("".join(first)), _LINES.findall("".join(second)), MOST_LINES)
    else:
        yield from _changed(first, second)
    yield Piece("same", "".join(a[len(a) - tail :]))


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many words both begin with."""
    shorter = min(len(a), len(b))
    return next((place for place in range(shorter) if a[place] != b[place]), shorter)


def _matched(a: list[str], b: list[str]) -> Iterator[Piece]:
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(a[a1:a2]))
        else:
            yield from _changed(a[a1:a2], b[b1:b2])


def _changed(a: Sequence[str], b: Sequence[str]) -> Iterator[Piece]:
    yield Piece("removed", "".join(a))
    yield Piece("added", "".join(b))


def _merged(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Without empty pieces; neighbours of one kind are one."""
    last: Piece | None = None
    for piece in filter(lambda piece: piece.text, pieces):
        if last is None:
            last = piece
        elif last.kind == piece.kind:
            last = Piece(piece.kind, last.text + piece.text)
        else:
            yield last
            last = piece
    if last is not None:
        yield last
