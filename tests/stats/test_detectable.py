"""What votes can find: `power` and `planned_votes` turned round, and a simulation beside them."""

import math

import numpy as np
import pytest

from vibes.stats import detectable
from vibes.stats.power import ASSUMED, planned_votes, power


@pytest.mark.parametrize(("votes", "each"), [(196, 1), (600, 3), (5_000, 7)])
def test_the_win_rate_found_is_found_four_times_in_five(votes: int, each: int) -> None:
    found = detectable.win_rate(votes, each)
    se = math.sqrt(0.25 * (1 + (each - 1) * detectable.AGREEMENT) / votes)
    assert power(found, se, math.inf) == pytest.approx(0.8, abs=1e-4)


def test_known_answer() -> None:
    """Cohen 1988, 2.2: about 196 independent votes find 60 % against 50."""
    assert detectable.win_rate(196, 1) == pytest.approx(0.1, abs=1e-3)


def test_in_a_simulation_of_votes_that_agree() -> None:
    """Beta-binomial comparisons: three votes on each of 200, with the stated correlation."""
    found = detectable.win_rate(600, 3)
    rng = np.random.default_rng(5)
    mean, weight = 0.5 + found, 1 / detectable.AGREEMENT - 1
    shares = rng.beta(mean * weight, (1 - mean) * weight, (4_000, 200))
    rates = rng.binomial(3, shares) / 3
    z = (rates.mean(axis=1) - 0.5) / (rates.std(axis=1, ddof=1) / math.sqrt(200))
    assert (np.abs(z) > 1.96).mean() == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize(("votes", "each"), [(1, 1), (7, 1), (12, 50)])
def test_too_few_votes_find_no_win_rate(votes: int, each: int) -> None:
    assert detectable.win_rate(votes, each) is None


@pytest.mark.parametrize("estimand", ASSUMED)
def test_an_effect_is_the_plan_turned_round(estimand: str) -> None:
    votes = planned_votes(estimand, 0.3).votes
    assert detectable.effect(estimand, votes) == pytest.approx(0.3, rel=0.01)


def test_no_votes_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one vote"):
        detectable.win_rate(0, 1)
    with pytest.raises(ValueError, match="at least one vote"):
        detectable.effect("C", 0)
