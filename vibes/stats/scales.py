"""A symmetric scale of outcomes: b much … b, tie, a … a much, with or without a tie in the middle.

An outcome is a signed level −J … J (0 only where the scale has a tie). Between neighbouring levels lies a cut; the cuts
are symmetric about 0: ±c_1, ±c_2, …, with c_j = Σ_{i ≤ j} exp(μ_i), and one at 0 where there is no tie.
"""

from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Scale:
    """`steps` levels to each side; `tie` whether 0 is a level. Three points are Scale(1, True)."""

    steps: int
    tie: bool

    @classmethod
    def of(cls, level: IntArray) -> "Scale":
        """Read the scale that these signed levels use."""
        return cls(int(np.abs(level).max(initial=1)), bool((level == 0).any()))

    @property
    def free_cuts(self) -> int:
        """How many μ there are."""
        return self.steps if self.tie else self.steps - 1

    @property
    def levels(self) -> IntArray:
        """The signed levels, from b to a."""
        both = np.arange(-self.steps, self.steps + 1)
        return both if self.tie else both[both != 0]

    def index(self, level: IntArray) -> IntArray:
        """Which level, counted from b, of each outcome (n,)."""
        return np.asarray(np.searchsorted(self.levels, level), dtype=np.int64)

    def design(self) -> FloatArray:
        """T (levels + 1, free cuts): cut = T·exp(μ), save the outer two, which are −∞ and +∞ and have rows of 0."""
        reach = np.arange(1, self.free_cuts + 1)
        inner = np.concatenate([-reach[::-1], np.zeros(0 if self.tie else 1, dtype=np.int64), reach])
        rows = np.sign(inner)[:, None] * (np.arange(self.free_cuts)[None, :] < np.abs(inner)[:, None])
        edge = np.zeros((1, self.free_cuts))
        return np.concatenate([edge, rows, edge]).astype(np.float64)

    def start(self, level: IntArray, weight: FloatArray) -> FloatArray:
        """μ that gives the observed shares between equal models: P(|level| ≤ j) = tanh(c/2)."""
        size = np.abs(level)
        inside = [j if self.tie else j + 1 for j in range(self.free_cuts)]
        shares = np.array([weight @ (size <= j) for j in inside]) / weight.sum()
        cuts = 2.0 * np.arctanh(np.clip(shares, 1e-6, 1.0 - 1e-6))
        start: FloatArray = np.log(np.maximum(np.diff(cuts, prepend=0.0), 1e-6))
        return start


def ranked(strength: FloatArray) -> IntArray:
    """Signed levels of a signed, symmetric strength: 0 stays 0, sizes become 1, 2, … in order."""
    sizes = np.unique(np.abs(strength[strength != 0.0]))
    rank = np.searchsorted(sizes, np.abs(strength)) + 1
    return np.asarray(np.sign(strength) * np.where(strength == 0.0, 0, rank), dtype=np.int64)
