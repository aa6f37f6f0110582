"""Covariates: what differs between the two answers, and whether its effect can be told at all.

x = (f_A − f_B)/(f_A + f_B), 0 where both counts are 0, over one reference SD of the feature's version. It changes sign
when the sides do and is never centred, so that no effect of position appears out of nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.columns import FrameError
from vibes.stats.votes import Votes

POSITION = "position"
ALIKE = 0.01
"""Share of a covariate's variation, above models and the covariates before it, from which on its effect can be told.

Below it errors are more than ten times what they would be alone, and one count of a thing is weighed against another.
"""


@dataclass(frozen=True, eq=False)
class Sides:
    """Which text stands on either side of each row: codes `a`, `b` (n,). A million rows have some thousands of texts."""

    a: IntArray
    b: IntArray

    def take(self, rows: IntArray) -> "Sides":
        return Sides(self.a[rows], self.b[rows])


@dataclass(frozen=True, eq=False)
class FeaturePair:
    """The raw counts of one text feature in both answers of each row.

    `family`: length, formatting, tone, stance or manner. `a`, `b`: counts, not negative, of each row (n,), or, with `sides`, of each
    text on that side. `reference_sd`: the standard deviation of (a − b)/(a + b) in the public set that the feature's version names.
    `label`: plain words for a page. `controlled`: whether it is a covariate of the boards; others are shown among traits alone.
    Raises FrameError.
    """

    name: str
    family: str
    unit: str
    version: str
    reference_sd: float
    a: FloatArray
    b: FloatArray
    label: str = ""
    controlled: bool = True
    sides: Sides | None = None

    def __len__(self) -> int:
        return len(self.a if self.sides is None else self.sides.a)

    def __post_init__(self) -> None:
        if not (np.isfinite(self.reference_sd) and self.reference_sd > 0.0):
            mend = "Measure it on a set where the feature varies"
            raise FrameError(f"feature {self.name} has a reference SD of {self.reference_sd}", mend)
        if self.sides is None and len(self.a) != len(self.b):
            raise FrameError(
                f"feature {self.name} has {len(self.a)} counts of A, {len(self.b)} of B", "Count both"
            )
        for side, counts in (("a", self.a), ("b", self.b)):
            bad = np.flatnonzero(~(np.isfinite(counts) & (counts >= 0.0)))
            if len(bad):
                where = f"{self.name} of text_{side}, entry {bad[0] + 1}"
                raise FrameError(f"{where} is {counts[bad[0]]}", "Give a count of 0 or more for every row")

    def take(self, rows: IntArray) -> "FeaturePair":
        """The same feature of these rows alone."""
        return take_all([self], rows)[0]

    def counts(self) -> tuple[FloatArray, FloatArray]:
        """Those of every row (n,), of A and of B."""
        if self.sides is None:
            return self.a, self.b
        return self.a[self.sides.a], self.b[self.sides.b]

    def difference(self) -> FloatArray:
        """x (n,) in reference SDs, + where A has more."""
        a, b = self.counts()
        total = a + b
        raw = np.divide(a - b, total, out=np.zeros(len(total)), where=total > 0.0)
        found: FloatArray = raw / self.reference_sd
        return found


def take_all(features: Sequence[FeaturePair], rows: IntArray) -> tuple[FeaturePair, ...]:
    """Some features of these rows alone. What says which text stands where is taken once for all that share it."""
    shared = {id(one.sides): one.sides for one in features if one.sides is not None}
    sides = {key: one.take(rows) for key, one in shared.items()}
    return tuple(
        replace(one, a=one.a[rows], b=one.b[rows])
        if one.sides is None
        else replace(one, sides=sides[id(one.sides)])
        for one in features
    )


ALL_ALIKE = "no two answers differ in it"
CARRIED = "it moves with"


def held_all_the_same(reason: str) -> bool:
    """Whether a covariate that is dropped for this reason is held constant without it: nobody differs, or another carries it."""
    return reason.startswith((ALL_ALIKE, CARRIED))


def unidentified(votes: Votes) -> dict[str, str]:
    """Name each covariate whose effect these votes cannot give, with the reason in words.

    Looked for in the order of the covariates: no difference at all, a verdict that always goes its way, and a
    difference that models and earlier covariates already fix (in a Cholesky factor of the weighted cross-products).
    """
    reasons = _constant(votes) | _separated(votes)
    return reasons | _collinear(votes.without(frozenset(reasons)))


def _constant(votes: Votes) -> dict[str, str]:
    empty = votes.farthest == 0.0
    return {name: ALL_ALIKE for name, none in zip(votes.covariates, empty, strict=True) if none}


def _separated(votes: Votes) -> dict[str, str]:
    found = {}
    for name, column in zip(votes.covariates, votes.columns, strict=True):
        way, moved = column * votes.sign, np.count_nonzero(column)
        up, down = np.count_nonzero(way > 0.0), np.count_nonzero(way < 0.0)
        if moved and moved in (up, down):
            found[name] = f"{_winner(name, up == moved)} won all {moved} votes: no finite effect"
    return found


def _winner(name: str, more: bool) -> str:
    if name == POSITION:
        return "the left side" if more else "the right side"
    return f"the side with {'more' if more else 'less'} of it"


def _collinear(votes: Votes) -> dict[str, str]:
    m = votes.models
    cross = votes.spread(votes.weight)
    tie_down = cross[:m, :m] + votes.weight.sum() * np.ones((m, m)) / m
    own = np.diag(cross)[m:].copy()
    left = cross[m:, m:] - cross[m:, :m] @ np.linalg.pinv(tie_down, hermitian=True) @ cross[:m, m:]
    found: dict[str, str] = {}
    for k, name in enumerate(votes.covariates):
        if left[k, k] > ALIKE * own[k]:
            left = left - np.outer(left[:, k], left[k]) / left[k, k]
        else:
            found[name] = _partner(votes, k, set(found))
    return found


def _partner(votes: Votes, k: int, dropped: set[str]) -> str:
    """Say what fixes covariate k: an earlier covariate that it follows, or the models."""
    for j, name in enumerate(votes.covariates[:k]):
        if name not in dropped and _follows(votes.x[:, k], votes.x[:, j]):
            return f"{CARRIED} {name}: their effects cannot be told apart"
    return "models and the other covariates fix it: its effect cannot be told apart from theirs"


def _follows(x: FloatArray, z: FloatArray) -> bool:
    """Whether r² about 0 is at least 1 − 2 ALIKE."""
    return bool((x @ z) ** 2 >= (1.0 - 2.0 * ALIKE) * (x @ x) * (z @ z))
