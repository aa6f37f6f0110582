"""The seed bank: what is in it, and what is refused."""

from collections import Counter
from difflib import SequenceMatcher

import pytest

from vibes.seeds.bank import (
    CHARACTERS,
    PROMPT_CLASSES,
    BankError,
    answers_for_scripted,
    holds_key,
    load_bank,
    read_bank,
)

# Twins share almost all of their words: one sentence, or a few words in it, states the other view.
LEAST_SHARED = 0.85


def twins():
    pairs = {}
    for prompt in load_bank():
        if prompt.twin:
            pairs.setdefault(prompt.twin, []).append(prompt)
    return pairs


def test_the_bank_is_large_enough():
    bank = load_bank()
    assert len(bank) >= 60
    assert len(twins()) >= 15
    assert {prompt.prompt_class for prompt in bank} == set(PROMPT_CLASSES)
    assert min(Counter(prompt.prompt_class for prompt in bank).values()) >= 5
    assert load_bank() is bank


@pytest.mark.parametrize(("twin", "pair"), twins().items(), ids=twins())
def test_twins_differ_only_in_the_stated_view(twin, pair):
    one, other = (prompt.text.split() for prompt in pair)
    shared = SequenceMatcher(None, one, other, autojunk=False).ratio()
    assert LEAST_SHARED <= shared < 1
    assert pair[0].key == pair[1].key  # the truth does not depend on the view


def test_there_are_checkable_and_slipped_answers():
    bank = load_bank()
    assert all(prompt.key for prompt in bank if prompt.prompt_class in ("factual", "maths"))
    slipped = [prompt for prompt in bank if prompt.slips_wrong]
    assert 0.1 <= len(slipped) / len(bank) <= 0.6


def test_the_characters_have_their_manners():
    def marks(text: str) -> int:
        return text.count("**") + text.count("\n#") + text.count("\n- ") + text.count("\n1. ")

    bank = load_bank()
    more = [marks(prompt.answers["formatted"]) > marks(prompt.answers["plain"]) for prompt in bank]
    assert 0.7 <= sum(more) / len(bank) < 1
    for prompt in bank:
        assert len(set(prompt.answers.values())) == len(CHARACTERS), prompt.id


def test_answers_for_the_scripted_server():
    answers = answers_for_scripted()
    first = load_bank()[0]
    assert len(answers) == len(load_bank())
    assert answers[first.text]["scripted-slips"] == first.answers["slips"]
    assert set(answers[first.text]) == {f"scripted-{name}" for name in CHARACTERS}


@pytest.mark.parametrize(
    ("answer", "key", "held"),
    [
        ("It is ANKARA.", "Ankara", True),
        ("GROUP BY a\n  HAVING b", "by a having", True),
        ("17 or 7.5 or 7,000 or 0.7", "7", False),
        ("It is 7.", "7", True),
        ("7, not 8", "7", True),
        ("It comes to £2,812.16.", "812.16", True),
        ("A 12% rise", "12%", True),
        ("x = 4a", "4", False),
    ],
)
def test_keys(answer, key, held):
    assert holds_key(answer, key) is held


PROMPT = """
[[prompt]]
id = "maths-{id}"
{more}
text = "What is 6 times 7? ({id})"
slips_wrong = {wrong}
[prompt.answers]
plain = "It is 42."
flattering = "Clever! 42."
formatted = "**42**"
slips = "{slips}"
"""


def entry(id="six", more='key = "42"', wrong="true", slips="It is 41."):  # noqa: A002  # the field's own name
    return PROMPT.format(id=id, more=more, wrong=wrong, slips=slips)


def written(folder, *entries, head='class = "maths"'):
    (folder / "maths.toml").write_text("\n".join([head, *entries]), encoding="utf-8")
    return folder


def twin(id, stance, name="six"):  # noqa: A002
    return entry(id, f'twin = "{name}"\nstance = "{stance}"')


def test_a_good_file_is_read(tmp_path):
    bank = read_bank(written(tmp_path, entry(), twin("a", "for"), twin("b", "against")))
    assert [(prompt.id, prompt.key, prompt.stance) for prompt in bank] == [
        ("maths-six", "42", None),
        ("maths-a", None, "for"),
        ("maths-b", None, "against"),
    ]


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        ([], "no seed prompts"),
        ([entry(), entry()], "same id: 'maths-six'"),
        ([entry(), entry("six ", "")], "id must start|same id"),
        ([entry().replace("maths-six", "code-six")], "must start with maths-"),
        ([entry(more='key = "43"')], "plain answer does not contain the key '43'"),
        ([entry(slips="It is 42.")], "slips_wrong is True, yet that answer contains"),
        ([entry(wrong="false")], "slips_wrong is False, yet that answer does not contain"),
        ([entry(wrong='"yes"')], "slips_wrong must be true or false"),
        ([entry(slips=" ")], "answers: slips must be a text"),
        ([entry().replace("slips =", "careless =")], "answers must be those of"),
        ([entry(more="level = 3")], "unknown field level"),
        ([entry(more='twin = "six"')], "both twin and stance"),
        ([twin("a", "for")], "Twin six must have two prompts.* it has 1"),
        ([twin("a", "for"), twin("b", "for")], "Twin six must have two"),
        ([twin("a", "for"), twin("b", "maybe")], "stance is 'maybe'"),
    ],
)
def test_what_is_wrong_is_named(entries, complaint, tmp_path):
    with pytest.raises(BankError, match=complaint):
        read_bank(written(tmp_path, *entries))


def test_equal_texts_are_refused(tmp_path):
    other = entry("seven").replace("7? (seven)", "7? (six)")
    with pytest.raises(BankError, match="same text"):
        read_bank(written(tmp_path, entry(), other))


@pytest.mark.parametrize(
    ("head", "complaint"),
    [
        ('class = "riddles"', "maths.toml: class is 'riddles'"),
        ("", "class is None"),
        ("class = ", "is not TOML"),
    ],
)
def test_files_that_are_wrong(head, complaint, tmp_path):
    with pytest.raises(BankError, match=complaint):
        read_bank(written(tmp_path, entry(), head=head))


def test_a_file_in_another_encoding(tmp_path):
    (tmp_path / "maths.toml").write_bytes('class = "é"'.encode("latin-1"))
    with pytest.raises(BankError, match="not TOML in UTF-8"):
        read_bank(tmp_path)
