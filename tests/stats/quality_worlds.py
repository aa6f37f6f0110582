"""Worlds in which answers differ in true quality, and raters' ratings of it share a halo with their taste for flattery."""

from dataclasses import dataclass

import numpy as np

from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters


@dataclass(frozen=True)
class Rated:
    """η = quality·D + taste·Δs + length·x + strengths. Ratings: D + halo·Δs + noise, 3 ± half of it on the two sides.

    `worse`: how much quality a unit of Δs goes with. `shared`: SD of what all raters of one text get wrong alike.
    """

    pairs: int = 500
    votes: int = 4
    raters: int = 60
    models: int = 4
    quality: float = 1.0
    taste: float = 0.42
    halo: float = 0.0
    worse: float = 0.0
    noise: float = 1.0
    length: float = 0.3
    tie: float = 0.0
    key: bool = False


@dataclass(frozen=True)
class Drawn:
    columns: dict
    tone: np.ndarray
    length: np.ndarray
    quality: np.ndarray

    def frame(self):
        return JudgementFrame.from_columns(self.columns)

    def clusters(self):
        frame = self.frame()
        return Clusters(frame.rater.codes, frame.matchup.codes, frame.weight)


def draw(world, seed):
    """One study: each matchup is voted on and rated by several raters."""
    rng = np.random.default_rng(seed)
    pairs, n = world.pairs, world.pairs * world.votes
    theta = np.linspace(-0.4, 0.4, world.models)
    matchup = np.repeat(np.arange(pairs), world.votes)
    one = rng.integers(0, world.models, pairs)
    other = (one + rng.integers(1, world.models, pairs)) % world.models
    flip = np.where(rng.random(n) < 0.5, 1.0, -1.0)
    a, b = np.where(flip > 0, one[matchup], other[matchup]), np.where(flip > 0, other[matchup], one[matchup])
    tone = rng.choice([-1.0, 1.0], pairs)
    quality = theta[one] - theta[other] - world.worse * tone + rng.normal(0.0, 1.0, pairs)
    length = rng.normal(0.0, 1.0, pairs)
    tone, quality, length = (flip * each[matchup] for each in (tone, quality, length))
    rater = np.concatenate([rng.permutation(world.raters)[: world.votes] for _ in range(pairs)])
    rated = np.clip(quality + world.halo * tone + rng.normal(0.0, world.noise, n), -4.0, 4.0)
    latent = world.quality * quality + world.taste * tone + world.length * length + rng.logistic(size=n)
    verdict = np.where(latent > world.tie, "a", np.where(latent < -world.tie, "b", "tie"))
    columns = {
        "prompt_id": [f"p{k:04d}" for k in matchup],
        "rater": [f"r{k:03d}" for k in rater],
        "model_a": [f"m{k}" for k in a],
        "model_b": [f"m{k}" for k in b],
        "verdict": verdict.tolist(),
        "a_is_left": (rng.random(n) < 0.5).tolist(),
        "quality_a": (3.0 + rated / 2.0).tolist(),
        "quality_b": (3.0 - rated / 2.0).tolist(),
    }
    if world.key:
        columns |= {"key_quality_a": quality.tolist(), "key_quality_b": [0.0] * n}
    return Drawn(columns, tone, length, quality)
