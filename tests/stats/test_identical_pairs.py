"""The lean on identical pairs: one half without a pull of the place, its size with one, and the left of the screen."""

import pytest

from vibes.stats.frames import JudgementFrame
from vibes.stats.identical_pairs import lean_on_identical

ROUNDS = 4


def frame(rows: list[tuple[str, str, str, bool]], raters: int = 12) -> JudgementFrame:
    """Each row (purpose, verdict, lean, a stands on the left) said by every rater."""
    told = [(row, rater, n) for rater in range(raters) for n, row in enumerate(rows)]
    return JudgementFrame.from_columns(
        {
            "prompt_id": [f"p{n}" for _, _, n in told],
            "rater": [f"r{rater}" for _, rater, _ in told],
            "model_a": ["a"] * len(told),
            "model_b": ["b"] * len(told),
            "matchup": [f"m{n}" for _, _, n in told],
            "purpose": [row[0] for row, _, _ in told],
            "verdict": [row[1] for row, _, _ in told],
            "lean": [row[2] for row, _, _ in told],
            "a_is_left": [row[3] for row, _, _ in told],
        }
    )


def test_the_left_is_counted_whichever_side_it_is() -> None:
    rows = [
        ("identical", "a", "", True),
        ("identical", "b", "", False),
        ("identical", "tie", "a", True),
        ("identical", "both_bad", "a", False),
    ]
    found = lean_on_identical(frame(rows * ROUNDS))
    assert found["estimate"] == pytest.approx(0.75)
    assert found["n"] == 12 * 4 * ROUNDS
    assert found["state"] == "ok"
    assert found["low"] < 0.75 < found["high"]


def test_other_purposes_and_undecided_ties_do_not_count() -> None:
    rows = [("study", "a", "", True), ("identical", "tie", "", True), ("identical", "a", "", False)]
    found = lean_on_identical(frame(rows))
    assert (found["estimate"], found["n"]) == (0.0, 12)


def test_without_any_there_is_no_number() -> None:
    found = lean_on_identical(frame([("study", "a", "", True)]))
    assert (found["estimate"], found["n"], found["state"]) == (None, 0, "not_enough")


def test_few_raters_have_no_interval() -> None:
    found = lean_on_identical(frame([("identical", "a", "", True)] * 5, raters=3))
    assert (found["state"], found["low"]) == ("not_enough", None)
