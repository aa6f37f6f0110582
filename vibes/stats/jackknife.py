"""CR3: the covariance of estimates from leaving out one rater at a time, which errs on the safe side where raters are few.

V = (G − 1)/G Σ_g Δ_g Δ_gᵀ, Δ_g what leaving out rater g moves the estimates by. Exact for means. For a likelihood
Δ_g = −(H − H_g)⁻¹ S_g: one Newton step from the full fit to the one without rater g, with H_g the rater's part of the
negative Hessian and S_g of the gradient, the linearised jackknife CV3L. Where what is left does not tell an effect, the
generalised inverse is taken, as they advise. Equations solved one beside the other each take their own step.
MacKinnon, Nielsen and Webb (2023), J. Appl. Econometrics 38, 671–694.
"""

from collections.abc import Callable, Iterator

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from vibes.stats.arrays import FloatArray, IntArray, sum_by

Without = Callable[[IntArray], FloatArray]
"""From the rows of one rater to what leaving them out moves the estimates by (p,)."""

ALIKE = 1e-10


def leave_one_out(without: Without, groups: IntArray) -> FloatArray:
    """CR3 (p, p) over the groups that the codes (n,) name."""
    moves = np.array([without(rows) for rows in rows_by_group(groups)])
    found: FloatArray = moves.T @ moves * (1.0 - 1.0 / len(moves))
    return found


def rows_by_group(groups: IntArray) -> Iterator[IntArray]:
    """The rows of each group, in turn."""
    order = np.argsort(groups, kind="stable")
    return iter(np.split(order, np.flatnonzero(np.diff(groups[order])) + 1))


def means_without(pull: FloatArray, weight: FloatArray, cell: IntArray, cells: int) -> Without:
    """How the weighted mean of each cell moves, exactly: `pull` (n,) is w (y − ȳ of the row's cell).

    A cell with nothing but the rater's own rows stays where it is.
    """
    total = sum_by(cell, weight, cells)

    def without(rows: IntArray) -> FloatArray:
        left = total - sum_by(cell[rows], weight[rows], cells)
        own = sum_by(cell[rows], pull[rows], cells)
        return -np.divide(own, left, out=np.zeros(cells), where=left > ALIKE * total)

    return without


def newton_step(whole: FloatArray, part: FloatArray, score: FloatArray) -> FloatArray:
    """−(H − H_g)⁻¹ S_g (p,), from H `whole` (p, p), H_g `part` and S_g `score`, in units in which H has 1 on its diagonal."""
    size = np.diag(whole)
    scale = np.where(size > 0.0, 1.0 / np.sqrt(np.where(size > 0.0, size, 1.0)), 0.0)
    matrix, right = (whole - part) * scale[:, None] * scale, -score * scale
    try:
        factor, lower = cho_factor(matrix)
        if np.diag(factor).min() ** 2 <= ALIKE:
            raise LinAlgError
        found = cho_solve((factor, lower), right)
    except LinAlgError:
        found = np.linalg.pinv(matrix, rcond=ALIKE, hermitian=True) @ right
    return np.asarray(found * scale)
