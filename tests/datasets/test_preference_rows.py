"""Preference pairs in TRL's conversational format with an explicit prompt."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibes.datasets import jsonl
from vibes.datasets.errors import DatasetError
from vibes.datasets.preference_rows import dpo_rows

ROW = {
    "judgement_id": "j1",
    "prompt_id": "p1",
    "rater": "anna",
    "model_a": "plain",
    "model_b": "kind",
    "prompt": "Why?",
    "text_a": "Because.",
    "text_b": "Great question! Because.",
}


def is_conversation(value: object, roles: set[str]) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(set(turn) == {"role", "content"} and turn["role"] in roles for turn in value)
        and all(isinstance(turn["content"], str) for turn in value)
    )


def check_trl(row: dict) -> None:
    """What https://huggingface.co/docs/trl/dataset_formats asks of preference rows, conversational, explicit prompt."""
    assert is_conversation(row["prompt"], {"system", "user", "assistant"})
    assert row["prompt"][-1]["role"] == "user"
    for column in ("chosen", "rejected"):
        assert is_conversation(row[column], {"assistant"})
        assert len(row[column]) == 1
    # Columns that would make TRL take the rows for another type of dataset.
    assert not set(row) & {
        "completion",
        "completions",
        "label",
        "labels",
        "messages",
        "text",
        "tools",
        "images",
    }


def test_a_verdict_becomes_a_pair():
    (row,) = dpo_rows([ROW | {"verdict": "b", "rater_kind": "simulated"}])
    assert row == {
        "prompt": [{"role": "user", "content": "Why?"}],
        "chosen": [{"role": "assistant", "content": "Great question! Because."}],
        "rejected": [{"role": "assistant", "content": "Because."}],
        "judgement_id": "j1",
        "prompt_id": "p1",
        "rater": "anna",
        "rater_kind": "simulated",
        "model_chosen": "kind",
        "model_rejected": "plain",
        "simulated": True,
    }
    check_trl(row)


def test_a_person_is_not_simulated():
    (row,) = dpo_rows([ROW | {"verdict": "a"}])
    assert (row["rater_kind"], row["simulated"]) == ("person", False)
    assert (row["model_chosen"], row["chosen"][0]["content"]) == ("plain", "Because.")


def test_ties_and_both_bad_prefer_nothing_even_with_a_lean():
    assert list(dpo_rows([ROW | {"verdict": verdict, "lean": "a"} for verdict in ("tie", "both_bad")])) == []


def test_equal_texts_teach_nothing():
    assert list(dpo_rows([ROW | {"verdict": "a", "text_b": "Because."}])) == []


def test_a_conversation_keeps_its_turns():
    turns = [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "Why?"},
        {"role": "assistant", "content": "Hm."},
        {"role": "user", "content": "Go on."},
    ]
    (row,) = dpo_rows([ROW | {"verdict": "a", "prompt": turns}])
    assert row["prompt"] == turns
    check_trl(row)


def test_a_pushed_pair_keeps_the_common_prompt_and_all_that_follows():
    sides = {
        side: [
            {"role": "assistant", "content": first},
            {"role": "user", "content": "Are you sure?"},
            {"role": "assistant", "content": last},
        ]
        for side, first, last in (("a", "Because.", "Yes."), ("b", "Because.", "No, sorry!"))
    }
    (row,) = dpo_rows([ROW | {"verdict": "b", "turns_a": sides["a"], "turns_b": sides["b"]}])
    assert row["prompt"] == [{"role": "user", "content": "Why?"}]
    assert (row["chosen"], row["rejected"]) == (sides["b"], sides["a"])
    assert is_conversation(row["chosen"], {"user", "assistant"})


def test_an_empty_answer_is_an_answer():
    (row,) = dpo_rows([ROW | {"verdict": "a", "text_b": ""}])
    assert row["rejected"] == [{"role": "assistant", "content": ""}]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"verdict": "left"}, "verdict"),
        ({"verdict": None}, "verdict"),
        ({"verdict": "a", "text_a": None}, "text_a"),
        ({"verdict": "a", "text_b": None}, "text_b"),
        ({"verdict": "a", "turns_b": "Why?"}, "turns_b"),
        ({"verdict": "a", "turns_a": [{"role": "user", "content": "Sure?"}]}, "turns_a"),
        ({"verdict": "a", "prompt": None}, "prompt"),
        ({"verdict": "a", "prompt": ""}, "prompt"),
        ({"verdict": "a", "prompt": [{"role": "user"}]}, "prompt"),
        ({"verdict": "a", "prompt": [{"role": "assistant", "content": "Hm."}]}, "prompt"),
    ],
)
def test_a_row_that_makes_no_pair_is_named(change, column):
    with pytest.raises(DatasetError) as caught:
        list(dpo_rows([ROW | {"verdict": "tie"}, ROW | change]))
    assert (caught.value.place.row, caught.value.place.column) == (2, column)


def test_rows_are_made_one_at_a_time():
    def rows():
        yield ROW | {"verdict": "a"}
        raise AssertionError("read ahead")

    check_trl(next(dpo_rows(rows())))


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(texts, texts, st.sampled_from(["a", "b"]))
def test_swapping_the_sides_changes_nothing(first, second, verdict):
    row = ROW | {"verdict": verdict, "text_a": first, "text_b": second}
    swapped = row | {
        "verdict": "b" if verdict == "a" else "a",
        "text_a": second,
        "text_b": first,
        "model_a": row["model_b"],
        "model_b": row["model_a"],
    }
    pairs = list(dpo_rows([row]))
    assert pairs == list(dpo_rows([swapped]))
    assert len(pairs) == (first != second)
    assert [json.loads(line) for line in jsonl.lines(pairs)] == pairs
