"""JSONL and CSV as rows: (number of the row, its cells by name), one at a time, from a stream of bytes.

The number is the one a person sees: the line of a JSONL file; the record of a CSV file, its header being 1.
"""

import csv
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from vibes.datasets.cells import LARGEST_CELL
from vibes.datasets.errors import DatasetError, Place, shortened

Row = tuple[int, Mapping[str, object]]

# In bytes: room for two answers of the largest size.
LONGEST_LINE = 4 * LARGEST_CELL

# The limit is the process's; Python's own (131,072) is smaller than a long answer.
csv.field_size_limit(LARGEST_CELL)

_LONE_CR = re.compile("(?<=\r)(?!\n|$)")
_FOREIGN = (
    (b"\x1f\x8b", "gzip data", "Unpack it first"),
    (b"PK\x03\x04", "a zip archive or a spreadsheet", "Unpack it first, or save the sheet as CSV"),
    (b"\x28\xb5\x2f\xfd", "zstd data", "Unpack it first"),
    (b"BZh", "bzip2 data", "Unpack it first"),
    (b"\xfd7zXZ", "xz data", "Unpack it first"),
    (b"PAR1", "a Parquet file", "Name it .parquet"),
    (b"\xff\xfe", "UTF-16 text", "Save it as UTF-8"),
    (b"\xfe\xff", "UTF-16 text", "Save it as UTF-8"),
)


def numbered_lines(stream: BinaryIO, file: str) -> Iterator[tuple[int, str]]:
    """(number, line with its end) of UTF-8 text, with or without a byte order mark; lines end at LF, CRLF or CR.

    Bytes that are not UTF-8 become half characters, so that `cells.sound` can name the row and the column of each.
    Raises DatasetError for what is no text at all and for a line without end.
    """
    number = 0
    while data := stream.readline(LONGEST_LINE):
        if number == 0:
            _refuse_foreign(data, file)
        if len(data) == LONGEST_LINE:
            problem = f"the line is longer than {LONGEST_LINE:,} bytes"
            raise DatasetError(problem, "Write one row a line", Place(file, number + 1))
        for line in _LONE_CR.split(data.decode("utf-8-sig" if number == 0 else "utf-8", "surrogateescape")):
            number += 1
            yield number, line


def _refuse_foreign(head: bytes, file: str) -> None:
    for magic, what, mend in _FOREIGN:
        if head.startswith(magic):
            raise DatasetError(f"this is {what} under the name of a text file", mend, Place(file))


def jsonl_rows(stream: BinaryIO, file: str) -> Iterator[Row]:
    """One JSON object a line; blank lines are skipped. NaN reads as null."""
    for number, line in numbered_lines(stream, file):
        if line.strip():
            yield number, _object(line, Place(file, number))


def _object(line: str, place: Place) -> dict[str, object]:
    try:
        value = json.loads(line, parse_constant=_constant)
    except RecursionError:
        raise DatasetError("the JSON is nested too deeply", "Write one flat object a line", place) from None
    except ValueError as error:
        raise DatasetError(
            f"this is not JSON ({shortened(error)})", "Write one object a line", place
        ) from None
    if not isinstance(value, dict):
        what = "an array" if isinstance(value, list) else "a bare value"
        raise DatasetError(
            f"the line holds {what}, not an object", 'Write one object a line: {"…": …}', place
        )
    return value


def _constant(text: str) -> float | None:
    return None if text == "NaN" else float(text)


def csv_rows(stream: BinaryIO, file: str) -> Iterator[Row]:
    """One record a row under a header; an empty cell is None. Commas, or semicolons or tabs where the header has no comma."""
    records = _records(stream, file)
    header: list[str] = []
    for number, record in records:
        if not any(record):
            continue
        if header:
            yield number, _cells(header, record, Place(file, number))
        else:
            header = _header(record, Place(file, number))


def _records(stream: BinaryIO, file: str) -> Iterator[tuple[int, list[str]]]:
    lines = (line for _, line in numbered_lines(stream, file))
    first = next(lines, "")
    reader = csv.reader(itertools.chain([first], lines), delimiter=_delimiter(first), strict=True)
    for number in itertools.count(1):
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise _unreadable(error, Place(file, number)) from None
        if record is None:
            return
        yield number, record


def _unreadable(error: csv.Error, place: Place) -> DatasetError:
    if "field limit" in str(error):
        problem = f"a cell is larger than {LARGEST_CELL:,} characters, or a quotation mark is never closed"
        return DatasetError(problem, "Close the quotation mark, or shorten the cell", place)
    mend = "Put quotation marks around a cell that holds a comma, a quotation mark or a line break, and double those inside"
    return DatasetError(f"this is not CSV ({error})", mend, place)


def _delimiter(first_line: str) -> str:
    others = [mark for mark in ";\t" if mark in first_line]
    return others[0] if others and "," not in first_line else ","


def _header(record: list[str], place: Place) -> list[str]:
    names = [cell.strip() for cell in record]
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice:
        raise DatasetError(
            "the header has this column twice", "Rename one", Place(place.file, place.row, twice)
        )
    return names


def _cells(header: list[str], record: list[str], place: Place) -> dict[str, object]:
    if len(record) != len(header):
        problem = f"the row has {len(record)} cells where the header has {len(header)}"
        raise DatasetError(problem, "Give every row as many cells as the header", place)
    return {name: cell or None for name, cell in zip(header, record, strict=True)}
