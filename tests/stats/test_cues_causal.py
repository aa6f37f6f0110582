"""C and T1: differences of means over cued rows, with errors that know about raters and matchups."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from tests.stats.cued_truth import expected_c
from tests.stats.cued_worlds import CuedWorld, simulate_cued
from vibes.stats.cues.causal import adjusted, causal, closest_third, in_closest_third, per_rater
from vibes.stats.cues.design import cued_votes
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import meat

WORLD = CuedWorld(matchups=210, raters=40, beta=0.4, both_bad=0.05, mixed_order=True, heavy=1.0)


def votes_of(world=WORLD, seed=1):
    (votes,) = cued_votes(simulate_cued(world, seed).frame())
    return votes


def reread(columns):
    (votes,) = cued_votes(JudgementFrame.from_columns(columns))
    return votes


@pytest.fixture(scope="module")
def votes():
    return votes_of()


def some_closeness(votes):
    return np.random.default_rng(4).random(len(votes.frame.matchup.names))


def test_c_is_half_the_difference_of_two_means_over_all_cued_rows(votes):
    found = causal(votes).effect
    y = votes.y
    assert found["estimate"] == pytest.approx((y[votes.v == 1].mean() - y[votes.v == -1].mean()) / 2.0)
    assert (found["n"], found["kind"]) == ((votes.v != 0).sum(), "randomised")
    assert found["unit"] == "probability above ½"


def test_c_has_the_cluster_errors_of_statsmodels(votes):
    rows = votes.planted
    x = np.column_stack([votes.v[rows] > 0, votes.v[rows] < 0]).astype(float)
    clusters = votes.clusters.take(rows)
    half = np.array([0.5, -0.5])
    u = (votes.y[rows] - x @ np.linalg.lstsq(x, votes.y[rows], rcond=None)[0])[:, None] * x
    bread = np.diag(1.0 / x.sum(axis=0))
    by = {}
    for name, groups in (("rater", clusters.rater), ("matchup", clusters.matchup)):
        fitted = sm.OLS(votes.y[rows], x).fit(
            cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
        )
        count = len(np.unique(groups))
        theirs = fitted.cov_params() * count / (count - 1)
        np.testing.assert_allclose(bread @ meat(lambda chosen: u[chosen], groups) @ bread, theirs, atol=1e-12)
        by[name] = half @ theirs @ half
    assert causal(votes).effect["se"] ** 2 >= by["rater"] - 1e-12


def test_c_finds_the_planted_effect():
    world = replace(WORLD, heavy=0.0, both_bad=0.0)
    found = [causal(votes_of(world, seed)).effect for seed in range(20)]
    truth = expected_c(world, 9, draws=100_000)
    errors = np.array([one["estimate"] - truth for one in found])
    assert abs(errors.mean()) < 3.0 * errors.std(ddof=1) / np.sqrt(20)
    assert sum(one["low"] <= truth <= one["high"] for one in found) >= 16


def test_the_halo_leaves_c_alone():
    plain = votes_of(replace(WORLD, ratings=True))
    marked = votes_of(replace(WORLD, ratings=True, halo=1.0))
    assert causal(plain).effect == causal(marked).effect


def test_the_lean_is_not_used():
    columns = simulate_cued(WORLD, 1).columns()
    silent = columns | {"lean": [""] * len(columns["lean"])}
    assert causal(reread(columns)).effect == causal(reread(silent)).effect


def test_naming_the_sides_the_other_way_round_changes_nothing(votes):
    swapped = replace(votes, frame=turned(votes.frame), v=-votes.v)
    closeness = some_closeness(votes)
    assert_same(causal(swapped), causal(votes))
    assert_same(in_closest_third(swapped, closeness), in_closest_third(votes, closeness))
    assert_same(adjusted(swapped, closeness), adjusted(votes, closeness))


def turned(frame):
    """A and B the other way round in every row."""
    labels = dict(frame.labels)
    labels["model_a"], labels["model_b"] = frame.labels["model_b"], frame.labels["model_a"]
    for name, codes in (("verdict", [1, 0, 2, 3]), ("lean", [1, 0, -1]), ("cue_on", [1, 0, -1])):
        labels[name] = replace(labels[name], codes=np.array(codes)[labels[name].codes])
    numbers = dict(frame.numbers) | {"a_is_left": 1.0 - frame.numbers["a_is_left"]}
    return replace(frame, labels=labels, numbers=numbers)


def assert_same(found, expected):
    for key in ("estimate", "low", "high", "se", "effective_raters"):
        assert found.effect[key] == pytest.approx(expected.effect[key], abs=1e-8), key


def test_the_order_of_rows_changes_nothing(votes):
    order = np.random.default_rng(0).permutation(len(votes))
    shuffled = votes.take(order)
    closeness = np.round(some_closeness(votes), 1)
    for estimate in (causal, per_rater, adjusted, lambda cue: in_closest_third(cue, closeness)):
        assert_same(estimate(shuffled), estimate(votes))


def test_every_row_twice_at_half_its_weight_changes_nothing(votes):
    twice = votes.take(np.tile(np.arange(len(votes)), 2))
    halved = replace(twice, clusters=replace(twice.clusters, weight=twice.clusters.weight / 2.0))
    halved = replace(
        halved, frame=replace(halved.frame, numbers=halved.frame.numbers | {"weight": halved.clusters.weight})
    )
    closeness = some_closeness(votes)
    for estimate in (causal, per_rater, adjusted, lambda cue: in_closest_third(cue, closeness)):
        assert_same(estimate(halved), estimate(votes))


def test_where_raters_differ_each_counts_once_in_the_figure_per_rater(votes):
    found = per_rater(votes).effect
    raters = np.unique(votes.clusters.rater[votes.planted])
    assert found["effective_raters"] == pytest.approx(len(raters))
    assert found["effective_raters"] > causal(votes).effect["effective_raters"]
    assert found["se"] < 2.0 * causal(votes).effect["se"]


def test_the_adjusted_figure_agrees_and_is_no_less_certain():
    world = replace(WORLD, heavy=0.0, gap_sd=2.0, votes=(3, 2, 2))
    votes = votes_of(world)
    gap = np.zeros(len(votes.frame.matchup.names))
    study = simulate_cued(world, 1)
    names = {name: code for code, name in enumerate(votes.frame.matchup.names)}
    sign = np.where(study.a > study.b, -1.0, 1.0)
    gap[[names[f"u{code}"] for code in study.matchup]] = study.gap * sign
    plain, checked, by_gap = causal(votes).effect, adjusted(votes).effect, adjusted(votes, gap).effect
    assert checked["estimate"] == pytest.approx(plain["estimate"], abs=2.0 * plain["se"])
    assert by_gap["se"] < 0.9 * plain["se"]


def test_t1_is_c_in_the_closest_third(votes):
    closeness = some_closeness(votes)
    near = np.argsort(-closeness)[:70]
    rows = np.isin(votes.clusters.matchup, near)
    found = in_closest_third(votes, closeness).effect
    y, v = votes.y[rows], votes.v[rows]
    assert found["estimate"] == pytest.approx((y[v == 1].mean() - y[v == -1].mean()) / 2.0)
    assert found["n"] == 70 * 6


def test_matchups_that_are_equally_close_share_the_edge_of_the_third():
    closeness = np.array([0.9, 0.5, 0.5, 0.5 + 1e-13, 0.1, 0.0])
    share = closest_third(closeness, np.arange(6))
    np.testing.assert_allclose(share, [1.0, 1 / 3, 1 / 3, 1 / 3, 0.0, 0.0])
    np.testing.assert_allclose(closest_third(np.full(9, 0.4), np.arange(9)), 1 / 3)
    np.testing.assert_array_equal(closest_third(closeness, np.array([4, 5])), [0, 0, 0, 0, 1, 0])
    assert not closest_third(closeness, np.zeros(0, dtype=np.int64)).any()


def test_few_raters_one_side_and_no_variation_are_said(votes):
    few = votes.take(np.flatnonzero(votes.clusters.rater < 2))
    assert (causal(few).effect["state"], causal(few).effect["low"]) == ("not_enough", None)
    one_side = votes.take(np.flatnonzero(votes.v >= 0))
    assert causal(one_side).effect["note"] == "no vote has the cue on the other side"
    assert adjusted(one_side).effect["state"] in ("ok", "not_identified")
    bare = votes.take(np.flatnonzero(votes.v == 0))
    assert causal(bare).effect["note"] == "no vote has the cue"


def test_all_ties_give_zero_with_an_interval_that_is_not_a_point():
    columns = simulate_cued(replace(WORLD, heavy=0.0), 1).columns()
    tied = columns | {"verdict": ["tie"] * len(columns["verdict"])}
    found = causal(reread(tied)).effect
    assert (found["estimate"], found["state"]) == (0.0, "ok")
    assert found["se"] > 0.0


def test_a_side_that_always_wins_is_half_and_never_certain():
    columns = simulate_cued(replace(WORLD, heavy=0.0), 1).columns()
    won = [side or verdict for side, verdict in zip(columns["cue_on"], columns["verdict"], strict=True)]
    lean = ["" if verdict in "ab" else lean for verdict, lean in zip(won, columns["lean"], strict=True)]
    found = causal(reread(columns | {"verdict": won, "lean": lean})).effect
    assert (found["estimate"], found["high"]) == (0.5, 0.5)
    assert 0.4 < found["low"] < 0.5


def test_one_weight_of_a_million_leaves_no_effective_raters(votes):
    weight = votes.clusters.weight.copy()
    weight[votes.planted[0]] = 1e6
    found = causal(votes, weight).effect
    assert found["state"] == "not_enough"
    assert abs(found["estimate"]) <= 0.5
