"""Best of n against all subsets, the turn against planted ones, and worlds in which nothing turns."""

import itertools
import math

import numpy as np
import pytest
from scipy.special import ndtr

from vibes.stats.checkpoints import Checkpoint, checkpoint_series
from vibes.stats.overoptimisation import best_of_n, climbs, kl_best_of_n, overoptimisation
from vibes.stats.prompt_bootstrap import prompt_effect, resampled_means
from vibes.stats.samples import SampleFrame
from vibes.stats.scaling_forms import fit_form, gain

ALL = np.arange(1, 13)


def enumerated(score, gold, n):
    """The mean gold of the best-scored of every subset; where scores are equal, of those of the block that could win."""
    totals = []
    for subset in itertools.combinations(range(len(score)), n):
        best = max(score[list(subset)])
        totals.append(np.mean(gold[score == best]))
    return np.mean(totals)


@pytest.mark.parametrize("levels", [10**9, 4, 1])
def test_the_estimator_is_the_mean_over_all_subsets(levels):
    rng = np.random.default_rng(levels)
    score, gold = rng.integers(0, levels, 9).astype(float), rng.normal(size=9)
    found = best_of_n(score, gold[:, None], np.arange(1, 10))[:, 0]
    expected = [enumerated(score, gold, n) for n in range(1, 10)]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def test_a_thousand_samples_lose_no_digits():
    n_all = np.arange(1, 1025)
    score = np.arange(1024.0)
    found = best_of_n(score, np.column_stack([score, np.ones(1024)]), n_all)
    np.testing.assert_allclose(found[:, 1], 1.0, rtol=1e-10)
    # The largest of n of 1 … N has mean n(N + 1)/(n + 1).
    np.testing.assert_allclose(found[:, 0] + 1.0, n_all * 1025.0 / (n_all + 1.0), rtol=1e-10)


def test_equal_scores_climb_nothing_and_order_leaves_no_trace():
    rng = np.random.default_rng(1)
    gold = rng.normal(size=(12, 1))
    np.testing.assert_allclose(best_of_n(np.zeros(12), gold, ALL), gold.mean(), atol=1e-12)
    score, order = rng.integers(0, 5, 12).astype(float), rng.permutation(12)
    np.testing.assert_allclose(
        best_of_n(score, gold, ALL), best_of_n(score[order], gold[order], ALL), atol=1e-12
    )


def test_the_divergence_is_the_printed_one():
    """Gao, Schulman and Hilton 2022, section 2: the largest n, 60,000, is at about 10 nats."""
    assert kl_best_of_n(np.array([1.0, 2.0])) == pytest.approx([0.0, math.log(2.0) - 0.5])
    assert kl_best_of_n(np.array([60_000.0]))[0] == pytest.approx(10.0, abs=0.005)


def test_the_forms_are_the_printed_ones_and_peak_at_the_turn():
    d = np.linspace(0.0, 4.0, 400_001)
    for form, alpha, beta, turn in (("best_of_n", 1.0, 0.25, 2.0), ("rl", 0.6, 0.4, math.exp(0.5))):
        curve = gain(form, d, alpha, beta)
        assert d[curve.argmax()] == pytest.approx(turn, abs=1e-4)
        printed = alpha - beta * d[1:] if form == "best_of_n" else alpha - beta * np.log(d[1:])
        np.testing.assert_allclose(curve[1:], d[1:] * printed)


DISTANCE = np.sqrt(kl_best_of_n(2.0 ** np.arange(0, 11)))


def planted_curves(rng, form, alpha, beta, prompts=60):
    """Curves (P, J) whose prompts differ in α and β, with noise that stays along the curve as sampling's does."""
    one = gain(form, DISTANCE, 1.0, 0.0)
    bend = gain(form, DISTANCE, 0.0, 1.0)
    own = rng.normal([alpha, beta], [0.6, 0.15], (prompts, 2))
    noise = np.cumsum(rng.normal(0.0, 0.05, (prompts, len(DISTANCE))), axis=1)
    return own[:, :1] * one + own[:, 1:] * bend + noise - noise[:, :1]


def fitted(rng, form, curves):
    drawn = resampled_means(curves, rng, 600)

    def interval(estimate, draws, *, unit, note="", state="ok"):
        if state != "ok":
            return {"estimate": None, "low": None, "high": None, "state": state, "note": note}
        return prompt_effect(
            estimate, draws, len(curves), n=len(curves), unit=unit, kind="independent", note=note
        )

    return fit_form(form, DISTANCE, curves.mean(axis=0), drawn, interval, "gold")


