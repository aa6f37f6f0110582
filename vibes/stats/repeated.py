"""Columns of many rows that are held in few pieces: cells that repeat, and numbers as a database gives them.

A column of a file is a list with a cell a row. A million judgements of ten thousand pairs have ten thousand texts: what is
held once is read, checked and measured once, and spread over the rows by its code.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, overload

import numpy as np
import numpy.typing as npt

from vibes.stats.arrays import IntArray

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Repeated(Sequence[T], Generic[T]):
    """Row i is `values[codes[i]]`. `codes` (n,); values may be equal, and need not be in use."""

    codes: IntArray
    values: Sequence[T]

    @classmethod
    def of(cls, column: Sequence[T]) -> "Repeated[T]":
        """The same rows with each value once; a column that is held so already, as it is. Values must be hashable."""
        if isinstance(column, Repeated):
            return column
        table: dict[T, int] = {}
        codes = np.fromiter((table.setdefault(value, len(table)) for value in column), np.int64, len(column))
        return cls(codes, tuple(table))

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> "Repeated[T]": ...
    def __getitem__(self, place: int | slice) -> "T | Repeated[T]":
        if isinstance(place, slice):
            return Repeated(self.codes[place], self.values)
        return self.values[int(self.codes[place])]

    def __iter__(self) -> Iterator[T]:
        return map(self.values.__getitem__, self.codes.tolist())

    def take(self, rows: IntArray) -> "Repeated[T]":
        """Keep these rows, in this order."""
        return Repeated(self.codes[rows], self.values)

    def each(self, found: Callable[[T], float]) -> npt.NDArray[np.float64]:
        """A number of each row (n,), found once a value in use."""
        spread = np.zeros(len(self.values))
        for code in self.in_use:
            spread[code] = found(self.values[code])
        return spread[self.codes]

    @cached_property
    def first_rows(self) -> IntArray:
        """Where each value in use is met first, in the order of the rows."""
        first = self._first()
        return np.sort(first[first < len(self)])

    @cached_property
    def in_use(self) -> IntArray:
        """The codes in use, in the order in which the rows meet them."""
        found: IntArray = self.codes[self.first_rows]
        return found

    def numbered(self) -> IntArray:
        """The codes (n,) as places in `in_use`."""
        places = np.full(len(self.values), -1, dtype=np.int64)
        places[self.in_use] = np.arange(len(self.in_use))
        found: IntArray = places[self.codes]
        return found

    def _first(self) -> IntArray:
        first = np.full(len(self.values), len(self), dtype=np.int64)
        first[self.codes[::-1]] = np.arange(len(self))[::-1]
        return first


@dataclass(frozen=True, eq=False)
class Numbers(Sequence[object]):
    """Numbers (n,), integers or floats; NaN is an empty cell."""

    array: npt.NDArray[Any]

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, place: int) -> object: ...
    @overload
    def __getitem__(self, place: slice) -> "Numbers": ...
    def __getitem__(self, place: int | slice) -> object:
        if isinstance(place, slice):
            return Numbers(self.array[place])
        return _cell(self.array[place].item())

    def __iter__(self) -> Iterator[object]:
        return map(_cell, self.array.tolist())

    @property
    def empty(self) -> npt.NDArray[np.bool_]:
        """Mark the empty cells (n,)."""
        found: npt.NDArray[np.bool_] = np.isnan(self.array)
        return found


class Unread(Mapping[str, Sequence[object]]):
    """Columns that are read only where somebody asks for one: some of their rows cost nothing until then."""

    def __init__(self, columns: Mapping[str, Sequence[object]], rows: IntArray | None = None) -> None:
        self._columns, self._rows = columns, rows

    def take(self, rows: IntArray) -> "Unread":
        """Keep these rows, in this order."""
        return Unread(self._columns, rows if self._rows is None else self._rows[rows])

    def __getitem__(self, name: str) -> Sequence[object]:
        column = self._columns[name]
        if self._rows is None:
            return column
        if isinstance(column, Repeated):
            return column.take(self._rows)
        if isinstance(column, Numbers):
            return Numbers(column.array[self._rows])
        return [column[row] for row in self._rows.tolist()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def _cell(number: float) -> float | None:
    return None if number != number else number


def distinct(columns: Iterable[Sequence[T]]) -> list[T]:
    """Every value in use of some columns, each once."""
    found: dict[T, None] = {}
    for column in columns:
        if isinstance(column, Repeated):
            found |= dict.fromkeys(column.values[code] for code in column.in_use)
        else:
            found |= dict.fromkeys(column)
    return list(found)
