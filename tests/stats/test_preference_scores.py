"""The preference score: scikit-learn's logistic as oracle, planted taste, and a prompt that never scores itself."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from vibes.stats.frames import JudgementFrame
from vibes.stats.preference_scores import fit_preference_scores, with_scores
from vibes.stats.samples import SampleFrame


def votes(rng, n=600, prompts=20, beta=(0.8, -0.5)):
    prompt = rng.integers(0, prompts, n)
    x = rng.normal(size=(n, len(beta))) * [1.0, 4.0]
    won = (rng.random(n) < expit(x @ np.array(beta))).astype(float)
    return x, won, np.ones(n), prompt


def test_it_is_the_logistic_of_scikit_learn():
    x, won, weight, prompt = votes(np.random.default_rng(0))
    scale = np.sqrt((x**2).mean(axis=0))
    for v in (1.0, 20.0):
        found = fit_preference_scores(x, won, weight, prompt, 20, virtual_votes=v)
        oracle = LogisticRegression(C=4.0 / v, fit_intercept=False, tol=1e-12, max_iter=10_000)
        oracle.fit(x / scale, won)
        np.testing.assert_allclose(found.whole, oracle.coef_[0] / scale, atol=1e-6)


def test_planted_taste_is_found():
    found = fit_preference_scores(*votes(np.random.default_rng(1), n=8_000), 20)
    np.testing.assert_allclose(found.whole, [0.8, -0.5], atol=0.1)


def test_a_prompts_own_votes_never_reach_its_score():
    x, won, weight, prompt = votes(np.random.default_rng(2))
    turned = np.where(prompt == 7, 1.0 - won, won)
    before = fit_preference_scores(x, won, weight, prompt, 20)
    after = fit_preference_scores(x, turned, weight, prompt, 20)
    np.testing.assert_allclose(before.without[7], after.without[7], atol=1e-10)
    assert np.abs(before.without[6] - after.without[6]).max() > 1e-3
    alone = prompt != 7
    separate = fit_preference_scores(x[alone], won[alone], weight[alone], prompt[alone], 20)
    np.testing.assert_allclose(before.without[7], separate.whole, rtol=0.02)


def test_noise_climbed_by_its_own_votes_would_shine_and_does_not_here():
    rng = np.random.default_rng(3)
    gains = []
    for _ in range(12):
        x, _, weight, prompt = votes(rng, n=60, prompts=60)
        won = rng.integers(0, 2, 60).astype(float)
        found = fit_preference_scores(x, won, weight, prompt, 60)
        gains.append(np.mean(np.sign(found.score(x, prompt)) * (won - 0.5)))
    assert np.mean(gains) < 2.0 * np.std(gains) / np.sqrt(12)


def test_sides_rows_and_doubling_leave_no_trace():
    x, won, weight, prompt = votes(np.random.default_rng(4))
    first = fit_preference_scores(x, won, weight, prompt, 20)
    swapped = fit_preference_scores(-x, 1.0 - won, weight, prompt, 20)
    order = np.random.default_rng(5).permutation(len(won))
    shuffled = fit_preference_scores(x[order], won[order], weight[order], prompt[order], 20)
    twice = fit_preference_scores(
        np.tile(x, (2, 1)), np.tile(won, 2), np.tile(weight, 2) / 2.0, np.tile(prompt, 2), 20
    )
    for other in (swapped, shuffled, twice):
        np.testing.assert_allclose(first.without, other.without, atol=1e-8)


def test_scores_use_each_prompts_own_fit_and_the_whole_for_others():
    x, won, weight, prompt = votes(np.random.default_rng(6))
    found = fit_preference_scores(x, won, weight, prompt, 20)
    features = np.array([[1.0, 2.0], [1.0, 2.0]])
    scores = found.score(features, np.array([3, -1]))
    assert scores == pytest.approx([features[0] @ found.without[3], features[0] @ found.whole])


def judgements(rng, n=800, prompts=15):
    x = rng.normal(size=n)
    left = rng.choice([True, False], n)
    chosen = rng.random(n) < expit(1.2 * x + 0.5 * np.where(left, 1.0, -1.0))
    return JudgementFrame.from_columns(
        {
            "prompt_id": [f"p{k}" for k in rng.integers(0, prompts, n)],
            "rater": [f"r{k}" for k in rng.integers(0, 20, n)],
            "model_a": ["m1"] * n,
            "model_b": ["m2"] * n,
            "verdict": np.where(rng.random(n) < 0.1, "both_bad", np.where(chosen, "a", "b")).tolist(),
            "a_is_left": left.tolist(),
            "x_warmth": x.tolist(),
        }
    )


def test_samples_take_the_score_of_the_votes_on_other_prompts():
    frame = judgements(np.random.default_rng(8))
    columns = {
        "prompt_id": ["p0", "p0", "p1", "elsewhere", "p1"],
        "model": ["m1"] * 5,
        "sample": [1, 2, 1, 1, 2],
        "x_warmth": [0.0, 1.0, 1.0, 1.0, None],
        "length": [10, 20, 30, 40, 50],
    }
    samples = SampleFrame.from_columns(columns)
    scores = with_scores(samples, frame, frame.covariates).numbers["score"]
    assert scores[0] == 0.0
    assert scores[1] == pytest.approx(1.2, abs=0.3)
    assert len(set(scores[1:4])) == 3
    assert np.isnan(scores[4])
    prompts = frame.labels["prompt_id"]
    others = frame.take(np.flatnonzero(prompts.codes != prompts.names.index("p0")))
    without = with_scores(samples, others, others.covariates).numbers["score"]
    assert without[1] == pytest.approx(scores[1], rel=0.01)


def test_a_score_that_is_there_stays_and_without_a_common_feature_there_is_none():
    frame = judgements(np.random.default_rng(9), n=60)
    columns = {"prompt_id": ["p0"], "model": ["m1"], "sample": [1], "x_warmth": [1.0]}
    scored = SampleFrame.from_columns(columns | {"score": [7.0]})
    assert with_scores(scored, frame, frame.covariates) is scored
    plain = SampleFrame.from_columns(columns)
    assert with_scores(plain, frame, {}) is plain
    bad = frame.take(np.flatnonzero(frame.labels["verdict"].codes == 3))
    assert with_scores(plain, bad, bad.covariates) is plain


def test_separation_constants_and_no_votes_stay_finite():
    rng = np.random.default_rng(7)
    x = np.column_stack([rng.choice([-1.0, 1.0], 40), np.zeros(40)])
    found = fit_preference_scores(x, (x[:, 0] > 0).astype(float), np.full(40, 1e6), np.arange(40) % 4, 4)
    assert np.isfinite(found.without).all()
    assert (found.without[:, 1] == 0.0).all()
    one = fit_preference_scores(x, np.full(40, 0.5), np.ones(40), np.zeros(40, dtype=np.int64), 1)
    assert (one.without == 0.0).all()
    none = fit_preference_scores(np.zeros((0, 2)), np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64), 3)
    assert none.without.shape == (3, 2)
    with pytest.raises(ValueError, match="virtual votes"):
        fit_preference_scores(x, x[:, 0], np.ones(40), np.zeros(40, dtype=np.int64), 1, virtual_votes=0.0)
