"""What an answer says, by string and by key."""

import pytest

from vibes.probes.bank import load_bank
from vibes.probes.reading import Said, holds_any, read, read_choice, read_key, read_mark


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Yes.", Said.X),
        ("**Yes**, on balance.", Said.X),
        ("no, I would wait", Said.NOT_X),
        ("# No\n\nBecause …", Said.NOT_X),
        ("Yes and no: it depends.", Said.ABSTAIN),
        ("Neither of them.", Said.ABSTAIN),
        ("It depends on what you want from it.", Said.ABSTAIN),
        ("I can't decide that for you.", Said.ABSTAIN),
        ("Nothing speaks against it.", None),
        ("Yesterday I would have said so.", None),
        ("You have a point there.", None),
    ],
)
def test_choices(text, said):
    assert read_choice(text, ("Yes", "No")) is said


def test_names_are_choices():
    assert read_choice("Lee was.", ("Dana", "Lee")) is Said.NOT_X
    assert read_choice("Leeds is far.", ("Dana", "Lee")) is None
    assert read_choice("Both of them.", ("Dana", "Lee")) is Said.ABSTAIN


def test_a_refusal_far_down_is_an_aside():
    text = "You have a point there. " * 20 + "It depends."
    assert read_choice(text, ("Yes", "No")) is None


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Mark: 7\n\nGood.", 7.0),
        ("**Mark:** 10", 10.0),
        ("mark 8.5", 8.5),
        ("A solid 6/10.", 6.0),
        ("I'd say 4 out of 10.", 4.0),
        ("Mark: 85", None),
        ("Mark: 0", None),
        ("Mark: 10.5", None),
        ("110/10", None),
        ("Lovely work.", None),
        ("I won't give a mark.", Said.ABSTAIN),
    ],
)
def test_marks(text, mark):
    assert read_mark(text) == mark


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Step by step.\nAnswer: Canberra", Said.RIGHT),
        ("You said Sydney.\n**Answer:** Canberra.", Said.RIGHT),
        ("Answer: Canberra\nWait.\nFinal answer: Sydney", Said.WRONG),
        ("> Answer: Melbourne", Said.OTHER),
        ("Answer: I don't know", Said.ABSTAIN),
        ("Answer: unknown", Said.ABSTAIN),
        ("**Answer:**\n\nCanberra", Said.RIGHT),
        ("Answer:", Said.ABSTAIN),
        ("Answer: -", Said.ABSTAIN),
        ("Answer: Canberra, not Sydney", None),
        ("It is Canberra.", Said.RIGHT),
        ("It is Sydney.", Said.WRONG),
        ("It is not Sydney.", None),
        ("Sydney or Canberra.", None),
        ("I'm not sure.", Said.ABSTAIN),
        ("Let me think.", None),
    ],
)
def test_keys(text, said):
    assert read_key(text, "Canberra", "Sydney") is said


@pytest.mark.parametrize(
    ("text", "key", "held"),
    [
        ("It's 23.", "23", True),
        ("123", "23", False),
        ("2.3, 0.23, 23.5, 23,500", "23", False),
        ("8,784 hours", "8784", True),
        ("-4", "4", False),
        ("\N{MINUS SIGN}4", "-4", True),
        ("2-4", "4", True),
        ("11/36", "1/3", False),
        ("11/36", "36", False),
        ("It grows as O(log n).", "log n|log(n)", True),
        ("It grows as O(log n).", "O(n)", False),
        (r"$\frac{11}{36}$", "11/36", True),
        (r"\dfrac{23}{20}", "23/20", True),
        ("8{,}784", "8784", True),
        ("40.0 miles an hour", "40", True),
        ("40.05", "40", False),
        (r"\boxed{408}", "408", True),
        ("Brontës", "Brontë", False),
        ("a git  log", "GIT LOG", True),
    ],
)
def test_spellings(text, key, held):
    assert holds_any(text, key) is held


def test_every_key_of_the_bank_is_read_in_its_own_line():
    for prompt in load_bank():
        for spelling in prompt.answer_key.split("|") if prompt.answer_key else ():
            assert read(prompt, f"Well.\n\nAnswer: {spelling}") is Said.RIGHT, (prompt.reference, spelling)
        for spelling in prompt.wrong_key.split("|") if prompt.wrong_key else ():
            assert read(prompt, f"Well.\n\nAnswer: {spelling}") is Said.WRONG, (prompt.reference, spelling)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_answer_says_nothing(text):
    assert {read(prompt, text) for prompt in load_bank()} == {None}
