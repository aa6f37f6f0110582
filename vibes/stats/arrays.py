"""The array types that this room passes about, and the sum that it takes most."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def sum_by(codes: IntArray, values: npt.ArrayLike, size: int) -> FloatArray:
    """Σ of `values` (n,) over the rows of each code: (size,)."""
    return np.bincount(codes, np.asarray(values, dtype=np.float64), size).astype(np.float64, copy=False)
