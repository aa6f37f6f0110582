"""Prompts from a file or a pasted text."""

import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import BinaryIO

from vibes.datasets.errors import DatasetError, Place
from vibes.datasets.prompt_rows import PromptRow, content_hash, prompt_row, said_row, text_row
from vibes.datasets.text_rows import csv_rows, jsonl_rows, numbered_lines

__all__ = ["PromptRow", "content_hash", "read_pasted", "read_prompts"]

MOST_PROMPTS = 20_000
SEPARATOR = "---"
# Between two turns of the user in a pasted prompt: the second is asked when the first is answered.
NEXT_TURN = "+++"

# (number of the row in the file, prompt)
Numbered = Iterator[tuple[int, PromptRow]]


def read_prompts(name: str, data: bytes) -> tuple[PromptRow, ...]:
    """The prompts of an uploaded file: .txt (one a line), .csv, .jsonl or .ndjson, told by the end of its name.

    Raises DatasetError with file, row, column and value.
    """
    file = PurePath(name).name
    kind = _KINDS.get(PurePath(name).suffix.lower())
    if kind is None:
        raise DatasetError(
            "this is not a kind of file that is read here", "Give a .txt, .csv or .jsonl file", Place(file)
        )
    return _collected(kind(io.BytesIO(data), file), Place(file))


def read_pasted(text: str) -> tuple[PromptRow, ...]:
    """The prompts of a pasted text: one a line, or, where a line holds `---` alone, all that stands between two of those.

    Inside such a prompt a line that holds `+++` alone ends a turn of the user; what follows is the next one, asked when
    the first is answered. A text with `+++` and no `---` is one prompt. Raises DatasetError with the row: the number of
    the line.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    numbered = list(enumerate(lines, start=1))
    if any(line.strip() in (SEPARATOR, NEXT_TURN) for line in lines):
        return _collected(_rows_of_blocks(_blocks(numbered), Place()), Place())
    return _collected(_rows_of(iter(numbered), Place()), Place())


def _blocks(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """(number of the first line, text) of each block between separators."""
    block: list[tuple[int, str]] = []
    for number, line in [*lines, (0, SEPARATOR)]:
        if line.strip() != SEPARATOR:
            block.append((number, line))
            continue
        if block:
            yield block[0][0], "\n".join(text for _, text in block)
        block = []


def _rows_of(texts: Iterator[tuple[int, str]], place: Place) -> Numbered:
    told = ((number, text.strip()) for number, text in texts)
    for nth, (number, text) in enumerate(((number, text) for number, text in told if text), start=1):
        yield number, text_row(text, nth, place.at_row(number))


def _rows_of_blocks(blocks: Iterator[tuple[int, str]], place: Place) -> Numbered:
    told = ((number, text) for number, text in blocks if text.strip())
    for nth, (number, text) in enumerate(told, start=1):
        yield number, said_row(_turns(text), nth, place.at_row(number))


def _turns(block: str) -> list[str]:
    """The texts between the lines that hold `+++` alone."""
    turns: list[list[str]] = [[]]
    for line in block.split("\n"):
        if line.strip() == NEXT_TURN:
            turns.append([])
        else:
            turns[-1].append(line)
    return ["\n".join(lines).strip() for lines in turns]


def _txt(stream: BinaryIO, file: str) -> Numbered:
    return _rows_of(numbered_lines(stream, file), Place(file))


def _csv(stream: BinaryIO, file: str) -> Numbered:
    return _from_records(csv_rows(stream, file), file)


def _jsonl(stream: BinaryIO, file: str) -> Numbered:
    return _from_records(jsonl_rows(stream, file), file)


def _from_records(records: Iterator[tuple[int, Mapping[str, object]]], file: str) -> Numbered:
    for nth, (number, record) in enumerate(records, start=1):
        yield number, prompt_row(record, nth, Place(file, number))


_KINDS: Mapping[str, Callable[[BinaryIO, str], Numbered]] = {
    ".txt": _txt,
    ".csv": _csv,
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
}


def _collected(rows: Numbered, place: Place) -> tuple[PromptRow, ...]:
    found: dict[str, PromptRow] = {}
    for number, row in rows:
        if row.reference in found:
            where = Place(place.file, number, "id", row.reference)
            raise DatasetError("this id stands on an earlier row", "Give each prompt its own id", where)
        if len(found) == MOST_PROMPTS:
            raise DatasetError(
                f"there are more than {MOST_PROMPTS:,} prompts", "Split the list", place.at_row(number)
            )
        found[row.reference] = row
    if not found:
        raise DatasetError("there are no prompts in it", "Give at least one", place)
    return tuple(found.values())
