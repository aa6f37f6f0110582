"""One error for every bad file: where it is bad, and what to do."""

from dataclasses import dataclass, replace

_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file. `row` counts as a person does: the lines of a JSONL file, the records of a CSV with its header as 1."""

    file: str = ""
    row: int | None = None
    column: str = ""
    value: object = None

    def __str__(self) -> str:
        parts = [shortened(self.file)] if self.file else []
        parts += [] if self.row is None else [f"row {self.row}"]
        parts += [f"column {shortened(self.column)}"] if self.column else []
        parts += [] if self.value is None else [f'value "{shortened(self.value)}"']
        return ", ".join(parts)

    def at_row(self, row: int) -> "Place":
        """The same file, at this row."""
        return replace(self, row=row)

    def at_column(self, column: str, value: object = None) -> "Place":
        """The same row, at this column."""
        return replace(self, column=column, value=value)


_NOWHERE = Place()


class DatasetError(ValueError):
    """Bad input, said so that it can be mended. Its text is one or two sentences for the person who gave the file."""

    def __init__(self, problem: str, mend: str, place: Place = _NOWHERE) -> None:
        where = f"{place}: " if str(place) else ""
        super().__init__(f"{where}{problem}. {mend}.")
        self.problem, self.mend, self.place = problem, mend, place

    def __reduce__(self) -> tuple[type["DatasetError"], tuple[str, str, Place]]:
        # A worker process sends its errors pickled.
        return DatasetError, (self.problem, self.mend, self.place)


class CellError(ValueError):
    """One cell is bad. Raised where the place is not known; the reader that knows it turns it into a DatasetError."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.problem, self.mend = problem, mend

    def at(self, place: Place) -> DatasetError:
        """Say the same with its place."""
        return DatasetError(self.problem, self.mend, place)


def shortened(value: object) -> str:
    """Show a value in at most 80 characters, on one line, without what a terminal or a page could stumble over."""
    text = str(value[: 2 * _LONGEST_SHOWN] if isinstance(value, str) else value)
    plain = "".join(char if char.isprintable() else " " for char in text)
    return plain if len(plain) <= _LONGEST_SHOWN else f"{plain[: _LONGEST_SHOWN - 1]}…"
