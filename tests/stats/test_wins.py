"""The win matrix: shares of decisive votes, with the intervals of `share`, for every pair at once."""

import time

import numpy as np
import pytest

from tests.stats.planted_worlds import World, simulate
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters, half_width, share
from vibes.stats.wins import wins

WORLD = World(judgements=1500, models=4, both_bad=0.05)


def matrix(columns, errors="largest"):
    frame = JudgementFrame.from_columns(columns)
    found = wins(frame, Clusters(frame.rater.codes, frame.matchup.codes, frame.weight, errors))
    return {(cell["model"], cell["over"]): cell for cell in found}


@pytest.fixture(scope="module")
def planted():
    return simulate(WORLD, 2)


@pytest.fixture(scope="module")
def found(planted):
    return matrix(planted.columns)


@pytest.mark.parametrize("errors", ["largest", "cr3"])
def test_each_cell_is_the_clustered_share_of_its_own_votes(planted, errors):
    frame, found = planted.frame(), matrix(planted.columns, errors)
    clusters = Clusters(frame.rater.codes, frame.matchup.codes, frame.weight, errors)
    assert list(found) == [(f"m{i}", f"m{j}") for i in range(4) for j in range(4) if i != j]
    for (one, other), cell in found.items():
        i, j = frame.models.index(one), frame.models.index(other)
        between = ((frame.model_a == i) & (frame.model_b == j)) | (
            (frame.model_a == j) & (frame.model_b == i)
        )
        rows = np.flatnonzero(between & frame.decisive)
        won = np.where(frame.model_a[rows] == i, frame.sign[rows], -frame.sign[rows]) > 0
        p, variance = share(won.astype(float), clusters.take(rows))
        width = half_width(variance, clusters.take(rows).effective_raters())
        assert cell["chosen"]["estimate"] == pytest.approx(p)
        assert cell["chosen"]["high"] - cell["chosen"]["estimate"] == pytest.approx(width)
        assert cell["chosen"]["n"] == len(rows)
        tied = between & (frame.labels["verdict"].codes == 2)
        assert cell["ties"] == tied.sum()


def test_the_two_orders_mirror_each_other(found):
    for (one, other), cell in found.items():
        turned = found[other, one]["chosen"]
        assert cell["chosen"]["estimate"] == pytest.approx(1.0 - turned["estimate"])
        assert cell["chosen"]["low"] == pytest.approx(1.0 - turned["high"])
        assert cell["ties"] == found[other, one]["ties"]


def same(found, expected, skip=()):
    assert found.keys() == expected.keys()
    for key, cell in expected.items():
        kept = {name: value for name, value in cell["chosen"].items() if name not in skip}
        assert {name: found[key]["chosen"][name] for name in kept} == pytest.approx(kept, abs=1e-10)


def test_sides_screens_and_order_change_nothing(planted, found):
    columns = planted.columns
    other = {"a": "b", "b": "a"}
    swapped = columns | {
        "model_a": columns["model_b"],
        "model_b": columns["model_a"],
        "verdict": [other.get(v, v) for v in columns["verdict"]],
        "lean": [""] * 1500,
        "a_is_left": [not left for left in columns["a_is_left"]],
    }
    same(matrix(swapped), found)
    same(matrix(columns | {"a_is_left": swapped["a_is_left"]}), found)
    order = np.random.default_rng(0).permutation(1500)
    same(matrix({name: [cells[row] for row in order] for name, cells in columns.items()}), found)


def test_rows_twice_at_half_weight_change_only_n(planted, found):
    doubled = {name: list(cells) * 2 for name, cells in planted.columns.items()} | {"weight": [0.5] * 3000}
    same(matrix(doubled), found, skip=("n",))


@pytest.mark.slow
def test_shares_are_held_as_often_as_promised():
    hits = []
    for seed in range(15):
        world = World(judgements=800, models=3, raters=30, praise=0.0, list_items=0.0, position=0.0, tie=0.0)
        cells = matrix(simulate(world, seed).columns)
        theta = world.strengths()
        for (one, other), cell in cells.items():
            truth = 1.0 / (1.0 + np.exp(theta[int(other[1])] - theta[int(one[1])]))
            hits.append(cell["chosen"]["low"] <= truth <= cell["chosen"]["high"])
    assert np.mean(hits) > 0.88


def small(verdicts, raters):
    n = len(verdicts)
    return {
        "prompt_id": [f"p{k}" for k in range(n)],
        "rater": [f"r{k % raters}" for k in range(n)],
        "model_a": ["one"] * n,
        "model_b": ["two"] * n,
        "verdict": verdicts,
    }


def test_pairs_that_only_tied_say_so():
    cell = matrix(small(["tie"] * 5 + ["both_bad"], 6))["one", "two"]
    assert (cell["chosen"]["estimate"], cell["chosen"]["state"], cell["ties"]) == (None, "not_enough", 5)
    assert cell["chosen"]["note"] == "no decisive vote between them"


@pytest.mark.slow
def test_twelve_of_twelve_are_not_certain_and_one_rater_has_no_interval():
    sure = matrix(small(["a"] * 12, 12))["one", "two"]["chosen"]
    assert sure["estimate"] == 1.0 and sure["low"] < 0.97
    alone = matrix(small(["a", "b"] * 6, 1))["one", "two"]["chosen"]
    assert (alone["estimate"], alone["low"], alone["state"]) == (0.5, None, "not_enough")


def test_weights_of_a_million_stay_between_0_and_1(planted):
    heavy = planted.columns | {"weight": [1e6 if k % 7 == 0 else 1.0 for k in range(1500)]}
    for cell in matrix(heavy).values():
        assert 0.0 <= cell["chosen"]["estimate"] <= 1.0


@pytest.mark.slow
def test_sixty_models_take_no_time():
    rng = np.random.default_rng(0)
    n, m = 9000, 60
    a = rng.integers(0, m, n)
    columns = {
        "prompt_id": [f"p{k}" for k in rng.integers(0, 13, n)],
        "rater": [f"r{k}" for k in rng.integers(0, 124, n)],
        "model_a": [f"m{k}" for k in a],
        "model_b": [f"m{k}" for k in (a + rng.integers(1, m, n)) % m],
        "verdict": rng.choice(["a", "b", "tie"], n).tolist(),
    }
    frame = JudgementFrame.from_columns(columns)
    clusters = Clusters(frame.rater.codes, frame.matchup.codes, frame.weight)
    start = time.process_time()
    assert len(wins(frame, clusters)) > 3500
    assert time.process_time() - start < 5.0
