"""A condition on rows: `column=value,value`, `column!=value,value`, `column>=number` or `column<=number`. The same text
filters a page, a file, an export."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from vibes.stats.arrays import BoolArray, FloatArray
from vibes.stats.columns import FALSE, TRUE, FrameError, Labels, seconds_since_1970
from vibes.stats.repeated import Repeated

_MEND = "Write column=value, column=value,value, column!=value, column>=number or column<=number"
Sign = Literal["=", "!=", ">=", "<="]
# The longer ones first: "=" is a part of each.
SIGNS: tuple[Sign, ...] = (">=", "<=", "!=", "=")
BOUNDS = (">=", "<=")


@dataclass(frozen=True)
class Condition:
    """One condition. `values` are alternatives; of a bound the one number, or an ISO time for `created_at`."""

    column: str
    values: tuple[str, ...]
    sign: Sign = "="

    def __str__(self) -> str:
        return f"{self.column}{self.sign}{','.join(self.values)}"

    def met(
        self,
        labels: Mapping[str, Labels],
        numbers: Mapping[str, FloatArray],
        texts: Mapping[str, Repeated[str]],
        unread: Mapping[str, Sequence[object]],
    ) -> BoolArray:
        """Mark the rows (n,) that meet it: empty cells never do, save where all but some values are asked for. Raises
        FrameError for a column that is not there."""
        if self.column in numbers:
            return self._met_by_numbers(numbers[self.column])
        if self.column in unread:
            return self._met_by_cells(unread[self.column])
        if self.sign in BOUNDS:
            raise FrameError(
                f"{self} compares numbers", f"The columns of numbers are: {', '.join(sorted(numbers))}"
            )
        if self.column in labels:
            return self._unless(labels[self.column].isin(self.values))
        if self.column in texts:
            return self._unless(texts[self.column].each(lambda text: text in self.values) > 0.0)
        found = ", ".join(sorted([*labels, *numbers, *texts, *unread]))
        raise FrameError(
            "the filter names no column of the frame", f"The columns are: {found}", column=self.column
        )

    def _unless(self, equal: BoolArray) -> BoolArray:
        return ~equal if self.sign == "!=" else equal

    def choices(self, labels: Mapping[str, Labels]) -> str:
        """Say what the column holds, at most ten names."""
        if self.column not in labels:
            return f"{self.column} numbers or text"
        held = [name for name, count in labels[self.column].counts().items() if count]
        return f"{self.column} {', '.join(held[:10])}{' …' if len(held) > 10 else ''}"

    def _met_by_cells(self, cells: Sequence[object]) -> BoolArray:
        """Of a column that nothing else reads: names as they are written, numbers where a bound is asked for."""
        if self.sign in BOUNDS:
            return self._met_by_numbers(_each(cells, lambda cell: _cell_number(self, cell)))
        return self._unless(_each(cells, lambda cell: cell_name(cell) in self.values) > 0.0)

    def _met_by_numbers(self, numbers: FloatArray) -> BoolArray:
        wanted = [self._number(value) for value in self.values]
        if self.sign == ">=":
            return numbers >= wanted[0]
        if self.sign == "<=":
            return numbers <= wanted[0]
        return self._unless(np.isin(numbers, wanted))

    def _number(self, text: str) -> float:
        try:
            return seconds_since_1970(text) if self.column == "created_at" else _number(text)
        except ValueError:
            raise FrameError(f"{text!r} in {self} is no number", _MEND, column=self.column) from None


def _each(cells: Sequence[object], found: Callable[[object], float]) -> FloatArray:
    """A number of each cell (n,); of cells that repeat, found once."""
    if isinstance(cells, Repeated):
        return cells.each(found)
    return np.array([found(cell) for cell in cells], dtype=np.float64)


def cell_name(cell: object) -> str:
    """A cell as a filter writes it; `true` and `false` for truth."""
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell).strip()


def _cell_number(condition: Condition, cell: object) -> float:
    """NaN where the cell is empty. Raises FrameError where it is no number."""
    text = cell_name(cell)
    try:
        return float(text) if text else math.nan
    except ValueError:
        problem = f"{condition} compares numbers, and a cell of the column is {text[:40]!r}"
        raise FrameError(problem, _MEND, column=condition.column) from None


def _number(text: str) -> float:
    return 1.0 if text.lower() in TRUE else 0.0 if text.lower() in FALSE else float(text)


def parse_condition(text: str) -> Condition:
    """Read `column=value[,value…]`, `column!=value[,value…]`, `column>=number` or `column<=number`. Raises FrameError.

    A column of true and false takes `true` and `false`; `created_at` takes ISO times.
    """
    first = text.find("=")
    sign: Sign = next((one for one in SIGNS if text[: first + 1].endswith(one)), "=")
    column, _, right = text.partition(sign)
    values = (right.strip(),) if sign in BOUNDS else tuple(part.strip() for part in right.split(","))
    found = tuple(value for value in values if value)
    if first < 0 or not column.strip() or not found:
        raise FrameError(f"{text!r} is no filter", _MEND)
    return Condition(column.strip(), found, sign)
