"""Sums of score products over clusters, against the dense ones, whichever way they are taken."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.simulated_votes import simulated_votes
from vibes.stats import scores, votes
from vibes.stats.intervals import meat
from vibes.stats.prior import VirtualVotes
from vibes.stats.verdict_model import fit_verdicts

RULES = ("ordinal", "half", "davidson")


@pytest.fixture(scope="module", params=RULES)
def fit(request):
    return fit_verdicts(simulated_votes(n=900, models=5, raters=25, seed=3), ties=request.param)


def groupings(found):
    """Clusters of every kind: raters, one pair each, a pair in both orders, mixed pairs, rows alone, codes far apart."""
    rng = np.random.default_rng(4)
    low, high = np.minimum(found.a, found.b), np.maximum(found.a, found.b)
    pair = low * found.models + high
    matchup = pair * 40 + rng.integers(0, 40, len(found))
    return {
        "raters": found.rater,
        "matchups": matchup,
        "cells": found.rater * (matchup.max() + 1) + matchup,
        "mixed pairs": rng.integers(0, 300, len(found)),
        "rows alone": rng.permutation(len(found)),
        "far apart": found.rater * 10**9 + 7,
        "one group": np.zeros(len(found), dtype=np.int64),
    }


@pytest.mark.slow
@pytest.mark.parametrize("small", [0, 100_000])
def test_products_are_those_of_dense_sums(fit, small, monkeypatch):
    monkeypatch.setattr(scores, "SMALL", small)
    monkeypatch.setattr(scores, "BLOCK", 64)
    monkeypatch.setattr(scores, "WIDE", 100)
    rows = fit.scores(np.arange(len(fit.votes)))
    for name, codes in groupings(fit.votes).items():
        sums = np.array([rows[codes == code].sum(axis=0) for code in np.unique(codes)])
        found, count = fit.scores.products(codes)
        assert count == len(sums), name
        np.testing.assert_allclose(found, sums.T @ sums, atol=1e-8, err_msg=name)
        np.testing.assert_allclose(
            meat(fit.scores, codes), meat(lambda chosen: rows[chosen], codes), atol=1e-8
        )


def test_scores_along_a_direction_are_their_products_with_it(fit):
    direction = np.random.default_rng(0).normal(size=len(fit.parameters))
    expected = fit.scores(np.arange(len(fit.votes))) @ direction
    np.testing.assert_allclose(fit.scores.along(direction), expected, atol=1e-10)


def test_what_each_rater_adds_to_the_information_sums_to_it(fit):
    found = fit.votes
    each = sum(fit.information(np.flatnonzero(found.rater == code)) for code in range(found.raters))
    prior = np.zeros_like(each)
    m = found.models
    prior[:m, :m] = VirtualVotes().curvature(fit.strengths)
    np.testing.assert_allclose(each + prior, np.linalg.inv(fit.bread), atol=1e-6)


@pytest.mark.parametrize("ties", ["ordinal", "half"])
def test_a_start_from_a_thin_part_leads_to_the_same_fit(ties, monkeypatch):
    many = simulated_votes(n=4000, raters=20, seed=5)
    cold = fit_verdicts(many, ties=ties)
    monkeypatch.setattr(votes, "MANY", 2000)
    warm = fit_verdicts(many, ties=ties)
    np.testing.assert_allclose(warm.parameters, cold.parameters, atol=1e-8)
    np.testing.assert_allclose(warm.bread, cold.bread, atol=1e-8)
    np.testing.assert_allclose(warm.deltas, cold.deltas, atol=1e-8)


@pytest.mark.parametrize("ties", ["ordinal", "half"])
def test_a_thin_part_that_has_no_fit_is_no_hindrance(ties, monkeypatch):
    many = simulated_votes(n=4000, raters=20, covariates=3, seed=6)
    rare = np.zeros((4000, 1))
    rare[1::16] = np.random.default_rng(0).normal(size=(250, 1))
    many = replace(many, x=np.column_stack([many.x, rare]), covariates=(*many.covariates, "rare"))
    cold = fit_verdicts(many, ties=ties)
    monkeypatch.setattr(votes, "MANY", 2000)
    np.testing.assert_allclose(fit_verdicts(many, ties=ties).parameters, cold.parameters, atol=1e-8)
