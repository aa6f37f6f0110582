"""Votes with a latent gap for each matchup, at one place ψ: their likelihood, the gap's posterior, the scores.

With G_j = Σ w f_j ∂log σ(x)/∂x the sums of features over a matchup's half votes at node q, and J = ∂x/∂local as a combination
of features, S_q = J_q G_q is the matchup's score were the gap known, and its score the posterior mean of S_q (Fisher's
identity). J is of pairs × nodes: matchups of one pair share it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import logsumexp

from vibes.stats.arrays import FloatArray, sum_by
from vibes.stats.cues.gap_parameters import BETA, KAPPA, LAMBDA, LOCAL, MU, PI, T2, D
from vibes.stats.cues.half_votes import CUE, FEATURES, REACH, SIDE, TASTE, TURN, HalfVotes
from vibes.stats.cues.quadrature import Closeness, Nodes

FARTHEST = 500.0


@dataclass(frozen=True, eq=False)
class GapPosterior:
    """`parameters` (m + 6,): ψ. M matchups of P pairs, Q nodes, H half votes of n votes. What is dear waits to be asked."""

    half: HalfVotes
    nodes: Nodes
    parameters: FloatArray

    def shared(self, local: int) -> float:
        """One of the six parameters that all pairs share."""
        return float(self.parameters[self.half.models + local - 1])

    @cached_property
    def sigma(self) -> float:
        return float(np.exp(self.shared(LAMBDA)))

    @cached_property
    def tau(self) -> float:
        """e^μ, the tie threshold of a rater with δ = 0."""
        return float(np.exp(self.shared(MU)))

    @cached_property
    def middle(self) -> FloatArray:
        """D of each pair (P,)."""
        found: FloatArray = self.parameters[self.half.low] - self.parameters[self.half.high]
        return found

    @cached_property
    def gap(self) -> FloatArray:
        """g at the nodes (P, Q)."""
        found: FloatArray = self.middle[:, None] + self.sigma * self.nodes.z
        return found

    @cached_property
    def close(self) -> Closeness:
        return Closeness.at(self.middle, self.sigma, self.nodes)

    @cached_property
    def x(self) -> FloatArray:
        """(H, Q)."""
        f = self.half.features
        rest = self.shared(PI) * f[SIDE] + self.tau * f[REACH]
        rest += self.shared(BETA) * f[CUE] + self.shared(KAPPA) * f[TASTE]
        at_pairs = np.concatenate([self.gap, self.shared(T2) * self.close.value])
        found: FloatArray = self.half.gap_in @ at_pairs + rest[:, None]
        return found

    @cached_property
    def _log_sigma_and_slope(self) -> tuple[FloatArray, FloatArray]:
        """log σ(x) and its slope σ(−x), (H, Q) each, from one exponential."""
        small = np.exp(-np.abs(self.x))
        log_p = np.minimum(self.x, 0.0) - np.log1p(small)
        return log_p, np.where(self.x >= 0.0, small, 1.0) / (1.0 + small)

    @property
    def slope(self) -> FloatArray:
        return self._log_sigma_and_slope[1]

    @cached_property
    def _joint(self) -> FloatArray:
        """log w_q + Σ w log σ(x) of each matchup (M, Q)."""
        found: FloatArray = self.half.sums @ self._log_sigma_and_slope[0] + self.nodes.log_weight
        return found

    @cached_property
    def doubled(self) -> FloatArray:
        """2τ of each vote that is a tie (n,), else 0."""
        found: FloatArray = np.minimum(2.0 * self.tau * self.half.tie_reach, FARTHEST)
        return found

    def log_likelihood(self) -> float:
        tied = self.half.tie_weight > 0.0
        ties = np.log(-np.expm1(-self.doubled[tied])) @ self.half.tie_weight[tied]
        return float(logsumexp(self._joint, axis=1).sum() + ties)

    @cached_property
    def share(self) -> FloatArray:
        """P(node | votes) of each matchup (M, Q)."""
        return _shares(self._joint)

    @cached_property
    def unplanted_share(self) -> FloatArray:
        """The same from the votes that carry no cue alone; without any, the weights of the nodes."""
        return _shares(self.half.unplanted_sums @ self._log_sigma_and_slope[0] + self.nodes.log_weight)

    @cached_property
    def pull(self) -> FloatArray:
        """G (5, M, Q)."""
        found: FloatArray = (self.half.feature_sums @ self.slope).reshape(FEATURES, self.half.matchups, -1)
        return found

    @cached_property
    def jacobian(self) -> FloatArray:
        """J (P, Q, 7, 5)."""
        close, t2 = self.close, self.shared(T2)
        found = np.zeros((self.half.pairs, len(self.nodes.z), LOCAL, FEATURES))
        found[:, :, D, TURN] = 1.0
        found[:, :, D, CUE] = t2 * close.by_d
        found[:, :, LAMBDA, TURN] = self.sigma * self.nodes.z
        found[:, :, LAMBDA, CUE] = t2 * close.by_lambda
        found[:, :, PI, SIDE] = found[:, :, BETA, CUE] = found[:, :, KAPPA, TASTE] = 1.0
        found[:, :, MU, REACH] = self.tau
        found[:, :, T2, CUE] = close.value
        return found

    @cached_property
    def mean_score(self) -> FloatArray:
        """The posterior mean of S for each matchup, without what is the same at every node (M, 7)."""
        found = np.zeros((self.half.matchups, LOCAL))
        for k, pull in enumerate(self.pull * self.share):
            found += _weighed(pull, self.jacobian[:, :, :, k], self.half)
        return found

    @cached_property
    def matchup_scores(self) -> FloatArray:
        """∂log L_m/∂local (M, 7)."""
        found = self.mean_score.copy()
        matchup = np.zeros(len(self.doubled), dtype=np.int64)
        matchup[self.half.row] = self.half.matchup
        found[:, MU] += sum_by(matchup, self.half.tie_weight * tie_slope(self.doubled), self.half.matchups)
        return found

    def row_scores(self) -> FloatArray:
        """∂log L/∂local of each vote (n, 7) by Fisher's identity; over a matchup they sum to its score."""
        half, f, t2 = self.half, self.half.features, self.shared(T2)
        pulled = half.weight[:, None] * self.slope * self.share[half.matchup]
        pair, total = half.pair[half.matchup], pulled.sum(axis=1)
        by_half = np.empty((LOCAL, len(total)))
        by_half[D] = f[TURN] * total + t2 * f[CUE] * _dot(pulled, self.close.by_d[pair])
        by_half[LAMBDA] = self.sigma * f[TURN] * (pulled @ self.nodes.z)
        by_half[LAMBDA] += t2 * f[CUE] * _dot(pulled, self.close.by_lambda[pair])
        by_half[T2] = f[CUE] * _dot(pulled, self.close.value[pair])
        by_half[MU] = self.tau * f[REACH] * total
        for local, feature in ((PI, SIDE), (BETA, CUE), (KAPPA, TASTE)):
            by_half[local] = f[feature] * total
        found = np.stack([sum_by(half.row, part, len(half.tie_weight)) for part in by_half], axis=1)
        found[:, MU] += half.tie_weight * tie_slope(self.doubled)
        return found


