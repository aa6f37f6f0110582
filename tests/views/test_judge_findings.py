"""Sentences of a judge beside people: which way a cue goes, who is drawn to it more, and when that is not known."""

import pytest

from vibes.queries import judge_findings
from vibes.stats.intervals import known, unknown


def effect(low: float, high: float):
    middle = (low + high) / 2
    return known(
        middle, low, high, 0.01, n=200, effective_raters=20.0, unit="probability above ½", kind="randomised"
    )


THIN = unknown(
    "not_enough", "few votes", n=3, effective_raters=2.0, unit="probability above ½", kind="randomised"
)


def bias(people=(0.01, 0.11), judge=(0.26, 0.36), difference=(0.17, 0.33), family="tone"):
    return {
        "family": family,
        "people": effect(*people),
        "judge": effect(*judge),
        "difference": effect(*difference),
    }


def said(name: str, cue) -> str:
    return judge_findings.sentence(name, cue).replace("\xa0", " ")


def test_a_judge_that_is_drawn_to_praise_more_is_told_in_shares() -> None:
    assert said("praise_added", bias()) == (
        "Where one of the two answers, drawn by lot, was given praise, people chose that one 56 % of the time "
        "(95 % interval 51 to 61 %), this judge 81 % (76 to 86 %): it is drawn to praise more than people are."
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("praise_removed", "drawn to praise less"),
        ("praise_opener_removed", "drawn to praise less"),
        ("cooler", "drawn to warmth less"),
        ("markdown_to_plain", "drawn to formatting less"),
        ("emoji_removed_pair", "drawn to emoji less"),
        ("shorter_same_content", "drawn to length less"),
        ("warmer", "drawn to warmth more"),
        ("agreement_flipped", "it chooses that one more often than people do"),
        ("jokes", "it chooses that one more often than people do"),
    ],
)
def test_a_positive_pull_of_what_takes_away_goes_against_it(name: str, words: str) -> None:
    assert words in said(name, bias())
    assert words not in said(name, bias(difference=(-0.33, -0.17)))


@pytest.mark.parametrize("name", ["praise_removed", "cooler", "agreement_flipped", "cooler_pair"])
def test_no_line_calls_it_sycophancy(name: str) -> None:
    assert "sycophancy" not in judge_findings.title(name).lower()
    assert judge_findings.chosen(name) != "chosen"
    assert judge_findings.remark(name) and judge_findings.remark_on_difference(name)


def test_what_adds_keeps_its_name() -> None:
    assert judge_findings.title("praise_added") == "Sycophancy, tone, praise_added"
    assert judge_findings.title("praise_removed") == "Praise taken away, praise_removed"
    assert judge_findings.title("markdown_to_plain") == "Formatting taken away, markdown_to_plain"
    assert (judge_findings.chosen("praise_added"), judge_findings.remark("praise_added")) == ("chosen", "")


def test_an_answer_beside_its_own_edit_differs_in_nothing_else() -> None:
    assert said("praise_added_pair", bias()).startswith(
        "Where two answers differed in nothing but that one was given praise, people chose that one 56 %"
    )


def test_what_is_not_known_is_said() -> None:
    assert "cannot be told yet" in said("praise_added", bias(difference=(-0.05, 0.2)))
    assert "about as much as people are, within 10 points" in said(
        "praise_added", bias(difference=(-0.05, 0.08))
    )
    assert "cannot be told yet" in said("warmer", bias() | {"difference": THIN})
    thin = said("warmer", bias() | {"people": THIN})
    assert "not enough yet to set this judge beside people (few votes)" in thin and "%" not in thin