@pytest.mark.parametrize(
    ("form", "beta", "turn"), [("best_of_n", 0.35, 10.0 / 7.0), ("rl", 0.8, math.exp(0.25))]
)
def test_a_planted_turn_is_found(form, beta, turn):
    rng = np.random.default_rng(5)
    found = fitted(rng, form, planted_curves(rng, form, 1.0, beta, prompts=400))
    assert found["turn"]["state"] == "ok"
    assert found["turn"]["estimate"] == pytest.approx(turn, rel=0.06)
    assert found["alpha"]["low"] < 1.0 < found["alpha"]["high"]
    assert found["beta"]["low"] < beta < found["beta"]["high"]
    assert found["r2"] > 0.9


@pytest.mark.slow
@pytest.mark.parametrize(("form", "beta"), [("best_of_n", 0.35), ("rl", 0.8)])
def test_the_intervals_hold_the_truth_95_times_in_100(form, beta):
    rng = np.random.default_rng(6)
    turn = 1.0 / (2.0 * beta) if form == "best_of_n" else math.exp(1.0 / beta - 1.0)
    truth = {"alpha": 1.0, "beta": beta, "turn": turn}
    held = dict.fromkeys(truth, 0)
    for _ in range(600):
        found = fitted(rng, form, planted_curves(rng, form, 1.0, beta))
        for name, value in truth.items():
            held[name] += found[name]["low"] < value < found[name]["high"]
    for name, count in held.items():
        assert 0.925 <= count / 600 <= 0.975, (name, count / 600)


def sampled(rng, prompts=80, samples=64, turn=True, model="m", levels=None):
    """Gold that rises with the score and, where `turn`, falls where the score is far above what is usual."""
    score = rng.normal(size=(prompts, samples))
    if levels:
        score = np.round(score * levels) / levels
    gold = 0.6 * score - (0.35 * np.maximum(score, 0.0) ** 2 if turn else 0.0)
    gold = gold + rng.normal(0.0, 0.7, (prompts, samples)) + rng.normal(0.0, 1.0, (prompts, 1))
    return {
        "prompt_id": np.repeat([f"p{p:03}" for p in range(prompts)], samples).tolist(),
        "model": [model] * (prompts * samples),
        "sample": np.tile(np.arange(samples), prompts).tolist(),
        "score": score.ravel().tolist(),
        "gold": gold.ravel().tolist(),
        "visible_tokens": (200.0 + 40.0 * score.ravel()).clip(1.0).tolist(),
        "praise": (score.ravel() > 1.0).astype(float).tolist(),
    }


def expected_turn():
    """The turn of the form fitted to the expected curve of `sampled`: E[f(max of n normals)] by integration."""
    x = np.linspace(-9.0, 9.0, 20_001)
    f = 0.6 * x - 0.35 * np.maximum(x, 0.0) ** 2
    ns = np.unique(np.rint(np.geomspace(1.0, 64.0, 28)))
    density = np.exp(-(x**2) / 2.0) / math.sqrt(2.0 * math.pi)
    curve = np.array([np.sum(f * n * ndtr(x) ** (n - 1.0) * density) * (x[1] - x[0]) for n in ns])
    d = np.sqrt(kl_best_of_n(ns))
    alpha, beta = np.linalg.lstsq(np.column_stack([d, -(d**2)]), curve - curve[0], rcond=None)[0]
    return alpha / (2.0 * beta)


def analysed(columns, seed=0):
    found = climbs(SampleFrame.from_columns(columns))
    return [overoptimisation(climb, np.random.default_rng(seed)) for climb in found]


def test_samples_with_a_planted_turn_show_it_and_what_else_is_climbed():
    (found,) = analysed(sampled(np.random.default_rng(8)))
    form = found["forms"][0]
    assert form["turn"]["low"] < expected_turn() < form["turn"]["high"]
    assert found["finding"].startswith("Gold turns at d = ")
    scores = [ratio["score"] for ratio in found["curve"]]
    assert scores == sorted(scores)
    assert found["curve"][0]["gold"]["estimate"] == 0.0
    assert found["curve"][-1]["others"]["praise"] > 0.5
    assert found["curve"][-1]["others"]["visible_tokens"] > 50.0
    assert (found["prompts"], found["samples"], found["curve"][-1]["n"]) == (80, 5120, 64)


@pytest.mark.slow
def test_the_turn_of_samples_is_held_95_times_in_100():
    turns = [analysed(sampled(np.random.default_rng(s)), seed=s)[0]["forms"][0]["turn"] for s in range(400)]
    held = np.mean([turn["low"] < expected_turn() < turn["high"] for turn in turns])
    assert 0.92 <= held <= 0.98


