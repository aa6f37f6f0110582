"""Shares of decisive votes and rates of ties, on rows that can be counted by hand."""

import pytest

from vibes.stats.describe import describe
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters


def frame(rows, **extra):
    """rows: (rater, verdict, a is left, text A, text B, class)."""
    rater, verdict, left, text_a, text_b, kind = zip(*rows, strict=True)
    columns = {
        "prompt_id": [f"p{k}" for k in range(len(rows))],
        "rater": rater,
        "model_a": ["x"] * len(rows),
        "model_b": ["y"] * len(rows),
        "verdict": verdict,
        "a_is_left": left,
        "text_a": text_a,
        "text_b": text_b,
        "prompt_class": kind,
    }
    return JudgementFrame.from_columns({k: v for k, v in (columns | extra).items() if v is not None})


def described(found):
    return describe(found, Clusters(found.rater.codes, found.matchup.codes, found.weight))


ROWS = [
    ("ann", "a", True, "long text", "short", "code"),
    ("ann", "b", True, "long text", "short", "code"),
    ("bob", "b", False, "same", "size", "code"),
    ("bob", "tie", True, "long text", "short", "code"),
    ("bob", "b", False, "s", "longer", "advice"),
    ("cy", "both_bad", False, "s", "longer", "advice"),
]


def test_the_left_share_counts_decisive_votes_by_screen_side():
    found = described(frame(ROWS))["left_given_decisive"]
    assert (found["estimate"], found["n"]) == (0.75, 4)


def test_without_screen_sides_it_is_the_side_listed_first():
    found = described(frame(ROWS, a_is_left=None))["left_given_decisive"]
    assert found["estimate"] == 0.25
    assert "effective raters" in found["note"]
    many = [(f"r{k}", "a", True, "s", "t", "c") for k in range(12)]
    assert "first listed" in described(frame(many, a_is_left=None))["left_given_decisive"]["note"]


def test_the_longer_text_is_counted_in_characters_pooled_and_by_class():
    found = described(frame(ROWS))["longer_wins"]
    assert {name: (share["estimate"], share["n"]) for name, share in found.items()} == {
        "all": (pytest.approx(2 / 3), 3),
        "advice": (1.0, 1),
        "code": (0.5, 2),
    }


def test_without_texts_there_is_nothing_to_measure():
    found = described(frame(ROWS, text_a=None, text_b=None))["longer_wins"]
    assert found["all"]["state"] == "not_enough"
    assert found["all"]["note"] == "the rows have no text_a and text_b"


def test_without_a_decisive_vote_there_is_no_share():
    ties = [(rater, "tie", *rest) for rater, _, *rest in ROWS]
    assert described(frame(ties))["left_given_decisive"]["note"] == "no decisive vote"


def test_a_share_of_all_keeps_within_its_bounds():
    found = described(frame([(f"r{k}", "a", True, "long", "s", "c") for k in range(12)]))[
        "left_given_decisive"
    ]
    assert found["estimate"] == found["high"] == 1.0
    assert 0.0 < found["low"] < 1.0


def test_tie_rates_count_each_rater_once_and_both_bad_as_no_tie():
    found = described(frame(ROWS))["tie_rate_per_rater"]
    assert found == {"median": 0.0, "max": pytest.approx(1 / 3), "min": 0.0, "raters": 3}
