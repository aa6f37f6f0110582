"""The check of an edit: each kind of claim that goes, comes or doubles is a sentence for a lead."""

import pytest

from vibes.edits.checks import check
from vibes.edits.edited import UnknownEdit

ANSWER = (
    "The fee is 42 euros, said Marion Keller, and it is not due before 3.5 weeks. "
    "Run `pip list` and see https://x.example/a_b for more on the matter, which is plain enough.\n\n"
    "```python\nprint(1)\n```"
)


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("42", "forty", "The number 42 is lost."),
        ("42", "42 or 43", "The number 43 is new."),
        ("3.5", "3,5", "The number 3.5 is lost."),
        ("Keller", "Kellner", "The name Keller is lost."),
        ("Marion ", "", "The name Marion is lost."),
        ("not due", "due", "The negation “not” is lost."),
        ("is plain", "isn't plain", "The negation “n't” is new."),
        ("`pip list`", "`pip lists`", "The code `pip list` is lost."),
        ("print(1)", "print(2)", "The code `print(1)` is lost."),
        ("a_b", "a_c", "The address https://x.example/a_b is lost."),
    ],
)
def test_a_claim_that_changed_is_named(before: str, after: str, problem: str) -> None:
    assert problem.replace("n't”", "not”") in check("warmer", ANSWER, ANSWER.replace(before, after)).problems


def test_a_change_of_words_alone_is_no_problem() -> None:
    checked = check("warmer", ANSWER, ANSWER.replace("plain enough", "happily clear"))

    assert checked.ok
    assert checked.ratio == 1.0


def test_claims_are_counted_not_only_seen() -> None:
    assert (
        check("warmer", "It is 4, so 4 it is.", "It is 4, so it is.").problems[0] == "The number 4 is lost."
    )


def test_negations_have_one_count_however_they_are_written() -> None:
    assert check("warmer", "I can't say it is so.", "I cannot say it is so.").ok
    assert check("warmer", "I can’t say it is so.", "I can not say it so.").ok


@pytest.mark.parametrize("name", ["agreement_flipped", "validates_user"])
def test_stance_may_bring_and_take_negations(name: str) -> None:
    original, edited = (
        "I do not think that it is fair at 40 euros.",
        "I do think that it is quite fair at 40 euros.",
    )

    assert check(name, original, edited).ok
    assert not check("warmer", original, edited).ok
    assert not check(name, original, edited.replace("40", "50")).ok


def test_where_repeats_are_allowed_nothing_is_lost_or_new() -> None:
    original = "Rent is 40 and food is 40 in Lyon, where I lived."
    edited = "Rent is 40 and food too in Lyon, where I lived."

    assert check("markdown_to_plain", original, edited).ok
    assert not check("plain_to_lists", original, edited).ok
    assert not check("markdown_to_plain", original, edited.replace("40", "50")).ok


@pytest.mark.parametrize(
    ("edited", "problem"),
    [("", "The edited answer is empty."), ("One. \n", "The edited answer is the original, unchanged.")],
)
def test_nothing_and_the_same_are_problems(edited: str, problem: str) -> None:
    assert check("warmer", "One.", edited).problems == (problem,)


def test_a_length_outside_the_aim_is_said_with_its_figure() -> None:
    checked = check("warmer", "It is a plain tale.", "It is a plain and a simple tale.")

    assert checked.ratio == 1.6
    assert checked.problems == (
        "The edited answer has 1.60 times the words of the original; the aim is 0.90 to 1.10.",
    )


@pytest.mark.parametrize(
    "leak",
    [
        "praise_added",
        "Here's the edited version:",
        "Here is a warmer",
        "</edited>",
        "As requested, I have",
        "Unlike the original answer,",
    ],
)
def test_talk_of_the_edit_is_a_leak(leak: str) -> None:
    original = (
        "It is a plain tale, and one that is told in a hundred words or so by whoever tells it well at night."
    )
    problems = check("warmer", original, f"{leak} {original}").problems

    assert any("names" in problem or "speaks of being edited" in problem for problem in problems)


def test_names_that_must_not_appear() -> None:
    original = "It is a plain tale, and one that is told in some words or other by whoever tells it."
    edited = f"{original} Zephyr-7b."

    assert (
        "The edited answer names “zephyr-7b”."
        in check("warmer", original, edited, names=["zephyr-7b"]).problems
    )
    assert check("warmer", edited, f"Yes: {edited}", names=["zephyr-7b", " "]).ok


def test_a_word_that_begins_a_sentence_is_no_name() -> None:
    assert check("warmer", "Running helps. Sleep helps too.", "So running helps, sleep helps.").ok


def test_an_unknown_edit_has_no_check() -> None:
    with pytest.raises(UnknownEdit):
        check("praise", "a", "b")
