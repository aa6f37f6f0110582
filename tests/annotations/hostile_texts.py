"""The corpus of hostile answers in tests/data/hostile_texts.jsonl: one a line, with what a rater must still read of it.

`text` is the answer; in its place a huge one has `repeat`, a unit so many times between `before` and `after`. `shows`
is a piece of the rendered words. A payload that runs sets `window.__pwned` or asks https://evil.example for something.
"""

import json
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[1] / "data" / "hostile_texts.jsonl"
# Made to cost time or depth: each has a page to itself.
ALONE = {"huge", "deep"}


@dataclass(frozen=True)
class HostileText:
    name: str
    family: str
    text: str
    shows: str

    @property
    def alone(self) -> bool:
        return self.family in ALONE

    def __str__(self) -> str:
        return f"{self.family}: {self.name}"


def corpus() -> list[HostileText]:
    with CORPUS.open() as lines:
        rows = [json.loads(line) for line in lines]
    return [HostileText(row["name"], row["family"], _text(row), row["shows"]) for row in rows]


def _text(row: dict[str, object]) -> str:
    if "text" in row:
        return str(row["text"])
    repeat = row["repeat"]
    assert isinstance(repeat, dict)
    return f"{repeat.get('before', '')}{repeat['unit'] * repeat['times']}{repeat.get('after', '')}"


def as_seen(text: str) -> str:
    """A text as two readings of it are compared: every run of white space is one space."""
    return " ".join(text.split())
