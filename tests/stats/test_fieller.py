"""Fieller's set: against brute force, the closed form, and where it is unbounded."""

import numpy as np
import pytest
from scipy.stats import t as student

from vibes.stats.fieller import fieller, ratio
from vibes.stats.intervals import Clusters, Sandwich

COVARIANCE = np.array([[0.04, 0.012], [0.012, 0.02]])
CLUSTERS = Clusters(np.arange(200) % 40, np.arange(200), np.ones(200))


def joint(covariance=COVARIANCE):
    return Sandwich(covariance, covariance, covariance, covariance / 2.0)


def told(top, bottom, covariance=COVARIANCE, clusters=CLUSTERS):
    return ratio(
        top, bottom, joint(covariance), clusters, unit="u", kind="independent", unbounded="it is unbounded"
    )


def test_the_set_is_what_a_search_over_all_ratios_finds():
    t = student.ppf(0.975, 39)
    r = np.linspace(-5.0, 10.0, 300_001)
    inside = (0.9 - r * 0.7) ** 2 <= t**2 * (0.04 - 2.0 * 0.012 * r + 0.02 * r**2)
    assert fieller(0.9, 0.7, joint(), t) == pytest.approx((r[inside].min(), r[inside].max()), abs=1e-4)


def test_it_holds_the_ratio_of_drawn_pairs_as_often_as_it_promises():
    rng = np.random.default_rng(1)
    drawn = rng.multivariate_normal([0.8, 0.6], COVARIANCE, 4000)
    ends = [fieller(top, bottom, joint(), 1.959964) for top, bottom in drawn]
    assert np.mean([end is None or end[0] <= 0.8 / 0.6 <= end[1] for end in ends]) == pytest.approx(
        0.95, abs=0.012
    )


def test_the_widest_of_the_covariances_counts():
    wide = Sandwich(COVARIANCE, COVARIANCE, COVARIANCE * 0.5, COVARIANCE * 3.0)
    alone = Sandwich(*[COVARIANCE * 3.0] * 4)
    assert fieller(0.9, 0.9, wide, 2.0) == fieller(0.9, 0.9, alone, 2.0)


def test_a_two_way_matrix_that_is_not_positive_gives_way_to_the_one_by_matchup():
    broken = np.array([[0.01, 0.05], [0.05, 0.01]])
    found = fieller(0.9, 0.9, Sandwich(COVARIANCE, COVARIANCE * 2.0, broken, COVARIANCE), 2.0)
    assert found == fieller(0.9, 0.9, Sandwich(*[COVARIANCE * 2.0] * 4), 2.0)


def test_turning_both_round_changes_nothing_and_turning_one_mirrors_it():
    low, high = fieller(0.9, 0.7, joint(), 2.0)
    assert fieller(-0.9, -0.7, joint(), 2.0) == (low, high)
    flipped = COVARIANCE * np.array([[1.0, -1.0], [-1.0, 1.0]])
    assert fieller(-0.9, 0.7, joint(flipped), 2.0) == pytest.approx((-high, -low))


def test_an_effect_has_the_set_and_the_delta_error():
    found = told(0.9, 0.7)
    slope = np.array([1.0, -0.9 / 0.7]) / 0.7
    assert found["estimate"] == pytest.approx(0.9 / 0.7)
    assert found["se"] == pytest.approx(np.sqrt(slope @ COVARIANCE @ slope))
    assert (found["state"], found["n"], found["effective_raters"]) == ("ok", 200, 40.0)


@pytest.mark.parametrize("bottom", [0.0, 0.1, -0.2, 0.286])
def test_a_bottom_that_may_be_0_has_no_ratio(bottom):
    found = told(0.9, bottom)
    assert (found["estimate"], found["low"], found["state"]) == (None, None, "not_identified")
    assert found["note"] == "it is unbounded"


def test_few_raters_have_no_ratio():
    few = Clusters(np.arange(200) % 5, np.arange(200), np.ones(200))
    assert told(0.9, 0.7, clusters=few)["state"] == "not_enough"
