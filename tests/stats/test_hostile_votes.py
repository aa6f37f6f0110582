"""Any votes at all: no warning, no huge number, and a state in words wherever there is no interval."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stats.simulated_votes import simulated_votes
from vibes.stats.boards import board, fit_board
from vibes.stats.columns import FrameError
from vibes.stats.formatting import effects, inflation
from vibes.stats.frames import JudgementFrame
from vibes.stats.influence import influence
from vibes.stats.intervals import Clusters
from vibes.stats.per_rater import fit_per_rater
from vibes.stats.votes import Votes

RULES = ("ordinal", "half", "davidson")
ERRORS = ("largest", "cr3")


def outcome(votes, ties, matchup=None, errors="largest"):
    """Board, effects and the rest of one fit, each number within reason or absent with a note."""
    names = tuple(f"m{k}" for k in range(votes.models))
    code = np.arange(len(votes)) if matchup is None else matchup
    clusters = Clusters(votes.rater, code, votes.weight, errors)
    fitted = fit_board(votes, clusters, names, ties)
    rows = board(fitted, names, np.zeros(votes.models), np.random.default_rng(0))
    found = effects(fitted, dict.fromkeys(votes.covariates, "log-odds"), {})
    per_rater = fit_per_rater(fitted, names, ties)
    if per_rater is not None:
        found |= {
            f"{name} per rater": effect
            for name, effect in effects(per_rater, dict.fromkeys(votes.covariates, "log-odds"), {}).items()
        }
    for row in rows:
        assert all(row[key] is None or abs(row[key] - 1000.0) < 3000.0 for key in ("strength", "low", "high"))
        assert (row["low"] is None) == (row["state"] != "ok")
        assert row["state"] == "ok" or row["note"]
    for name, effect in found.items():
        numbers = {key: effect[key] for key in ("estimate", "low", "high", "se")}
        assert all(number is None or abs(number) < 100.0 for number in numbers.values()), (name, numbers)
        assert (effect["low"] is None) == (effect["state"] != "ok"), name
        assert effect["state"] == "ok" or effect["note"]
    assert all(np.isfinite(ratio) and ratio >= 1.0 - 1e-9 for ratio in inflation(fitted).values())
    influence(fitted, names, ties)
    return rows, found


@pytest.fixture(scope="module")
def votes():
    return simulated_votes(n=600, models=4, raters=20, seed=30)


@pytest.mark.slow
@pytest.mark.parametrize("errors", ERRORS)
@pytest.mark.parametrize("ties", RULES)
def test_one_vote_of_a_million_fold_weight_takes_the_intervals_away(votes, ties, errors):
    heavy = votes.weight.copy()
    heavy[7] = 1e6
    rows, found = outcome(replace(votes, weight=heavy), ties, errors=errors)
    assert {row["state"] for row in rows} <= {"not_enough", "ok", "not_rated", "not_converged"}
    assert found["x1"]["state"] != "ok"
    assert found["x1"]["effective_raters"] < 1.1


@pytest.mark.parametrize("scale", [1e6, 1e-6])
@pytest.mark.parametrize("ties", RULES)
def test_all_weights_a_million_fold_leave_a_finite_answer(votes, ties, scale):
    outcome(replace(votes, weight=votes.weight * scale), ties)


@pytest.mark.parametrize("ties", RULES)
def test_duplicate_rows_are_seen_by_the_clusters(votes, ties):
    """The same votes five times over: clustered errors stay, since the copies stand in the same matchups."""
    matchup = np.random.default_rng(1).integers(0, 200, 600)
    often = votes.take(np.tile(np.arange(600), 5))
    once, five = (
        outcome(each, ties, code)[1]["x1"] for each, code in ((votes, matchup), (often, np.tile(matchup, 5)))
    )
    assert five["effective_raters"] == pytest.approx(once["effective_raters"])
    assert five["se"] > 0.8 * once["se"]


@pytest.mark.parametrize("errors", ERRORS)
@pytest.mark.parametrize("ties", RULES)
def test_a_covariate_of_one_rater_alone(votes, ties, errors):
    x = votes.x.copy()
    x[votes.rater != 3, 1] = 0.0
    _, found = outcome(replace(votes, x=x), ties, errors=errors)
    assert found["x1"]["state"] == "not_enough"


@pytest.mark.parametrize("ties", RULES)
def test_one_rater_who_gave_nearly_all(votes, ties):
    rater = np.where(np.arange(600) < 560, 0, votes.rater)
    rows, found = outcome(replace(votes, rater=rater), ties)
    assert {row["state"] for row in rows} == {"not_enough"}
    assert found["x1 per rater"]["state"] == "ok"


small = st.integers(1, 40)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10_000),
    n=small,
    models=st.integers(2, 4),
    raters=st.integers(1, 12),
    levels=st.sampled_from([(0,), (1,), (-1, 1), (-1, 0, 1), (-2, 2), (-2, -1, 0, 1, 2)]),
    ties=st.sampled_from(RULES),
    copies=st.sampled_from([1, 3]),
)
def test_any_few_votes(seed, n, models, raters, levels, ties, copies):
    rng = np.random.default_rng(seed)
    a = rng.integers(0, models, n)
    b = (a + rng.integers(1, models, n)) % models
    x = np.column_stack([rng.choice([-1.0, 1.0], n), rng.choice([0.0, 0.0, 2.0], n)])
    weight = 10.0 ** rng.uniform(-3, 3, n)
    level = rng.choice(levels, n)
    found = Votes(a, b, models, level, rng.integers(0, raters, n), raters, weight, x, ("position", "x"))
    outcome(found.take(np.tile(np.arange(n), copies)), ties)


@pytest.mark.parametrize("column", ["weight", "x_length", "strength"])
def test_nan_is_refused_by_row_and_column(column):
    cells = {
        "prompt_id": ["p", "p"],
        "rater": ["r", "s"],
        "model_a": ["x", "x"],
        "model_b": ["y", "y"],
        "verdict": ["a", "b"],
        column: [1.0, float("nan")],
    }
    with pytest.raises(FrameError, match=rf"row 2, column {column}, value 'nan': NaN is no value"):
        JudgementFrame.from_columns(cells)


def test_a_model_against_itself_or_alone_is_no_board():
    cells = {"prompt_id": ["p"], "rater": ["r"], "model_a": ["x"], "model_b": ["x"], "verdict": ["a"]}
    with pytest.raises(FrameError, match="x"):
        JudgementFrame.from_columns(cells)
