"""What a cued world holds in the large: figures from the probabilities of the verdicts, not from verdicts."""

from dataclasses import replace

import numpy as np
from scipy.special import expit

from tests.stats.cued_worlds import CuedWorld, pairs, people, quality


def expected_c(world: CuedWorld, seed: int | list[int], draws: int = 400_000) -> float:
    """The large-sample C of a world: E[y | cue on A] − E[y | cue on B], halved, each verdict at its probability."""
    rng = np.random.default_rng(seed)
    big = replace(world, matchups=draws, raters=draws)
    theta, pair = big.strengths(), pairs(big, rng)
    tone, lists = (rng.standard_normal((2, draws)) for _ in range(2))
    own = quality(big, tone, rng)
    gap = theta[pair[0]] - theta[pair[1]] + own[0] - own[1]
    gap += world.tone * (tone[0] - tone[1]) + world.lists * (lists[0] - lists[1])
    beta, tie, noise = people(big, rng)
    pull = beta + world.t2 * (1.0 - np.abs(np.tanh(gap / 2.0)))
    seen = gap + world.position * np.where(rng.random(draws) < 0.5, 1.0, -1.0)
    means = [expit((seen + v * pull - cut) / noise) for v in (1, -1) for cut in (tie, -tie)]
    apart = (means[0] + means[1] - means[2] - means[3]) / 4.0
    return float((1.0 - world.clicks) * (1.0 - world.both_bad) * apart.mean())
