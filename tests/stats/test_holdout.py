"""Hold-out figures: raters are never on both sides, and the figures are those of the true model."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.simulated_votes import simulated_votes
from vibes.stats.holdout import _folds, holdout
from vibes.stats.verdict_model import fit_verdicts


def test_folds_are_of_raters_and_even():
    fit = fit_verdicts(simulated_votes(n=600, raters=23))
    folds = _folds(fit, np.random.default_rng(0))
    assert sorted(np.bincount(folds).tolist()) == [4, 4, 5, 5, 5]


@pytest.mark.slow
def test_with_many_votes_the_loss_is_the_entropy_of_the_outcome():
    votes = simulated_votes(n=12_000, raters=60, spread=0.0, seed=4)
    found = holdout(fit_verdicts(votes, ties="ordinal"), "ordinal", np.random.default_rng(0))
    theta = np.random.default_rng(4).normal(0.0, 0.8, votes.models)
    eta = theta[votes.a] - theta[votes.b] + votes.x @ np.array([0.2, -0.3])
    up, down = 1.0 / (1.0 + np.exp(0.6 - eta)), 1.0 / (1.0 + np.exp(0.6 + eta))
    p = np.stack([down, 1.0 - up - down, up])
    assert found.log_loss == pytest.approx(-(p * np.log(p)).sum(axis=0).mean(), abs=0.01)
    right = np.maximum(up, down).sum() / (up + down).sum()
    assert found.accuracy == pytest.approx(right, abs=0.015)


@pytest.mark.parametrize("ties", ["half", "davidson"])
def test_the_other_rules_have_hold_out_figures_too(ties):
    fit = fit_verdicts(simulated_votes(n=2000), ties=ties)
    found = holdout(fit, ties, np.random.default_rng(0))
    assert 0.55 < found.accuracy < 0.85
    assert 0.4 < found.log_loss < 1.1


def test_a_rater_alone_cannot_be_held_out():
    fit = fit_verdicts(simulated_votes(n=200, raters=1))
    found = holdout(fit, "ordinal", np.random.default_rng(0))
    assert (found.accuracy, found.log_loss, found.problem) == (None, None, "they need two raters")


def test_what_a_fit_learns_by_heart_does_not_count():
    rng = np.random.default_rng(0)
    votes = simulated_votes(n=300, covariates=1, cuts=(), tie=False)
    noise = rng.normal(size=(300, 40))
    names = tuple(f"noise{k}" for k in range(40))
    level = rng.choice([-1, 1], 300)
    fit = fit_verdicts(replace(votes, x=noise, covariates=names, level=level), ties="half")
    assert fit.losses(fit.votes).mean() < 0.63
    found = holdout(fit, "half", rng)
    assert found.log_loss > np.log(2.0)
    assert found.accuracy < 0.58
