"""The sample frame: one row a sampled answer, validated, as arrays. Reads no files.

Several answers of one model to one prompt, each with what is known of it: the score that selects, the gold that the
score stands for, whether it is correct, what it cost. Which columns there are stands in docs/formats.md.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vibes.stats import columns
from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.columns import FALSE, TRUE, Cells, FrameError, Labels

REQUIRED = ("prompt_id", "model", "sample")
SERIES = "series"
ANY_NUMBER = ("score", "gold", "eval")
NOT_NEGATIVE = ("reasoning_tokens", "visible_tokens", "price", "kl")
CORRECT, RELEASED = "correct", "released"
KNOWN = frozenset((*REQUIRED, SERIES, *ANY_NUMBER, *NOT_NEGATIVE, CORRECT, RELEASED))


@dataclass(frozen=True, eq=False)
class SampleFrame:
    """n sampled answers. Every array has n entries, in the order of the rows that came in.

    `prompt`, `model`, `series`: coded names (`series` −1 where empty). `numbers`: the known numeric columns that hold a
    value (`correct` as 1 and 0, `released` in seconds since 1970), NaN where a cell is empty. `others`: further numeric columns, by name.
    """

    row_numbers: IntArray
    prompt: Labels
    model: Labels
    series: Labels
    numbers: Mapping[str, FloatArray]
    others: Mapping[str, FloatArray]

    @classmethod
    def from_columns(cls, cells: Mapping[str, Sequence[object]], *, first_row: int = 1) -> "SampleFrame":
        """Validate columns of cells. Raises FrameError on the first thing that is wrong, with row, column and mend."""
        _check_present(cells)
        size = len(cells["model"])
        used = {name: Cells(name, values, first_row) for name, values in cells.items()}
        used = {name: cell for name, cell in used.items() if name in REQUIRED or not cell.all_empty()}
        names = {name: columns.labels(used[name], required=True) for name in REQUIRED}
        none = Labels(np.full(size, -1, dtype=np.int64), ())
        frame = cls(
            row_numbers=np.arange(first_row, first_row + size, dtype=np.int64),
            prompt=names["prompt_id"],
            model=names["model"],
            series=columns.labels(used[SERIES], required=False) if SERIES in used else none,
            numbers=_numbers(used),
            others={name: _number(cell, -math.inf) for name, cell in used.items() if name not in KNOWN},
        )
        _check_unique(frame, names["sample"])
        for name in ("kl", RELEASED):
            _check_one_per_model(frame, name, frame.known(name))
        series = frame.series
        _check_one_per_model(frame, SERIES, np.where(series.codes < 0, math.nan, series.codes), series.names)
        return frame

    def __len__(self) -> int:
        return len(self.row_numbers)

    @property
    def models(self) -> tuple[str, ...]:
        return self.model.names

    def known(self, name: str) -> FloatArray:
        """A known numeric column (n,), NaN throughout where the frame has none."""
        found = self.numbers.get(name)
        return np.full(len(self), math.nan) if found is None else found

    def rows_of(self, model: str) -> IntArray:
        """The rows of one model."""
        rows: IntArray = np.flatnonzero(self.model.codes == self.models.index(model))
        return rows

    def mean_of(self, name: str, model: str) -> float | None:
        """The mean of a known column over the rows of a model that hold it; None where none does."""
        values = self.known(name)[self.rows_of(model)]
        values = values[np.isfinite(values)]
        return float(values.mean()) if len(values) else None


def _check_present(cells: Mapping[str, Sequence[object]]) -> None:
    missing = [name for name in REQUIRED if name not in cells]
    if missing:
        raise FrameError(f"there is no column {', '.join(missing)}", f"Add {', '.join(missing)}")
    if len({len(values) for values in cells.values()}) != 1:
        raise FrameError(
            "the columns are not of one length", "Give every column as many cells as there are rows"
        )
    if not len(cells["model"]):
        raise FrameError("there are no samples", "Give at least one row")


def _numbers(used: Mapping[str, Cells]) -> dict[str, FloatArray]:
    found = {name: _number(used[name], -math.inf) for name in ANY_NUMBER if name in used}
    found |= {name: _number(used[name], 0.0) for name in NOT_NEGATIVE if name in used}
    if CORRECT in used:
        read = used[CORRECT].read(_correct, math.nan, "true or false, or leave it empty")
        found[CORRECT] = np.array(read, dtype=np.float64)
    if RELEASED in used:
        found[RELEASED] = columns.times(used[RELEASED])
    return found


def _number(cells: Cells, low: float) -> FloatArray:
    wanted = "a number" if low == -math.inf else "a number that is not negative"
    return columns.numbers(cells, wanted=wanted, low=low, high=math.inf, required=False)


def _correct(value: object) -> float:
    text = str(value).strip().lower()
    if text in TRUE or text in FALSE:
        return float(text in TRUE)
    raise ValueError


def _check_unique(frame: SampleFrame, sample: Labels) -> None:
    codes = np.column_stack([frame.prompt.codes, frame.model.codes, sample.codes])
    _, first, inverse = np.unique(codes, axis=0, return_index=True, return_inverse=True)
    twice = np.flatnonzero(first[inverse.ravel()] != np.arange(len(frame)))
    if len(twice):
        row = int(twice[0])
        earlier = int(frame.row_numbers[first[inverse.ravel()[row]]])
        raise FrameError(
            f"this prompt, model and sample stand in row {earlier} already",
            "Number the samples of a model to one prompt 1, 2, 3, …",
            row=int(frame.row_numbers[row]),
            column="sample",
            value=sample.names[sample.codes[row]],
        )


def _check_one_per_model(
    frame: SampleFrame, name: str, values: FloatArray, names: tuple[str, ...] = ()
) -> None:
    """`values` (n,): numbers, or codes into `names`; NaN where empty."""
    for model in frame.models:
        rows = frame.rows_of(model)
        rows = rows[np.isfinite(values[rows])]
        unlike = rows[values[rows] != values[rows[0]]] if len(rows) else rows
        if len(unlike):
            raise FrameError(
                f"{model} has another {name} in row {frame.row_numbers[rows[0]]}",
                f"Give each model one {name}",
                row=int(frame.row_numbers[unlike[0]]),
                column=name,
                value=names[int(values[unlike[0]])] if names else float(values[unlike[0]]),
            )
