"""Effects with each rater counting once, and by how much the usual intervals are too short."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.simulated_votes import simulated_votes
from vibes.stats.boards import fit_board
from vibes.stats.formatting import inflation
from vibes.stats.intervals import Clusters
from vibes.stats.per_rater import equal_weights, fit_per_rater, uneven

NAMES = tuple(f"m{k}" for k in range(4))


def clusters_of(votes):
    return Clusters(votes.rater, np.arange(len(votes)), votes.weight)


@pytest.fixture(scope="module")
def heavy():
    """Rater 0 gave two thirds of the votes and has another taste."""
    votes = simulated_votes(n=3000, models=4, raters=40, covariates=2, seed=40)
    rng = np.random.default_rng(0)
    rater = np.where(np.arange(3000) < 2000, 0, rng.integers(1, 40, 3000))
    x = np.column_stack([votes.x[:, 0], rng.normal(size=3000)])
    eta = x[:, 1] * np.where(rater == 0, -1.0, 0.5)
    level = np.where(eta + rng.logistic(size=3000) > 0.0, 1, -1)
    return replace(votes, rater=rater, x=x, level=level)


def test_each_rater_has_the_same_total_and_the_sum_stays():
    clusters = Clusters(np.array([0, 0, 0, 1, 4]), np.arange(5), np.array([1.0, 2.0, 1.0, 3.0, 0.5]))
    weight = equal_weights(clusters)
    np.testing.assert_allclose(np.bincount(clusters.rater, weight, 5), [2.5, 2.5, 0.0, 0.0, 2.5])
    np.testing.assert_allclose(weight[:3], [0.625, 1.25, 0.625])


def test_only_where_raters_share_the_votes_unevenly(heavy):
    even = simulated_votes(n=800, models=4, raters=20)
    assert not uneven(clusters_of(even))
    assert fit_per_rater(fit_board(even, clusters_of(even), NAMES, "half"), NAMES, "half") is None
    assert uneven(clusters_of(heavy))


def test_the_taste_of_most_raters_comes_back(heavy):
    fitted = fit_board(heavy, clusters_of(heavy), NAMES, "half")
    per_rater = fit_per_rater(fitted, NAMES, "half")
    assert fitted.fit.effect("x1") < -0.3
    assert per_rater.fit.effect("x1") == pytest.approx(0.45, abs=0.12)
    assert per_rater.clusters.effective_raters() == pytest.approx(40.0)


def test_inflation_is_large_where_tastes_differ_by_rater():
    votes = simulated_votes(n=3000, models=4, raters=30, covariates=2, seed=41)
    rng = np.random.default_rng(1)
    taste = rng.normal(0.0, 1.0, 30)[votes.rater]
    level = np.where(votes.x[:, 1] * taste + rng.logistic(size=3000) > 0.0, 1, -1)
    fitted = fit_board(replace(votes, level=level), clusters_of(votes), NAMES, "half")
    found = inflation(fitted)
    assert set(found) == set(votes.covariates)
    assert found["x1"] > 2.0
    assert 1.0 <= found["x0"] < 1.5


def test_without_a_fit_there_is_no_inflation():
    votes = simulated_votes(n=100, models=4)
    ties = replace(votes, level=np.zeros(100, dtype=np.int64))
    fitted = fit_board(ties, clusters_of(ties), NAMES, "half")
    assert inflation(fitted) == {}
    assert fit_per_rater(fitted, NAMES, "half") is None
