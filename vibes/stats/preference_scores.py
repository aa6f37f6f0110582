"""A preference score for any answer, fitted to the votes on the *other* prompts.

Bradley–Terry on the differences of features, P(A chosen) = σ(x·β), ties as half wins: log-odds, positive favours A. Climbing
a score that has seen the votes on the very prompt would measure its memory. One Newton fit to all votes, then one for
each prompt without it, starting there. The ridge is stated as virtual votes on each feature at an even chance: its curvature
is v·s²/4 with s the feature's root mean square, and does not grow with the votes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, log_expit

from annotations.verdicts import Verdict
from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.frames import JudgementFrame
from vibes.stats.newton import DensePoint, climb
from vibes.stats.samples import SampleFrame

VIRTUAL_VOTES = 1.0


@dataclass(frozen=True, eq=False)
class PreferenceScores:
    """`without` (P, k): β fitted without each prompt's votes. `whole` (k,): β of all votes."""

    without: FloatArray
    whole: FloatArray

    def score(self, features: FloatArray, prompt: IntArray) -> FloatArray:
        """The score (m,) of answers with `features` (m, k) to `prompt` (m,), a code, −1 for one that nobody voted on.

        Log-odds about an origin of no meaning: only differences between answers to one prompt count.
        """
        table = np.vstack([self.without, self.whole])
        found: FloatArray = np.einsum("mk,mk->m", features, table[prompt])
        return found


def fit_preference_scores(
    differences: FloatArray,
    won: FloatArray,
    weight: FloatArray,
    prompt: IntArray,
    prompts: int,
    *,
    virtual_votes: float = VIRTUAL_VOTES,
) -> PreferenceScores:
    """Fit to n votes. `differences` (n, k): features A − B, in units of their own. `won` (n,): 1, ½ or 0 for A.

    `weight` (n,): positive. `prompt` (n,): codes below `prompts`. A feature in which no two answers differ gets 0.
    Raises NotConvergedError; ValueError where virtual votes are not above 0.
    """
    if not virtual_votes > 0.0:
        raise ValueError(
            f"{virtual_votes} virtual votes: the fit needs some, since one prompt's absence may separate it"
        )
    scale = np.sqrt(weight @ differences**2 / weight.sum()) if len(weight) else np.zeros(differences.shape[1])
    used = np.flatnonzero(scale > 0.0)
    x = differences[:, used] / scale[used]
    ridge = virtual_votes / 4.0
    start = _fitted(x, won, weight, ridge, np.zeros(len(used)))
    whole, without = np.zeros(len(scale)), np.zeros((prompts, len(scale)))
    whole[used] = start / scale[used]
    for code in range(prompts):
        others = prompt != code
        beta = start if others.all() else _fitted(x[others], won[others], weight[others], ridge, start)
        without[code, used] = beta / scale[used]
    return PreferenceScores(without, whole)


def with_scores(
    samples: SampleFrame, frame: JudgementFrame, differences: Mapping[str, FloatArray]
) -> SampleFrame:
    """Give samples that carry no score the one of the votes, from the features that both know by the same name.

    `differences`: name → A − B (n,) for every row of `frame`, in the unit of the column of that name in `samples`. Ties are
    half wins, both-bad is left out, the screen side is held constant. Samples that lack one of the features keep no
    score. Returned as it came: samples with scores, or without a feature in common. Raises NotConvergedError.
    """
    names = sorted(set(differences) & set(samples.others))
    rows = np.flatnonzero(~frame.is_verdict(Verdict.BOTH_BAD))
    if "score" in samples.numbers or not names or not len(rows):
        return samples
    side = frame.position if frame.position is not None else np.ones(len(frame))
    table = {name: code for code, name in enumerate(samples.prompt.names)}
    prompts = frame.labels["prompt_id"]
    place = np.array([table.get(name, len(table)) for name in prompts.names], dtype=np.int64)[prompts.codes]
    won = (1.0 + frame.sign[rows].astype(np.float64)) / 2.0
    fitted = fit_preference_scores(
        np.column_stack([*(differences[name] for name in names), side])[rows],
        won,
        frame.weight[rows],
        place[rows],
        len(table),
    )
    nowhere = np.zeros(len(samples))
    features = np.column_stack([*(samples.others[name] for name in names), nowhere])
    return replace(
        samples, numbers={**samples.numbers, "score": fitted.score(features, samples.prompt.codes)}
    )


def _fitted(
    x: FloatArray, won: FloatArray, weight: FloatArray, ridge: float, start: FloatArray
) -> FloatArray:
    if not len(start):
        return start
    point, _ = climb(_at(start, x, won, weight, ridge), lambda beta: _at(beta, x, won, weight, ridge))
    return point.parameters


def _at(beta: FloatArray, x: FloatArray, won: FloatArray, weight: FloatArray, ridge: float) -> DensePoint:
    eta = x @ beta
    p, rest = expit(eta), expit(-eta)
    value = float(weight @ (log_expit(-eta) + won * eta)) - ridge / 2.0 * float(beta @ beta)
    gradient = x.T @ (weight * (won * rest - (1.0 - won) * p)) - ridge * beta
    curvature = x.T @ (x * (weight * p * rest)[:, None]) + ridge * np.eye(len(beta))
    return DensePoint(beta, value, gradient, curvature)
