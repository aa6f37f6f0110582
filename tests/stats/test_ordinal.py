"""The cumulative logit inside: derivatives, thresholds of each rater, scales of any number of points."""

import numpy as np
import pytest

from tests.stats.simulated_votes import simulated_votes
from vibes.stats.cumulative import Cuts, terms
from vibes.stats.fits import NotConvergedError
from vibes.stats.intervals import meat
from vibes.stats.newton import DensePoint, climb
from vibes.stats.pooling import settle
from vibes.stats.prior import VirtualVotes
from vibes.stats.scales import Scale, ranked
from vibes.stats.thresholds import Problem
from vibes.stats.verdict_model import fit_verdicts

SCALES = {
    "three points": {"cuts": (0.6,), "tie": True},
    "five points": {"cuts": (0.6, 1.5), "tie": True},
    "eight points": {"cuts": (0.5, 1.1, 2.0), "tie": False},
}


def problem(votes):
    scale = Scale.of(votes.level)
    return Problem(votes, scale, Cuts.of(scale, votes.level), VirtualVotes(), True)


@pytest.mark.parametrize("name", SCALES)
def test_gradient_and_hessian_are_the_derivatives_of_the_value(name):
    votes = simulated_votes(n=300, models=4, raters=6, **SCALES[name])
    posed = problem(votes)
    place = posed.start() + np.random.default_rng(0).normal(0.0, 0.2, len(posed.start()))
    here, step = posed.at(place, -1.0), 1e-5
    each = np.eye(len(place)) * step
    ahead, behind = ([posed.at(place + sign * way, -1.0) for way in each] for sign in (1, -1))
    slopes = [(f.value - b.value) / (2 * step) for f, b in zip(ahead, behind, strict=True)]
    np.testing.assert_allclose(here.gradient, slopes, atol=1e-6)
    bends = [(b.gradient - f.gradient) / (2 * step) for f, b in zip(ahead, behind, strict=True)]
    hessian = np.block([[here.core, here.edge], [here.edge.T, np.diag(here.tip)]])
    np.testing.assert_allclose(hessian, bends, atol=1e-5)
    np.testing.assert_allclose(here.step(), np.linalg.solve(hessian, here.gradient), atol=1e-8)
    np.testing.assert_allclose(
        here.tip_variance(), np.diag(np.linalg.inv(hessian))[len(here.core) :], atol=1e-9
    )


def test_probabilities_of_all_levels_sum_to_one_even_far_out():
    scale = Scale(2, True)
    eta = np.array([-60.0, -3.0, 0.0, 0.1, 60.0])
    found = [
        terms(Cuts.of(scale, np.full(5, level)), eta, np.array([-0.5, 0.3]), 1.0).log_p
        for level in scale.levels
    ]
    np.testing.assert_allclose(np.exp(found).sum(axis=0), 1.0, atol=1e-14)
    assert found[0][-1] == pytest.approx(-60.0 - np.exp(-0.5) - np.exp(0.3), abs=1e-9)


@pytest.mark.parametrize("name", SCALES)
def test_planted_effects_and_cuts_come_back_on_any_scale(name):
    votes = simulated_votes(n=20_000, models=4, raters=50, seed=2, **SCALES[name])
    fit = fit_verdicts(votes)
    np.testing.assert_allclose(fit.parameters[votes.models : votes.size], [0.2, -0.3], atol=0.06)
    free = np.cumsum(np.exp(fit.parameters[votes.size :]))
    np.testing.assert_allclose(free, SCALES[name]["cuts"], rtol=0.25)
    assert fit.spread == pytest.approx(0.5, abs=0.15)


def test_the_spread_of_thresholds_is_where_the_laplace_evidence_is_highest():
    posed = problem(simulated_votes(n=600, models=4, raters=30, seed=1))
    _, _, found = settle(posed)

    def evidence(log_variance):
        point, _ = climb(posed.at(posed.start(), log_variance), lambda place: posed.at(place, log_variance))
        return point.value - 0.5 * point.log_determinant() - 0.5 * posed.votes.raters * log_variance

    best, below, above = (evidence(found + shift) for shift in (0.0, -0.01, 0.01))
    assert best > below
    assert best > above


