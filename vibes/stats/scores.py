"""The scores of a fit, vote by vote, and the sums of their products over clusters, without an n × p array.

Row i has s_i = (z_i u_i, e_i) − o_i ρ_r(i), with z_i = (e_a − e_b, x_i): u_i is the slope by η, e_i those by the parameters
of the tie rule, and o_i ρ_r what the own parameter of rater r takes over. Wanted is Σ_g S_g S_gᵀ, S_g = Σ_{i ∈ g} s_i. A
group that holds one pair of models moves two strengths only, so that its sum is one more row of the same kind.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from vibes.stats.arrays import BLOCK, FloatArray, IntArray, blocks, sum_by
from vibes.stats.votes import Votes, laplacian

WIDE = 16 * BLOCK
"""Rows at a time where each block fills a table of all raters."""

SMALL = 100_000
ROOMY = 4
"""Numbers a vote from which on a table (of at least `SMALL`) is not held whole."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Which of `size` groups each row (n,) is in; some may be empty."""

    codes: IntArray
    size: int

    @classmethod
    def of(cls, codes: IntArray) -> "Groups":
        """Number any codes of 0 or more anew where they are far apart."""
        if codes.max(initial=0) >= ROOMY * len(codes):
            codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
        return cls(codes, int(codes.max(initial=-1)) + 1)

    @cached_property
    def sizes(self) -> IntArray:
        """Rows of each group (size,)."""
        return np.bincount(self.codes, minlength=self.size)

    @property
    def count(self) -> int:
        """Groups that are not empty."""
        return int(np.count_nonzero(self.sizes))

    def sum(self, values: FloatArray) -> FloatArray:
        return sum_by(self.codes, values, self.size)

    def shared(self, values: IntArray) -> IntArray | None:
        """The value (size,) that all rows of each group have, None where one group has two."""
        found = np.zeros(self.size, dtype=np.int64)
        found[self.codes] = values
        return found if bool((found[self.codes] == values).all()) else None


@dataclass(frozen=True, eq=False)
class Sums:
    """Rows D_l = (u_l (e_a − e_b), c_l): `pair` (L,) = a · m + b, `u` (L,), `columns` (K, L)."""

    models: int
    pair: IntArray
    u: FloatArray
    columns: FloatArray

    def products(self) -> FloatArray:
        """Σ D_l D_lᵀ (m + K, m + K)."""
        m = self.models
        found = np.empty((m + len(self.columns),) * 2)
        found[:m, :m] = laplacian(self._by_pair(self.u**2))
        found[m:, m:] = self.columns @ self.columns.T
        for k, column in enumerate(self.columns, m):
            pairs = self._by_pair(self.u * column)
            found[k, :m] = found[:m, k] = pairs.sum(axis=1) - pairs.sum(axis=0)
        return found

    def _by_pair(self, values: FloatArray) -> FloatArray:
        return sum_by(self.pair, values, self.models**2).reshape(self.models, self.models)

    def by(self, codes: IntArray, size: int, weight: FloatArray) -> FloatArray:
        """Σ of w_l D_l over each of `size` codes (size, m + K)."""
        m = self.models
        found = np.empty((size, m + len(self.columns)))
        a, b = np.divmod(self.pair, m)
        pull, place = weight * self.u, codes * m
        strengths = sum_by(place + a, pull, size * m) - sum_by(place + b, pull, size * m)
        found[:, :m] = strengths.reshape(size, m)
        for k, column in enumerate(self.columns, m):
            found[:, k] = sum_by(codes, weight * column, size)
        return found

    def take(self, rows: IntArray) -> "Sums":
        return Sums(self.models, self.pair[rows], self.u[rows], np.take(self.columns, rows, axis=1))


