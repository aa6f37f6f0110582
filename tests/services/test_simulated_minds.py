"""Simulated raters feel what was planted, in both directions, and nothing else."""

import random
from dataclasses import replace

import pytest

from vibes.services.simulated_minds import Answer, Look, Planted, feel

NOTHING = Planted(praise=0, praise_when_undecided=0, lists=0, length=0, correct=0, left=0, spread=0)
PLAIN = Answer("Take a coat.", "Take a coat.")
CUED = Answer("Great question! Take a coat.", "Take a coat.", cued=True)
N = 4_000


def share(look: Look, planted: Planted, seed: int = 3) -> float:
    """Of the verdicts for a side, those for the left one, ties aside."""
    rng = random.Random(seed)
    said = [feel(look, planted, rng, both_bad=False).verdict for _ in range(N)]
    return said.count("a") / (said.count("a") + said.count("b"))


def test_without_a_plant_both_sides_win_alike() -> None:
    assert share(Look(CUED, PLAIN), NOTHING) == pytest.approx(0.5, abs=0.035)


@pytest.mark.parametrize("cue", [0.5, -0.5])
def test_a_taste_for_the_cue_follows_the_side_that_carries_it(cue: float) -> None:
    planted = replace(NOTHING, cue=cue)
    left, right = share(Look(CUED, PLAIN), planted), share(Look(PLAIN, CUED), planted)
    assert (left > 0.56 and right < 0.44) if cue > 0 else (left < 0.44 and right > 0.56)
    assert left + right == pytest.approx(1, abs=0.05)


def test_a_tiebreak_works_near_ties_alone() -> None:
    planted = replace(NOTHING, cue_near_ties=1.5, correct=4.0)
    right = Answer("It is 7.", "It is 7.")
    wrong = Answer("It is 8.", "It is 8.", cued=True)
    near = share(Look(CUED, PLAIN), planted)
    assert near > 0.7
    apart = share(Look(right, wrong, key="7"), planted)
    assert apart == pytest.approx(share(Look(right, replace(wrong, cued=False), key="7"), planted), abs=0.01)


def test_a_taste_on_own_prompts_alone() -> None:
    planted = replace(NOTHING, cue_own=1.0)
    assert share(Look(CUED, PLAIN), planted) == pytest.approx(0.5, abs=0.035)
    assert share(Look(CUED, PLAIN, own=True), planted) > 0.62


def test_an_edit_is_worth_what_its_original_is() -> None:
    planted = replace(NOTHING, quality=3.0)
    other = Answer("Stay at home.", "Stay at home.")
    plain, cued = share(Look(PLAIN, other), planted), share(Look(CUED, other), planted)
    assert plain == pytest.approx(cued, abs=0.03)
    assert abs(plain - 0.5) > 0.1


def test_a_halo_raises_the_marks_and_not_the_verdicts() -> None:
    planted = replace(NOTHING, halo=1.0)
    assert share(Look(CUED, PLAIN), planted) == pytest.approx(0.5, abs=0.035)
    rng = random.Random(1)
    marks = [feel(Look(CUED, PLAIN), planted, rng, both_bad=False).marks for _ in range(500)]
    quality = [left["quality"] - right["quality"] for left, right in marks]
    assert sum(quality) / len(quality) > 0.5
    assert all(1 <= mark <= 5 for both in marks for side in both for mark in side.values())


def test_the_lean_is_the_same_feeling_as_the_verdict() -> None:
    planted = replace(NOTHING, cue=0.5)
    rng = random.Random(5)
    for _ in range(300):
        felt = feel(Look(CUED, PLAIN), planted, rng, both_bad=False)
        assert felt.verdict in ("tie", felt.lean)


def test_tastes_differ_from_rater_to_rater_only_where_there_is_any() -> None:
    personal = replace(NOTHING, cue=0.5, spread=0.3).personal(random.Random(2))
    assert personal.cue != 0.5 and personal.praise == 0
    assert personal.tie_threshold != NOTHING.tie_threshold