def tie_slope(doubled: FloatArray) -> FloatArray:
    """∂ log(1 − e^{−2τ})/∂ log τ, from 2τ; 0 where there is no tie."""
    tied = doubled > 0.0
    safe = np.where(tied, doubled, 1.0)
    found: FloatArray = np.where(tied, safe / np.expm1(safe), 0.0)
    return found


def tie_bend(doubled: FloatArray) -> FloatArray:
    """∂² log(1 − e^{−2τ})/∂(log τ)²."""
    slope = tie_slope(doubled)
    found: FloatArray = slope * (1.0 - slope - doubled)
    return found


def _shares(log_weights: FloatArray) -> FloatArray:
    found: FloatArray = np.exp(log_weights - logsumexp(log_weights, axis=1, keepdims=True))
    return found


def _weighed(pull: FloatArray, jacobian: FloatArray, half: HalfVotes) -> FloatArray:
    """Σ_q pull (M, Q) × the Jacobian of the matchup's pair (P, Q, 7): (M, 7), column by column."""
    found = np.zeros((half.matchups, LOCAL))
    for local in np.flatnonzero(jacobian.any(axis=(0, 1))):
        found[:, local] = _dot(pull, jacobian[half.pair, :, local])
    return found


def _dot(left: FloatArray, right: FloatArray) -> FloatArray:
    found: FloatArray = np.einsum("hq,hq->h", left, right)
    return found
