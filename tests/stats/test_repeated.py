"""Columns held in few pieces: read as the same columns cell by cell, with the same words of what is wrong."""

import numpy as np
import pytest

from vibes.stats.columns import FrameError
from vibes.stats.frames import JudgementFrame
from vibes.stats.repeated import Numbers, Repeated, distinct

PLAIN: dict[str, list[object]] = {
    "prompt_id": ["p", "q", "p"],
    "rater": ["one", " two", "one"],
    "model_a": ["x", "y", "x"],
    "model_b": ["y", "x", "y"],
    "verdict": ["a", "tie", "b"],
    "lean": ["", "a", None],
    "a_is_left": [True, False, True],
    "seconds": [1.5, None, 3],
}


def held(column: list[object], *unused: object) -> Repeated[object]:
    values = [*unused, *dict.fromkeys(column)]
    return Repeated(np.array([values.index(value) for value in column]), values)


def test_a_frame_is_the_same_from_cells_and_from_what_repeats() -> None:
    one = JudgementFrame.from_columns(PLAIN)
    other = JudgementFrame.from_columns({name: held(column, "unused") for name, column in PLAIN.items()})
    for name, labels in one.labels.items():
        assert labels.names == other.labels[name].names
        assert labels.codes.tolist() == other.labels[name].codes.tolist()
    for name, numbers in one.numbers.items():
        assert np.array_equal(numbers, other.numbers[name], equal_nan=True)


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("verdict", ["a", "left", "maybe"]),
        ("rater", ["one", "", "two"]),
        ("seconds", [1.0, -2.0, -1.0]),
        ("a_is_left", [True, "perhaps", "never"]),
    ],
)
def test_what_is_wrong_is_told_of_the_first_bad_row(column: str, cells: list[object]) -> None:
    told = []
    for change in (list, lambda values: held(values[::-1])[::-1]):
        with pytest.raises(FrameError) as caught:
            JudgementFrame.from_columns(PLAIN | {column: change(cells)}, first_row=7)
        told.append(str(caught.value))
    assert told[0] == told[1]
    assert "row 8" in told[0]


def test_numbers_are_checked_and_nan_is_an_empty_cell() -> None:
    frame = JudgementFrame.from_columns(PLAIN | {"seconds": Numbers(np.array([1.5, np.nan, 3.0]))})
    assert np.array_equal(frame.numbers["seconds"], [1.5, np.nan, 3.0], equal_nan=True)
    with pytest.raises(FrameError, match=r"row 2, column seconds, value '-2.0'"):
        JudgementFrame.from_columns(PLAIN | {"seconds": Numbers(np.array([1.0, -2.0, 3.0]))})
    with pytest.raises(FrameError, match="row 3, column weight: the cell is empty"):
        JudgementFrame.from_columns(PLAIN | {"weight": Numbers(np.array([1.0, 2.0, np.nan]))})


def test_a_column_of_empty_numbers_is_none() -> None:
    frame = JudgementFrame.from_columns(PLAIN | {"seconds": Numbers(np.full(3, np.nan))})
    assert "seconds" not in frame.numbers


def test_rows_slices_and_values_in_use() -> None:
    found = Repeated(np.array([2, 0, 2, 3]), ["a", "never", "b", "a"])
    assert list(found) == ["b", "a", "b", "a"]
    assert (found[0], list(found[1:3]), len(found)) == ("b", ["a", "b"], 4)
    assert found.in_use.tolist() == [2, 0, 3]
    assert found.numbered().tolist() == [0, 1, 0, 2]
    assert found.each(ord).tolist() == [98.0, 97.0, 98.0, 97.0]
    assert list(found.take(np.array([3, 0]))) == ["a", "b"]
    assert distinct([found, ["c", "a"]]) == ["b", "a", "c"]
    assert Repeated.of(found) is found
    assert list(Repeated.of(["x", "y", "x"])) == ["x", "y", "x"]
