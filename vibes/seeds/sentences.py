"""Sentences with labels, on which measurements of sycophancy are measured themselves: the held-out half, written for this
project or drawn from the seed bank's answers, that no lexicon was made from. Where they come from stands in docs/features.md."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NAME = "sentences.jsonl"


@dataclass(frozen=True)
class Labelled:
    """A sentence, or a short answer where its place matters. `tone`: it praises the user or what is theirs. `stance`: it sides
    with what the user thinks, or calls what the user feels or did right. `source`: written, or drawn."""

    text: str
    tone: bool
    stance: bool
    source: str


@cache
def labelled() -> tuple[Labelled, ...]:
    """All of them, in the file's order."""
    lines = Path(__file__).with_name(NAME).read_text(encoding="utf-8").splitlines()
    return tuple(Labelled(**json.loads(line)) for line in lines)
