"""Which models are rated, and the reason given where one is not."""

import numpy as np
import pytest

from vibes.stats.standing import unrated
from vibes.stats.votes import Votes

NAMES = ("p", "q", "r", "s", "t")


def votes(*results, weight=1.0):
    """Results are (first, second, level, times)."""
    rows = [(NAMES.index(a), NAMES.index(b), level) for a, b, level, times in results for _ in range(times)]
    a, b, level = np.array(rows, dtype=np.int64).T
    zeros = np.zeros(len(rows), dtype=np.int64)
    return Votes(a, b, len(NAMES), level, zeros, 1, np.full(len(rows), weight), np.zeros((len(rows), 0)), ())


def even(a, b, times=20):
    return [(a, b, 1, times), (a, b, -1, times)]


def test_models_with_wins_losses_and_a_path_are_rated():
    found = unrated(votes(*even("p", "q"), *even("q", "r"), *even("r", "s"), *even("s", "t")), NAMES)
    assert found == {}


def test_too_few_votes_are_counted_by_weight_and_in_number():
    board = [*even("p", "q"), *even("q", "r"), *even("r", "s"), *even("t", "p", 14)]
    assert unrated(votes(*board), NAMES) == {"t": "28 votes; a rating needs 30"}
    assert unrated(votes(*board, weight=2.0), NAMES) == {"t": "28 votes; a rating needs 30"}
    board[-2:] = even("t", "p", 15)
    assert unrated(votes(*board), NAMES) == {}
    assert unrated(votes(*board, weight=0.9), NAMES)["t"] == "27 votes; a rating needs 30"


def test_twelve_wins_of_twelve_are_no_rating():
    board = [*even("p", "q"), *even("q", "r"), *even("r", "s"), ("t", "p", 1, 12)]
    assert unrated(votes(*board), NAMES) == {"t": "12 votes; a rating needs 30"}
    board[-1] = ("t", "p", 1, 40)
    assert unrated(votes(*board), NAMES) == {"t": "no loss in 40 votes: its strength has no upper end"}
    board[-1] = ("p", "t", 1, 40)
    assert unrated(votes(*board), NAMES) == {"t": "no win in 40 votes: its strength has no lower end"}


def test_boards_without_a_path_between_them_are_named():
    found = unrated(votes(*even("p", "q"), *even("q", "r"), *even("p", "r"), *even("s", "t")), NAMES)
    assert found["s"] == "no path of comparisons leads to the other models; with it: t"
    assert found["t"] == "no path of comparisons leads to the other models; with it: s"
    assert len(found) == 2


def test_two_groups_between_which_every_vote_goes_one_way_are_named():
    found = unrated(votes(*even("p", "q"), *even("q", "r"), *even("s", "t"), ("s", "p", 1, 30)), NAMES)
    assert found["s"] == "every vote against the other models went one way; with it: t"
    assert set(found) == {"s", "t"}
    tied = unrated(
        votes(*even("p", "q"), *even("q", "r"), *even("s", "t"), ("s", "p", 1, 30), ("s", "p", 0, 1)), NAMES
    )
    assert tied == {}


def test_no_model_is_rated_alone():
    found = unrated(
        votes(("p", "q", 1, 40), ("p", "r", -1, 5), ("s", "p", -1, 40), ("t", "p", -1, 40)), NAMES
    )
    assert found["p"] == "no other model can be rated beside it"
    assert len(found) == 5


@pytest.mark.parametrize("level", [0])
def test_ties_alone_rate_nobody(level):
    found = unrated(votes(("p", "q", level, 50), ("q", "r", level, 50), ("s", "t", level, 50)), NAMES)
    assert len(found) == 5
    assert found["p"].startswith("no win in 50 votes")
