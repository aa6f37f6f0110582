"""A condition on rows: `column=value,value` or `column>=number`. The same text filters a page, a file, an export."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import BoolArray, FloatArray
from vibes.stats.columns import FALSE, TRUE, FrameError, Labels, seconds_since_1970

_MEND = "Write column=value, column=value,value or column>=number"


@dataclass(frozen=True)
class Condition:
    """One condition. `values` are alternatives; `at_least` is a number, or an ISO time for `created_at`."""

    column: str
    values: tuple[str, ...] = ()
    at_least: str | None = None

    def __str__(self) -> str:
        return (
            f"{self.column}={','.join(self.values)}"
            if self.at_least is None
            else f"{self.column}>={self.at_least}"
        )

    def met(
        self,
        labels: Mapping[str, Labels],
        numbers: Mapping[str, FloatArray],
        texts: Mapping[str, tuple[str, ...]],
    ) -> BoolArray:
        """Mark the rows (n,) that meet it; empty cells never do. Raises FrameError for a column that is not there."""
        if self.column in numbers:
            return self._met_by_numbers(numbers[self.column])
        if self.at_least is not None:
            raise FrameError(
                f"{self} compares numbers", f"The columns of numbers are: {', '.join(sorted(numbers))}"
            )
        if self.column in labels:
            return labels[self.column].isin(self.values)
        if self.column in texts:
            return np.isin(np.array(texts[self.column]), self.values)
        found = ", ".join(sorted([*labels, *numbers, *texts]))
        raise FrameError(
            "the filter names no column of the frame", f"The columns are: {found}", column=self.column
        )

    def choices(self, labels: Mapping[str, Labels]) -> str:
        """Say what the column holds, at most ten names."""
        if self.column not in labels:
            return f"{self.column} numbers or text"
        held = [name for name, count in labels[self.column].counts().items() if count]
        return f"{self.column} {', '.join(held[:10])}{' …' if len(held) > 10 else ''}"

    def _met_by_numbers(self, numbers: FloatArray) -> BoolArray:
        if self.at_least is not None:
            return numbers >= self._number(self.at_least)
        return np.isin(numbers, [self._number(value) for value in self.values])

    def _number(self, text: str) -> float:
        try:
            return seconds_since_1970(text) if self.column == "created_at" else _number(text)
        except ValueError:
            raise FrameError(f"{text!r} in {self} is no number", _MEND, column=self.column) from None


def _number(text: str) -> float:
    return 1.0 if text.lower() in TRUE else 0.0 if text.lower() in FALSE else float(text)


def parse_condition(text: str) -> Condition:
    """Read `column=value[,value…]` or `column>=number`. Raises FrameError.

    A column of true and false takes `true` and `false`; `created_at` takes ISO times.
    """
    column, at_least, bound = text.partition(">=")
    if at_least and "=" not in column:
        return _whole(text, Condition(column.strip(), at_least=bound.strip()), bound)
    column, _, values = text.partition("=")
    found = tuple(value.strip() for value in values.split(",") if value.strip())
    return _whole(text, Condition(column.strip(), found), values)


def _whole(text: str, condition: Condition, right: str) -> Condition:
    if not condition.column or not right.strip() or (condition.values == () and condition.at_least is None):
        raise FrameError(f"{text!r} is no filter", _MEND)
    return condition
