"""The fits against other people's code, prior off."""

from dataclasses import replace

import evalica
import numpy as np
import pytest
import statsmodels.api as sm
from sklearn.linear_model import LogisticRegression
from statsmodels.miscmodels.ordinal_model import OrderedModel

from tests.stats.simulated_votes import simulated_votes
from vibes.stats.intervals import Clusters, meat, sandwich
from vibes.stats.verdict_model import fit_verdicts


def dense(votes):
    """Design with model 0 as the reference: differences of dummies, then covariates."""
    rows = np.zeros((len(votes), votes.size))
    rows[np.arange(len(votes)), votes.a] += 1.0
    rows[np.arange(len(votes)), votes.b] -= 1.0
    rows[:, votes.models :] = votes.x
    return rows[:, 1:]


def against_first(votes):
    """Contrasts that take our (θ, β, …) to strengths over model 0's, then β."""
    contrasts = np.eye(votes.size)[1:]
    contrasts[: votes.models - 1, 0] = -1.0
    return contrasts


@pytest.fixture(scope="module")
def votes():
    return replace(simulated_votes(), weight=np.random.default_rng(5).choice([1.0, 2.0, 3.0], 1500))


def test_half_equals_a_binomial_glm(votes):
    won = (1.0 + votes.sign) / 2.0
    theirs = sm.GLM(won, dense(votes), family=sm.families.Binomial(), freq_weights=votes.weight).fit(
        tol=1e-13
    )
    ours = fit_verdicts(votes, ties="half", virtual_votes=0.0)
    contrasts = against_first(votes)
    np.testing.assert_allclose(contrasts @ ours.parameters, theirs.params, atol=1e-8)
    np.testing.assert_allclose(contrasts @ ours.bread @ contrasts.T, theirs.cov_params(), atol=1e-8)
    p = theirs.fittedvalues
    assert ours.dispersion == pytest.approx(np.average((won - p) ** 2 / (p * (1 - p)), weights=votes.weight))


def test_half_has_the_row_and_cluster_errors_of_statsmodels():
    votes = simulated_votes(seed=3)
    won = (1.0 + votes.sign) / 2.0
    model = sm.GLM(won, dense(votes), family=sm.families.Binomial())
    ours = fit_verdicts(votes, ties="half", virtual_votes=0.0)
    contrasts = against_first(votes)
    n, r = len(votes), votes.raters

    def error(matrix):
        return np.sqrt(np.diag(contrasts @ ours.bread @ matrix @ ours.bread @ contrasts.T))

    by_row = meat(ours.scores, np.arange(n)) * (n - 1) / n
    np.testing.assert_allclose(error(by_row), model.fit(cov_type="HC0", tol=1e-13).bse, atol=1e-6)
    by_rater = meat(ours.scores, votes.rater) * (r - 1) / r
    clustered = {"groups": votes.rater, "use_correction": False}
    theirs = model.fit(cov_type="cluster", cov_kwds=clustered, tol=1e-13)
    np.testing.assert_allclose(error(by_rater), theirs.bse, atol=1e-6)


def test_two_way_errors_are_those_of_statsmodels():
    votes = simulated_votes(seed=4)
    matchup = np.random.default_rng(1).integers(0, 80, len(votes))
    won = (1.0 + votes.sign) / 2.0
    groups = np.column_stack([votes.rater, matchup])
    model = sm.GLM(won, dense(votes), family=sm.families.Binomial())
    theirs = model.fit(cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}, tol=1e-13)
    ours = fit_verdicts(votes, ties="half", virtual_votes=0.0)
    clusters = Clusters(votes.rater, matchup, votes.weight)
    found = sandwich(ours.scores, ours.bread, clusters, by_model=ours.bread).project(against_first(votes))
    cell = found.by_rater + found.by_matchup - found.two_way
    sizes = [len(np.unique(codes)) for codes in (votes.rater, matchup, clusters.cells())]
    bare = [v * (g - 1) / g for v, g in zip((found.by_rater, found.by_matchup, cell), sizes, strict=True)]
    np.testing.assert_allclose(np.sqrt(np.diag(bare[0] + bare[1] - bare[2])), theirs.bse, atol=1e-6)


@pytest.mark.slow
def test_ordinal_with_pooled_thresholds_equals_an_ordered_logit():
    votes = simulated_votes(n=800, models=5, seed=6)
    first_listed = np.column_stack([votes.x, np.ones(len(votes))])
    votes = replace(votes, x=first_listed, covariates=(*votes.covariates, "first listed"))
    ours = fit_verdicts(votes, ties="ordinal", virtual_votes=0.0, personal=False)
    without_intercept = dense(votes)[:, :-1]
    model = OrderedModel(votes.level, without_intercept, distr="logit")
    theirs = model.fit(method="bfgs", disp=False, gtol=1e-8, maxiter=500)
    low, high = model.transform_threshold_params(theirs.params)[1:-1]
    k = without_intercept.shape[1]
    contrasts = against_first(votes)
    np.testing.assert_allclose((contrasts @ ours.parameters[: votes.size])[:-1], theirs.params[:k], atol=1e-6)
    assert ours.effect("first listed") == pytest.approx(-(low + high) / 2.0, abs=1e-6)
    assert np.exp(ours.parameters[-1]) == pytest.approx((high - low) / 2.0, abs=1e-6)
    errors = np.sqrt(np.diag(contrasts[:-1] @ ours.bread[: votes.size, : votes.size] @ contrasts[:-1].T))
    np.testing.assert_allclose(errors, theirs.bse[:k], atol=1e-5)


def test_ordinal_without_ties_is_a_plain_logistic_regression():
    votes = simulated_votes(seed=8, cuts=(), tie=False)
    assert set(votes.level.tolist()) == {-1, 1}
    theirs = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-12, solver="newton-cg", max_iter=500)
    theirs.fit(dense(votes), votes.level)
    for ties in ("ordinal", "half", "davidson"):
        ours = fit_verdicts(votes, ties=ties, virtual_votes=0.0)
        np.testing.assert_allclose(
            against_first(votes) @ ours.parameters, theirs.coef_[0], atol=1e-6, err_msg=ties
        )


def test_davidson_equals_newmans_method():
    votes = simulated_votes(seed=9, covariates=1).without(frozenset({"x0"}))
    winner = {1: evalica.Winner.X, -1: evalica.Winner.Y, 0: evalica.Winner.Draw}
    theirs = evalica.newman(
        [f"m{k}" for k in votes.a],
        [f"m{k}" for k in votes.b],
        [winner[level] for level in votes.level.tolist()],
        tolerance=1e-13,
        limit=100_000,
    )
    ours = fit_verdicts(votes, ties="davidson", virtual_votes=0.0)
    log_scores = np.log([theirs.scores[f"m{k}"] for k in range(votes.models)])
    np.testing.assert_allclose(
        ours.strengths - ours.strengths.mean(), log_scores - log_scores.mean(), atol=1e-6
    )
    assert np.exp(ours.parameters[-1]) / 2.0 == pytest.approx(theirs.v, abs=1e-6)
