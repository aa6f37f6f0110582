"""Votes drawn straight from the cumulative logit, for tests of the fits alone."""

import numpy as np

from vibes.stats.votes import Votes


def simulated_votes(n=1500, models=6, raters=30, covariates=2, seed=0, spread=0.5, cuts=(0.6,), tie=True):
    """`cuts`: c_1 < c_2 < … of the scale; with `tie` false there is one more at 0 and no tie."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(0.0, 0.8, models)
    a = rng.integers(0, models, n)
    b = (a + rng.integers(1, models, n)) % models
    rater = rng.integers(0, raters, n)
    x = np.column_stack([rng.choice([-1.0, 1.0], n), *rng.normal(0.0, 1.0, (covariates - 1, n))])
    effects = np.array([0.2, -0.3, 0.1, 0.4])[:covariates]
    latent = theta[a] - theta[b] + x @ effects + rng.logistic(size=n)
    stretch = np.exp(rng.normal(0.0, spread, raters))[rater]
    beyond = sum((np.abs(latent) > cut * stretch).astype(int) for cut in cuts) + (0 if tie else 1)
    level = (np.sign(latent) * beyond).astype(np.int64)
    names = tuple(f"x{k}" for k in range(covariates))
    return Votes(a, b, models, level, rater, raters, np.ones(n), x, names)
