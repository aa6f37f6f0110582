"""The observed information of the latent-gap model (Louis 1982, JRSS B 44, 226–233).

−∂² log L_m = E[−∂² log P] − Var(S) under the posterior of the gap, with −∂² log P = J B Jᵀ − G·∂²x, B = Σ w f fᵀ σ(x) σ(−x)
and S = J G. J is shared by the matchups of a pair, so that B and G Gᵀ are summed over them first.
"""

import numpy as np

from vibes.stats.arrays import FloatArray
from vibes.stats.cues.gap_parameters import LAMBDA, LOCAL, MU, T2, D, squares_by_pair
from vibes.stats.cues.gap_posterior import GapPosterior, tie_bend
from vibes.stats.cues.half_votes import CUE, FEATURES, TURN, UPPER


def information(found: GapPosterior) -> FloatArray:
    """The negative Hessian of log L in the local parameters, by pair (P, 7, 7)."""
    inner = _expected_bend(found) - _expected_square(found)
    local: FloatArray = np.einsum("pqaj,pqjk,pqbk->pab", found.jacobian, inner, found.jacobian, optimize=True)
    return local + squares_by_pair(found.half, found.mean_score) - _curving(found)


def _expected_bend(found: GapPosterior) -> FloatArray:
    """Σ over the matchups of each pair of the posterior × B (P, Q, 5, 5)."""
    summed = found.half.product_sums @ (found.slope * (1.0 - found.slope))
    return _symmetric(found, summed.reshape(len(UPPER[0]), found.half.matchups, -1))


def _expected_square(found: GapPosterior) -> FloatArray:
    """The same of G Gᵀ (P, Q, 5, 5)."""
    return _symmetric(found, found.pull[UPPER[0]] * found.pull[UPPER[1]])


def _symmetric(found: GapPosterior, products: FloatArray) -> FloatArray:
    """Weigh products (15, M, Q) by the posterior and sum them by pair, as symmetric matrices."""
    square = np.zeros((found.half.pairs, len(found.nodes.z), FEATURES, FEATURES))
    for j, k, product in zip(*UPPER, products, strict=True):
        square[:, :, j, k] = square[:, :, k, j] = found.half.by_pair @ (product * found.share)
    return square


def _curving(found: GapPosterior) -> FloatArray:
    """Σ over the matchups of each pair of E[G·∂²x/∂local²] (P, 7, 7), and ∂² of the ties' own factor."""
    half, close, t2 = found.half, found.close, found.shared(T2)
    turn, cue = (half.by_pair @ (found.pull[feature] * found.share) for feature in (TURN, CUE))
    bent = np.zeros((half.pairs, LOCAL, LOCAL))
    bent[:, D, D] = t2 * (cue * close.by_d_d).sum(axis=1)
    bent[:, LAMBDA, LAMBDA] = found.sigma * turn @ found.nodes.z
    bent[:, LAMBDA, LAMBDA] += t2 * (cue * close.by_lambda_lambda).sum(axis=1)
    for j, k, value in (
        (D, LAMBDA, t2 * close.by_d_lambda),
        (D, T2, close.by_d),
        (LAMBDA, T2, close.by_lambda),
    ):
        bent[:, j, k] = bent[:, k, j] = (cue * value).sum(axis=1)
    bent[0, MU, MU] = found.mean_score[:, MU].sum() + half.tie_weight @ tie_bend(found.doubled)
    return bent
