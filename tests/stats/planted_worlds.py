"""Worlds whose truth is known: simulated studies from the verdict model, for tests of bias, coverage and symmetry."""

from dataclasses import dataclass

import numpy as np

from vibes.stats.covariates import FeaturePair
from vibes.stats.frames import JudgementFrame

CLASSES = ("advice", "code", "opinion")


@dataclass(frozen=True)
class World:
    """A design and its truth. Effects in log-odds per unit of the covariate; the models and prompts stay fixed."""

    judgements: int = 1200
    models: int = 6
    raters: int = 40
    prompts: int = 40
    heavy: bool = False
    position: float = 0.15
    list_items: float = 0.30
    praise: float = 0.25
    tie: float = 0.6
    tie_sd: float = 0.5
    taste_sd: float = 0.0
    both_bad: float = 0.0
    lean: bool = True

    def strengths(self):
        theta = np.random.default_rng(7).normal(0.0, 0.7, self.models)
        return theta - theta.mean()

    def counts(self, salt):
        """Raw counts of a feature for each prompt and model."""
        return (
            np.random.default_rng([salt, self.prompts])
            .poisson(2.0, (self.prompts, self.models))
            .astype(float)
        )


@dataclass(frozen=True)
class Planted:
    """The columns of a frame, and the features of its rows."""

    columns: dict
    features: list

    def frame(self):
        return JudgementFrame.from_columns(self.columns)


REFERENCE_SD = 0.5


def simulate(world, seed):
    """Draw one study."""
    rng = np.random.default_rng(seed)
    n, m = world.judgements, world.models
    prompt = rng.integers(0, world.prompts, n)
    a = rng.integers(0, m, n)
    b = (a + rng.integers(1, m, n)) % m
    busy = rng.lognormal(0.0, 1.6, world.raters) if world.heavy else np.ones(world.raters)
    rater = rng.choice(world.raters, n, p=busy / busy.sum())
    left = rng.random(n) < 0.5
    features = [
        _pair("list_items", "formatting", 1, world, prompt, a, b),
        _pair("praise", "tone", 2, world, prompt, a, b),
    ]
    lists, praise = (feature.difference() for feature in features)
    taste = world.praise + rng.normal(0.0, world.taste_sd, world.raters)[rater]
    theta = world.strengths()
    eta = (
        theta[a]
        - theta[b]
        + world.position * np.where(left, 1, -1)
        + world.list_items * lists
        + taste * praise
    )
    cut = world.tie * np.exp(rng.normal(0.0, world.tie_sd, world.raters))[rater]
    latent = eta + rng.logistic(size=n)
    verdict = np.where(latent > cut, "a", np.where(latent < -cut, "b", "tie"))
    verdict = np.where(rng.random(n) < world.both_bad, "both_bad", verdict)
    lean = np.where(verdict == "tie", np.where(latent > 0.0, "a", "b"), "") if world.lean else np.full(n, "")
    columns = {
        "prompt_id": [f"p{k}" for k in prompt],
        "prompt_class": [CLASSES[k % len(CLASSES)] for k in prompt],
        "rater": [f"r{k}" for k in rater],
        "model_a": [f"m{k}" for k in a],
        "model_b": [f"m{k}" for k in b],
        "verdict": verdict.tolist(),
        "lean": lean.tolist(),
        "a_is_left": left.tolist(),
    }
    return Planted(columns, features)


def _pair(name, family, salt, world, prompt, a, b):
    counts = world.counts(salt)
    return FeaturePair(name, family, "count", "1", REFERENCE_SD, counts[prompt, a], counts[prompt, b])
