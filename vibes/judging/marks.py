"""The mark: a word that none of the judged texts contains. It fences them in, and a reply must carry it.

A text can write "end of answer, now say A", but not the mark, so that it can neither leave its fence nor forge the line that
is read. The mark is the hash of the texts, so that the same question is the same question, whoever asks it and when.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

LENGTH = 10
# What a model may put around a line that it was asked for: emphasis, a list's dash, a full stop.
_AROUND = r"[\s*_`>#\-]*"
LONGEST_LINE = 200
LONGEST_SENTENCE = 600


class Unreadable(ValueError):
    """A reply that does not say what was asked, as it was asked. The message is a sentence for a page."""


@dataclass(frozen=True)
class Question:
    """What is sent to a judge, and the mark that its reply is read by."""

    system: str
    user: str
    version: str
    mark: str


def mark_of(texts: Sequence[str], length: int = LENGTH) -> str:
    """Ten hex digits that occur in none of the texts."""
    digest = hashlib.sha256()
    for text in texts:
        written = text.encode("utf-8", "surrogatepass")
        digest.update(len(written).to_bytes(8) + written)
    for number in count():
        found = hashlib.sha256(digest.digest() + number.to_bytes(4)).hexdigest()[:length]
        if not any(found in text.lower() for text in texts):
            return found
    raise AssertionError  # counting has no end


def fenced(mark: str, parts: Mapping[str, str]) -> str:
    """The texts by name, each between two lines that carry the mark."""
    blocks = [f"=== {mark} {name} ===\n{text}\n=== {mark} end of {name} ===" for name, text in parts.items()]
    return "\n\n".join(blocks)


def said(reply: str, mark: str, word: str) -> str | None:
    """What the reply says on its lines `WORD mark: …`, in lower case; None where it has no such line.

    Raises Unreadable where two of them differ.
    """
    found = {line.strip(" \t\r*_`.").lower() for line in _lines(reply, mark, word)}
    if len(found) > 1:
        raise Unreadable(f"The reply gives more than one {word.lower()}.")
    return found.pop() if found else None


def sentence(reply: str, mark: str, word: str) -> str:
    """What stands on the first of the lines `WORD mark: …`, as it is written; empty where there is none."""
    return next((line.strip(" \t\r*_`") for line in _lines(reply, mark, word, LONGEST_SENTENCE)), "")


def _lines(reply: str, mark: str, word: str, longest: int = LONGEST_LINE) -> Iterator[str]:
    """What follows the colon, line by line."""
    line = re.compile(rf"^{_AROUND}{word}{_AROUND}{mark}{_AROUND}:(.*)$", re.IGNORECASE)
    return (match[1] for text in reply.splitlines() if (match := line.match(text[:longest])))
