"""Prompts from files and pasted text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibes.datasets import prompt_files
from vibes.datasets.errors import DatasetError
from vibes.datasets.prompt_files import PromptRow, content_hash, read_pasted, read_prompts
from vibes.datasets.prompt_rows import LONGEST_PROMPT


def user(text: str) -> tuple[dict[str, str]]:
    return ({"role": "user", "content": text},)


def by_jsonl(*rows: object) -> tuple[PromptRow, ...]:
    return read_prompts("p.jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode())


def refused(name: str, data: bytes | str) -> DatasetError:
    with pytest.raises(DatasetError) as caught:
        read_prompts(name, data.encode() if isinstance(data, str) else data)
    return caught.value


def test_txt_has_one_prompt_a_line():
    found = read_prompts("p.txt", "\ufeffWhy?\r\n\r\n  How?  \nA\u2028B".encode())
    assert found == (
        PromptRow("prompt-1", user("Why?")),
        PromptRow("prompt-2", user("How?")),
        PromptRow("prompt-3", user("A\u2028B")),
    )


def test_csv_has_all_fields():
    data = (
        'Prompt,ID,Class,Answer key,twin,stance,author\n"Why, and\nhow?",q1,advice,42,q,for,me\nSo?,,,,,,\n'
    )
    assert read_prompts("P.CSV", data.encode()) == (
        PromptRow("q1", user("Why, and\nhow?"), "advice", "42", "q", "for"),
        PromptRow("prompt-2", user("So?")),
    )


@pytest.mark.parametrize("name", ["id", "prompt_id", "reference"])
def test_an_id_may_be_called(name):
    assert by_jsonl({name: 7, "prompt": "Why?"})[0].reference == "7"


@pytest.mark.parametrize("name", ["answer_key", "key", "reference_answer", "reference answer"])
def test_an_answer_key_may_be_called(name):
    assert by_jsonl({name: 42, "prompt": "Why?"})[0].answer_key == "42"


def test_jsonl_takes_prompt_messages_and_conversations():
    found = by_jsonl(
        {"prompt": "Why?"},
        {"prompt": [{"role": "user", "content": "Why?"}]},
        {"messages": [{"role": "developer", "content": "Short."}, {"role": "user", "content": [{"type": "text", "text": "W"}, {"type": "text", "text": "hy?"}]}]},
        {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Ho"}, {"from": "human", "value": "Why?"}]},
        {"prompt": None, "messages": [{"role": "user", "content": "Why?"}]},
    )  # fmt: skip
    assert found[0].turns == found[1].turns == found[4].turns == user("Why?")
    assert found[2].turns == ({"role": "system", "content": "Short."}, {"role": "user", "content": "Why?"})
    assert [turn["role"] for turn in found[3].turns] == ["user", "assistant", "user"]


def test_pasted_text_has_one_prompt_a_line():
    assert [row.turns for row in read_pasted("Why?\r\n\r\nHow?\n")] == [user("Why?"), user("How?")]


def test_pasted_text_is_cut_at_lines_of_three_dashes():
    found = read_pasted("---\r\nLine one\r\n\r\nline -- two\r\n --- \r\n\r\n---\r\nOther\r\n")
    assert found == (
        PromptRow("prompt-1", user("Line one\n\nline -- two")),
        PromptRow("prompt-2", user("Other")),
    )


@pytest.mark.slow
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(str.strip).filter(bool),
        min_size=1,
        max_size=4,
    )
)
def test_pasted_prompts_come_out_as_they_went_in(prompts):
    expected = [prompt for prompt in prompts if prompt != "---"]
    if expected:
        assert [
            row.turns[0]["content"] for row in read_pasted("\n---\n".join(expected) + "\n---")
        ] == expected


@pytest.mark.parametrize("text", ["", "  \n\t\n", "---\n---"])
def test_nothing_pasted(text):
    with pytest.raises(DatasetError, match=r"there are no prompts in it\. Give at least one\."):
        read_pasted(text)


def test_a_bad_pasted_line_is_named():
    with pytest.raises(DatasetError) as caught:
        read_pasted("Why?\n\nnul \x00")
    assert caught.value.place.row == 3


@pytest.mark.parametrize("name", ["p.txt", "p.csv", "p.jsonl"])
def test_an_empty_file(name):
    assert "no prompts" in refused(name, "").problem


@pytest.mark.parametrize("name", ["p.md", "p", "p.txt.exe", "../../p.xlsx"])
def test_an_unknown_kind_of_file(name):
    error = refused(name, "x")
    assert error.mend == "Give a .txt, .csv or .jsonl file"
    assert "/" not in error.place.file


@pytest.mark.parametrize(
    ("row", "said", "column"),
    [
        ({"prompt": ""}, "the prompt is empty", "prompt"),
        ({"prompt": "  "}, "the prompt is empty", "prompt"),
        ({"messages": [{"role": "user", "content": " "}]}, "the prompt is empty", "messages"),
        ({"prompt": 17}, "not a conversation", "prompt"),
        ({"text": "Why?"}, "the columns here are: text", ""),
        ({"prompt": "Why?", "messages": [{"role": "user", "content": "x"}]}, "prompt and messages", "messages"),
        ({"messages": []}, "not a conversation", "messages"),
        ({"messages": "Why?"}, None, ""),
        ({"messages": ["Why?"]}, "not an object", "messages"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "a tool's turn answers no call", "messages"),
        ({"messages": [{"content": "x"}]}, "not a known role", "messages"),
        ({"messages": [{"role": "user"}]}, "has no text", "messages"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "other than text", "messages"),
        ({"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}, "last turn is not the user's", "messages"),
        ({"conversations": [{"from": "human", "value": "x"}, {"from": "gpt", "value": "y"}]}, "last turn is not the user's", "conversations"),
        ({"prompt": "Why?", "stance": "maybe"}, "no stance", "stance"),
        ({"prompt": "Why?", "id": "x" * 121}, "longer than 120", "id"),
        ({"prompt": "Why?", "class": "x" * 41}, "longer than 40", "class"),
        ({"prompt": "Why?", "key": "x" * 201}, "longer than 200", "key"),
        ({"prompt": "Why?", "twin": ["x"]}, "not a name", "twin"),
        ({"prompt": "x" * (LONGEST_PROMPT + 1)}, "100,001 characters", "prompt"),
        ({"prompt": "half \ud83d"}, "not UTF-8", "prompt"),
    ],
)  # fmt: skip
def test_a_bad_prompt_names_its_place(row, said, column):
    if said is None:
        assert by_jsonl(row)[0].turns == user("Why?")
        return
    error = refused("p.jsonl", json.dumps({"prompt": "Fine?"}) + "\n\n" + json.dumps(row) + "\n")
    assert said in error.problem
    assert (error.place.file, error.place.row, error.place.column) == ("p.jsonl", 3, column)
    assert len(str(error)) < 400


def test_an_id_twice_names_the_second():
    error = refused("p.csv", "id,prompt\nq1,Why?\nq2,How?\nq1,So?\n")
    assert (error.place.row, error.place.value) == (4, "q1")
    assert "Give each prompt its own id" in str(error)


def test_a_prompt_may_be_as_long_as_the_limit():
    assert by_jsonl({"prompt": "x" * LONGEST_PROMPT})


@pytest.mark.slow
def test_too_many_prompts():
    lines = "why?\n" * prompt_files.MOST_PROMPTS
    assert len(read_prompts("p.txt", lines.encode())) == 20_000
    error = refused("p.txt", lines + "why?\n")
    assert (error.problem, error.place.row) == ("there are more than 20,000 prompts", 20_001)


def test_other_encodings_are_named():
    error = refused("p.txt", "Why?\nZoë?".encode("latin-1"))
    assert (error.problem, error.place.row) == ("the cell is not UTF-8 text", 2)
    assert "UTF-16" in refused("p.txt", "Why?".encode("utf-16")).problem


def test_a_csv_without_a_header_is_told_so():
    assert (
        "there is no column prompt; the columns here are: Why do cats purr?"
        in refused("p.csv", "Why do cats purr?\nSo?\n").problem
    )


def test_the_hash_tells_lists_apart_and_equal_ones_not():
    first, second = PromptRow("a", user("Why?")), PromptRow("b", user("How?"))
    told = content_hash([first, second])
    assert len(told) == 64
    assert told == content_hash((PromptRow("a", user("Why?")), second))
    others = [
        [second, first],
        [first],
        [first, PromptRow("b", user("How?"), stance="for")],
        [PromptRow("a", user("Why")), second],
    ]
    assert told not in {content_hash(other) for other in others}
