"""Two endpoints under one name: null p-values are uniform, planted differences are found, prompts are no confounder."""

import numpy as np
import pytest
from scipy.stats import kstest, permutation_test

from tests.stats.simulated_votes import simulated_votes
from vibes.stats.boards import fit_board
from vibes.stats.intervals import Clusters
from vibes.stats.same_model import same_model, strength_difference


def answers(rng, prompts=20, each=3, shift=0.0, imbalance=0):
    """Word and list counts whose level is the prompt's. `shift` is the first endpoint's, in words."""
    prompt = np.repeat(np.arange(prompts), 2 * each + imbalance)
    first = np.tile(np.arange(2 * each + imbalance) < each, prompts)
    level = rng.normal(200.0, 80.0, prompts)[prompt]
    words = level + rng.normal(0.0, 20.0, len(prompt)) + shift * first
    lists = rng.poisson(2.0, len(prompt)).astype(float)
    return {"words": words, "lists": lists}, first, prompt


def test_a_planted_difference_is_found_with_its_size():
    rng = np.random.default_rng(1)
    found = same_model(*answers(rng, shift=15.0), rng, units={"words": "words"})
    lists, words = found.features
    assert words.difference["estimate"] == pytest.approx(15.0, abs=2.5 * words.difference["se"])
    assert (words.name, words.difference["unit"], words.difference["state"]) == ("words", "words", "ok")
    assert words.p == pytest.approx(1.0 / 2000.0)
    assert found.p == words.p
    assert lists.p > 0.05
    assert found.apart
    assert found.finding.startswith("Two models under one name: the answers differ in words (p = 0.0005")


@pytest.mark.slow
@pytest.mark.parametrize("imbalance", [0, 2])
def test_under_the_null_p_is_uniform(imbalance):
    p = [
        same_model(
            *answers(rng := np.random.default_rng(seed), prompts=12, imbalance=imbalance),
            rng,
            permutations=99,
        ).p
        for seed in range(100)
    ]
    assert kstest(p, "uniform").pvalue > 0.01


@pytest.mark.slow
def test_under_the_null_5_percent_are_called():
    called = [
        same_model(*answers(rng := np.random.default_rng(seed)), rng, permutations=499).apart
        for seed in range(1000)
    ]
    assert np.mean(called) <= 0.064


@pytest.mark.slow
def test_the_interval_of_a_difference_holds_it_95_times_in_100():
    held = 0
    for seed in range(500):
        rng = np.random.default_rng(seed)
        found = same_model(*answers(rng, shift=5.0), rng, permutations=19).features[1].difference
        held += found["low"] < 5.0 < found["high"]
    assert 0.925 <= held / 500 <= 0.975


def test_one_answer_each_gives_the_p_of_scipy():
    rng = np.random.default_rng(4)
    features, first, prompt = answers(rng, prompts=10, each=1, shift=12.0)
    ours = same_model({"words": features["words"]}, first, prompt, rng, permutations=9_999)
    one, two = features["words"][first], features["words"][~first]
    theirs = permutation_test(
        (one, two), lambda a, b: np.mean(a - b), permutation_type="samples", n_resamples=np.inf
    )
    assert ours.p == pytest.approx(theirs.pvalue, abs=0.02)


def test_the_smallest_p_is_never_zero_and_permutations_bound_it():
    rng = np.random.default_rng(5)
    found = same_model(*answers(rng, shift=500.0), rng, permutations=99)
    assert found.p == pytest.approx(0.01)


def test_endpoints_the_other_way_round_negate_the_differences_and_keep_p():
    features, first, prompt = answers(np.random.default_rng(6), shift=6.0, imbalance=1)
    one = same_model(features, first, prompt, np.random.default_rng(1))
    two = same_model(features, ~first, prompt, np.random.default_rng(1))
    assert one.p == two.p
    for a, b in zip(one.features, two.features, strict=True):
        assert a.difference["estimate"] == pytest.approx(-b.difference["estimate"], abs=1e-8)
        assert a.p == b.p


def test_a_prompt_that_one_of_them_answered_is_left_out():
    features, first, prompt = answers(np.random.default_rng(7), prompts=15)
    alone = (prompt == 3) & first | (prompt != 3)
    features = {name: np.where(prompt == 3, 1e6, values)[alone] for name, values in features.items()}
    found = same_model(features, first[alone], prompt[alone], np.random.default_rng(1))
    assert found.prompts == 14
    assert not found.apart


def test_what_is_constant_is_named_and_nothing_to_compare_says_so():
    features, first, prompt = answers(np.random.default_rng(8))
    rng = np.random.default_rng(1)
    constant = same_model(features | {"emoji": np.full(len(first), 0.1)}, first, prompt, rng)
    assert constant.features[0].p is None
    assert constant.features[0].difference["state"] == "not_identified"
    only = same_model({"emoji": np.full(len(first), 0.1)}, first, prompt, rng)
    assert (only.p, only.apart) == (None, False)
    assert only.finding == "The answers do not differ in any feature."
    nothing = same_model(features, np.ones(len(first), dtype=bool), prompt, rng)
    assert (nothing.p, nothing.prompts, nothing.features) == (None, 0, ())
    assert nothing.finding.startswith("Not enough yet")
    assert same_model({}, first, prompt, rng).p is None


def test_few_prompts_have_a_test_but_no_interval():
    found = same_model(*answers(np.random.default_rng(9), prompts=4, shift=60.0), np.random.default_rng(1))
    assert found.features[1].difference["state"] == "not_enough"
    assert found.features[1].p < 0.05


def test_strength_differences_carry_an_interval_and_a_sign():
    votes = simulated_votes(n=1500, models=4, raters=30, covariates=1, seed=2)
    clusters = Clusters(votes.rater, np.arange(len(votes)), votes.weight)
    names = ("a", "b", "c", "d")
    fitted = fit_board(votes, clusters, names, "ordinal")
    one = strength_difference(fitted, names, "a", "b")
    two = strength_difference(fitted, names, "b", "a")
    assert one["state"] == "ok"
    assert one["estimate"] == pytest.approx(-two["estimate"])
    assert one["low"] == pytest.approx(-two["high"])
    assert one["low"] < one["estimate"] < one["high"]
    lone = fit_board(votes.take(np.arange(12)), clusters.take(np.arange(12)), names, "ordinal")
    assert strength_difference(lone, names, "a", "b")["state"] in ("not_rated", "not_converged")
