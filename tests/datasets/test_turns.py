"""Which turns want an answer, and how a file says that the user goes on."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibes.datasets.errors import DatasetError
from vibes.datasets.prompt_files import read_pasted, read_prompts
from vibes.datasets.turns import open_turns, prefix_of, side_of, spoken

ROLES = {"s": "system", "u": "user", "a": "assistant"}


def said(roles: str) -> list[dict[str, str]]:
    return [{"role": ROLES[role], "content": f"{role}{n}"} for n, role in enumerate(roles)]


def by_jsonl(*rows: object):
    return read_prompts("p.jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode())


def refused(name: str, text: str) -> DatasetError:
    with pytest.raises(DatasetError) as caught:
        read_prompts(name, text.encode())
    return caught.value


@pytest.mark.parametrize(
    ("roles", "places"),
    [("u", (0,)), ("su", (1,)), ("uau", (2,)), ("uu", (0, 1)), ("suuu", (1, 2, 3)), ("uuau", (0, 3)), ("uauu", (2, 3))],
)  # fmt: skip
def test_a_turn_of_the_user_without_an_answer_is_open(roles, places):
    turns = said(roles)
    assert open_turns(turns) == places
    assert prefix_of(turns) == turns[: places[0] + 1]


@given(st.text("sua", max_size=8).map(lambda roles: said(roles + "u")))
def test_the_prefix_ends_with_the_user_and_holds_no_other_open_turn(turns):
    prefix = prefix_of(turns)
    assert prefix[-1]["role"] == "user"
    assert open_turns(prefix) == (len(prefix) - 1,)
    assert open_turns(turns)[-1] == len(turns) - 1


def test_a_side_is_the_transcript_or_what_the_prompt_goes_on_with():
    turns = said("uu")
    transcript = [
        {"role": "assistant", "content": "Yes.", "thoughts": ""},
        turns[1],
        {"role": "assistant", "content": "No.", "thoughts": "hm"},
    ]
    assert side_of(turns, transcript, "No.", "hm") == transcript
    assert spoken(transcript) == "Yes.\n\nNo."
    assert side_of(said("uau"), [], "Yes.") == [{"role": "assistant", "content": "Yes.", "thoughts": ""}]


def test_a_file_says_how_the_user_goes_on():
    pushes = ["Is it so?", "Are you sure?", "Really?"]
    turns = tuple({"role": "user", "content": text} for text in pushes)
    by_list = by_jsonl({"messages": list(turns)})[0]
    by_then = by_jsonl({"prompt": pushes[0], "then": pushes[1:]})[0]
    by_numbers = by_jsonl({"prompt": pushes[0], "then_2": pushes[2], "Then": pushes[1]})[0]
    by_csv = read_prompts("p.csv", b"prompt,then,then_2\nIs it so?,Are you sure?,Really?\nWhy?,,\n")
    by_json_cell = read_prompts(
        "p.csv", ('messages\n"' + json.dumps(turns).replace('"', '""') + '"\n').encode()
    )
    assert (
        by_list.turns
        == by_then.turns
        == by_numbers.turns
        == by_csv[0].turns
        == by_json_cell[0].turns
        == turns
    )
    assert len(by_csv[1].turns) == 1


def test_pasted_text_says_it_with_three_crosses():
    first, second = read_pasted("Is it so?\n +++ \nAre you\nsure?\n---\nWhy?\n")
    assert [turn["content"] for turn in first.turns] == ["Is it so?", "Are you\nsure?"]
    assert [turn["content"] for turn in second.turns] == ["Why?"]
    (only,) = read_pasted("Is it so?\n+++\nAre you sure?")
    assert len(only.turns) == 2


@pytest.mark.parametrize(
    ("row", "said", "mend", "column"),
    [
        ({"prompt": "So?", "then": ["Sure?"] * 10}, "11 turns of the user stand without an answer", "Ask at most 10", "prompt"),
        ({"prompt": "So?", "then": ["Sure?", " "]}, "a turn of the user is empty", "Write it, or remove it", "prompt"),
        ({"messages": said("usu")}, "stand between a turn of the user and its answer", "Move them before", "messages"),
        ({"prompt": "So?", "then": 7}, "not what a user says", "Write a text", "then"),
        ({"prompt": "So?", "then_2": [["Sure?"]]}, "not what a user says", "Write a text", "then_2"),
        ({"messages": "[{'role': 'user'}]"}, "begins like a conversation but is not JSON", "Write [", "messages"),
    ],
)  # fmt: skip
def test_a_bad_conversation_names_its_place_and_the_mend(row, said, mend, column):
    error = refused("p.jsonl", json.dumps({"prompt": "Fine?"}) + "\n" + json.dumps(row) + "\n")
    assert said in error.problem
    assert error.mend.startswith(mend)
    assert (error.place.row, error.place.column) == (2, column)


@pytest.mark.parametrize("text", ["So?\n+++\n", "+++\nSo?", "So?\n+++\n+++\nSure?"])
def test_an_empty_pasted_turn_is_named(text):
    with pytest.raises(DatasetError, match="empty"):
        read_pasted("Why?\n---\n" + text)
