"""The array types that this room passes about, the sum that it takes most, and the blocks in which it goes over rows."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def sum_by(codes: IntArray, values: npt.ArrayLike, size: int) -> FloatArray:
    """Σ of `values` (n,) over the rows of each code: (size,)."""
    return np.bincount(codes, np.asarray(values, dtype=np.float64), size).astype(np.float64, copy=False)


BLOCK = 16_384
"""Rows at a time: a dozen columns of them stay in a core's cache, and none of their temporaries is felt in memory."""


def blocks(size: int, block: int = BLOCK) -> Iterator[slice]:
    """Go over `size` rows, some at a time."""
    return (slice(first, min(first + block, size)) for first in range(0, size, block))
