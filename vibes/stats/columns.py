"""One column of the judgement frame: cells as they come from a file, arrays as the statistics want them.

Cells may be text (CSV) or typed (JSONL, Parquet). An empty cell is None or blank text. NaN is never a value, save in `Numbers`,
where it is the empty cell. Cells that repeat (`Repeated`) are read once each.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn, TypeVar

import numpy as np

from vibes.stats.arrays import BoolArray, FloatArray, IntArray
from vibes.stats.repeated import Numbers, Repeated

T = TypeVar("T")
TRUE = frozenset({"true", "1", "1.0", "yes", "t", "y"})
FALSE = frozenset({"false", "0", "0.0", "no", "f", "n"})


class FrameError(ValueError):
    """Bad input, said so that it can be mended: the row, the column, the value, what is wrong and what to do."""

    def __init__(
        self,
        problem: str,
        mend: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
    ) -> None:
        self.problem, self.mend, self.row, self.column, self.value = problem, mend, row, column, value
        super().__init__(f"{self._place()}{problem}. {mend}.")

    def _place(self) -> str:
        parts = [] if self.row is None else [f"row {self.row}"]
        parts += [] if self.column is None else [f"column {self.column}"]
        parts += [] if self.value is None else [f"value {str(self.value)[:80]!r}"]
        return f"{', '.join(parts)}: " if parts else ""


@dataclass(frozen=True, eq=False)
class Labels:
    """A column of names: `codes` (n,) index `names`, −1 where the cell is empty. Names are sorted and all in use."""

    codes: IntArray
    names: tuple[str, ...]

    def take(self, rows: IntArray) -> "Labels":
        """Keep these rows; names that no row uses any more go."""
        return compact(self.codes[rows], self.names)

    def isin(self, values: Sequence[str]) -> BoolArray:
        """Mark the rows (n,) whose name is one of these."""
        return np.isin(self.codes, [code for code, name in enumerate(self.names) if name in values])

    def counts(self) -> dict[str, int]:
        """Count the rows of each name."""
        found = np.bincount(self.codes[self.codes >= 0], minlength=len(self.names))
        return {name: int(count) for name, count in zip(self.names, found, strict=True)}


def compact(codes: IntArray, names: Sequence[str]) -> Labels:
    """Drop unused names and sort the rest, so that the order of rows leaves no trace."""
    used = np.unique(codes[codes >= 0])
    ranked = sorted(used.tolist(), key=lambda code: names[code])
    renumbered = np.full(len(names) + 1, -1, dtype=np.int64)
    renumbered[ranked] = np.arange(len(ranked))
    return Labels(renumbered[codes], tuple(names[code] for code in ranked))


@dataclass(frozen=True)
class Cells:
    """The cells of one column and the number of the first row, for messages. `rows`: where each stands, if not one a row."""

    column: str
    values: Sequence[object]
    first_row: int
    rows: IntArray | None = None

    def fail(self, position: int, problem: str, mend: str) -> NoReturn:
        """Raise FrameError for one cell."""
        value = self.values[position]
        shown = None if _is_empty(value) else value
        row = self.first_row + (position if self.rows is None else int(self.rows[position]))
        raise FrameError(problem, mend, row=row, column=self.column, value=shown)

    def all_empty(self) -> bool:
        if isinstance(self.values, Numbers):
            return bool(self.values.empty.all())
        return all(_is_empty(value) for value in self.distinct()[0].values)

    def distinct(self) -> tuple["Cells", IntArray | None]:
        """What is to be read, in the order of the rows, and which of it stands in each row (n,); None where each row has its own."""
        found = self.values
        if not isinstance(found, Repeated):
            return self, None
        values = [found.values[code] for code in found.in_use]
        return Cells(self.column, values, self.first_row, found.first_rows), found.numbered()

    def read(self, parse: Callable[[object], T], missing: T | None, wanted: str) -> list[T]:
        """Parse every cell; `missing` None means that an empty cell is an error, `wanted` says what would do."""
        known: dict[object, T] = {}
        return [
            self._one(place, value, parse, missing, wanted, known) for place, value in enumerate(self.values)
        ]

    def _one(
        self,
        place: int,
        value: object,
        parse: Callable[[object], T],
        missing: T | None,
        wanted: str,
        known: dict[object, T],
    ) -> T:
        if value.__class__ is str and value in known:
            return known[value]
        if _is_empty(value):
            return (
                missing if missing is not None else self.fail(place, "the cell is empty", f"Write {wanted}")
            )
        if isinstance(value, float) and math.isnan(value):
            self.fail(
                place,
                "NaN is no value",
                f"Write {wanted}" + ("" if missing is None else ", or leave it empty"),
            )
        try:
            parsed = parse(value)
        except ValueError:
            self.fail(place, f"this is not {wanted}", f"Write {wanted}")
        if value.__class__ is str:
            known[value] = parsed
        return parsed


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def labels(cells: Cells, *, required: bool) -> Labels:
    """Read names: any text or number."""
    told, places = cells.distinct()
    found = coded(told.read(_name, None if required else "", "a name"))
    return found if places is None else Labels(found.codes[places], found.names)


def coded(names: Sequence[str]) -> Labels:
    """Code plain names; the empty name is a missing one."""
    table: dict[str, int] = {}
    codes = np.array([table.setdefault(name, len(table)) for name in names], dtype=np.int64)
    if "" in table:
        codes[codes == table[""]] = -1
    return compact(codes, list(table))


def choices(
    cells: Cells, allowed: tuple[str, ...], *, default: str | None = None, required: bool = False
) -> Labels:
    """Read a column of fixed choices; the names of the result are `allowed`, used or not, in that order."""
    table = {name: code for code, name in enumerate(allowed)}
    missing = None if required else table.get(default or "", -1)
    told, places = cells.distinct()
    codes = np.array(
        told.read(lambda value: _choice(value, table), missing, f"one of {', '.join(allowed)}"),
        dtype=np.int64,
    )
    return Labels(codes if places is None else codes[places], allowed)


def numbers(cells: Cells, *, wanted: str, low: float, high: float, required: bool) -> FloatArray:
    """Read numbers in [low, high]; NaN in the result marks an empty cell."""
    missing = None if required else math.nan
    if isinstance(cells.values, Numbers):
        return _numbers(cells, cells.values, wanted, low, high, required)
    return _floats(cells, lambda value: _number(value, low, high), missing, wanted)


def _numbers(
    cells: Cells, given: Numbers, wanted: str, low: float, high: float, required: bool
) -> FloatArray:
    found = given.array.astype(np.float64)
    right = (found >= low) & (found <= high) & np.isfinite(found)
    for place in np.flatnonzero(~right & ~given.empty)[:1]:
        cells.fail(int(place), f"this is not {wanted}", f"Write {wanted}")
    for place in np.flatnonzero(given.empty)[: int(required)]:
        cells.fail(int(place), "the cell is empty", f"Write {wanted}")
    return found


def _floats(cells: Cells, parse: Callable[[object], float], missing: float | None, wanted: str) -> FloatArray:
    told, places = cells.distinct()
    found = np.array(told.read(parse, missing, wanted), dtype=np.float64)
    return found if places is None else found[places]


def booleans(cells: Cells) -> FloatArray:
    """Read true and false as 1.0 and 0.0. Every cell must have one."""
    return _floats(cells, _boolean, None, "true or false in every row, or leave the column out")


def times(cells: Cells) -> FloatArray:
    """Read ISO 8601 times as seconds since 1970 in UTC (a time without a zone is taken as UTC)."""
    if isinstance(cells.values, Numbers):
        return cells.values.array.astype(np.float64)
    return _floats(cells, seconds_since_1970, math.nan, "a time such as 2026-01-31T12:00:00Z")


def texts(cells: Cells, *, required: bool) -> Repeated[str]:
    """Read free text as it is. An empty text is a text."""
    if isinstance(cells.values, Numbers) and not cells.values.empty.any():
        return Repeated(np.arange(len(cells.values)), tuple(map(str, cells.values.array.tolist())))
    told, places = cells.distinct()
    found = (
        told.read(str, None, "a value")
        if required
        else ["" if value is None else str(value) for value in told.values]
    )
    return Repeated.of(found) if places is None else Repeated(places, found)


def _name(value: object) -> str:
    if isinstance(value, list | dict | tuple | set):
        raise ValueError
    return str(value).strip()


def _choice(value: object, table: dict[str, int]) -> int:
    if not isinstance(value, str) or value not in table:
        raise ValueError
    return table[value]


def _number(value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float | np.number):
        raise ValueError
    number = float(value)
    if not (math.isfinite(number) and low <= number <= high):
        raise ValueError
    return number


def _boolean(value: object) -> float:
    text = str(value).strip().lower()
    if text in TRUE:
        return 1.0
    if text in FALSE:
        return 0.0
    raise ValueError


def seconds_since_1970(value: object) -> float:
    """Read one time: an ISO 8601 text, a datetime, or seconds. Raises ValueError."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
