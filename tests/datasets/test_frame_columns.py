"""The row of an export, and the way back from it."""

import json
import string
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vibes.datasets import jsonl
from vibes.datasets.errors import DatasetError
from vibes.datasets.frame_columns import FRAME_COLUMNS, REQUIRED, VERDICTS, judgement_row
from vibes.datasets.judgement_files import read_judgements
from vibes.stats.frames import JudgementFrame, parse_condition

NEEDED = {"prompt_id": "p", "rater": "r", "model_a": "m", "model_b": "n", "verdict": "a"}
HARD = "effort=high; majority of 5"

# Whatever a database can hold: no NUL, no half characters.
text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)
name = text.map(str.strip).filter(bool)
number = st.floats(allow_nan=False, allow_infinity=False)
side = st.sampled_from(["a", "b"])
turn = st.builds(
    lambda role, content: {"role": role, "content": content}, st.sampled_from(["system", "user"]), text
)
turns = st.lists(turn, min_size=1, max_size=3)
KINDS = {
    "rater_kind": st.sampled_from(["person", "machine", "simulated"]),
    "purpose": st.sampled_from(["study", "gold", "repeat", "identical"]),
    "verdict": st.sampled_from(VERDICTS),
    "expected": st.sampled_from(VERDICTS),
    "lean": side,
    "cue_on": side,
    "a_is_left": st.booleans(),
    "authored": st.booleans(),
    "order": st.integers(0, 10**9),
    "created_at": st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
    "prompt": st.one_of(text.filter(bool), turns),
    "text_a": text,
    "text_b": text,
    "turns_a": turns,
    "turns_b": turns,
    "flags_a": text.filter(bool),
    "flags_b": text.filter(bool),
    **{name: text.filter(bool) for name in ("reasons_a", "reasons_b", "marked_a", "marked_b", "comment")},
    "confidence": st.integers(0, 3),
    "user_turns": st.integers(0, 40),
    **{
        name: number
        for name in FRAME_COLUMNS
        if name.startswith(("tokens_", "thinking_", "answer_", "cost_"))
    },
    "strength": number,
    "weight": number,
    "seconds": number,
    **{
        f"{aspect}_{side}": number
        for aspect in ("quality", "sycophancy", "takes_side", "key_quality")
        for side in "ab"
    },
}
strategies = {column: KINDS.get(column, name) for column in FRAME_COLUMNS}
covariates = st.dictionaries(
    st.text(string.ascii_lowercase, min_size=1, max_size=5).map("x_{}".format), number, max_size=2
)
rows = st.builds(
    lambda frame, extra: judgement_row(**frame, **extra),
    st.fixed_dictionaries(
        {column: strategies[column] for column in REQUIRED},
        optional={column: one for column, one in strategies.items() if column not in REQUIRED},
    ),
    covariates,
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows, min_size=1, max_size=5))
def test_rows_to_jsonl_and_back_are_equal(tmp_path_factory, written):
    path = tmp_path_factory.mktemp("round") / "v.jsonl"
    path.write_bytes(b"".join(jsonl.lines(written)))
    found = read_judgements(path)
    assert found.ignored == set()
    assert found == {
        column: [row.get(column) for row in written]
        for column in {column for row in written for column in row}
    }
    again = [
        judgement_row(**{column: cells[place] for column, cells in found.items()})
        for place in range(len(written))
    ]
    assert b"".join(jsonl.lines(again)) == path.read_bytes()


def test_a_row_is_ordered_and_without_what_is_empty():
    row = judgement_row(
        x_b=1.0, text_a="", text_b="yes", x_a=0.0, lean="", seconds=None, **NEEDED, a_is_left=False, order=0
    )
    assert list(row) == [
        *(
            "prompt_id",
            "rater",
            "model_a",
            "model_b",
            "verdict",
            "a_is_left",
            "order",
            "text_a",
            "text_b",
            "x_a",
            "x_b",
        )
    ]
    assert row["a_is_left"] is False
    assert row["order"] == 0
    assert row["text_a"] == ""


def test_a_datetime_comes_back_as_iso_text(tmp_path):
    path = tmp_path / "v.jsonl"
    path.write_bytes(jsonl.line(judgement_row(created_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC), **NEEDED)))
    assert read_judgements(path)["created_at"] == ["2026-01-02T03:04:00+00:00"]


@pytest.mark.parametrize("column", ["colour", "x_", "Verdict"])
def test_a_name_that_is_no_column_is_a_slip_of_ours(column):
    with pytest.raises(TypeError, match=column):
        judgement_row(**NEEDED, **{column: 1})


def test_the_required_columns_are_those_of_the_frame():
    assert REQUIRED == ("prompt_id", "rater", "model_a", "model_b", "verdict")


def test_compute_is_a_column_that_a_filter_takes():
    rows = [
        judgement_row(**NEEDED, compute_a=spent, compute_b="one sample") for spent in ("one sample", HARD)
    ]
    frame = JudgementFrame.from_columns({name: [row[name] for row in rows] for name in rows[0]})
    assert frame.ignored == ()
    assert frame.mask([parse_condition(f"compute_a={HARD}")]).tolist() == [False, True]
    assert frame.mask([parse_condition("compute_b=one sample")]).all()


def test_a_conversation_in_csv_is_json(tmp_path):
    turns = [{"role": "assistant", "content": 'He said "yes", then left.'}]
    path = tmp_path / "v.csv"
    cell = json.dumps(turns).replace('"', '""')
    path.write_text(f'{",".join(NEEDED)},turns_a\n{",".join(NEEDED.values())},"{cell}"\n')
    assert read_judgements(path)["turns_a"] == [turns]
    path.write_text(f"{','.join(NEEDED)},turns_a\n{','.join(NEEDED.values())},[broken\n")
    with pytest.raises(DatasetError, match=r"column turns_a.*not a conversation as JSON"):
        read_judgements(path)
