"""Three-point votes as binary outcomes, sorted by matchup, with the sums over matchups that the latent gap needs.

P(a) = σ(η − τ), P(b) = σ(−η − τ), P(tie) = σ(τ − η) σ(τ + η) (1 − e^{−2τ}): a choice is one factor σ(x), a tie two, with
x = f·(g, T2·c) + the rest. Each half vote h has five features: turn (how g enters x), cue, side, reach (how e^μ does) and
taste (cue × δ), so that every derivative of Σ log σ(x) by any parameter is a sum of products of features.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from vibes.stats.arrays import BoolArray, FloatArray, IntArray
from vibes.stats.votes import Votes

FEATURES = 5
TURN, CUE, SIDE, REACH, TASTE = range(FEATURES)
UPPER = np.triu_indices(FEATURES)


@dataclass(frozen=True, eq=False)
class HalfVotes:
    """H half votes of n votes on M matchups between P pairs of models.

    `row` (H,): the vote. `features` (5, H), `weight` (H,), `planted` (H,). `matchup` (H,): codes, ascending.
    `pair` (M,): the pair of each matchup; `low`, `high` (P,): its models, the latent gap favouring `low`.
    `tie_reach` (n,): e^δ where the vote is a tie, else 0; `tie_weight` (n,) its weight.
    """

    row: IntArray
    features: FloatArray
    weight: FloatArray
    planted: BoolArray
    matchup: IntArray
    pair: IntArray
    low: IntArray
    high: IntArray
    tie_reach: FloatArray
    tie_weight: FloatArray
    models: int

    @classmethod
    def of(
        cls, votes: Votes, v: FloatArray, matchup: IntArray, delta: FloatArray, weight: FloatArray
    ) -> "HalfVotes":
        """Split the votes. `weight` (n,) stands in the place of that of `votes`."""
        pair, low, high = _pairs(votes, matchup)
        order = np.argsort(matchup, kind="stable")
        tied = votes.level == 0
        row = np.repeat(order, 1 + tied[order])
        second = np.diff(row, prepend=-1) == 0
        factor = np.where(tied, 1.0, -1.0)[row]
        side = np.where(tied, -1.0, votes.sign)[row] * np.where(second, -1.0, 1.0)
        turned = np.where(votes.a <= votes.b, 1.0, -1.0)
        stretch = np.exp(delta)[votes.rater] * (1.0 if tied.any() else 0.0)
        screen = votes.x[:, 0] if votes.x.shape[1] else np.zeros(len(votes))
        taste = v * delta[votes.rater]
        features = np.stack(
            [side * turned[row], side * v[row], side * screen[row], factor * stretch[row], side * taste[row]]
        )
        return cls(
            row=row,
            features=features,
            weight=weight[row],
            planted=v[row] != 0.0,
            matchup=matchup[row],
            pair=pair,
            low=low,
            high=high,
            tie_reach=np.where(tied, stretch, 0.0),
            tie_weight=np.where(tied, weight, 0.0),
            models=votes.models,
        )

    def of_matchups(self, chosen: BoolArray) -> "HalfVotes":
        """The half votes on the matchups that are chosen (M,), which are numbered anew; votes keep their places."""
        kept = np.flatnonzero(chosen[self.matchup])
        inside = np.zeros(len(self.tie_weight))
        inside[self.row[kept]] = 1.0
        used, pair = np.unique(self.pair[chosen], return_inverse=True)
        return replace(
            self,
            row=self.row[kept],
            features=self.features[:, kept],
            weight=self.weight[kept],
            planted=self.planted[kept],
            matchup=(np.cumsum(chosen) - 1)[self.matchup[kept]],
            pair=pair.astype(np.int64),
            low=self.low[used],
            high=self.high[used],
            tie_weight=self.tie_weight * inside,
        )

    def without(self, rows: IntArray) -> "HalfVotes":
        """The same with these votes silenced: they keep their places and weigh nothing."""
        kept = np.ones(len(self.tie_weight))
        kept[rows] = 0.0
        return replace(self, weight=self.weight * kept[self.row], tie_weight=self.tie_weight * kept)

    @property
    def matchups(self) -> int:
        return len(self.pair)

    @property
    def pairs(self) -> int:
        return len(self.low)

    @cached_property
    def gap_in(self) -> csr_array:
        """(H, 2P): how the gaps (P, Q) and, below them, T2·c of the pairs enter x."""
        at = self.pair[self.matchup]
        columns = np.stack([at, self.pairs + at], axis=1).ravel()
        data = self.features[[TURN, CUE]].T.ravel()
        starts = 2 * np.arange(len(self.row) + 1)
        return csr_array((data, columns, starts), shape=(len(self.row), 2 * self.pairs))

    @cached_property
    def sums(self) -> csr_array:
        """(M, H): Σ w over the half votes of each matchup."""
        return self._stacked(self.weight[None, :])

    @cached_property
    def unplanted_sums(self) -> csr_array:
        """(M, H): the same over half votes that carry no cue."""
        return self._stacked(np.where(self.planted, 0.0, self.weight)[None, :])

    @cached_property
    def feature_sums(self) -> csr_array:
        """(5M, H): Σ w f_j over the half votes of each matchup, feature by feature."""
        return self._stacked(self.weight * self.features)

    @cached_property
    def product_sums(self) -> csr_array:
        """(15M, H): Σ w f_j f_k, in the order of UPPER."""
        return self._stacked(self.weight * self.features[UPPER[0]] * self.features[UPPER[1]])

    @cached_property
    def by_pair(self) -> csr_array:
        """(P, M): sums over the matchups of each pair."""
        data = np.ones(self.matchups)
        return csr_array((data, (self.pair, np.arange(self.matchups))), shape=(self.pairs, self.matchups))

    def _stacked(self, values: FloatArray) -> csr_array:
        """Sums by matchup of each row of `values` (k, H), one below the other: (kM, H)."""
        blocks, size = values.shape
        starts = np.searchsorted(self.matchup, np.arange(self.matchups + 1))
        pointers = np.concatenate([[0], *(starts[1:] + block * size for block in range(blocks))])
        columns = np.tile(np.arange(size), blocks)
        return csr_array((values.ravel(), columns, pointers), shape=(blocks * self.matchups, size))


def _pairs(votes: Votes, matchup: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """The pair of each matchup (M,) and its two models, the one with the smaller code first (P,), (P,)."""
    low, high = np.minimum(votes.a, votes.b), np.maximum(votes.a, votes.b)
    key = np.zeros(int(matchup.max(initial=-1)) + 1, dtype=np.int64)
    key[matchup] = low * votes.models + high
    used, pair = np.unique(key, return_inverse=True)
    return pair.astype(np.int64), used // votes.models, used % votes.models