def test_raters_alike_have_one_threshold():
    votes = simulated_votes(n=20_000, raters=40, spread=0.0, seed=11)
    fit, pooled = fit_verdicts(votes), fit_verdicts(votes, personal=False)
    assert fit.spread < 0.1
    np.testing.assert_allclose(fit.parameters, pooled.parameters, atol=0.01)


def test_scores_sum_to_the_slope_of_the_prior_alone():
    votes = simulated_votes(seed=12)
    fit = fit_verdicts(votes)
    total = fit.scores(np.arange(len(votes))).sum(axis=0)
    expected = np.zeros_like(total)
    expected[: votes.models] = -VirtualVotes().gradient(fit.strengths)
    np.testing.assert_allclose(total, expected, atol=1e-6)


def test_clustered_errors_are_those_of_the_whole_system_with_every_rater_s_threshold():
    """Profiling δ out of each score is the same as the sandwich of all p + R parameters."""
    votes = simulated_votes(n=500, models=4, raters=12, seed=13)
    matchup = np.random.default_rng(0).integers(0, 70, 500)
    posed = problem(votes)
    point, _, log_variance = settle(posed)
    found = posed.terms(point.parameters)
    rows = np.arange(500)
    own = np.zeros((500, 12))
    delta, size = point.parameters[len(point.core) :], np.bincount(votes.rater)
    own[rows, votes.rater] = found.cut_slope[0] - (delta * np.exp(-log_variance) / size)[votes.rater]
    scores = np.column_stack([votes.rows(found.slope, rows), found.cut_slope[0], own])
    whole = np.linalg.inv(np.block([[point.core, point.edge], [point.edge.T, np.diag(point.tip)]]))
    fit, p = fit_verdicts(votes), len(point.core)
    for groups in (votes.rater, matchup):
        expected = whole @ meat(lambda chosen: scores[chosen], groups) @ whole
        ours = fit.bread @ meat(fit.scores, groups) @ fit.bread
        np.testing.assert_allclose(ours, expected[:p, :p], atol=1e-9)


def test_half_a_virtual_win_and_loss_for_each_model():
    """One model against another with w wins, l losses: the prior is ½ vote each way against the average."""
    votes = simulated_votes(n=40, models=2, covariates=1, cuts=(), tie=False).without(frozenset({"x0"}))
    theta = fit_verdicts(votes, ties="half").strengths
    won = float((votes.sign * np.where(votes.a == 0, 1, -1) > 0).sum())
    gap = theta[0] - theta[1]
    slope = won - 40.0 / (1.0 + np.exp(-gap)) + 0.5 * (1.0 - 2.0 / (1.0 + np.exp(-gap / 2.0)))
    assert slope == pytest.approx(0.0, abs=1e-8)


def test_strengths_become_levels_in_order_of_size():
    assert ranked(np.array([0.0, -3.0, 1.5, 3.0, -1.5])).tolist() == [0, -2, 1, 2, -1]
    assert Scale.of(np.array([-4, 1, 2])).levels.tolist() == [-4, -3, -2, -1, 1, 2, 3, 4]


def test_newton_raises_where_there_is_no_maximum():
    def endless(place):
        return DensePoint(place, float(place.sum()), np.ones(1), np.full((1, 1), 1e-3))

    with pytest.raises(NotConvergedError, match="no maximum after 60 Newton steps"):
        climb(endless(np.zeros(1)), endless)
    flat = DensePoint(np.zeros(1), 0.0, np.ones(1), np.zeros((1, 1)))
    with pytest.raises(NotConvergedError, match="singular"):
        climb(flat, lambda place: flat)
    falling = DensePoint(np.zeros(1), 0.0, np.ones(1), np.ones((1, 1)))
    with pytest.raises(NotConvergedError, match="no step leads uphill"):
        climb(falling, lambda place: DensePoint(place, -1.0, np.ones(1), np.ones((1, 1))))
