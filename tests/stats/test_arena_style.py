"""The arena's style control on the same votes: against a GLM on its own design, planted truth, and sides called the other way round."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from tests.stats.planted_worlds import CLASSES
from vibes.stats.arena_style import UNIT, arena_effects, normalised
from vibes.stats.covariates import FeaturePair, Sides
from vibes.stats.frames import JudgementFrame
from vibes.stats.selection import select
from vibes.stats.specification import Specification
from vibes.stats.study import Study

M, RATERS, PROMPTS = 4, 40, 150
EFFECTS = {"length_words": 0.3, "headers": -0.2, "list_items": 0.25, "bold": 0.0}
MEANS = {"length_words": 150.0, "headers": 1.0, "list_items": 3.0, "bold": 2.0}
FLIP = {"a": "b", "b": "a", "tie": "tie", "both_bad": "both_bad"}


def drawn(seed, n=4000, own=True):
    """Verdicts by its model; `own`: its counts beside ours, which are others (twice as many and one more)."""
    rng = np.random.default_rng(seed)
    a = rng.integers(0, M, n)
    b = (a + rng.integers(1, M, n)) % M
    prompt, rater = rng.integers(0, PROMPTS, n), rng.integers(0, RATERS, n)
    features, eta = [], np.linspace(0.6, -0.6, M)[a] - np.linspace(0.6, -0.6, M)[b]
    for name, mean in MEANS.items():
        counts = np.rint(rng.gamma(2.0, mean / 2.0, (PROMPTS, M)))
        on_a, on_b = counts[prompt, a], counts[prompt, b]
        x = (on_a - on_b) / (on_a + on_b + 1.0)
        eta = eta + EFFECTS[name] * x / np.sqrt(np.mean(x**2))
        family = "length" if name == "length_words" else "formatting"
        if own and family == "formatting":
            features.append(pair(f"arena_{name}", family, on_a, on_b, controlled=False))
            on_a, on_b = 2.0 * on_a + 1.0, 2.0 * on_b + 1.0
        features.append(pair(name, family, on_a, on_b))
    latent = eta + rng.logistic(size=n)
    verdict = np.where(latent > 0.3, "a", np.where(latent < -0.3, "b", "tie"))
    columns = {
        "prompt_id": [f"p{k}" for k in prompt],
        "prompt_class": [CLASSES[k % len(CLASSES)] for k in prompt],
        "rater": [f"r{k}" for k in rater],
        "model_a": [f"m{k}" for k in a],
        "model_b": [f"m{k}" for k in b],
        "verdict": np.where(rng.random(n) < 0.05, "both_bad", verdict).tolist(),
        "a_is_left": (rng.random(n) < 0.5).tolist(),
    }
    return columns, features


def pair(name, family, a, b, controlled=True):
    return FeaturePair(name, family, "count", "1", 0.5, a, b, controlled=controlled)


def study_of(columns, features, **asked):
    specification = Specification(**asked)
    frame = JudgementFrame.from_columns(columns)
    return Study.of(select(frame, features, specification), specification, 0)


def told(columns, features, **asked):
    return arena_effects(study_of(columns, features, **asked))


def test_it_equals_a_glm_on_the_arenas_design():
    """Its own counts, a model's half a virtual win and loss as rows, ties as half wins, both-bad left out."""
    columns, features = drawn(1)
    found = told(columns, features)
    kept = np.array([verdict != "both_bad" for verdict in columns["verdict"]])
    by_name = {feature.name: feature for feature in features}
    x = np.zeros((kept.sum(), M + 4))
    for side, sign in (("model_a", 1.0), ("model_b", -1.0)):
        x[
            np.arange(len(x)), [int(name[1:]) for name, keep in zip(columns[side], kept, strict=True) if keep]
        ] += sign
    for place, name in enumerate(EFFECTS):
        one = by_name.get(f"arena_{name}", by_name[name])
        ratio = ((one.a - one.b) / (one.a + one.b + 1.0))[kept]
        x[:, M + place] = ratio / np.sqrt(np.mean(ratio**2))
    won = np.array([{"a": 1.0, "b": 0.0, "tie": 0.5}[v] for v in columns["verdict"] if v != "both_bad"])
    design = np.vstack([x, np.eye(M, M + 4)])
    fit = sm.GLM(np.append(won, np.full(M, 0.5)), design, family=sm.families.Binomial()).fit(tol=1e-13)
    assert list(found) == list(EFFECTS)
    for place, name in enumerate(EFFECTS):
        assert found[name]["estimate"] == pytest.approx(fit.params[M + place], abs=1e-6), name
        assert found[name]["se"] >= 0.8 * fit.bse[M + place]
        assert found[name]["unit"] == UNIT


