"""The latent-gap model written the long way, as an oracle: loops over matchups, nodes and votes, no derivative taken."""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import expit

LOG_SIGMA, POSITION, MU, BETA, T2, KAPPA = range(6)


def rounded_closeness(gap, width):
    """1 − |tanh(g/2)|, with |g|/2 near 0 replaced by the quartic that keeps value, slope and area within ±width."""
    c = 1.0 - abs(np.tanh(gap / 2.0))
    if abs(gap) >= width:
        return c
    u = gap / width
    return c + abs(gap) / 2.0 - width / 2.0 * (3.0 + 18.0 * u**2 - 5.0 * u**4) / 16.0


@dataclass(frozen=True)
class DenseGap:
    """votes, v, matchup and δ as `fit_latent_gap` takes them; `parameters` may be one ψ, or one for each vote (n, p)."""

    votes: object
    v: np.ndarray
    matchup: np.ndarray
    delta: np.ndarray
    nodes: int = 15

    def vote(self, row, psi, z, spacing):
        """P(verdict of one vote | z) and its gap and closeness, seen from the model with the smaller code."""
        votes, m = self.votes, self.votes.models
        shared = psi[m:]
        sigma, turn = np.exp(shared[LOG_SIGMA]), 1.0 if votes.a[row] <= votes.b[row] else -1.0
        low, high = sorted((votes.a[row], votes.b[row]))
        gap = psi[low] - psi[high] + sigma * z
        c = rounded_closeness(gap, sigma * spacing)
        delta = self.delta[votes.rater[row]]
        pull = shared[BETA] + shared[T2] * c + shared[KAPPA] * delta
        eta = turn * gap + shared[POSITION] * votes.x[row, 0] + self.v[row] * pull
        tau = np.exp(shared[MU] + delta)
        above, below = expit(eta - tau), expit(-eta - tau)
        return {1: above, -1: below, 0: 1.0 - above - below}[int(votes.level[row])], gap, c

    def log_likelihood(self, parameters):
        psi = np.broadcast_to(parameters, (len(self.v), np.shape(parameters)[-1]))
        z, weight = hermegauss(self.nodes)
        total = 0.0
        for m in range(self.matchup.max() + 1):
            likelihood = weight / weight.sum()
            for row in np.flatnonzero(self.matchup == m):
                likelihood = likelihood * [
                    self.vote(row, psi[row], node, np.diff(z).min())[0] ** self.votes.weight[row]
                    for node in z
                ]
            total += np.log(likelihood.sum())
        return total

    def expected(self, parameters):
        """E[c] and E[g] of each matchup from the votes without a cue (M, 2)."""
        z, weight = hermegauss(self.nodes)
        found = []
        for m in range(self.matchup.max() + 1):
            rows = np.flatnonzero(self.matchup == m)
            each = np.array([[self.vote(r, parameters, node, np.diff(z).min()) for node in z] for r in rows])
            posterior = weight * each[self.v[rows] == 0.0, :, 0].prod(axis=0)
            posterior /= posterior.sum()
            found.append((posterior @ each[0, :, 2], posterior @ each[0, :, 1]))
        return np.array(found)


def slopes(function, at, step=1e-5):
    """Central differences of a function of a vector."""
    return np.array(
        [(function(at + step * e) - function(at - step * e)) / (2.0 * step) for e in np.eye(len(at))]
    )
