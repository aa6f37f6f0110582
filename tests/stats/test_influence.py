"""How few votes change first place: always one that has been seen to, and near the fewest there are."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.simulated_votes import simulated_votes
from vibes.stats.boards import fit_board
from vibes.stats.influence import influence
from vibes.stats.intervals import Clusters
from vibes.stats.verdict_model import fit_verdicts
from vibes.stats.votes import Votes

RULES = ("half", "davidson", "ordinal")


def board_of(votes, ties="half"):
    clusters = Clusters(votes.rater, np.arange(len(votes)), votes.weight)
    return fit_board(votes, clusters, names_of(votes), ties)


def names_of(votes):
    return tuple(f"m{k}" for k in range(votes.models))


def two_models(wins, losses, each=1):
    """Model 0 against model 1; every rater gives `each` votes of one kind."""
    level = np.repeat([1, -1], [wins, losses])
    n = len(level)
    rater = np.arange(n) // each
    zeros = np.zeros(n, dtype=np.int64)
    return Votes(zeros, zeros + 1, 2, level, rater, int(rater.max()) + 1, np.ones(n), np.zeros((n, 0)), ())


@pytest.mark.parametrize("ties", RULES)
def test_between_two_models_it_is_the_margin_of_wins(ties):
    """60 wins to 50: with 11 of the wins gone the other leads; the count may be larger by no more than its growth."""
    votes = two_models(60, 50, each=2)
    found = influence(board_of(votes, ties), names_of(votes), ties)
    assert (found["leader"], found["runner_up"], found["n"]) == ("m0", "m1", 110)
    assert 11 <= found["votes"] <= 14
    assert 6 <= found["raters"] <= 8


@pytest.mark.parametrize("ties", RULES)
def test_the_votes_found_do_change_first_place(ties):
    votes = simulated_votes(n=2000, models=5, raters=60, seed=21)
    fitted = board_of(votes, ties)
    found = influence(fitted, names_of(votes), ties)
    strongest = fitted.fit.strengths.argsort()[::-1]
    assert found["leader"] == f"m{strongest[0]}"
    rival = int(found["runner_up"][1:])
    held_up = fitted.fit.scores.along(fitted.fit.bread[strongest[0]] - fitted.fit.bread[rival])
    kept = np.sort(np.argsort(-held_up)[found["votes"] :])
    assert fit_verdicts(votes.take(kept), ties=ties).strengths.argmax() == rival
    many = np.sort(np.argsort(-held_up)[found["votes"] * 3 // 4 :])
    assert fit_verdicts(votes.take(many), ties=ties).strengths.argmax() == strongest[0]


def test_sides_rows_and_names_leave_no_trace():
    votes = simulated_votes(n=1500, models=5, raters=60, seed=22)
    found = influence(board_of(votes), names_of(votes), "half")
    swapped = replace(votes, a=votes.b, b=votes.a, level=-votes.level, x=-votes.x)
    assert influence(board_of(swapped), names_of(votes), "half") == found
    shuffled = votes.take(np.random.default_rng(0).permutation(1500))
    assert influence(board_of(shuffled), names_of(votes), "half") == found
    moved = replace(votes, a=4 - votes.a, b=4 - votes.b, rater=59 - votes.rater)
    assert influence(board_of(moved), names_of(votes)[::-1], "half") == found


def test_a_lead_that_half_of_the_votes_carry_is_not_a_matter_of_a_few():
    found = influence(board_of(two_models(190, 10)), ("m0", "m1"), "half")
    assert (found["votes"], found["raters"]) == (None, None)


def test_without_a_fit_or_with_one_rated_model_there_is_nothing_to_say():
    ties = replace(two_models(30, 30), level=np.zeros(60, dtype=np.int64))
    assert influence(board_of(ties), ("m0", "m1"), "half") is None
    assert influence(board_of(two_models(12, 0)), ("m0", "m1"), "half") is None
