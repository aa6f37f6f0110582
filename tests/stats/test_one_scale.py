"""Boards on one scale: against the stack of scores written out row by row, and against fits with the residuals."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.linalg import block_diag

from tests.stats.flattering_worlds import Flattering, draw, fitted, names
from vibes.stats.intervals import sandwich
from vibes.stats.one_scale import one_scale
from vibes.stats.verdict_model import fit_verdicts

HELD = (frozenset({"position"}), frozenset({"position", "length"}), frozenset({"position", "length", "tone"}))
FEW = Flattering(pairs=300)
MANY = Flattering(
    theta=tuple(np.linspace(-0.5, 0.5, 24)),
    flatters=tuple(np.linspace(-0.8, 0.8, 24) ** 2),
    writes=tuple(np.sin(np.arange(24))),
    pairs=400,
)


def design(votes):
    rows, found = np.arange(len(votes)), np.zeros((len(votes), votes.models))
    found[rows, votes.a] += 1.0
    found[rows, votes.b] -= 1.0
    return found


def by_hand(board, clusters):
    """θ of each board and its covariances, by least squares and `sandwich` on dense rows."""
    fit, votes = board.fit, board.fit.votes
    d, m, p = design(votes), votes.models, len(board.fit.parameters)
    information = d.T @ (votes.weight[:, None] * d)
    inverse = np.linalg.pinv(information)
    theta, scores, contrasts, residuals = [], [], [], []
    for place, held in enumerate(HELD):
        left_out = np.array([name not in held for name in votes.covariates], dtype=float)
        g = inverse @ d.T @ (votes.weight[:, None] * votes.x) * left_out
        beta = fit.parameters[m : votes.size]
        residuals.append(votes.x @ (beta * left_out) - d @ g @ beta)
        theta.append(fit.strengths + g @ beta)
        scores.append((votes.weight * residuals[-1])[:, None] * d)
        row = np.zeros((m, p + len(HELD) * m))
        row[:, :m], row[:, m : votes.size] = np.eye(m), g
        row[:, p + place * m : p + (place + 1) * m] = np.eye(m)
        contrasts.append(row)
    dense = np.column_stack([fit.scores(np.arange(len(votes))), *scores])
    alike = np.array(residuals) @ (votes.weight[:, None] * np.array(residuals).T) / votes.weight.sum()
    by_model = block_diag(fit.bread * fit.dispersion, np.kron(alike, inverse))
    bread = block_diag(fit.bread, *[inverse] * len(HELD))
    found = sandwich(lambda rows: dense[rows], bread, clusters, by_model=by_model)
    return np.array(theta), found.project(np.concatenate(contrasts))


@pytest.mark.parametrize("ties", ["ordinal", "half", "davidson"])
@pytest.mark.parametrize("world", [FEW, MANY], ids=["few", "many"])
def test_it_is_the_stack_of_scores_written_out(world, ties):
    votes, clusters = draw(world, 2)
    board = fitted(votes, clusters, names(world), ties, ("both",))["both"]
    found = one_scale(board.fit, board.sandwich, clusters, HELD)
    theta, covariance = by_hand(board, clusters)
    np.testing.assert_allclose(found.theta, theta, atol=1e-9)
    centred = np.kron(np.eye(3), np.eye(votes.models) - 1.0 / votes.models)
    one, other = found.covariance.project(centred), covariance.project(centred)
    for name in ("by_rater", "by_matchup", "two_way", "by_model"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-10)


def test_a_board_that_holds_everything_is_the_fit_itself():
    votes, clusters = draw(FEW, 1)
    board = fitted(votes, clusters, names(FEW), "half", ("both",))["both"]
    found = one_scale(board.fit, board.sandwich, clusters, HELD[2:])
    np.testing.assert_allclose(found.theta[0], board.fit.strengths)
    own = board.sandwich.project(np.eye(votes.size)[: votes.models])
    np.testing.assert_allclose(found.covariance.two_way, own.two_way, atol=1e-12)


def test_it_is_the_fit_that_keeps_the_residuals():
    """Fitting again with x − Dg in place of x gives the same strengths, prior off."""
    votes, clusters = draw(FEW, 3)
    d = design(votes)
    x = votes.x.copy()
    x[:, 1:] -= d @ np.linalg.lstsq(d, x[:, 1:], rcond=None)[0]
    kept = fit_verdicts(replace(votes, x=x), ties="half", virtual_votes=0.0).strengths
    fit = fit_verdicts(votes, ties="half", virtual_votes=0.0)
    covariance = sandwich(fit.scores, fit.bread, clusters, by_model=fit.bread)
    plain = one_scale(fit, covariance, clusters, HELD[:1]).theta[0]
    np.testing.assert_allclose(plain - plain.mean(), kept - kept.mean(), atol=1e-8)
