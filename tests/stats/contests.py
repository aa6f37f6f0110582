"""A candidate against a baseline whose true strengths and flattery are planted, with a third model beside them."""

from dataclasses import dataclass

import numpy as np

from tests.stats.planted_worlds import REFERENCE_SD
from vibes.stats.covariates import FeaturePair
from vibes.stats.frames import JudgementFrame
from vibes.stats.report import Specification, analyse

MODELS = ("candidate", "baseline", "other")


@dataclass(frozen=True)
class Contest:
    """`theta` in log-odds, `praise` and `lists` mean counts an answer, by model; `taste` log-odds per reference SD of praise.

    `always`: every answer of the candidate has the same praise, the others none. `flags`: each model's rate of "cheats".
    `planted`: share of rows with a cue of praise, by lot on either side. `both_bad`: share of verdicts.
    """

    theta: tuple[float, float, float] = (0.0, 0.0, 0.0)
    praise: tuple[float, float, float] = (2.0, 2.0, 2.0)
    lists: tuple[float, float, float] = (2.0, 2.0, 2.0)
    taste: float = 0.0
    always: bool = False
    flags: tuple[float, float, float] | None = None
    planted: float = 0.0
    both_bad: float = 0.0
    judgements: int = 3000
    raters: int = 40
    prompts: int = 120
    tie: float = 0.4


def draw(world, seed=1):
    """The columns of a frame and the features of its rows."""
    rng = np.random.default_rng(seed)
    n = world.judgements
    a = rng.integers(0, 3, n)
    b = (a + rng.integers(1, 3, n)) % 3
    prompt, rater, left = (
        rng.integers(0, world.prompts, n),
        rng.integers(0, world.raters, n),
        rng.random(n) < 0.5,
    )
    praise = rng.poisson(world.praise, (world.prompts, 3)).astype(float)
    if world.always:
        praise = np.tile([3.0, 0.0, 0.0], (world.prompts, 1))
    lists = rng.poisson(world.lists, (world.prompts, 3)).astype(float)
    features = [
        FeaturePair(name, family, "count", "1", REFERENCE_SD, counts[prompt, a], counts[prompt, b])
        for name, family, counts in (("list_items", "formatting", lists), ("praise", "tone", praise))
    ]
    side = rng.choice([0, 1, -1], n, p=[1.0 - world.planted, world.planted / 2.0, world.planted / 2.0])
    theta = np.array(world.theta)
    eta = theta[a] - theta[b] + world.taste * features[1].difference() + 0.4 * side
    latent = eta + rng.logistic(size=n)
    verdict = np.where(latent > world.tie, "a", np.where(latent < -world.tie, "b", "tie"))
    verdict = np.where(rng.random(n) < world.both_bad, "both_bad", verdict)
    columns = {
        "prompt_id": [f"p{k}" for k in prompt],
        "rater": [f"r{k}" for k in rater],
        "model_a": [MODELS[k] for k in a],
        "model_b": [MODELS[k] for k in b],
        "verdict": verdict.tolist(),
        "a_is_left": left.tolist(),
    }
    if world.flags is not None:
        marked = rng.random((2, n)) < np.array(world.flags)[np.stack([a, b])]
        columns |= {
            name: np.where(each, "cheats", "").tolist()
            for name, each in zip(("flags_a", "flags_b"), marked, strict=True)
        }
    if world.planted:
        columns |= {
            "cue": np.where(side != 0, "praise_added", "").tolist(),
            "cue_on": np.array(["", "a", "b"])[side].tolist(),
        }
    return columns, features


def gated(world, seed=1, pair=("candidate", "baseline"), columns=None, features=None, **asked):
    """The gate of a report on one draw, `columns` and `features` of it changed where given."""
    drawn, measured = draw(world, seed)
    specification = Specification(**({"gate": pair, "ties": "half"} | asked))
    frame = JudgementFrame.from_columns(drawn | (columns or {}))
    chosen = measured if features is None else features
    report = analyse(frame, chosen, specification, seed=1, code_version="v", data_fingerprint="f")
    return report["gate"]
