"""The curve of votes without a cue: bins, what the fit expects of them, and nothing that moves with the sides."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from tests.stats.flattering_worlds import Flattering, draw, fitted, names
from vibes.stats.observational_curve import expected_share, observational_curve

WORLD = Flattering(pairs=600)
STYLE = ("length",)


def curve(votes, clusters, ties="ordinal"):
    return observational_curve(fitted(votes, clusters, names(WORLD), ties, ("both",))["both"], STYLE)


@pytest.fixture(scope="module")
def drawn():
    return draw(WORLD, 3)


@pytest.fixture(scope="module")
def found(drawn):
    return curve(*drawn)


def test_eight_bins_of_equal_weight_in_order(found, drawn):
    gaps = [point["gap"] for point in found["points"]]
    assert gaps == sorted(gaps) and len(gaps) == 8
    sizes = [point["chosen"]["n"] for point in found["points"]]
    assert sum(sizes) == len(drawn[0]) and max(sizes) - min(sizes) < 20
    for point in found["points"]:
        assert point["low_gap"] <= point["gap"] <= point["high_gap"]
        assert point["chosen"]["kind"] == "observational"
    assert found["fitted"] == []


@pytest.mark.parametrize("ties", ["ordinal", "half", "davidson"])
def test_in_an_additive_world_the_measured_shares_lie_on_the_additive_line(drawn, ties):
    found = curve(*drawn, ties)
    off = [
        (point["chosen"]["estimate"] - value["chosen"]) / point["chosen"]["se"]
        for point, value in zip(found["points"], found["additive"], strict=True)
    ]
    assert np.max(np.abs(off)) < 3.5
    assert [value["gap"] for value in found["additive"]] == [point["gap"] for point in found["points"]]


def test_the_lead_is_that_of_strength_and_style_alone(drawn):
    """With equal models and no style the leads are 0 whatever the tone does, so that one bin holds them all."""
    board = fitted(*drawn, names(WORLD), boards=("both",))["both"]
    parameters = board.fit.parameters.copy()
    parameters[: len(WORLD.theta)] = 0.0
    level = observational_curve(replace(board, fit=replace(board.fit, parameters=parameters)), ())
    assert [point["gap"] for point in level["points"]] == [0.0]


def test_a_tiebreak_lies_above_the_line_near_ties():
    """Tone counts three times as much where the answers are close: the middle bins lie above what adds up."""
    rng = np.random.default_rng(0)
    votes, clusters = draw(replace(WORLD, pairs=3000, tone=0.0), 1)
    tone = np.sign(votes.x[:, 2])
    lead = np.array(WORLD.theta)[votes.a] - np.array(WORLD.theta)[votes.b] + 0.3 * votes.x[:, 1]
    eta = lead + tone * 1.2 * (np.abs(lead) < 0.35)
    level = np.where(rng.random(len(votes)) < expit(eta), 1, -1).astype(np.int64)
    x = np.column_stack([votes.x[:, :2], tone])
    found = curve(replace(votes, level=level, x=x), clusters, "half")
    off = {
        round(point["gap"], 3): point["chosen"]["estimate"] - value["chosen"]
        for point, value in zip(found["points"], found["additive"], strict=True)
    }
    near = [gap for size, gap in off.items() if abs(size) < 0.3]
    far = [gap for size, gap in off.items() if abs(size) > 0.6]
    assert min(near) > 0.04 and max(far) < 0.0


def test_expected_shares_are_those_of_the_rule():
    votes, clusters = draw(WORLD, 5)
    for ties in ("ordinal", "half", "davidson"):
        fit = fitted(votes, clusters, names(WORLD), ties, ("both",))["both"].fit
        everybody = np.zeros(3, dtype=np.int64)
        shares = expected_share(fit, np.array([-1.3, 0.0, 1.3]), everybody)
        assert shares[1] == pytest.approx(0.5)
        assert shares[0] == pytest.approx(1.0 - shares[2])
        mean = expected_share(fit, votes.eta(fit.parameters), votes.rater).mean()
        assert mean == pytest.approx((1.0 + votes.sign).mean() / 2.0, abs=0.01)


def same(found, expected, skip=()):
    for one, other in zip(found["points"], expected["points"], strict=True):
        for key in ("gap", "low_gap", "high_gap"):
            assert one[key] == pytest.approx(other[key], abs=1e-7)
        kept = {key: value for key, value in other["chosen"].items() if key not in skip}
        assert {key: one["chosen"][key] for key in kept} == pytest.approx(kept, abs=1e-7)
    for one, other in zip(found["additive"], expected["additive"], strict=True):
        assert one == pytest.approx(other, abs=1e-7)


def test_swapping_sides_and_shuffling_rows_change_nothing(drawn, found):
    votes, clusters = drawn
    turned = replace(votes, a=votes.b, b=votes.a, level=-votes.level, x=-votes.x)
    same(curve(turned, clusters), found)
    order = np.random.default_rng(0).permutation(len(votes))
    same(curve(votes.take(order), clusters.take(order)), found)


def test_rows_twice_at_half_weight_change_only_n(drawn, found):
    votes, clusters = drawn
    twice = np.tile(np.arange(len(votes)), 2)
    half = np.full(len(twice), 0.5)
    doubled = curve(replace(votes.take(twice), weight=half), replace(clusters.take(twice), weight=half))
    same(doubled, found, skip=("n",))


def test_without_tone_or_without_a_fit_there_is_no_curve(drawn):
    empty = {"points": [], "additive": [], "fitted": []}
    votes, clusters = drawn
    assert (
        observational_curve(fitted(votes, clusters, names(WORLD), boards=("style",))["style"], STYLE) == empty
    )
    assert curve(replace(votes, level=np.zeros_like(votes.level)), clusters) == empty
    flat = votes.x.copy()
    flat[:, 2] = 0.0
    assert curve(replace(votes, x=flat), clusters) == empty


def test_few_raters_give_shares_without_intervals(drawn):
    found = curve(*draw(replace(WORLD, raters=6), 1))
    assert {point["chosen"]["state"] for point in found["points"]} == {"not_enough"}
    assert all(point["chosen"]["estimate"] is not None for point in found["points"])
