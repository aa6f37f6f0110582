"""The joint model of T2 against the long way of writing it, its quadrature, and its symmetries."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.stats import norm

from tests.stats.cue_rows import Study, posterior
from tests.stats.cued_worlds import CuedWorld
from tests.stats.dense_gap import DenseGap, slopes
from vibes.stats.cues.half_votes import HalfVotes
from vibes.stats.cues.quadrature import Closeness, Nodes, closeness
from vibes.stats.prior import VirtualVotes

SMALL = CuedWorld(matchups=21, models=3, raters=14, beta=0.4, t2=0.6, mixed_order=True, tie_sd=0.4)


@pytest.fixture(scope="module")
def small():
    return Study.drawn(SMALL, 5, np.random.default_rng(5).normal(0.0, 0.4, SMALL.raters))


@pytest.mark.slow
def test_the_likelihood_and_its_maximum_are_those_of_the_long_way(small):
    dense = DenseGap(small.votes, small.v, small.matchup, small.delta)
    point, m = posterior(small), small.votes.models
    ours, prior = point.parameters, VirtualVotes(0.5)
    assert point.posterior.log_likelihood() == pytest.approx(dense.log_likelihood(ours), abs=1e-9)

    def climbed(psi):
        return -point.problem.at(psi).value

    theirs = minimize(climbed, 0.9 * ours, method="BFGS", options={"gtol": 1e-5})
    np.testing.assert_allclose(ours, theirs.x, atol=1e-4)
    slope = slopes(dense.log_likelihood, ours)
    slope[:m] += prior.gradient(ours[:m])
    np.testing.assert_allclose(slope, 0.0, atol=1e-6)
    fit = small.fit()
    np.testing.assert_allclose([fit.beta_far, fit.t2, fit.kappa], ours[m + 3 :], atol=1e-8)
    assert fit.sigma == pytest.approx(np.exp(ours[m]))


def test_row_scores_are_what_each_vote_alone_moves(small):
    """The derivative of log L by a ψ that one vote has to itself."""
    point, m = posterior(small), small.votes.models
    scores = point.posterior.row_scores()
    for row in (0, 17, 80):
        low, high = sorted((small.votes.a[row], small.votes.b[row]))
        mates = np.flatnonzero(small.matchup == small.matchup[row])
        alone = small.take(mates)
        alone.matchup = np.zeros(len(mates), dtype=np.int64)
        dense = DenseGap(alone.votes, alone.v, alone.matchup, alone.delta)

        place = np.flatnonzero(mates == row)

        def moved(psi, dense=dense, place=place):
            each = np.tile(point.parameters, (len(dense.v), 1))
            each[place] = psi
            return dense.log_likelihood(each)

        found = slopes(moved, point.parameters)
        expected = np.zeros(len(found))
        expected[[low, high]] = scores[row, 0], -scores[row, 0]
        expected[m:] = scores[row, 1:]
        np.testing.assert_allclose(found, expected, atol=1e-6)


def test_gradient_and_information_are_the_derivatives(small):
    problem = posterior(small).problem
    for seed in range(3):
        psi = np.random.default_rng(seed).normal(0.0, 0.4, len(problem.free))
        point = problem.at(psi)
        np.testing.assert_allclose(
            point.gradient, slopes(lambda at: problem.at(at).value, psi), rtol=1e-6, atol=1e-6
        )
        bent = slopes(lambda at: problem.at(at).gradient, psi)
        np.testing.assert_allclose(point.information, -bent, rtol=1e-6, atol=1e-5)


def test_the_covariance_is_the_sandwich_of_row_scores(small):
    point, fit, m = posterior(small), small.fit(), small.votes.models
    local = point.posterior.row_scores()
    scores = np.zeros((len(local), len(point.parameters)))
    low, high = np.minimum(small.votes.a, small.votes.b), np.maximum(small.votes.a, small.votes.b)
    scores[np.arange(len(local)), low] += local[:, 0]
    scores[np.arange(len(local)), high] -= local[:, 0]
    scores[:, m:] = local[:, 1:]
    bread = np.linalg.inv(point.information)
    np.testing.assert_allclose(fit.covariance.by_model, bread[m + 3 :, m + 3 :], atol=1e-8)
    for codes, found in (
        (small.votes.rater, fit.covariance.by_rater),
        (small.matchup, fit.covariance.by_matchup),
    ):
        sums = np.array([scores[codes == code].sum(axis=0) for code in np.unique(codes)])
        expected = bread @ (sums.T @ sums) @ bread * len(sums) / (len(sums) - 1.0)
        np.testing.assert_allclose(found, expected[m + 3 :, m + 3 :], rtol=1e-6)


def test_closeness_and_gap_come_from_unplanted_votes_alone(small):
    dense = DenseGap(small.votes, small.v, small.matchup, small.delta)
    point, fit = posterior(small), small.fit()
    np.testing.assert_allclose(
        np.column_stack([fit.closeness, fit.gap]), dense.expected(point.parameters), atol=1e-7
    )
    again = np.where(small.v == 0.0, small.votes.level, -small.votes.level)
    turned = point.problem.at(point.parameters)
    half = HalfVotes.of(
        replace(small.votes, level=again), small.v, small.matchup, small.delta, small.votes.weight
    )
    other = replace(turned.problem, half=half).at(point.parameters)
    np.testing.assert_allclose(other.posterior.unplanted_share, point.posterior.unplanted_share, atol=1e-12)


def same(found, expected, gap_sign=1.0, tolerance=1e-8):
    assert [found.beta_far, found.t2, found.kappa, found.sigma] == pytest.approx(
        [expected.beta_far, expected.t2, expected.kappa, expected.sigma], abs=tolerance
    )
    for name in ("by_rater", "by_matchup", "two_way"):
        ours, theirs = getattr(found.covariance, name), getattr(expected.covariance, name)
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(found.closeness, expected.closeness, atol=tolerance)
    np.testing.assert_allclose(found.gap, gap_sign * expected.gap, atol=tolerance)


@pytest.mark.slow
def test_names_sides_and_order_leave_no_trace(seed=1):
    study = Study.drawn(CuedWorld(matchups=150, raters=30, beta=0.3, t2=0.4, mixed_order=True), seed)
    fit, rng = study.fit(), np.random.default_rng(seed)
    same(study.turned().fit(), fit)
    sides = replace(study.votes, x=-study.votes.x)
    same(Study(sides, study.v, study.matchup, study.delta).fit(), fit)
    same(study.take(rng.permutation(len(study.v))).fit(), fit)
    raters = rng.permutation(study.votes.raters)
    renamed = replace(study.votes, rater=raters[study.votes.rater])
    delta = np.empty_like(study.delta)
    delta[raters] = study.delta
    same(Study(renamed, study.v, study.matchup, delta).fit(), fit)
    last = study.votes.models - 1
    backwards = replace(study.votes, a=last - study.votes.a, b=last - study.votes.b)
    same(Study(backwards, study.v, study.matchup, study.delta).fit(), fit, gap_sign=-1.0)


def test_weights_count_by_their_ratios():
    study = Study.drawn(CuedWorld(matchups=150, raters=30, beta=0.3, t2=0.4), 3)
    fit, n = study.fit(), len(study.v)
    twice = np.repeat(np.arange(n), 2)
    same(study.take(twice).weighing(np.full(2 * n, 0.5)).fit(), fit)
    same(study.weighing(np.full(n, 1e6)).fit(), fit)


def test_part_of_one_matchup_in_either_order_is_one_gap():
    study = Study.drawn(CuedWorld(matchups=150, raters=30, beta=0.3, t2=0.4), 4)
    some = np.random.default_rng(4).random(len(study.v)) < 0.5
    other = study.turned()
    votes = replace(
        study.votes,
        **{
            name: np.where(some, getattr(other.votes, name), getattr(study.votes, name))
            for name in ("a", "b")
        },
        level=np.where(some, -study.votes.level, study.votes.level),
        x=np.where(some[:, None], -study.votes.x, study.votes.x),
    )
    mixed = Study(votes, np.where(some, -study.v, study.v), study.matchup, study.delta)
    same(mixed.fit(), study.fit())


def test_closeness_at_nodes_integrates_like_closeness():
    """E[c(D + σZ)] to a hundredth at 15 nodes; symmetric in D; derivatives by D and log σ."""
    nodes, middle = Nodes.of(15), np.array([-1.3, 0.0, 0.15, 0.9])
    for sigma in (0.4, 1.0, 1.6):
        table = Closeness.at(middle, sigma, nodes)
        for place, d in enumerate(middle):
            exact = quad(
                lambda g, d=d, sigma=sigma: closeness(g) * norm.pdf(g, d, sigma), -12, 12, points=[0.0]
            )[0]
            assert np.exp(nodes.log_weight) @ table.value[place] == pytest.approx(exact, abs=0.01)
        np.testing.assert_allclose(Closeness.at(-middle, sigma, nodes).value[:, ::-1], table.value)
        up, down = (Closeness.at(middle + e, sigma, nodes) for e in (1e-6, -1e-6))
        np.testing.assert_allclose(table.by_d, (up.value - down.value) / 2e-6, atol=1e-6)
        wider, narrower = (Closeness.at(middle, sigma * np.exp(e), nodes) for e in (1e-6, -1e-6))
        np.testing.assert_allclose(table.by_lambda, (wider.value - narrower.value) / 2e-6, atol=1e-6)


def test_more_votes_on_a_matchup_take_more_nodes():
    assert [len(Nodes.for_votes(most).z) for most in (7.0, 15.0, 40.0, 41.0, 1e9)] == [15, 15, 31, 63, 127]
    study = Study.drawn(CuedWorld(matchups=150, raters=30, beta=0.3, t2=0.8), 6)
    few, many = (posterior(study, nodes).parameters[study.votes.models :] for nodes in (15, 63))
    np.testing.assert_allclose(few, many, atol=0.03)
