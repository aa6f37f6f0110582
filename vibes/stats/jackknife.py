"""CR3: the covariance of estimates from leaving out one rater at a time, which errs on the safe side where raters are few.

V = (G − 1)/G Σ_g Δ_g Δ_gᵀ, with Δ_g = −(H − H_g)⁻¹ S_g: one Newton step from the full fit to the one without rater g, with
H_g the rater's part of the negative Hessian and S_g of the gradient. Exact for a mean; for a likelihood it is the linearised
jackknife CV3L. Where what is left does not tell an effect, the generalised inverse is taken, as they advise.
MacKinnon, Nielsen and Webb (2023), J. Appl. Econometrics 38, 671–694.
"""

from collections.abc import Callable, Iterator

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from vibes.stats.arrays import FloatArray, IntArray

Rows = Callable[[IntArray], FloatArray]
ALIKE = 1e-10


def leave_one_out(scores: Rows, information: Rows, bread: FloatArray, groups: IntArray) -> FloatArray:
    """CR3 (p, p) over the groups that the codes (n,) name.

    `scores(rows)` (len(rows), p); `information(rows)` (p, p): what the rows of one group add to the inverse of `bread`.
    """
    whole = np.asarray(np.linalg.inv(bread), dtype=np.float64)
    moves = np.array(
        [_moved(whole - information(rows), scores(rows).sum(axis=0), whole) for rows in rows_by_group(groups)]
    )
    found: FloatArray = moves.T @ moves * (1.0 - 1.0 / len(moves))
    return found


def rows_by_group(groups: IntArray) -> Iterator[IntArray]:
    """The rows of each group, in turn."""
    order = np.argsort(groups, kind="stable")
    return iter(np.split(order, np.flatnonzero(np.diff(groups[order])) + 1))


def _moved(left: FloatArray, score: FloatArray, whole: FloatArray) -> FloatArray:
    """(H − H_g)⁻¹ S_g, in units in which H has 1 on its diagonal."""
    scale = 1.0 / np.sqrt(np.diag(whole))
    matrix, right = left * scale[:, None] * scale, score * scale
    try:
        if np.diag(matrix).min() <= ALIKE:
            raise LinAlgError
        found = cho_solve(cho_factor(matrix), right)
    except LinAlgError:
        found = np.linalg.pinv(matrix, rcond=ALIKE, hermitian=True) @ right
    return np.asarray(found * scale)
