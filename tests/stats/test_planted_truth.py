"""Simulated studies whose truth is known: estimates without bias, intervals that hold the truth as often as they promise.

The default loop takes a small cut; SLOW=1 a few hundred studies. Bounds are binomial: a count of studies falls outside
them with probability 0.1 % a bound when the intervals are right.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.stats import binom

from tests.stats.planted_worlds import World, simulate
from vibes.stats.boards import ELO, board, fit_board
from vibes.stats.formatting import coefficient
from vibes.stats.report import Specification
from vibes.stats.selection import select
from vibes.stats.study import Study

EFFECTS = ("position", "list_items", "tone")


@dataclass(frozen=True)
class Outcome:
    effects: dict
    rows: list


def study(world, seed, ties="ordinal"):
    """The effects and the board of the fullest fit alone, which is what a study costs."""
    planted, specification = simulate(world, seed), Specification(ties=ties)
    found = Study.of(select(planted.frame(), planted.features, specification), specification, seed)
    clusters, names = found.clusters.take(found.fitted_rows), found.frame.models
    fitted = fit_board(found.votes(found.controls.boards()["both"]), clusters, names, ties)
    rows = board(fitted, names, np.zeros(len(names)), np.random.default_rng(seed))
    return Outcome({name: coefficient(fitted, name, unit="log-odds") for name in EFFECTS}, rows)


def truth(world):
    effects = {"position": world.position, "list_items": world.list_items, "tone": world.praise}
    return effects, {f"m{k}": 1000.0 + ELO * theta for k, theta in enumerate(world.strengths())}


def large_sample(world, ties):
    """What the estimator tends to at this design: the mean of four studies thirty times the size."""
    big = replace(world, judgements=30 * world.judgements, raters=30 * world.raters)
    found = [study(big, 10_000 + k, ties) for k in range(4)]
    effects = {name: float(np.mean([o.effects[name]["estimate"] for o in found])) for name in EFFECTS}
    strengths = [{row["model"]: row["strength"] for row in o.rows} for o in found]
    return effects, {model: float(np.mean([s[model] for s in strengths])) for model in strengths[0]}


def held(value, effect):
    return effect["low"] <= value <= effect["high"]


def check(outcomes, effects, strengths, *, floor=0.925, bias=3.5):
    """Bias within `bias` standard errors of the mean; coverage not surely below `floor`."""
    for name, value in effects.items():
        found = [o.effects[name] for o in outcomes if o.effects[name]["state"] == "ok"]
        estimates = np.array([o.effects[name]["estimate"] for o in outcomes])
        off = (estimates.mean() - value) / (estimates.std(ddof=1) / np.sqrt(len(estimates)))
        assert abs(off) < bias, f"{name} is {off:.1f} standard errors off"
        assert_covers([held(value, effect) for effect in found], floor, name)
    rows = [row for o in outcomes for row in o.rows if row["state"] == "ok"]
    covered = np.mean([held(strengths[row["model"]], row) for row in rows])
    assert covered > floor - 0.02, f"strengths are held {covered:.3f} of the time"
    whole = [
        all(_simultaneous(strengths[r["model"]], r) for r in o.rows if r["state"] == "ok") for o in outcomes
    ]
    assert_covers(whole, floor, "whole boards")
    ranked = [_ranks_hold(o.rows, strengths) for o in outcomes]
    assert_covers(ranked, floor, "ranks")


def assert_covers(hits, floor, name):
    fewest = binom.ppf(0.001, len(hits), floor)
    assert sum(hits) >= fewest, (
        f"{name}: {sum(hits)} of {len(hits)} hold the truth, {fewest:.0f} are the fewest"
    )


def _simultaneous(value, row):
    return row["simultaneous_low"] <= value <= row["simultaneous_high"]


def _ranks_hold(rows, strengths):
    shown = [row for row in rows if row["state"] == "ok"]
    order = sorted((row["model"] for row in shown), key=lambda model: -strengths[model])
    return all(row["rank_low"] <= order.index(row["model"]) + 1 <= row["rank_high"] for row in shown)


@pytest.mark.slow
def test_planted_effects_come_back_and_intervals_hold_them():
    world = World()
    check([study(world, seed) for seed in range(40)], *truth(world))


@pytest.mark.slow
@pytest.mark.parametrize("ties", ["half", "davidson"])
def test_the_other_rules_hold_their_own_large_sample_values(ties):
    world = World(judgements=600)
    check([study(world, seed, ties) for seed in range(25)], *large_sample(world, ties), bias=4.0)


@pytest.mark.slow
def test_nothing_planted_is_rarely_found():
    world = World(judgements=800, position=0.0, list_items=0.0, praise=0.0)
    effects = [study(world, seed).effects for seed in range(40)]
    called = sum(not held(0.0, found[name]) for found in effects for name in EFFECTS)
    assert called <= binom.ppf(0.999, 120, 0.064)


WORLDS = {
    "independent": World(),
    "larger": World(judgements=5000, models=12, raters=100, prompts=300),
    "taste differs": World(taste_sd=0.5),
    "heavy raters": World(heavy=True, raters=80),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", WORLDS)
def test_coverage_over_hundreds_of_studies(name):
    world = WORLDS[name]
    effects, strengths = large_sample(world, "ordinal") if world.taste_sd else truth(world)
    bias = 5.0 if world.taste_sd else 4.0
    check([study(world, seed) for seed in range(300)], effects, strengths, floor=0.92, bias=bias)


@pytest.mark.slow
def test_nothing_planted_is_called_in_five_of_a_hundred():
    world = World(position=0.0, list_items=0.0, praise=0.0)
    effects = [study(world, seed).effects for seed in range(400)]
    for name in EFFECTS:
        called = sum(not held(0.0, found[name]) for found in effects)
        assert called <= binom.ppf(0.999, 400, 0.05), name