@dataclass(frozen=True, eq=False)
class Taken:
    """What raters' own parameters take over of a score: `own` (n,) times the row of `reach` (R, p) of its rater."""

    own: FloatArray
    reach: FloatArray

    def by(self, groups: Groups, rater: IntArray) -> csr_array:
        """Σ of o_i over the votes of each rater in each group (groups, R)."""
        return csr_array((self.own, (groups.codes, rater)), shape=(groups.size, len(self.reach)))

    def of_one(self, rater: IntArray, own: FloatArray) -> FloatArray:
        """Σ_g Q_g Q_gᵀ of groups with one rater and a sum of o_i each."""
        return np.asarray((self.reach.T * sum_by(rater, own**2, len(self.reach))) @ self.reach)

    def of_many(self, groups: Groups, rater: IntArray) -> FloatArray:
        """Σ_g Q_g Q_gᵀ, with Q_g what is taken over in group g."""
        table, size = self.by(groups, rater), self.reach.shape[1]
        total = np.zeros((size, size))
        for rows in blocks(groups.size):
            sums = table[rows] @ self.reach
            total += sums.T @ sums
        return total

    def less(self, direct: FloatArray, met: FloatArray, over: FloatArray) -> FloatArray:
        """Σ (D_g − Q_g)(D_g − Q_g)ᵀ from Σ D_g D_gᵀ, Σ o_i D_g by rater (R, p), and Σ Q_g Q_gᵀ."""
        cross = met.T @ self.reach
        return np.asarray(direct - cross - cross.T + over)


@dataclass(frozen=True, eq=False)
class RowScores:
    """Scores of n votes: `u` (n,), `extra` (q, n), and what their raters' own parameters take over."""

    votes: Votes
    u: FloatArray
    extra: FloatArray
    taken: Taken | None = None

    def __call__(self, rows: IntArray) -> FloatArray:
        """The scores of the chosen rows, dense (len(rows), p)."""
        direct = np.column_stack([self.votes.rows(self.u, rows), self.extra[:, rows].T])
        if self.taken is None:
            return direct
        own, reach = self.taken.own[rows, None], self.taken.reach[self.votes.rater[rows]]
        return np.asarray(direct - own * reach, dtype=np.float64)

    def along(self, direction: FloatArray) -> FloatArray:
        """s_i · direction (n,)."""
        size = self.votes.size
        found: FloatArray = self.u * self.votes.eta(direction[:size]) + direction[size:] @ self.extra
        if self.taken is not None:
            found -= self.taken.own * (self.taken.reach @ direction)[self.votes.rater]
        return found

    def take(self, rows: IntArray) -> "RowScores":
        """The scores of these rows alone."""
        taken = None if self.taken is None else Taken(self.taken.own[rows], self.taken.reach)
        return RowScores(self.votes.take(rows), self.u[rows], self.extra[:, rows], taken)

    def sums(self, groups: Groups) -> FloatArray:
        """S_g (groups, p), dense."""
        direct = self.votes.sums(groups.codes, groups.size, self.u)
        found = np.column_stack([direct, *(groups.sum(column) for column in self.extra)])
        if self.taken is None:
            return found
        rater = groups.shared(self.votes.rater)
        if rater is not None:
            found -= groups.sum(self.taken.own)[:, None] * self.taken.reach[rater]
            return found
        return np.asarray(found - self.taken.by(groups, self.votes.rater) @ self.taken.reach)

    def products(self, codes: IntArray) -> tuple[FloatArray, int]:
        """Σ_g S_g S_gᵀ (p, p) and the number of groups. `codes` (n,): 0 or more."""
        if (int(codes.max(initial=0)) + 1) * self.votes.models <= max(ROOMY * len(codes), SMALL):
            groups = Groups.of(codes)
            sums = self.sums(groups)
            return np.asarray(sums.T @ sums), groups.count
        rows = crowded(codes)
        if 2 * len(rows) > len(codes):
            groups = Groups.of(codes)
            return self._together(groups), groups.count
        if not len(rows):
            return self._alone(), len(codes)
        few, groups = self.take(rows), Groups.of(codes[rows])
        return self._alone() + few._together(groups) - few._alone(), len(codes) - len(rows) + groups.count

    def _alone(self) -> FloatArray:
        """Σ_i s_i s_iᵀ: each row a group of its own."""
        rater, size = self.votes.rater, self.votes.size + len(self.extra)
        found, met = np.zeros((size, size)), np.zeros((self.votes.raters, size))
        for rows in blocks(len(self.u), WIDE):
            part = self._rows(rows)
            found += part.products()
            if self.taken is not None:
                met += part.by(rater[rows], self.votes.raters, self.taken.own[rows])
        return (
            found
            if self.taken is None
            else self.taken.less(found, met, self.taken.of_one(rater, self.taken.own))
        )

    def _rows(self, rows: slice) -> Sums:
        columns = np.concatenate([self.votes.columns[:, rows] * self.u[rows], self.extra[:, rows]])
        return Sums(self.votes.models, self.votes.pair[rows], self.u[rows], columns)

    def _together(self, groups: Groups) -> FloatArray:
        """Σ_g S_g S_gᵀ of many small groups: each one more row, where it holds one pair of models."""
        a, b = self.votes.a, self.votes.b
        pair = groups.shared(np.minimum(a, b) * self.votes.models + np.maximum(a, b))
        if pair is None:
            return self._in_blocks(groups)
        columns = [groups.sum(self.u * column) for column in self.votes.columns]
        columns += [groups.sum(column) for column in self.extra]
        u = groups.sum(np.where(a < b, self.u, -self.u))
        part = Sums(self.votes.models, pair, u, np.array(columns).reshape(-1, groups.size))
        return part.products() if self.taken is None else self._profiled(part, groups, self.taken)

    def _profiled(self, part: Sums, groups: Groups, taken: Taken) -> FloatArray:
        size, rater = self.votes.raters, groups.shared(self.votes.rater)
        if rater is not None:
            own = groups.sum(taken.own)
            return taken.less(part.products(), part.by(rater, size, own), taken.of_one(rater, own))
        met = np.zeros((size, len(taken.reach.T)))
        for rows in blocks(len(self.u), WIDE):
            met += part.take(groups.codes[rows]).by(self.votes.rater[rows], size, taken.own[rows])
        return taken.less(part.products(), met, taken.of_many(groups, self.votes.rater))

    def _in_blocks(self, groups: Groups) -> FloatArray:
        """Σ_g S_g S_gᵀ of any groups, some whole groups at a time."""
        order = np.argsort(groups.codes, kind="stable")
        ends = np.cumsum(groups.sizes)
        total, size = np.zeros((self.votes.size + len(self.extra),) * 2), groups.size
        first = done = 0
        while first < size:
            last = max(first + 1, int(np.searchsorted(ends, done + BLOCK, side="right")))
            rows = order[done : ends[last - 1]]
            sums = self.take(rows).sums(Groups(groups.codes[rows] - first, last - first))
            total += sums.T @ sums
            first, done = last, int(ends[last - 1])
        return total


