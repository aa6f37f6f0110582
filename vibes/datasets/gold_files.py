"""Comparisons with a known answer from a file, gold or for training: a prompt, the better answer, the worse one."""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import BinaryIO

from vibes.datasets import cells, jsonl
from vibes.datasets.errors import CellError, DatasetError, Place
from vibes.datasets.prompt_rows import prompt_row
from vibes.datasets.text_rows import Row, csv_rows, jsonl_rows
from vibes.datasets.turns import Turn, parts_of, turns_of

MOST_GOLDS = 10_000
# An answer longer than this would be shortened on the rating page, and a gold must be shown whole.
LONGEST_ANSWER = 100_000
LONGEST_EXPLANATION = 5_000
REQUIRED = ("prompt", "better", "worse")
# `note` is for whoever keeps the file: it is not stored.
KNOWN = (*REQUIRED, "prompt_class", "explanation", "note")


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A prompt's turns, and two answers of which the first is expected to win: a text, or the turns of a transcript.
    `number` is its row in the file."""

    prompt: tuple[Turn, ...]
    better: str | tuple[Turn, ...]
    worse: str | tuple[Turn, ...]
    prompt_class: str = ""
    explanation: str = ""
    number: int = 0

    @property
    def content_hash(self) -> str:
        """SHA-256, in hexadecimal, of what a rater would judge by, class and explanation aside."""
        said = {"prompt": self.prompt, "better": self.better, "worse": self.worse}
        return hashlib.sha256(jsonl.line(said)).hexdigest()


def read_gold(name: str, data: bytes) -> tuple[GoldRow, ...]:
    """The comparisons of a .jsonl, .ndjson or .csv file, told by the end of its name.

    Raises DatasetError with file, row, column and value.
    """
    file = PurePath(name).name
    kind = _KINDS.get(PurePath(name).suffix.lower())
    if kind is None:
        raise DatasetError(
            "this is not a kind of file that is read here", "Give a .csv or .jsonl file", Place(file)
        )
    found: dict[str, GoldRow] = {}
    rows: dict[str, int] = {}
    for number, record in kind(io.BytesIO(data), file):
        place = Place(file, number)
        row = replace(gold_row(record, place), number=number)
        said = row.content_hash
        if said in found:
            raise DatasetError(f"row {rows[said]} says the same", "Remove one of them", place)
        if len(found) == MOST_GOLDS:
            raise DatasetError(f"there are more than {MOST_GOLDS:,} comparisons", "Split the file", place)
        found[said], rows[said] = row, number
    if not found:
        raise DatasetError("there are no comparisons in it", "Give at least one row", Place(file))
    return tuple(found.values())


def gold_row(record: Mapping[str, object], place: Place) -> GoldRow:
    """One comparison from its cells by column name. Raises DatasetError at `place`, with the column."""
    unknown = [name for name in record if name and name not in KNOWN]
    absent = [name for name in REQUIRED if name not in record]
    if absent or unknown:
        wrong = f"there is no column {absent[0]}" if absent else "this column is not read here"
        mend = f"The columns are {', '.join(REQUIRED)} and, if you like, prompt_class, explanation and note"
        raise DatasetError(wrong, mend, place.at_column(absent[0] if absent else unknown[0]))
    asked = prompt_row({"prompt": record["prompt"], "class": record.get("prompt_class")}, 1, place)
    better, worse = (_read(record[name], place.at_column(name)) for name in ("better", "worse"))
    if _same(better, worse):
        raise DatasetError(
            "both answers are the same", "Write two, of which one is clearly better", place.at_column("worse")
        )
    told = _explanation(record.get("explanation"), place.at_column("explanation"))
    return GoldRow(asked.turns, better, worse, asked.prompt_class, told)


def _same(better: str | tuple[Turn, ...], worse: str | tuple[Turn, ...]) -> bool:
    if isinstance(better, str) and isinstance(worse, str):
        return better.split() == worse.split()
    return better == worse


def _read(value: object, place: Place) -> str | tuple[Turn, ...]:
    try:
        return _transcript(value) if isinstance(value, list) else _answer(value)
    except CellError as error:
        raise error.at(place) from None


def _transcript(value: list[object]) -> tuple[Turn, ...]:
    """The turns of one side, such as an agent's with its tool steps."""
    turns = turns_of(value)
    if (turns[0]["role"], turns[-1]["role"]) != ("assistant", "assistant"):
        raise CellError("the side is no answer", "Let it begin and end with the assistant's turn")
    _answer(turns[-1]["content"])
    size = sum(len(cells.sound(part)) for turn in turns for part in parts_of(turn))
    if size > LONGEST_ANSWER:
        raise CellError(f"the answer has {size:,} characters", f"Keep it within {LONGEST_ANSWER:,}")
    return turns


def _answer(value: object) -> str:
    """A text with something to be seen in it. A number is written out."""
    text = cells.free_text(value) or ""
    if not any(char.isprintable() and not char.isspace() for char in text):
        raise CellError("the answer is empty", "Write it, or remove the row")
    if len(text) > LONGEST_ANSWER:
        raise CellError(f"the answer has {len(text):,} characters", f"Keep it within {LONGEST_ANSWER:,}")
    return text


def _explanation(value: object, place: Place) -> str:
    try:
        text = (cells.free_text(value) or "").strip()
    except CellError as error:
        raise error.at(place) from None
    if len(text) > LONGEST_EXPLANATION:
        most = f"Keep it within {LONGEST_EXPLANATION:,}"
        raise DatasetError(f"it has {len(text):,} characters", most, place)
    return text


_KINDS: Mapping[str, Callable[[BinaryIO, str], Iterator[Row]]] = {
    ".csv": csv_rows,
    ".jsonl": jsonl_rows,
    ".ndjson": jsonl_rows,
}
