"""The vibe profile: by hand, planted differences back, every pair once, and nothing hangs on which side is A."""

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from vibes.stats.columns import FrameError
from vibes.stats.covariates import FeaturePair
from vibes.stats.frames import JudgementFrame
from vibes.stats.profiles import UNIT, profiles


def world(seed, prompts=40, votes=3, more=(0.4, 0.0, -0.4), models=("x", "y", "z")):
    """Every model meets every other on each prompt; counts are Poisson about 10·exp(more)."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(10.0 * np.exp(np.array(more)), (prompts, len(models))).astype(float)
    rows = []
    for prompt in range(prompts):
        for one in range(len(models)):
            for other in range(one + 1, len(models)):
                a, b = (one, other) if rng.random() < 0.5 else (other, one)
                rows += [(prompt, a, b, vote) for vote in range(votes)]
    return rows, counts, models


def viewed(rows, counts, models, sd=0.5):
    columns = {
        "prompt_id": [f"p{row[0]}" for row in rows],
        "rater": [f"r{row[3]}" for row in rows],
        "model_a": [models[row[1]] for row in rows],
        "model_b": [models[row[2]] for row in rows],
        "verdict": ["a"] * len(rows),
    }
    a, b = (np.array([counts[row[0], row[side]] for row in rows]) for side in (1, 2))
    found = profiles(
        JudgementFrame.from_columns(columns),
        [
            FeaturePair("lists", "formatting", "count", "1", sd, a, b),
            FeaturePair("none", "tone", "count", "1", sd, 0 * a, 0 * b),
        ],
    )
    return {profile["model"]: profile for profile in found}


def lists(profile):
    return profile["features"][0]["difference"]


def test_the_figures_by_hand_and_by_scipy():
    rows, counts, models = world(1)
    found = viewed(rows, counts, models)
    for place, model in enumerate(models):
        others = [other for other in range(len(models)) if other != place]
        own = counts[:, place]
        by_prompt = np.mean([(own - counts[:, o]) / (own + counts[:, o]) / 0.5 for o in others], axis=0)
        effect = lists(found[model])
        peer = ttest_1samp(by_prompt, 0.0).confidence_interval()
        assert effect["estimate"] == pytest.approx(by_prompt.mean())
        assert (effect["low"], effect["high"]) == pytest.approx((peer.low, peer.high))
        assert (effect["n"], effect["unit"]) == (80, UNIT)
        assert (found[model]["pairs"], found[model]["prompts"]) == (80, 40)


def test_a_pair_counts_once_however_often_it_was_judged():
    rows, counts, models = world(2)
    once = [row for row in rows if row[3] == 0]
    often = once + [row for row in rows if row[3] and row[0] < 5]
    assert viewed(often, counts, models) == viewed(once, counts, models)


def test_which_side_is_a_and_the_order_of_rows_change_nothing():
    rows, counts, models = world(3)
    expected = viewed(rows, counts, models)
    swapped = [(prompt, b, a, vote) for prompt, a, b, vote in reversed(rows)]
    found = viewed(swapped, counts, models)
    for model in models:
        for key in ("estimate", "low", "high", "se"):
            assert lists(found[model])[key] == pytest.approx(lists(expected[model])[key], abs=1e-12)


def test_what_is_planted_is_told_and_what_is_not_is_rarely():
    told, middle = [], []
    for seed in range(60):
        found = viewed(*world(seed))
        told += [found[model]["features"][0]["told"] for model in ("x", "z")]
        effect = lists(found["y"])
        middle.append(effect["low"] <= 0.0 <= effect["high"])
    assert all(told)
    assert np.mean(middle) >= 0.86  # 95 % of 60, less three standard errors


def test_models_that_are_alike_are_rarely_told():
    called = [
        any(
            row["told"]
            for profile in viewed(*world(seed, more=(0.0, 0.0, 0.0))).values()
            for row in profile["features"]
        )
        for seed in range(100)
    ]
    assert np.mean(called) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 100)


def test_what_nobody_has_and_too_few_prompts_have_no_interval():
    found = viewed(*world(5))
    nothing = found["x"]["features"][1]["difference"]
    assert (nothing["estimate"], nothing["state"]) == (0.0, "not_identified")
    few = lists(viewed(*world(6, prompts=9))["x"])
    assert few["state"] == "not_enough"
    assert "9 prompts" in few["note"]


def test_without_features_there_is_no_profile_and_a_wrong_size_is_named():
    frame = JudgementFrame.from_columns(
        {
            "prompt_id": ["p"],
            "rater": ["r"],
            "model_a": ["x"],
            "model_b": ["y"],
            "verdict": ["a"],
        }
    )
    assert profiles(frame, []) == []
    two = np.ones(2)
    with pytest.raises(FrameError, match="2 entries for 1 rows"):
        profiles(frame, [FeaturePair("lists", "formatting", "count", "1", 0.5, two, two)])
