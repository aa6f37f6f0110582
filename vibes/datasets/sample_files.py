"""Sampled answers from a file: one row a sample, with its score, its gold, whether it is correct, and what it cost."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from vibes.datasets import cells
from vibes.datasets.errors import CellError, DatasetError, Place, shortened
from vibes.datasets.text_rows import Row, csv_rows, jsonl_rows

# Five models with a thousand samples on a thousand prompts.
MOST_ROWS = 5_000_000
_REPORT_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class SampleColumn:
    """One column: `read` turns a cell into its value, `meaning` is its line in docs/formats.md."""

    read: cells.Reader
    meaning: str
    required: bool = False
    called_elsewhere: tuple[str, ...] = ()


def _not_negative(value: object) -> float | None:
    found = cells.number(value)
    if found is not None and found < 0.0:
        raise CellError("this is below 0", "Write 0 or a number above it, or leave it empty")
    return found


SAMPLE_COLUMNS: Mapping[str, SampleColumn] = MappingProxyType(
    {
        "prompt_id": SampleColumn(
            cells.name, "id of the prompt", True, ("prompt", "question_id", "question", "id")
        ),
        "model": SampleColumn(
            cells.name, "name of the model that answered", True, ("endpoint", "model_name", "model_id")
        ),
        "sample": SampleColumn(
            cells.name,
            "number or name of the sample, unique for its prompt and model",
            True,
            ("sample_id", "index", "n", "k", "repeat", "epoch"),
        ),
        "score": SampleColumn(
            cells.number, "what the best of n is picked by: a reward model's or a preference score"
        ),
        "gold": SampleColumn(
            cells.number, "quality measured independently of the score (correct is taken where there is none)"
        ),
        "correct": SampleColumn(cells.boolean, "whether the answer is right"),
        "reasoning_tokens": SampleColumn(_not_negative, "tokens of reasoning that the reader does not see"),
        "visible_tokens": SampleColumn(_not_negative, "tokens of the answer"),
        "price": SampleColumn(_not_negative, "price of the sample, in one currency throughout"),
        "eval": SampleColumn(
            cells.number, "benchmark score of the model, higher is better (the mean of its rows is taken)"
        ),
        "released": SampleColumn(
            cells.moment, "day on which the model was released, such as 2026-01-31, the same in all its rows"
        ),
        "kl": SampleColumn(
            _not_negative,
            "KL of the model from where its training started, in nats, the same in all its rows; 0 for the start",
        ),
        "series": SampleColumn(cells.name, "name of the training run that a model with kl belongs to"),
    }
)
REQUIRED = tuple(name for name, column in SAMPLE_COLUMNS.items() if column.required)


class SampleColumns(dict[str, list[object]]):
    """Column name: cells, typed, None where empty; all of one length, columns without a value left out.

    `rows` holds the row of each sample in the file, `ignored` the names of further columns that hold no numbers.
    """

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.rows: list[int] = []
        self.ignored: set[str] = set()

    @property
    def first_row(self) -> int:
        """The row in the file of the first sample."""
        return self.rows[0]

    def add(self, row: int, record: Mapping[str, object]) -> None:
        """Take in one sample. Raises DatasetError for the first cell that is wrong."""
        if len(self.rows) == MOST_ROWS:
            problem = f"there are more than {MOST_ROWS:,} samples"
            raise DatasetError(problem, "Split the file", Place(self.file, row))
        for name, value in record.items():
            if name and name not in self.ignored:
                self._add_cell(row, name, value)
        for name in REQUIRED:
            if len(self.get(name, ())) == len(self.rows):
                raise self._missing(row, name, record)
        self.rows.append(row)

    def finish(self) -> "SampleColumns":
        """Bring all columns to one length. Raises DatasetError where there is no row."""
        if not self.rows:
            raise DatasetError("there are no samples in it", "Give at least one row", Place(self.file))
        for column in self.values():
            column.extend([None] * (len(self.rows) - len(column)))
        return self

    def _add_cell(self, row: int, name: str, value: object) -> None:
        known = SAMPLE_COLUMNS.get(name)
        try:
            cell = (known.read if known else cells.number)(value)
        except CellError as error:
            if known is None and name not in self:
                # Its first value is no number: a column of something else, such as the text of the answer.
                self.ignored.add(name)
                return
            raise error.at(Place(self.file, row, name, value)) from None
        if cell is not None:
            column = self.setdefault(name, [])
            column.extend([None] * (len(self.rows) - len(column)))
            column.append(cell)

    def _missing(self, row: int, name: str, record: Mapping[str, object]) -> DatasetError:
        absent = [required for required in REQUIRED if required not in record]
        if not absent:
            mend = f"Write the {SAMPLE_COLUMNS[name].meaning}"
            return DatasetError("the cell is empty", mend, Place(self.file, row, name))
        there = ", ".join(shortened(found) for found in list(record)[:40]) or "none"
        problem = f"there is no column {', '.join(absent)}; the columns here are: {there}"
        place = Place(self.file, row if self.rows else None, absent[0])
        return DatasetError(problem, _renaming(absent, record), place)


def _renaming(absent: list[str], record: Mapping[str, object]) -> str:
    steps = []
    for name in absent:
        near = _near(name, record)
        steps.append(f"rename {shortened(near)} to {name}" if near else f"add {name}")
    mend = "; ".join(steps)
    return mend[0].upper() + mend[1:]


def _near(name: str, record: Mapping[str, object]) -> str | None:
    """The column that most likely is the missing one under another name."""
    free = {found.strip().lower().replace(" ", "_"): found for found in record if found not in SAMPLE_COLUMNS}
    called = [other for other in (name, *SAMPLE_COLUMNS[name].called_elsewhere) if other in free]
    alike = called or difflib.get_close_matches(name, free, n=1, cutoff=0.75)
    return free[alike[0]] if alike else None


def read_samples(path: Path, progress: Callable[[int], None] | None = None) -> SampleColumns:
    """Read a .csv, .jsonl or .ndjson file of samples.

    Returns a dict of columns (name: cells, typed, None where empty), with `rows`, `first_row` and `ignored` beside. Every
    further column whose first value is a number is read as numbers. `progress` is told the number of samples read so far.
    Checks each cell by itself; what must hold between cells is the sample frame's to say. Raises DatasetError with place
    and mend.
    """
    columns = SampleColumns(path.name)
    try:
        for row, record in _rows(path):
            columns.add(row, record)
            if progress and len(columns.rows) % _REPORT_EVERY == 0:
                progress(len(columns.rows))
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror or error})"
        raise DatasetError(problem, "Check the path and your rights to it", Place(str(path))) from None
    if progress:
        progress(len(columns.rows))
    return columns.finish()


def _rows(path: Path) -> Iterator[Row]:
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        problem = (
            f"{path.suffix or 'a name without an ending'} is not a kind of file that samples are read from"
        )
        raise DatasetError(problem, "Give a .csv or .jsonl file, unpacked", Place(str(path)))
    with path.open("rb") as stream:
        yield from kind(stream, path.name)


_KINDS = {".jsonl": jsonl_rows, ".ndjson": jsonl_rows, ".csv": csv_rows}
