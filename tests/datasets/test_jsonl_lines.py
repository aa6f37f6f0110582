"""JSON Lines out."""

import json
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibes.datasets import jsonl

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@pytest.mark.slow
@given(
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), json_values, max_size=4)
)
def test_a_row_is_one_line_for_every_reader_and_comes_back_equal(row):
    written = jsonl.line(row)
    assert json.loads(written) == row
    assert written.decode().splitlines() == [written.decode()[:-1]]


def test_text_is_utf8_and_stays_readable():
    assert jsonl.line({"a": "Zoë 🎉\n"}) == '{"a":"Zoë 🎉\\n"}\n'.encode()


def test_line_separators_are_escaped():
    assert jsonl.line({"a": "é\u2028\u2029\x85"}) == '{"a":"é\\u2028\\u2029\\u0085"}\n'.encode()


class Colour(StrEnum):
    RED = "red"


def test_dates_ids_and_choices_are_text():
    row = {
        "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "on": date(2026, 1, 2),
        "id": UUID(int=1),
        "colour": Colour.RED,
    }
    assert json.loads(jsonl.line(row)) == {
        "at": "2026-01-02T03:04:05+00:00",
        "on": "2026-01-02",
        "id": "00000000-0000-0000-0000-000000000001",
        "colour": "red",
    }


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), "half \ud83d"])
def test_what_is_not_json_is_refused(value):
    with pytest.raises(ValueError):
        jsonl.line({"a": [value]})


def test_what_json_does_not_know_is_refused():
    with pytest.raises(TypeError, match="set has no place in JSON"):
        jsonl.line({"a": {1}})


async def test_rows_that_arrive_asynchronously():
    async def rows():
        yield {"a": 1}
        yield {"a": 2}

    assert [line async for line in jsonl.alines(rows())] == list(jsonl.lines([{"a": 1}, {"a": 2}]))


def test_lines_wait_for_their_reader():
    def rows():
        yield {"a": 1}
        raise AssertionError("read ahead")

    assert next(jsonl.lines(rows())) == b'{"a":1}\n'
