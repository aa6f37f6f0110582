"""Judgements from a file or a known folder, as columns of the judgement frame."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from vibes.datasets import llmfao
from vibes.datasets.errors import DatasetError, Place
from vibes.datasets.frame_columns import ANSWERS, reader_of
from vibes.datasets.judgement_columns import JudgementColumns
from vibes.datasets.text_rows import Row, csv_rows, jsonl_rows

_REPORT_EVERY = 1_000


def read_judgements(path: Path, progress: Callable[[int], None] | None = None) -> JudgementColumns:
    """Read a .jsonl, .ndjson, .csv or .parquet file in the judgement frame, or an LLMFAO folder.

    Returns a dict of columns (name: cells, typed, None where empty), with `rows`, `first_row` and `ignored` beside.
    `progress` is told the number of judgements read so far, now and then and at the end. Checks each cell by itself;
    what must hold between cells is the judgement frame's to say. Raises DatasetError with place and mend.
    """
    columns = JudgementColumns(path.name)
    try:
        for row, record in _rows(path):
            columns.add(row, record)
            if progress and len(columns.rows) % _REPORT_EVERY == 0:
                progress(len(columns.rows))
    except OSError as error:
        raise DatasetError(*_unopened(error), Place(str(path))) from None
    if progress:
        progress(len(columns.rows))
    return columns.finish()


def _rows(path: Path) -> Iterator[Row]:
    if path.is_dir():
        return _folder(path)
    if path.exists() and not path.is_file():
        raise DatasetError("this is not a plain file", "Give the path of a file", Place(str(path)))
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        problem = f"{path.suffix or 'a name without an ending'} is not a kind of file that is read here"
        raise DatasetError(problem, "Give a .jsonl, .csv or .parquet file, unpacked", Place(str(path)))
    return kind(path)


def _folder(path: Path) -> Iterator[Row]:
    if llmfao.is_here(path):
        return llmfao.rows(path)
    mend = f"Give a file, or a folder that holds {' and '.join(llmfao.FILES)}"
    raise DatasetError("this folder is of no known kind", mend, Place(str(path)))


def _jsonl(path: Path) -> Iterator[Row]:
    with path.open("rb") as stream:
        yield from jsonl_rows(stream, path.name)


def _csv(path: Path) -> Iterator[Row]:
    with path.open("rb") as stream:
        for number, record in csv_rows(stream, path.name):
            yield number, _with_empty_answers(record)


def _with_empty_answers(record: Mapping[str, object]) -> Mapping[str, object]:
    """CSV cannot tell an empty answer from none; beside an answer that is there, it is an empty one."""
    there = [name for name in ANSWERS if record.get(name) is not None]
    if len(there) != 1:
        return record
    return {**record, **{name: "" for name in ANSWERS if name in record and name not in there}}


def _parquet(path: Path) -> Iterator[Row]:
    # Loading pyarrow takes a good part of a second, which only a Parquet file is worth.
    from vibes.datasets.parquet_rows import parquet_rows

    with path.open("rb") as stream:
        yield from parquet_rows(stream, path.name, lambda name: reader_of(name) is not None)


_KINDS: Mapping[str, Callable[[Path], Iterator[Row]]] = {
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".csv": _csv,
    ".parquet": _parquet,
}


def _unopened(error: OSError) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError):
        return "there is no such file", "Check the path"
    if isinstance(error, PermissionError):
        return "the file may not be read", "Give yourself the right to read it"
    return f"the file cannot be read ({error.strerror or error})", "Check the disk and the path"
