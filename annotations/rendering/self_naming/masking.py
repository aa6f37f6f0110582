"""The masking itself: what stands in a name's place."""

from collections.abc import Collection
from dataclasses import dataclass

from annotations.rendering.self_naming.folding import Folded, fold, unpaired_marks
from annotations.rendering.self_naming.reader import Span, reader_of
from annotations.rendering.self_naming.reading import Reading

MASK = "[name]"
MAX_NAMES = 10_000
"""A text with more names than this is not read: every one of them is masked."""


@dataclass(frozen=True, slots=True)
class Masked:
    text: str
    masked: int
    """How many names were replaced."""


def mask(text: str, names: Collection[str] = ()) -> Masked:
    """The text with the speaker's own names as [name], and how many they were.

    `names`: further names to know, such as a study's endpoints and their models. One that is an ordinary word is masked
    only with a capital and where a name must stand ("my name is Plain"); one letter or a word like "assistant" never.
    Takes time in proportion to the text. Masking twice changes nothing.
    """
    reader = reader_of(frozenset(names))
    folded = fold(text, reader.name.fullmatch)
    names_there = list(reader.name.finditer(folded.text))
    if not names_there:
        return Masked(text, 0)
    if len(names_there) > MAX_NAMES:
        return _replaced(folded, [name.span() for name in names_there])
    return _replaced(folded, sorted(set(Reading(reader, folded, names_there).own_names())))


def _replaced(folded: Folded, spans: list[Span]) -> Masked:
    raw, pieces, last = folded.raw, [], 0
    for start, end in (folded.span(*span) for span in spans):
        pieces += [raw[last:start], MASK, unpaired_marks(raw[start:end])]
        last = end
    return Masked("".join([*pieces, raw[last:]]), len(spans))
