"""Many effects looked at together: which stand out when each of them had its chance to."""

import numpy as np

from vibes.stats.arrays import BoolArray, FloatArray


def benjamini_hochberg(p: FloatArray, level: float = 0.05) -> BoolArray:
    """Mark the effects (m,) that stand out: of those marked, a share of at most `level` is false on average.

    `p` (m,) in 0 … 1. All with p ≤ p_(k) are marked, k the last in order with p_(k) ≤ k · level / m. Raises ValueError where
    a p is no probability. Benjamini and Hochberg (1995), J. Royal Statistical Society B 57, 289–300.
    """
    p = np.asarray(p, dtype=np.float64)
    if not ((p >= 0.0) & (p <= 1.0)).all():
        raise ValueError("a p-value lies between 0 and 1")
    ranked = np.sort(p)
    below = ranked[ranked <= np.arange(1, len(p) + 1) * level / max(len(p), 1)]
    marked: BoolArray = p <= below.max(initial=-1.0)
    return marked