def test_a_world_without_a_turn_says_so():
    (found,) = analysed(sampled(np.random.default_rng(10), turn=False))
    turn = found["forms"][0]["turn"]
    assert (turn["state"], turn["estimate"]) == ("not_identified", None)
    assert found["finding"].startswith("No turn seen")


def test_gold_that_only_falls_has_no_rise():
    columns = sampled(np.random.default_rng(11), turn=False)
    columns["gold"] = [-value for value in columns["gold"]]
    (found,) = analysed(columns)
    assert found["forms"][0]["turn"]["state"] == "not_identified"


def test_few_prompts_give_no_interval_and_few_samples_no_form():
    (few,) = analysed(sampled(np.random.default_rng(12), prompts=9))
    assert few["forms"][0]["alpha"]["state"] == "not_enough"
    assert few["finding"] == "Not enough yet: there are 9 prompts; an interval needs 10."
    (short,) = analysed(sampled(np.random.default_rng(12), samples=3))
    assert short["forms"] == []
    assert short["finding"].startswith("Not enough yet: a curve needs three distances")
    assert analysed(sampled(np.random.default_rng(12), samples=1)) == []
    (one,) = analysed(sampled(np.random.default_rng(12), prompts=1))
    assert one["curve"][3]["gold"]["state"] == "not_enough"


def test_constant_gold_and_constant_scores_turn_nowhere():
    columns = sampled(np.random.default_rng(13), prompts=20, samples=8)
    flat = columns | {"gold": [2.0] * 160}
    (found,) = analysed(flat)
    assert found["forms"][0]["turn"]["state"] == "not_identified"
    assert found["forms"][0]["r2"] == pytest.approx(1.0)
    (same,) = analysed(columns | {"score": [1.0] * 160})
    assert same["curve"][-1]["gold"]["estimate"] == pytest.approx(0.0, abs=1e-12)
    assert "100% of the samples share their score" in same["finding"]


def test_rows_in_another_order_and_other_names_say_the_same():
    columns = sampled(np.random.default_rng(14), prompts=20, samples=8, levels=2)
    order = np.random.default_rng(15).permutation(160)
    shuffled = {name: [values[row] for row in order] for name, values in columns.items()}
    shuffled["prompt_id"] = [name[::-1] for name in shuffled["prompt_id"]]
    (first,), (second,) = analysed(columns), analysed(shuffled)
    for one, two in zip(first["curve"], second["curve"], strict=True):
        for key in ("estimate", "low", "high", "se"):
            assert one["gold"][key] == pytest.approx(two["gold"][key], abs=1e-9)


def test_a_prompt_with_a_few_samples_does_not_cut_the_others_short():
    columns = sampled(np.random.default_rng(16), prompts=20, samples=32)
    short = {name: values[:-30] for name, values in columns.items()}
    (found,) = analysed(short)
    assert (found["prompts"], found["curve"][-1]["n"]) == (19, 32)


def strength(model, log_odds, width=0.1):
    scaled = 1000.0 + 400.0 / math.log(10.0) * log_odds
    reach = 400.0 / math.log(10.0) * width
    return {"model": model, "strength": scaled, "low": scaled - reach, "high": scaled + reach, "n": 500}


def training(alpha, beta, width=0.1):
    kl = np.array([0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0])
    gold = gain("rl", np.sqrt(kl), alpha, beta)
    points = [Checkpoint(f"step-{k}", float(value), float(k)) for k, value in enumerate(kl)]
    return points, [strength(f"step-{k}", value - 0.3, width) for k, value in enumerate(gold)]


def test_a_training_run_turns_where_planted():
    points, board = training(0.9, 0.5)
    found = checkpoint_series("run", points, board, np.random.default_rng(0))
    form = found["forms"][0]
    assert form["form"] == "rl"
    assert (form["alpha"]["estimate"], form["beta"]["estimate"]) == pytest.approx((0.9, 0.5))
    assert form["turn"]["estimate"] == pytest.approx(math.exp(0.8))
    assert form["turn"]["low"] < math.exp(0.8) < form["turn"]["high"]
    assert found["finding"].startswith("Gold turns at d = 2.23")
    assert [ratio["score"] for ratio in found["curve"]] == list(range(8))


def test_a_training_run_needs_its_start_and_says_when_nothing_turns():
    points, board = training(0.9, 0.0)
    rising = checkpoint_series("run", points, board, np.random.default_rng(0))
    assert rising["forms"][0]["turn"]["state"] == "not_identified"
    assert checkpoint_series("run", points[1:], board, np.random.default_rng(0)) is None
    assert checkpoint_series("run", points, [], np.random.default_rng(0)) is None
    short = checkpoint_series("run", points[:3], board, np.random.default_rng(0))
    assert short["forms"] == []
    assert short["finding"].startswith("Not enough yet")
