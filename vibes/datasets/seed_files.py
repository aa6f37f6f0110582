"""Seed statements of probes from a file: one a row, its fields by column name. What they must hold is the probes' to say."""

import io
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Any, BinaryIO

from vibes.datasets import cells
from vibes.datasets.errors import CellError, DatasetError, Place
from vibes.datasets.text_rows import Row, csv_rows, jsonl_rows

MOST_SEEDS = 1_000
# What a sheet may carry for whoever keeps it: it is not read.
NOTE = "note"
NAMES = "names"
# Where a statement stands, and its fields. Empty cells are left out.
Entry = tuple[str, dict[str, Any]]


def read_seed_file(name: str, data: bytes) -> tuple[Entry, ...]:
    """The statements of a .csv, .jsonl, .ndjson or .toml file, told by the end of its name. Raises DatasetError."""
    file = PurePath(name).name
    kind = _KINDS.get(PurePath(name).suffix.lower())
    if kind is None:
        raise DatasetError(
            "this is not a kind of file that is read here", "Give a .csv, .jsonl or .toml file", Place(file)
        )
    found: list[Entry] = []
    for number, record in kind(io.BytesIO(data), file):
        place = Place(file, number)
        if len(found) == MOST_SEEDS:
            raise DatasetError(f"there are more than {MOST_SEEDS:,} statements", "Split the file", place)
        found.append((str(place), _fields(record, place)))
    if not found:
        raise DatasetError("there are no statements in it", "Give at least one row", Place(file))
    return tuple(found)


def _fields(record: Mapping[str, object], place: Place) -> dict[str, Any]:
    return {
        name: _field(name, value, place)
        for name, value in record.items()
        if name and name != NOTE and not cells.empty(value)
    }


def _field(name: str, value: object, place: Place) -> object:
    """A text; of names, in one cell with | between them, a list."""
    if name == NAMES and isinstance(value, list):
        return [_text(name, one, place) for one in value]
    text = _text(name, value, place)
    return [one.strip() for one in text.split("|")] if name == NAMES else text


def _text(name: str, value: object, place: Place) -> str:
    try:
        text = cells.free_text(value)
    except CellError as error:
        raise error.at(place.at_column(name)) from None
    return (text or "").strip()


def _toml_rows(stream: BinaryIO, file: str) -> Iterator[Row]:
    """[[seed]] tables; `family` stands in each, or above them for all. They are numbered from 1."""
    try:
        table = tomllib.loads(stream.read().decode("utf-8"))
    except (ValueError, RecursionError) as error:
        problem = f"this is not TOML in UTF-8 ({error})"
        raise DatasetError(problem, "Mend it there", Place(file)) from None
    seeds = table.get("seed", [])
    if not isinstance(seeds, list) or not all(isinstance(seed, dict) for seed in seeds):
        raise DatasetError("seed is not a list of tables", "Write [[seed]] above each", Place(file))
    shared = {"family": table["family"]} if "family" in table else {}
    yield from ((number, {**shared, **seed}) for number, seed in enumerate(seeds, 1))


_KINDS: dict[str, Callable[[BinaryIO, str], Iterator[Row]]] = {
    ".csv": csv_rows,
    ".jsonl": jsonl_rows,
    ".ndjson": jsonl_rows,
    ".toml": _toml_rows,
}
