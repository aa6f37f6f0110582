"""The parameters of the latent-gap model, and the way from those of a pair of models to ψ.

ψ (m + 6,): θ, then λ = log σ, π, μ, β_far, T2, κ. Seven are local to a pair: D = θ_low − θ_high, then the six shared ones.
"""

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray, sum_by
from vibes.stats.cues.half_votes import HalfVotes

LOCAL = 7
D, LAMBDA, PI, MU, BETA, T2, KAPPA = range(LOCAL)


def size(models: int) -> int:
    """Length of ψ."""
    return models + LOCAL - 1


def place(models: int, local: int) -> int:
    """Where in ψ a shared parameter stands."""
    return models + local - 1


def gather(half: HalfVotes, local: FloatArray) -> FloatArray:
    """From the local parameters of pairs (P, 7) to ψ: D goes to both models."""
    return np.concatenate([_to_models(half, local[:, D]), local[:, 1:].sum(axis=0)])


def gather_squares(half: HalfVotes, local: FloatArray) -> FloatArray:
    """From symmetric matrices over the local parameters of pairs (P, 7, 7) to one over ψ."""
    m = half.models
    found = np.zeros((size(m),) * 2)
    signs: tuple[tuple[IntArray, float], ...] = ((half.low, 1.0), (half.high, -1.0))
    for rows, row_sign in signs:
        for columns, column_sign in signs:
            np.add.at(found, (rows, columns), row_sign * column_sign * local[:, D, D])
    for j in range(1, LOCAL):
        at = place(m, j)
        found[:m, at] = found[at, :m] = _to_models(half, local[:, D, j])
    found[m:, m:] = local[:, 1:, 1:].sum(axis=0)
    return found


def _to_models(half: HalfVotes, values: FloatArray) -> FloatArray:
    return sum_by(half.low, values, half.models) - sum_by(half.high, values, half.models)


def squares_by_pair(half: HalfVotes, scores: FloatArray) -> FloatArray:
    """Σ s sᵀ over the matchups of each pair (P, 7, 7), of scores (M, 7)."""
    products = (scores[:, :, None] * scores[:, None, :]).reshape(half.matchups, -1)
    found: FloatArray = (half.by_pair @ products).reshape(half.pairs, LOCAL, LOCAL)
    return found
