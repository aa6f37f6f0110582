"""The Pareto front by its definition, with ties and with what is not known."""

import itertools
import math

import numpy as np

from vibes.stats.goldilocks import controlled_strengths, goldilocks, pareto_front


def strength(estimate, state="ok"):
    return {
        "estimate": estimate,
        "low": None,
        "high": None,
        "se": None,
        "n": 100,
        "effective_raters": None,
        "unit": "Elo",
        "kind": "observational",
        "state": state,
    }


def front(evals, vibes, prices):
    return {row["model"] for row in goldilocks(evals, vibes, prices) if row["front"]}


def test_the_front_is_what_no_other_dominates():
    rng = np.random.default_rng(0)
    worth = rng.integers(0, 5, (40, 3)).astype(float)
    worth[rng.random((40, 3)) < 0.1] = -math.inf
    found = pareto_front(worth)
    for k, row in enumerate(worth):
        dominated = any((other >= row).all() and (other > row).any() for other in worth)
        assert found[k] == (not dominated and (row > -math.inf).any())


def test_evals_and_vibes_up_and_price_down():
    evals = {"cheap": 50.0, "good": 80.0, "loved": 70.0, "worse": 70.0}
    vibes = {
        name: strength(v)
        for name, v in (("cheap", 950.0), ("good", 1000.0), ("loved", 1100.0), ("worse", 1050.0))
    }
    prices = {"cheap": 0.1, "good": 2.0, "loved": 3.0, "worse": 4.0}
    assert front(evals, vibes, prices) == {"cheap", "good", "loved"}


def test_equals_stand_on_the_front_together():
    one = {"a": 1.0, "b": 1.0}
    assert front(one, {name: strength(1000.0) for name in one}, one) == {"a", "b"}


def test_an_unknown_value_puts_nobody_off_and_keeps_only_who_stays_whatever_it_is():
    vibes = {"a": strength(1100.0), "b": strength(1000.0), "c": strength(900.0)}
    assert front({"a": 90.0, "b": 80.0, "c": 70.0}, vibes, {"a": None, "b": 1.0, "c": 2.0}) == {"a", "b"}
    assert front({"a": 60.0, "b": 80.0}, {"b": strength(1000.0)}, {"a": 2.0, "b": 1.0}) == {"b"}


def test_a_strength_that_is_not_ok_is_unknown_and_nothing_known_is_off_the_front():
    rows = goldilocks({"a": None}, {"a": strength(2000.0, "not_rated"), "b": strength(1000.0)}, {})
    assert [(row["model"], row["front"]) for row in rows] == [("a", False), ("b", True)]
    assert goldilocks({}, {}, {}) == []


def test_a_front_is_never_empty_where_something_is_known():
    rng = np.random.default_rng(2)
    for _ in range(50):
        worth = rng.integers(0, 3, (6, 3)).astype(float)
        worth[rng.random((6, 3)) < 0.4] = -math.inf
        assert pareto_front(worth).any() == (worth > -math.inf).any()


def test_names_and_order_leave_no_trace():
    evals, prices = {"a": 3.0, "b": 2.0, "c": 1.0}, {"a": 3.0, "b": 2.0, "c": 2.5}
    for order in itertools.permutations("abc"):
        assert front({m: evals[m] for m in order}, {}, {m: prices[m] for m in order}) == {"a", "b"}


def test_strengths_come_from_the_board_that_holds_most_constant():
    def row(strength):
        return {"model": "a", "strength": strength, "low": 0.0, "high": 1.0, "n": 5, "state": "ok"}

    assert controlled_strengths({"plain": [row(1.0)], "style": [row(2.0)]})["a"]["estimate"] == 2.0
    assert (
        controlled_strengths({"plain": [row(1.0)], "style": [row(2.0)], "both": [row(3.0)]})["a"]["estimate"]
        == 3.0
    )
    unrated = row(None) | {"state": "not_rated", "low": None, "high": None, "note": "no win"}
    assert controlled_strengths({"plain": [unrated]})["a"]["note"] == "no win"