def test_its_scale_is_that_of_the_data_and_nothing_is_centred():
    _, features = drawn(2)
    rows = np.arange(0, 4000, 2)
    found = normalised(features, ("length_words", "headers"), rows)
    assert list(found) == ["length_words", "headers"]
    for x in found.values():
        assert np.mean(x[rows] ** 2) == pytest.approx(1.0)
    words = features[0]
    alike = words.a == words.b
    assert (found["length_words"][alike] == 0.0).all()
    assert (np.sign(found["length_words"]) == np.sign(words.a - words.b)).all()


def test_counts_by_text_are_those_of_the_rows():
    rng = np.random.default_rng(0)
    sides = Sides(rng.integers(0, 9, 50), rng.integers(0, 7, 50))
    a, b, rows = rng.poisson(2.0, 9).astype(float), rng.poisson(3.0, 7).astype(float), np.arange(50)
    by_text = FeaturePair("bold", "formatting", "count", "1", 0.5, a, b, sides=sides)
    by_row = pair("bold", "formatting", a[sides.a], b[sides.b])
    one, other = (normalised([feature], ("bold",), rows)["bold"] for feature in (by_text, by_row))
    np.testing.assert_array_equal(one, other)


def test_where_its_own_counts_are_missing_ours_stand_in():
    columns, features = drawn(3, own=False)
    found = told(columns, features)
    assert list(found) == list(EFFECTS)
    assert found["list_items"]["low"] > 0.0


def test_only_what_the_boards_hold_constant_and_the_arena_counts():
    columns, features = drawn(3)
    assert told(columns, ()) == {}
    tables = [pair("tables", "formatting", features[0].a, features[0].b)]
    assert told(columns, tables) == {}
    assert list(told(columns, [features[0], *tables])) == ["length_words"]


def test_a_feature_in_which_nobody_differs_says_so():
    columns, features = drawn(3, own=False)
    flat = replace(features[3], a=np.ones(4000), b=np.ones(4000))
    found = told(columns, [*features[:3], flat])["bold"]
    assert (found["state"], found["note"]) == ("not_identified", "no two answers differ in it")


def test_naming_the_sides_the_other_way_round_changes_nothing():
    columns, features = drawn(4)
    turned = np.random.default_rng(1).random(4000) < 0.5
    swapped = columns | {
        side: [
            other if turn else own
            for own, other, turn in zip(columns[side], columns[across], turned, strict=True)
        ]
        for side, across in (("model_a", "model_b"), ("model_b", "model_a"))
    }
    swapped["verdict"] = [FLIP[v] if turn else v for v, turn in zip(columns["verdict"], turned, strict=True)]
    swapped["a_is_left"] = (np.array(columns["a_is_left"]) ^ turned).tolist()
    sides = [
        replace(one, a=np.where(turned, one.b, one.a), b=np.where(turned, one.a, one.b)) for one in features
    ]
    found, expected = told(swapped, sides), told(columns, features)
    for name, effect in expected.items():
        assert found[name] == pytest.approx(effect, abs=1e-8), name


def test_the_choice_of_errors_reaches_it():
    columns, features = drawn(5, n=1500)
    usual, strict = (told(columns, features, errors=errors) for errors in ("largest", "cr3"))
    assert all(usual[name]["estimate"] == strict[name]["estimate"] for name in EFFECTS)
    assert any(usual[name]["se"] != strict[name]["se"] for name in EFFECTS)


@pytest.mark.slow
def test_the_planted_effects_are_held_in_95_of_100():
    """Ties as half wins shrink a logit: its large-sample value here is the mean over the studies, near the planted one."""
    found = [told(*drawn(seed, n=2500)) for seed in range(120)]
    for name, planted in EFFECTS.items():
        mean = np.mean([one[name]["estimate"] for one in found])
        held = np.mean([one[name]["low"] <= mean <= one[name]["high"] for one in found])
        assert mean == pytest.approx(planted, abs=0.05), name
        assert held > 0.9, name
