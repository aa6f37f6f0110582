"""Tool calls of a transcript become steps of the assistant's turn, in prompts, golds and judgement files."""

import json

import pytest

from vibes.datasets import cells
from vibes.datasets.errors import CellError, DatasetError
from vibes.datasets.gold_files import read_gold
from vibes.datasets.preference_rows import dpo_rows
from vibes.datasets.prompt_files import read_prompts
from vibes.datasets.turns import told, turns_of


def call(number: int, name: str = "find", arguments: object = '{"id": 1}') -> dict[str, object]:
    return {"id": f"c{number}", "function": {"name": name, "arguments": arguments}}


def answer(number: int, content: object = "found") -> dict[str, object]:
    return {"role": "tool", "tool_call_id": f"c{number}", "content": content}


USER = {"role": "user", "content": "Where is it?"}
AGENT = [
    {"role": "assistant", "content": "Let me see.", "tool_calls": [call(1), call(2, "grep", {"for": "ü"})]},
    answer(2, [{"type": "text", "text": "line 7"}]),
    answer(1),
    {"role": "assistant", "content": None, "tool_calls": [call(3)]},
    answer(3, ""),
    {"role": "assistant", "content": "It is in line 7."},
]
TURN = {
    "role": "assistant",
    "content": "Let me see.\n\nIt is in line 7.",
    "steps": [
        {"name": "find", "input": '{"id": 1}', "output": "found"},
        {"name": "grep", "input": '{"for": "ü"}', "output": "line 7"},
        {"name": "find", "input": '{"id": 1}', "output": ""},
    ],
}


def test_calls_and_what_came_back_are_one_turn() -> None:
    assert turns_of([USER, *AGENT, USER]) == (USER, TURN, USER)


def test_what_was_folded_reads_as_itself() -> None:
    assert turns_of([USER, TURN]) == (USER, TURN)
    assert cells.prompt([USER, TURN, USER]) == [USER, TURN, USER]
    assert cells.conversation(json.dumps([TURN])) == [TURN]


def test_plain_turns_have_no_steps_and_stay_apart() -> None:
    plain = {"role": "assistant", "content": "Yes."}
    assert turns_of([USER, plain, plain]) == (USER, plain, plain)


def test_a_model_is_told_the_steps_in_words() -> None:
    words = told(TURN)
    assert words.endswith("Let me see.\n\nIt is in line 7.")
    assert words.index("find") < words.index("line 7") and "grep" in words and '{"for": "ü"}' in words
    assert told(USER) == "Where is it?"


@pytest.mark.parametrize(
    ("messages", "problem"),
    [
        ([USER, answer(1)], "answers no call"),
        ([USER, *AGENT, answer(1)], "answers no call"),
        ([{"role": "assistant", "content": "", "tool_calls": [{"id": "c1"}]}], "has no name"),
        ([{"role": "assistant", "content": "", "tool_calls": "find"}], "not a list"),
        ([{"role": "assistant", "content": "", "steps": [{"name": 1}]}], "not of texts"),
        ([{"role": "assistant", "content": None}], "has no text"),
        ([{"role": "assistant", "content": "", "tool_calls": [call(1)]}, {**answer(1), "tool_call_id": []}], "no call"),
    ],
)  # fmt: skip
def test_what_is_no_transcript_is_refused(messages: list[object], problem: str) -> None:
    with pytest.raises(CellError) as caught:
        turns_of(messages)
    assert problem in caught.value.problem


def test_a_prompt_counts_the_characters_of_its_steps() -> None:
    big = [
        USER,
        {"role": "assistant", "content": "", "tool_calls": [call(1)]},
        answer(1, "x" * 100_001),
        USER,
    ]
    with pytest.raises(DatasetError, match="Keep it within 100,000"):
        read_prompts("p.jsonl", json.dumps({"messages": big}).encode())
    rows = read_prompts("p.jsonl", json.dumps({"messages": [USER, *AGENT, USER]}).encode())
    assert rows[0].turns == (USER, TURN, USER)


def test_a_gold_may_be_an_agents_transcript() -> None:
    row = {"prompt": "Where is it?", "better": AGENT, "worse": [{"role": "assistant", "content": "Nowhere."}]}
    (gold,) = read_gold("g.jsonl", json.dumps(row).encode())
    assert gold.better == (TURN,)
    with pytest.raises(DatasetError, match="begin and end with the assistant"):
        read_gold("g.jsonl", json.dumps(row | {"better": [USER, *AGENT]}).encode())
    with pytest.raises(DatasetError, match="the answer is empty"):
        read_gold("g.jsonl", json.dumps(row | {"better": [AGENT[3], AGENT[4]]}).encode())


def test_preference_rows_leave_steps_out() -> None:
    row = {"verdict": "a", "prompt": [USER, TURN, USER], "text_a": "x", "text_b": "y", "turns_a": [TURN]}
    (pair,) = dpo_rows([row])
    plain = {"role": "assistant", "content": TURN["content"]}
    assert pair["prompt"] == [USER, plain, USER] and pair["chosen"] == [plain]