@dataclass(frozen=True, eq=False)
class OneScore:
    """Scores of n votes by one parameter: `pull` (n,)."""

    pull: FloatArray

    def __call__(self, rows: IntArray) -> FloatArray:
        """The scores of the chosen rows (len(rows), 1)."""
        return self.pull[rows, None]

    def of_groups(self, codes: IntArray) -> tuple[float, int]:
        """Σ_g S_g² and the number of groups. `codes` (n,): 0 or more, not far apart."""
        sums = sum_by(codes, self.pull, 0)
        return float(sums @ sums), int(np.count_nonzero(np.bincount(codes)))

    def of_cells(self, crowded: IntArray, groups: Groups) -> tuple[float, int]:
        """The same over cells of which most hold one row: the rows (c,) that share theirs, and which go together."""
        sums, alone = groups.sum(self.pull[crowded]), np.ones(len(self.pull), dtype=bool)
        alone[crowded] = False
        single = self.pull[alone] if len(crowded) else self.pull
        return float(single @ single + sums @ sums), len(self.pull) - len(crowded) + groups.count


def crowded(codes: IntArray) -> IntArray:
    """The rows that share their code with another. Only those that share a slot are sorted."""
    slot = codes % (ROOMY * len(codes) + 1)
    rows = np.flatnonzero(np.bincount(slot)[slot] > 1)
    groups = Groups.of(codes[rows])
    return rows[groups.sizes[groups.codes] > 1]
