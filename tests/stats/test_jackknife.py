"""CR3: leaving out one rater at a time."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.simulated_votes import simulated_votes
from vibes.stats.boards import fit_board
from vibes.stats.intervals import Clusters, sandwich, share
from vibes.stats.jackknife import means_without
from vibes.stats.verdict_model import fit_verdicts

NAMES = ("a", "b", "c", "d")


def clusters_of(votes, errors="cr3"):
    return Clusters(votes.rater, np.arange(len(votes)), votes.weight, errors)


def refitted(votes, ties):
    """The brute-force jackknife: the whole fit again without each rater."""
    whole = fit_verdicts(votes, ties=ties).parameters
    moves = []
    for code in range(votes.raters):
        kept = votes.take(np.flatnonzero(votes.rater != code))
        used, rater = np.unique(kept.rater, return_inverse=True)
        kept = replace(kept, rater=rater, raters=len(used))
        moves.append(fit_verdicts(kept, ties=ties).parameters - whole)
    return np.array(moves).T @ np.array(moves) * (1.0 - 1.0 / votes.raters)


@pytest.mark.slow
@pytest.mark.parametrize("ties", ["half", "davidson", "ordinal"])
def test_one_step_is_close_to_a_refit_without_each_rater(ties):
    votes = simulated_votes(n=1500, models=4, raters=25, seed=2)
    fit = fit_verdicts(votes, ties=ties)
    ways = {
        errors: sandwich(
            fit.scores, fit.bread, clusters_of(votes, errors), by_model=fit.bread, without=fit.without
        )
        for errors in ("largest", "cr3")
    }
    contrasts = np.zeros((5, len(fit.parameters)))
    contrasts[:3, 0], contrasts[np.arange(3), [1, 2, 3]] = -1.0, 1.0
    contrasts[[3, 4], [4, 5]] = 1.0
    stricter, usual = (
        np.sqrt(np.diag(ways[errors].project(contrasts).by_rater)) for errors in ("cr3", "largest")
    )
    brute = np.sqrt(np.diag(contrasts @ refitted(votes, ties) @ contrasts.T))
    np.testing.assert_allclose(stricter, brute, rtol=0.03 if ties == "ordinal" else 0.01)
    assert stricter.mean() > usual.mean()


def test_for_a_share_it_is_the_jackknife_exactly():
    rng = np.random.default_rng(0)
    rater, weight = rng.integers(0, 15, 200), rng.choice([1.0, 2.0], 200)
    chosen = (rng.random(200) < 0.6).astype(float)
    clusters = Clusters(rater, np.arange(200), weight, "cr3")
    p, variance = share(chosen, clusters)
    without = [np.average(chosen[rater != r], weights=weight[rater != r]) for r in range(15)]
    expected = 14.0 / 15.0 * ((np.array(without) - p) ** 2).sum()
    scores = weight * (chosen - p)
    found = sandwich(
        lambda rows: scores[rows, None],
        np.array([[1.0 / weight.sum()]]),
        clusters,
        by_model=np.zeros((1, 1)),
        without=means_without(scores, weight, np.zeros(200, dtype=np.int64), 1),
    )
    assert found.by_rater[0, 0] == pytest.approx(expected, rel=1e-10)
    assert variance >= expected * (1.0 - 1e-10)


def test_an_effect_that_one_rater_alone_shows_gets_no_huge_number():
    votes = simulated_votes(n=600, models=3, raters=15, covariates=2, seed=4)
    x = votes.x.copy()
    x[votes.rater != 3, 1] = 0.0
    votes = replace(votes, x=x)
    fitted = fit_board(votes, clusters_of(votes), ("a", "b", "c"), "half")
    assert np.isfinite(fitted.sandwich.by_rater).all()
    assert np.abs(fitted.sandwich.by_rater).max() < 100.0


def test_one_rater_alone_has_no_spread():
    alone = Clusters(np.zeros(3, int), np.arange(3), np.ones(3), "cr3")
    assert share(np.array([1.0, 0.0, 1.0]), alone)[1] > 0.0


def test_without_a_way_to_leave_a_rater_out_it_is_refused():
    clusters = Clusters(np.arange(3), np.arange(3), np.ones(3), "cr3")
    with pytest.raises(ValueError, match="what leaving out a rater moves"):
        sandwich(lambda rows: np.ones((len(rows), 1)), np.eye(1), clusters, by_model=np.eye(1))


def test_a_board_can_ask_for_it():
    votes = simulated_votes(n=1500, models=4, raters=25, seed=2)
    usual, stricter = (
        fit_board(votes, clusters_of(votes, errors), NAMES, "half") for errors in ("largest", "cr3")
    )
    np.testing.assert_array_equal(usual.sandwich.by_matchup, stricter.sandwich.by_matchup)
    assert np.trace(stricter.sandwich.by_rater) > np.trace(usual.sandwich.by_rater)


def test_it_widens_where_a_few_raters_gave_most_of_the_votes():
    votes = simulated_votes(n=1500, models=4, raters=25, seed=2)
    rater = np.minimum(np.random.default_rng(0).geometric(0.15, 1500), 24)
    votes = replace(votes, rater=rater)
    usual, stricter = (
        fit_board(votes, clusters_of(votes, errors), NAMES, "half") for errors in ("largest", "cr3")
    )
    ratio = np.diag(stricter.sandwich.by_rater) / np.diag(usual.sandwich.by_rater)
    assert ratio.mean() > 1.05
