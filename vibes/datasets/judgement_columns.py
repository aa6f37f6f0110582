"""Judgements, gathered row by row into the columns of the judgement frame."""

import difflib
from collections.abc import Mapping

from vibes.datasets.cells import Reader, label
from vibes.datasets.errors import CellError, DatasetError, Place, shortened
from vibes.datasets.frame_columns import COVARIATE, FRAME_COLUMNS, REQUIRED, reader_of

# Memory of a file that claims more would not fit a laptop; the statistics are measured to a fifth of it.
MOST_ROWS = 5_000_000

# Columns beside those of the frame; of a table of a thousand features none is a name.
MOST_OTHERS = 50

# What other tools call the required columns, for the error that names the mend.
_CALLED_ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "verdict": (
        "winner",
        "label",
        "vote",
        "preference",
        "preferred",
        "choice",
        "outcome",
        "judgement",
        "judgment",
    ),
    "rater": ("worker", "annotator", "user", "judge", "rater_id", "worker_id", "annotator_id", "evaluator"),
    "prompt_id": ("question_id", "prompt_uid", "question", "item"),
    "model_a": ("left", "model_x", "model_1", "model1", "model_left", "first"),
    "model_b": ("right", "model_y", "model_2", "model2", "model_right", "second"),
}

# Their values differ in every row, so that remembering them would only cost memory.
_NEVER_REPEATED = frozenset({"judgement_id", "created_at"})


class JudgementColumns(dict[str, list[object]]):
    """Column name: cells, typed, None where empty; all of one length, columns without a value left out.

    `rows` holds the row of each judgement in the file. A column that the frame does not know is there for filters and parts of the
    votes, as long as its cells are short; `ignored` holds the names of the others.
    """

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.rows: list[int] = []
        self.ignored: set[str] = set()
        self._readers: dict[str, Reader | None] = {}
        # One copy of each text, however many judgements are about it.
        self._known: dict[object, object] = {}

    @property
    def first_row(self) -> int:
        """The row in the file of the first judgement."""
        return self.rows[0]

    def add(self, row: int, record: Mapping[str, object]) -> None:
        """Take in one judgement. Raises DatasetError for the first cell that is wrong."""
        if len(self.rows) == MOST_ROWS:
            raise self._error(row, f"there are more than {MOST_ROWS:,} judgements", "Split the file")
        for name, value in record.items():
            self._add_cell(row, name, value)
        for name in REQUIRED:
            if len(self.get(name, ())) == len(self.rows):
                raise self._missing(row, name, record)
        self.rows.append(row)

    def finish(self) -> "JudgementColumns":
        """Bring all columns to one length. Raises DatasetError where there is no row."""
        if not self.rows:
            raise DatasetError("there are no judgements in it", "Give at least one row", Place(self.file))
        for cells in self.values():
            cells.extend([None] * (len(self.rows) - len(cells)))
        self._known.clear()
        return self

    def _add_cell(self, row: int, name: str, value: object) -> None:
        reader = self._reader(name)
        if reader is None:
            return
        try:
            cell = reader(value)
        except CellError as error:
            if reader is label:
                self._ignore(name)
                return
            raise error.at(Place(self.file, row, name, value)) from None
        if cell is not None:
            cells = self.setdefault(name, [])
            cells.extend([None] * (len(self.rows) - len(cells)))
            cells.append(self._one_copy(name, cell))

    def _reader(self, name: str) -> Reader | None:
        if name not in self._readers:
            self._readers[name] = reader_of(name) or self._unknown(name)
        return self._readers[name]

    def _unknown(self, name: str) -> Reader | None:
        if not name:
            # The index that pandas writes.
            return None
        others = sum(reader is label for reader in self._readers.values())
        if name.startswith(COVARIATE) or others == MOST_OTHERS:
            self.ignored.add(name)
            return None
        return label

    def _ignore(self, name: str) -> None:
        self._readers[name] = None
        self.ignored.add(name)
        self.pop(name, None)

    def _one_copy(self, name: str, cell: object) -> object:
        if isinstance(cell, str) and name not in _NEVER_REPEATED:
            return self._known.setdefault(cell, cell)
        return cell

    def _missing(self, row: int, name: str, record: Mapping[str, object]) -> DatasetError:
        absent = [required for required in REQUIRED if required not in record]
        if not absent:
            return self._error(row, "the cell is empty", f"Write {FRAME_COLUMNS[name].meaning}", name)
        there = ", ".join(shortened(found) for found in list(record)[:40]) or "none"
        problem = f"there is no column {', '.join(absent)}; the columns here are: {there}"
        place = Place(self.file, row if self.rows else None, absent[0])
        return DatasetError(problem, _renaming(absent, record), place)

    def _error(self, row: int, problem: str, mend: str, column: str = "") -> DatasetError:
        return DatasetError(problem, mend, Place(self.file, row, column))


def _renaming(absent: list[str], record: Mapping[str, object]) -> str:
    near = {name: _near(name, record) for name in absent}
    renamed = [f"{shortened(found)} to {name}" for name, found in near.items() if found]
    added = [name for name, found in near.items() if not found]
    steps = [f"rename {', '.join(renamed)}"] if renamed else []
    steps += [f"add {', '.join(added)}"] if added else []
    steps += [f"write each verdict as {FRAME_COLUMNS['verdict'].meaning}"] if "verdict" in absent else []
    mend = "; ".join(steps)
    return mend[0].upper() + mend[1:]


def _near(name: str, record: Mapping[str, object]) -> str | None:
    """The column that most likely is the missing one under another name."""
    free = {_plain(found): found for found in record if found not in FRAME_COLUMNS}
    called = [other for other in (name, *_CALLED_ELSEWHERE[name]) if other in free]
    alike = called or difflib.get_close_matches(name, free, n=1, cutoff=0.75)
    return free[alike[0]] if alike else None


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")
