"""Cluster-robust variances and the rules for when there is an interval at all."""

import numpy as np
import pytest
from scipy.stats import t as student

from vibes.stats import intervals
from vibes.stats.intervals import Clusters, Sandwich, effect, effective, meat, sandwich, share


def clusters(raters, each, matchups=None):
    rater = np.repeat(np.arange(raters), each)
    matchup = np.arange(len(rater)) if matchups is None else np.arange(len(rater)) % matchups
    return Clusters(rater, matchup, np.ones(len(rater)))


def test_effective_raters_count_equal_shares():
    assert effective(np.array([5.0, 5.0, 5.0])) == pytest.approx(3.0)
    assert effective(np.array([98.0, 1.0, 1.0])) == pytest.approx(100.0**2 / (98.0**2 + 2.0))
    assert effective(np.array([0.0, 0.0])) == 0.0


def test_meat_is_the_same_in_one_block_or_many(monkeypatch):
    rng = np.random.default_rng(0)
    scores, groups = rng.normal(size=(500, 3)), rng.integers(0, 60, 500)
    sums = np.array([scores[groups == g].sum(axis=0) for g in np.unique(groups)])
    expected = sums.T @ sums * len(sums) / (len(sums) - 1.0)
    np.testing.assert_allclose(meat(lambda rows: scores[rows], groups), expected)
    for block in (1, 7, 64):
        monkeypatch.setattr(intervals, "BLOCK", block)
        np.testing.assert_allclose(meat(lambda rows: scores[rows], groups), expected)


def test_the_largest_of_two_way_by_rater_and_model_is_taken():
    rng = np.random.default_rng(1)
    found = clusters(30, 10, matchups=60)
    by_rater = rng.normal(0.0, 1.0, 30)[found.rater]
    by_matchup = rng.normal(0.0, 1.0, 60)[found.matchup]
    noise = rng.normal(0.0, 1.0, 300)

    def parts(scores):
        result = sandwich(lambda rows: scores[rows, None], np.eye(1), found, by_model=np.array([[200.0]]))
        one = (result.by_rater, result.by_matchup, result.two_way, result.by_model)
        return [float(matrix[0, 0]) for matrix in one], float(result.variances()[0])

    (rater, _, two_way, model), variance = parts(by_rater + by_matchup + noise)
    assert two_way > rater > model
    assert variance == two_way
    (rater, _, two_way, model), variance = parts(noise / 10.0)
    assert model > max(rater, two_way)
    assert variance == model


def test_a_two_way_variance_that_is_not_positive_gives_way_to_the_larger_one_way():
    one = np.ones((1, 1))
    assert Sandwich(2.0 * one, 3.0 * one, -0.1 * one, 0.5 * one).variances()[0] == 3.0
    assert Sandwich(2.0 * one, 1.0 * one, 0.0 * one, 4.0 * one).variances()[0] == 4.0
    assert Sandwich(2.0 * one, 3.0 * one, 2.5 * one, 0.5 * one).variances()[0] == 2.5


def test_differences_follow_the_same_rule_pair_by_pair():
    v = np.array([[2.0, 0.5], [0.5, 1.0]])
    zero = np.zeros((2, 2))
    assert Sandwich(v, zero, zero, zero).difference_variances()[0, 1] == pytest.approx(2.0)
    assert Sandwich(zero, zero, v, v * 2.0).difference_variances()[0, 1] == pytest.approx(4.0)


def test_correlations_fall_back_on_raters_where_two_way_is_not_positive():
    rater = np.array([[1.0, 0.5], [0.5, 4.0]])
    impossible = np.array([[1.0, 2.0], [2.0, 1.0]])
    found = Sandwich(rater, rater, impossible, rater).correlation()
    assert found[0, 1] == pytest.approx(0.25, abs=1e-6)


def test_an_interval_is_t_with_effective_raters_less_one():
    found = clusters(20, 5)
    result = effect(0.3, 0.04, found, unit="log-odds", kind="observational")
    width = student.ppf(0.975, 19.0) * 0.2
    assert (result["low"], result["high"]) == pytest.approx((0.3 - width, 0.3 + width))
    assert (result["se"], result["n"], result["state"]) == (pytest.approx(0.2), 100, "ok")
    assert effect(0.3, 0.04, found, unit="p", kind="observational", bounds=(0.0, 0.5))["low"] == 0.0


def test_below_ten_effective_raters_there_is_no_interval_and_it_says_why():
    result = effect(0.3, 0.04, clusters(9, 50), unit="log-odds", kind="observational")
    assert (result["estimate"], result["low"], result["high"], result["se"]) == (0.3, None, None, None)
    assert result["state"] == "not_enough"
    assert result["note"] == "the votes spread over 9.0 effective raters; an interval needs 10"
    assert effect(0.3, 0.04, clusters(10, 50), unit="log-odds", kind="observational")["state"] == "ok"


def test_a_share_of_all_is_not_certain():
    everyone = clusters(12, 1)
    p, variance = share(np.ones(12), everyone)
    assert p == 1.0
    assert variance == pytest.approx((12.5 / 13.0) * (0.5 / 13.0) / 12.0)


def test_a_share_within_raters_who_all_agree_has_the_variance_of_raters():
    found = clusters(20, 10)
    chosen = (found.rater < 10).astype(float)
    p, variance = share(chosen, found)
    assert p == 0.5
    assert variance == pytest.approx(20.0 / 19.0 * 0.25 / 20.0)
