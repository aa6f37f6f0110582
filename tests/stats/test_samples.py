"""The sample frame: what it holds, what it refuses, and the report that is made of it."""

import json
import math

import numpy as np
import pytest

from tests.stats.test_overoptimisation import sampled, strength, training
from vibes.stats.columns import FrameError
from vibes.stats.sample_report import sample_report
from vibes.stats.samples import SampleFrame

COLUMNS = {"prompt_id": ["p2", "p1", "p1"], "model": ["b", "a", "a"], "sample": [1, 1, 2]}


def frame(**columns):
    return SampleFrame.from_columns(COLUMNS | columns, first_row=2)


def test_columns_become_arrays():
    found = frame(
        score=["0.5", "", 2], correct=["true", False, None], praise=[1, 0, 3], price=[None, None, None]
    )
    assert (len(found), found.models, found.prompt.names) == (3, ("a", "b"), ("p1", "p2"))
    np.testing.assert_array_equal(found.numbers["score"], [0.5, math.nan, 2.0])
    np.testing.assert_array_equal(found.numbers["correct"], [1.0, 0.0, math.nan])
    assert "price" not in found.numbers
    assert np.isnan(found.known("price")).all()
    assert list(found.others) == ["praise"]
    assert found.mean_of("score", "a") == 2.0
    assert found.mean_of("price", "a") is None


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"score": ["high", 1, 2]}, "row 2, column score, value 'high': this is not a number. Write a number."),
        ({"visible_tokens": [1, -2, 3]}, "row 3, column visible_tokens, value '-2'"),
        ({"correct": [True, "perhaps", True]}, "row 3, column correct, value 'perhaps': this is not true or false"),
        ({"sample": [1, 1, 1]}, "row 4, column sample, value '1': this prompt, model and sample stand in row 3 already"),
        ({"kl": [0, 1, 2]}, "row 4, column kl, value '2.0': a has another kl in row 3. Give each model one kl."),
        ({"series": ["r", "s", "r"]}, "row 4, column series, value 'r': a has another series in row 3."),
        ({"model": ["b", "", "a"]}, "row 3, column model: the cell is empty"),
        ({"praise": [1.0, math.nan, 0.0]}, "NaN is no value"),
        ({"score": [1.0]}, "the columns are not of one length"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_row_column_and_mend(columns, told):
    with pytest.raises(FrameError) as caught:
        frame(**columns)
    assert told in str(caught.value)


def test_missing_columns_and_no_rows_are_refused():
    with pytest.raises(FrameError, match="there is no column sample"):
        SampleFrame.from_columns({"prompt_id": ["p"], "model": ["a"]})
    with pytest.raises(FrameError, match="there are no samples"):
        SampleFrame.from_columns({"prompt_id": [], "model": [], "sample": []})


def test_the_bare_columns_make_empty_lists():
    assert sample_report(frame(), {"plain": []}, np.random.default_rng(0)) == ([], [], [])


def test_checkpoints_become_a_series_over_the_board():
    points, board = training(0.9, 0.5)
    columns = {
        "prompt_id": [f"p{k}" for _ in points for k in range(3)],
        "model": [point.model for point in points for _ in range(3)],
        "sample": [1] * (3 * len(points)),
        "kl": [point.kl for point in points for _ in range(3)],
        "score": [point.proxy for point in points for _ in range(3)],
        "series": ["run-7"] * (3 * len(points)),
    }
    found, _, rows = sample_report(
        SampleFrame.from_columns(columns), {"plain": board}, np.random.default_rng(0)
    )
    assert rows == []
    (series,) = found
    assert (series["model"], series["prompts"], series["samples"]) == ("run-7", 3, 24)
    assert series["forms"][0]["turn"]["estimate"] == pytest.approx(math.exp(0.8))


def test_the_report_is_plain_json_and_the_same_for_the_same_seed():
    columns = sampled(np.random.default_rng(1), prompts=12, samples=8, model="a")
    size = len(columns["model"])
    columns |= {"correct": [True] * size, "eval": [70.0] * size, "price": [0.01] * size}
    boards = {"plain": [strength("a", 0.2) | {"state": "ok"}, strength("z", -0.2) | {"state": "ok"}]}
    first, second = (
        sample_report(SampleFrame.from_columns(columns), boards, np.random.default_rng(7)) for _ in range(2)
    )
    assert first == second
    assert json.loads(json.dumps(first, allow_nan=False))
    assert [(row["model"], row["front"]) for row in first[2]] == [("a", True), ("z", False)]


def test_the_day_of_release_stands_in_its_row():
    boards = {"plain": [strength("a", 0.2) | {"state": "ok"}]}
    dated = frame(released=["2026-02-01", "2025-12-31", None])
    _, _, rows = sample_report(dated, boards, np.random.default_rng(7))
    assert {row["model"]: row.get("released") for row in rows} == {"a": "2025-12-31", "b": "2026-02-01"}
    with pytest.raises(FrameError, match="a has another released in row 3"):
        frame(released=[None, "2026-01-01", "2026-01-02"])
    with pytest.raises(FrameError, match="column released, value 'soon'"):
        frame(released=["soon", None, None])
