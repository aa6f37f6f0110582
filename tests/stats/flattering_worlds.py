"""Worlds in which models differ in how much they flatter and how long they write, for what control moves and explains."""

from dataclasses import dataclass

import numpy as np

from vibes.stats.boards import fit_board
from vibes.stats.intervals import Clusters
from vibes.stats.votes import Votes


@dataclass(frozen=True)
class Flattering:
    """`flatters`, `writes`: mean tone and length of each model, in SDs. Effects in log-odds per SD; texts differ by pair."""

    theta: tuple = (0.6, 0.3, 0.0, -0.2, -0.7)
    flatters: tuple = (0.6, -0.3, 0.5, -0.6, -0.2)
    writes: tuple = (-0.5, 0.4, 0.3, 0.2, -0.4)
    tone: float = 0.5
    length: float = 0.3
    position: float = 0.15
    within: float = 1.0
    pairs: int = 500
    votes: int = 3
    raters: int = 40
    tie: float = 0.6

    def moved(self, board):
        """What control of this board takes from each model: −Σ β (its mean − that of all), log-odds."""
        effects = {
            "style": (0.0, self.length),
            "sycophancy": (self.tone, 0.0),
            "both": (self.tone, self.length),
        }
        tone, length = effects[board]
        shift = tone * np.array(self.flatters) + length * np.array(self.writes)
        return shift.mean() - shift


BOARDS = {
    "plain": ("position",),
    "style": ("position", "length"),
    "sycophancy": ("position", "tone"),
    "both": ("position", "length", "tone"),
}


def draw(world, seed):
    """The votes with all three covariates, and their clusters."""
    rng = np.random.default_rng(seed)
    m, n = len(world.theta), world.pairs * world.votes
    one = rng.integers(0, m, world.pairs)
    other = (one + rng.integers(1, m, world.pairs)) % m
    matchup = np.repeat(np.arange(world.pairs), world.votes)
    a, b = one[matchup], other[matchup]
    tone, length = (
        (np.array(means)[one] - np.array(means)[other] + rng.normal(0.0, world.within, world.pairs))[matchup]
        for means in (world.flatters, world.writes)
    )
    position = rng.choice([-1.0, 1.0], n)
    theta = np.array(world.theta)
    eta = theta[a] - theta[b] + world.position * position + world.length * length + world.tone * tone
    rater = rng.integers(0, world.raters, n)
    cut = world.tie * np.exp(rng.normal(0.0, 0.4, world.raters))[rater]
    latent = eta + rng.logistic(size=n)
    level = np.where(np.abs(latent) > cut, np.sign(latent), 0).astype(np.int64)
    x = np.column_stack([position, length, tone])
    votes = Votes(a, b, m, level, rater, world.raters, np.ones(n), x, BOARDS["both"])
    return votes, Clusters(rater, matchup, np.ones(n))


def names(world):
    return tuple(f"m{k}" for k in range(len(world.theta)))


def fitted(votes, clusters, models, ties="ordinal", boards=("plain", "style", "sycophancy", "both")):
    """The boards of these votes."""
    found = {}
    for board in boards:
        left_out = frozenset(votes.covariates) - frozenset(BOARDS[board])
        found[board] = fit_board(votes.without(left_out), clusters, models, ties)
    return found
