"""An answer's source in the blocks that the page shows, with their places, and a paragraph's in sentences."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from markdown_it.token import Token

from annotations.rendering import parse
from vibes.edits.edited import NotPossible
from vibes.features.length import words
from vibes.features.reading import read

_CUT = re.compile(r"[.!?…][\"'”’»)\]*_]*(\s+)(?=[^\sa-z])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|etc|approx|no|nos|vol|fig|eq|pp?|mr|mrs|ms|dr|prof|st|sr|jr|inc|ltd)|\b[A-Z]|(?:^|\s)\d{1,3})\.$",
    re.IGNORECASE,
)
NEW_LINE = "\n"
MOST_CHARACTERS = 4_000
"""Of a paragraph that is parted: each cut is tried by a parse, which takes the square of the length."""
_HAS_A_WORD = re.compile(r"\w")
_SPACES = re.compile(r"\s+")
_ENDS = {"“": "”", "«": "»", "(": ")", "[": "]"}


@dataclass(frozen=True)
class Block:
    """A block of the first level: its token's type, and the place of its lines in the source."""

    kind: str
    start: int
    end: int
    token: Token


def whole(text: str) -> str:
    """The source with line ends as the parser reads them. Raises NotPossible where not all of it is shown."""
    source = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    tokens = parse(source)
    if not length(source):
        raise NotPossible("The answer has no words.")
    if any(token.type in ("shortened", "plain_text") for token in tokens):
        raise NotPossible("The answer is too long or too deep to be parsed as a whole.")
    return source


def blocks(source: str) -> list[Block]:
    """The blocks of the first level, in order, without the blank lines between them."""
    lines = source.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    return [
        Block(kind, starts[first], starts[first] + len("\n".join(lines[first:last]).rstrip()), token)
        for token in parse(source)
        if token.level == 0 and token.nesting >= 0 and token.map
        for kind, (first, last) in [(token.type.removesuffix("_open"), token.map)]
    ]


def paragraphs(source: str) -> list[Block]:
    """The paragraphs of the first level."""
    return [block for block in blocks(source) if block.kind == "paragraph"]


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph's source, white space between them left out.

    A cut is made only where both halves, each parsed alone, show the words of the whole: never inside code, a
    formula, a span of emphasis, a quotation or brackets. A paragraph beyond `MOST_CHARACTERS` is one sentence.
    """
    found, rest = [], paragraph.strip()
    if len(rest) > MOST_CHARACTERS:
        return [rest]
    while (end := next(_ends(rest), None)) is not None:
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*found, rest]


def shown(source: str) -> str:
    """What a rater reads of a source, in single spaces."""
    return _SPACES.sub(" ", read(source).visible).strip()


def length(source: str) -> int:
    """Words that a rater reads, code included: the feature `length_words`."""
    return words(read(source))


def replaced(source: str, block: Block, by: str) -> str:
    """The source with a block's lines replaced; with nothing, its blank lines go too."""
    after = source[block.end :]
    return source[: block.start] + by + (after if by else after.lstrip(NEW_LINE))


def led_by(source: str, sentence: str, *, apart: bool = False) -> str:
    """The source with a sentence before it: in its first paragraph, or in one of its own.

    Its own where it is to stand apart, and where the answer begins with verse, a heading, a list or code.
    """
    first = blocks(source)[0]
    own = source[first.start : first.end].strip()
    joined = f"{sentence} {own}"
    if (
        not apart
        and first.kind == "paragraph"
        and NEW_LINE not in own
        and shown(joined) == f"{sentence} {shown(own)}"
    ):
        return replaced(source, first, joined)
    return f"{sentence}\n\n{source.lstrip(NEW_LINE)}"


def _ends(text: str) -> Iterator[int]:
    """Where the first sentence may end, nearest first."""
    matches = list(_CUT.finditer(text))
    target = shown(text) if matches else ""
    for match in matches:
        left, right = text[: match.start(1)], text[match.end(1) :]
        if (
            _HAS_A_WORD.search(right)
            and _closed(left)
            and not _ABBREVIATED.search(left)
            and f"{shown(left)} {shown(right)}" == target
        ):
            yield match.end(1)


def _closed(text: str) -> bool:
    """Whether no quotation mark and no bracket stands open."""
    return text.count('"') % 2 == 0 and all(text.count(a) <= text.count(b) for a, b in _ENDS.items())
