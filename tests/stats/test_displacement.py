"""D: what control moves, on one scale, and the share of a lead that it explains."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from tests.stats.flattering_worlds import BOARDS, Flattering, draw, fitted, names
from vibes.stats.boards import ELO, ORIGIN
from vibes.stats.displacement import displacement
from vibes.stats.intervals import Clusters

WORLD = Flattering()


def displaced(world, seed, ties="ordinal", boards=tuple(BOARDS)):
    votes, clusters = draw(world, seed)
    return displacement(fitted(votes, clusters, names(world), ties, boards), names(world))


@pytest.fixture(scope="module")
def votes():
    return draw(WORLD, 1)


@pytest.fixture(scope="module")
def found(votes):
    return displacement(fitted(*votes, names(WORLD)), names(WORLD))


def held(value, effect):
    return effect["low"] <= value <= effect["high"]


def same(found, expected):
    if isinstance(expected, dict):
        for key in expected:
            same(found[key], expected[key])
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            same(one, other)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, abs=1e-7, rel=1e-7)
    else:
        assert found == expected


def test_the_fullest_board_is_its_own_and_moves_are_differences_of_strengths(votes, found):
    both = fitted(*votes, names(WORLD))["both"].fit.strengths
    for model in found["models"]:
        own = both[int(model["model"][1:])] - both.mean()
        assert model["strengths"]["both"] == pytest.approx(ORIGIN + ELO * own)
        for board, moved in model["moved"].items():
            gap = model["strengths"][board] - model["strengths"]["plain"]
            assert moved["estimate"] == pytest.approx(gap)
            assert (moved["kind"], moved["unit"]) == ("observational", "Elo")


def test_ranks_follow_strengths_and_models_come_in_the_plain_order(found):
    for board in BOARDS:
        strengths = [model["strengths"][board] for model in found["models"]]
        ranks = [model["ranks"][board] for model in found["models"]]
        assert ranks == [1 + sum(other > one for other in strengths) for one in strengths]
    assert [model["ranks"]["plain"] for model in found["models"]] == [1, 2, 3, 4, 5]


def test_what_style_and_sycophancy_move_adds_up(found):
    for model in found["models"]:
        style, sycophancy, both = (
            model["moved"][board]["estimate"] for board in ("style", "sycophancy", "both")
        )
        assert both == pytest.approx(style + sycophancy)


def test_the_parts_of_a_win_are_those_of_the_first_model_and_add_up_to_it(found):
    first, win = found["models"][0], found["win"]
    assert win["model"] == first["model"]
    assert win["plain"]["estimate"] == pytest.approx(first["strengths"]["plain"] - ORIGIN)
    parts = [win[name]["estimate"] for name in ("formatting", "sycophancy", "rest")]
    assert sum(parts) == pytest.approx(1.0)
    lead = win["plain"]["estimate"]
    assert parts[0] == pytest.approx(-first["moved"]["style"]["estimate"] / lead)
    assert parts[1] == pytest.approx(-first["moved"]["sycophancy"]["estimate"] / lead)
    assert parts[2] == pytest.approx((first["strengths"]["both"] - ORIGIN) / lead)
    assert {win[name]["unit"] for name in ("formatting", "sycophancy", "rest")} == {"share"}
    assert all(
        win[name]["low"] < win[name]["estimate"] < win[name]["high"] for name in ("formatting", "rest")
    )


@pytest.mark.slow
def test_planted_parts_of_a_win_come_back():
    """Without ties half wins are the planted model itself. Not the first model by the estimate: that would select."""
    world, hits = replace(WORLD, tie=0.0), []
    plain = world.theta[0] - world.moved("both")[0]
    shares = {
        "formatting": -world.moved("style")[0] / plain,
        "sycophancy": -world.moved("sycophancy")[0] / plain,
        "rest": world.theta[0] / plain,
    }
    for seed in range(40):
        win = displaced(world, seed, "half")["win"]
        if win["model"] == names(world)[0]:
            hits += [held(share, win[name]) for name, share in shares.items() if win[name]["state"] == "ok"]
    assert len(hits) > 90
    assert np.mean(hits) > 0.9


@pytest.mark.slow
def test_planted_moves_come_back():
    """Without ties half wins are the planted model itself, and quick."""
    hits, off, world = [], [], replace(WORLD, tie=0.0)
    for seed in range(12):
        for model in displaced(world, seed, "half")["models"]:
            for board, moved in model["moved"].items():
                truth = ELO * world.moved(board)[int(model["model"][1:])]
                hits.append(held(truth, moved))
                off.append((moved["estimate"] - truth) / moved["se"])
    assert np.mean(hits) > 0.90
    assert abs(np.mean(off)) < 0.4


def rescaling(seed):
    world = Flattering(flatters=(0.0,) * 5, writes=(0.0,) * 5, tone=1.6, length=0.0, pairs=400, tie=0.0)
    votes, clusters = draw(world, seed)
    boards = fitted(votes, clusters, names(world), "half", ("plain", "sycophancy"))
    return boards, displacement(boards, names(world))["models"]


def test_rescaling_alone_moves_nothing():
    """Tone decides much and no model has more of it: fits apart stretch the board by a third, the moves hold 0."""
    theta = np.array(WORLD.theta)
    apart, moves, hits = [], [], []
    for seed in range(6):
        boards, models = rescaling(seed)
        stretch = (boards["sycophancy"].fit.strengths - boards["plain"].fit.strengths) @ theta
        apart.append(stretch / (theta @ theta))
        moved = [model["moved"]["sycophancy"] for model in sorted(models, key=lambda m: m["model"])]
        moves.append(np.array([effect["estimate"] for effect in moved]) @ theta / (theta @ theta) / ELO)
        hits += [held(0.0, effect) for effect in moved]
    assert np.mean(apart) > 0.2
    assert abs(np.mean(moves)) < 0.06
    assert np.mean(hits) > 0.85


def test_a_share_is_told_only_where_the_plain_lead_excludes_0(found):
    states = set()
    for margin in found["margins"]:
        for share in margin["explained"].values():
            states.add(share["state"])
            assert (share["state"] == "ok") == (margin["plain"]["low"] > 0.0)
            assert share["state"] == "ok" or (share["estimate"] is None and "not identified" in share["note"])
    assert states == {"ok", "not_identified"}


def test_a_share_is_one_less_the_controlled_lead_over_the_plain_one(found):
    strengths = {model["model"]: model["strengths"] for model in found["models"]}
    told = [margin for margin in found["margins"] if margin["plain"]["low"] > 0.0]
    for margin in told:
        one, other = strengths[margin["model"]], strengths[margin["over"]]
        for board, share in margin["explained"].items():
            wanted = 1.0 - (one[board] - other[board]) / (one["plain"] - other["plain"])
            assert share["estimate"] == pytest.approx(wanted)
            assert share["low"] < wanted < share["high"]


def swapped(votes):
    return replace(votes, a=votes.b, b=votes.a, level=-votes.level, x=-votes.x)


def test_swapping_sides_changes_nothing(votes, found):
    other = displacement(fitted(swapped(votes[0]), votes[1], names(WORLD)), names(WORLD))
    same(other, found)


def test_the_order_of_rows_changes_nothing(votes, found):
    order = np.random.default_rng(0).permutation(len(votes[0]))
    other = fitted(votes[0].take(order), votes[1].take(order), names(WORLD))
    same(displacement(other, names(WORLD)), found)


def test_rows_twice_at_half_weight_change_only_n(votes, found):
    twice = np.tile(np.arange(len(votes[0])), 2)
    half = np.full(len(twice), 0.5)
    clusters = replace(votes[1].take(twice), weight=half)
    doubled = fitted(replace(votes[0].take(twice), weight=half), clusters, names(WORLD))
    other = displacement(doubled, names(WORLD))
    for one, model in zip(other["models"], found["models"], strict=True):
        same(one["strengths"], model["strengths"])
        for board, moved in model["moved"].items():
            assert one["moved"][board]["n"] == 2 * moved["n"]
            same(one["moved"][board] | {"n": moved["n"]}, moved)


def test_a_covariate_that_the_fullest_board_lost_leaves_its_board_out(votes):
    found, clusters = votes
    x = found.x.copy()
    x[:, 2] = -x[:, 1]
    boards = fitted(replace(found, x=x), clusters, names(WORLD))
    model = displacement(boards, names(WORLD))["models"][0]
    assert set(model["strengths"]) == {"plain", "style", "both"}
    assert model["moved"]["sycophancy"]["state"] == "not_identified"
    assert "it moves with length" in model["moved"]["sycophancy"]["note"]
    same(model["moved"]["both"], model["moved"]["style"])


def test_a_board_whose_covariates_never_differ_moves_nothing_and_says_why(votes):
    found, clusters = votes
    x = found.x.copy()
    x[:, 2] = 0.0
    model = displacement(fitted(replace(found, x=x), clusters, names(WORLD)), names(WORLD))["models"][0]
    assert model["moved"]["sycophancy"]["state"] == "not_identified"
    assert model["moved"]["sycophancy"]["note"] == "tone: no two answers differ in it"
    assert model["moved"]["both"]["state"] == "ok"


def test_the_plain_board_alone_has_nothing_that_moves(votes):
    found = displacement(fitted(*votes, names(WORLD), boards=("plain",)), names(WORLD))
    assert all(model["moved"] == {} for model in found["models"])
    assert all(margin["explained"] == {} for margin in found["margins"])


def test_below_ten_effective_raters_there_are_no_intervals():
    found = displaced(replace(WORLD, raters=6), 0)
    moved = found["models"][0]["moved"]["both"]
    assert (moved["state"], moved["low"]) == ("not_enough", None)
    share = found["margins"][0]["explained"]["both"]
    assert (share["state"], share["estimate"]) == ("not_enough", None)


def test_all_ties_give_an_empty_displacement(votes):
    tied = replace(votes[0], level=np.zeros_like(votes[0].level))
    found = displacement(fitted(tied, votes[1], names(WORLD)), names(WORLD))
    assert found == {"models": [], "margins": [], "win": None}


def test_a_model_without_a_rating_is_not_among_them(votes):
    found, clusters = votes
    rows = np.flatnonzero((found.a != 4) & (found.b != 4))
    alone = np.concatenate([rows, np.flatnonzero((found.a == 4) | (found.b == 4))[:12]])
    clusters = Clusters(clusters.rater[alone], clusters.matchup[alone], clusters.weight[alone])
    models = displacement(fitted(found.take(alone), clusters, names(WORLD)), names(WORLD))["models"]
    assert sorted(model["model"] for model in models) == ["m0", "m1", "m2", "m3"]


@pytest.mark.slow
def test_intervals_hold_the_planted_moves_and_shares_in_95_of_100():
    moved, shares = {board: [] for board in ("style", "sycophancy", "both")}, []
    plain = np.array(WORLD.theta) - WORLD.moved("both")
    for seed in range(200):
        found = displaced(WORLD, seed)
        for model in found["models"]:
            for board, effect in model["moved"].items():
                moved[board].append(held(ELO * WORLD.moved(board)[int(model["model"][1:])], effect))
        for margin in found["margins"]:
            one, other = int(margin["model"][1:]), int(margin["over"][1:])
            if abs(plain[one] - plain[other]) > 0.35:
                for board, effect in margin["explained"].items():
                    shift = WORLD.moved(board)
                    truth = (shift[other] - shift[one]) / (plain[one] - plain[other])
                    shares += [held(truth, effect)] if effect["state"] == "ok" else []
    for board, hits in moved.items():
        assert 0.93 < np.mean(hits) < 0.985, (board, np.mean(hits))
    assert np.mean(shares) > 0.92, np.mean(shares)


@pytest.mark.slow
def test_rescaling_alone_is_called_a_move_in_five_of_a_hundred():
    called = [
        not held(0.0, model["moved"]["sycophancy"]) for seed in range(150) for model in rescaling(seed)[1]
    ]
    assert sum(called) <= binom.ppf(0.999, 750, 0.064), np.mean(called)
