"""CR3 for cues: the spread of each estimate over studies in which one rater is left out."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.cue_rows import Study
from tests.stats.cued_worlds import CUE, CuedWorld, simulate_cued
from tests.stats.test_cues_causal import assert_same, turned
from tests.stats.test_symmetries import same
from vibes.stats.cues.causal import BETWEEN_SIDES, adjusted, causal, cell_means, per_rater, sides
from vibes.stats.cues.design import cued_votes
from vibes.stats.cues.latent_gap import MOST
from vibes.stats.cues.lean import fit_decisive, lean_over_choice
from vibes.stats.cues.reading import read
from vibes.stats.cues.report import cue_reports
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters

WORLD = CuedWorld(matchups=140, raters=24, beta=0.4, both_bad=0.05, mixed_order=True, heavy=1.0, taste_sd=1.2)
NAMES = ("C", "C_per_rater", "C_adjusted", "T1", "T1a_star", "T2", "T2_two_step", "beta_far")


def votes_of(world=WORLD, seed=1, errors="cr3"):
    (votes,) = cued_votes(simulate_cued(world, seed).frame(), errors)
    return votes


def reported(columns, errors="cr3"):
    frame = JudgementFrame.from_columns(columns)
    return cue_reports(frame, np.random.default_rng(0), errors=errors)


def apart(votes):
    """The same votes, each a matchup of its own: the rule of the largest is then left with raters, if these differ."""
    return replace(votes, clusters=replace(votes.clusters, matchup=np.arange(len(votes))))


def leaving_out(estimate, rater):
    """The jackknife by refits: (1 − 1/G) Σ_g of the products of what `estimate(rows)` moves by without rater g."""
    everybody = np.arange(len(rater))
    whole = np.atleast_1d(estimate(everybody))
    found = np.array([np.atleast_1d(estimate(everybody[rater != code])) for code in np.unique(rater)])
    return (found - whole).T @ (found - whole) * (1.0 - 1.0 / len(found))


@pytest.fixture(scope="module")
def votes():
    return apart(votes_of())


@pytest.fixture(scope="module")
def columns():
    return simulate_cued(replace(WORLD, authored=0.4), 1).columns()


@pytest.fixture(scope="module")
def strict(columns):
    return reported(columns)


def test_c_has_the_spread_of_its_refits_without_each_rater_exactly(votes):
    y, v = votes.y[votes.planted], votes.v[votes.planted]

    def c(rows):
        return (y[rows][v[rows] > 0].mean() - y[rows][v[rows] < 0].mean()) / 2.0

    refitted = leaving_out(c, votes.clusters.rater[votes.planted])
    assert causal(votes).effect["se"] ** 2 == pytest.approx(refitted[0, 0], rel=1e-9)


def test_any_means_by_weight_do_too(votes):
    """O is a contrast of four means, T1 and C of raters with weights of their own."""
    rng = np.random.default_rng(5)
    rows = votes.planted
    clusters = replace(votes.clusters.take(rows), weight=rng.uniform(0.5, 2.0, len(rows)))
    cell = 2 * rng.integers(0, 2, len(rows)) + sides(votes.v[rows])
    y, w = votes.y[rows], clusters.weight
    _, found = cell_means(y, cell, 4, clusters)
    refitted = leaving_out(
        lambda some: [
            np.average(y[some][cell[some] == k], weights=w[some][cell[some] == k]) for k in range(4)
        ],
        clusters.rater,
    )
    np.testing.assert_allclose(found.by_rater, refitted, rtol=1e-9, atol=1e-15)
    contrast = np.concatenate([BETWEEN_SIDES, -BETWEEN_SIDES])[None]
    assert found.project(contrast).by_rater[0, 0] == pytest.approx((contrast @ refitted @ contrast.T)[0, 0])


def test_a_mean_that_one_rater_alone_gave_stays_where_it_is():
    rater, cell = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 0, 0, 0])
    clusters = Clusters(rater, np.arange(6), np.ones(6), "cr3")
    _, found = cell_means(np.array([1.0, 1.0, 0.0, 1.0, 0.0, 0.5]), cell, 2, clusters)
    assert found.by_rater[1, 1] == 0.0 < found.by_rater[0, 0]
    assert found.variances()[1] > 0.0, "the model-based variance remains"


def test_the_adjusted_figure_has_the_spread_of_least_squares_without_each_rater(votes):
    rows = votes.planted
    design = votes.votes(rows)
    x = np.column_stack([np.eye(design.models)[design.a] - np.eye(design.models)[design.b], design.x])
    y = votes.y[rows] - 0.5

    def cue(some):
        return np.linalg.lstsq(x[some], y[some], rcond=None)[0][-1]

    found = adjusted(votes).effect
    assert found["estimate"] == pytest.approx(cue(np.arange(len(y))))
    assert found["se"] ** 2 == pytest.approx(leaving_out(cue, design.rater)[0, 0], rel=1e-7)


def test_a_model_that_one_rater_alone_saw_leaves_the_adjusted_figure_finite():
    votes = votes_of(replace(WORLD, heavy=0.0))
    first = (votes.frame.model_a == 0) | (votes.frame.model_b == 0)
    some = votes.take(np.flatnonzero(~first | (votes.clusters.rater == 3)))
    assert 0 in some.frame.model_a[some.planted]
    found = adjusted(some).effect
    assert found["se"] == pytest.approx(adjusted(with_errors(some, "largest")).effect["se"], rel=0.2)


def with_errors(votes, errors):
    return replace(votes, clusters=replace(votes.clusters, errors=errors))


@pytest.mark.slow
def test_t1a_star_has_nearly_the_spread_of_both_its_refits():
    """Every vote twice, which leaves raters as they are and halves what single votes say."""
    once = votes_of()
    votes = apart(once.take(np.repeat(np.arange(len(once)), 2)))
    found = lean_over_choice(votes, fit_decisive(votes)).effect

    def refitted(rows):
        some = without_others(votes, rows)
        return lean_over_choice(some, fit_decisive(some)).effect["estimate"]

    brute = leaving_out(refitted, votes.clusters.rater)[0, 0]
    assert found["se"] == pytest.approx(np.sqrt(brute), rel=0.05)


def without_others(votes, rows):
    frame = votes.frame.take(rows)
    clusters = Clusters(frame.rater.codes, np.arange(len(rows)), frame.weight, votes.clusters.errors)
    return replace(votes, frame=frame, v=votes.v[rows], clusters=clusters, rows=votes.rows[rows])


@pytest.mark.slow
@pytest.mark.parametrize("heavy", [0.0, 1.2])
def test_the_latent_gap_has_nearly_the_spread_of_its_refits(heavy):
    world = CuedWorld(matchups=140, raters=20, beta=0.4, t2=0.5, heavy=heavy, mixed_order=True)
    study = Study.drawn(world, 2)
    usual = study.fit().covariance
    study.clusters = replace(study.clusters, errors="cr3")
    strict = study.fit().covariance
    np.testing.assert_array_equal(strict.by_matchup, usual.by_matchup)

    def refitted(rows):
        some = study.take(rows)
        _, some.matchup = np.unique(some.matchup, return_inverse=True)
        some.clusters = Clusters(some.votes.rater, some.matchup, some.votes.weight)
        fit = some.fit()
        return fit.beta_far, fit.t2, fit.kappa

    brute = np.sqrt(np.diag(leaving_out(refitted, study.votes.rater)))
    np.testing.assert_allclose(np.sqrt(np.diag(strict.by_rater)), brute, rtol=0.1)
    assert strict.by_rater[1, 1] > usual.by_rater[1, 1]


@pytest.mark.slow
def test_a_latent_gap_that_rests_on_one_rater_is_wide_and_finite():
    """Nearly every planted vote by one of them: what the others leave is next to nothing."""
    study = Study.drawn(CuedWorld(matchups=70, raters=14, beta=0.4), 3)
    keep = (
        (study.v == 0.0) | (study.votes.rater == 0) | (np.random.default_rng(0).random(len(study.v)) < 0.05)
    )
    some = study.take(np.flatnonzero(keep))
    _, some.matchup = np.unique(some.matchup, return_inverse=True)
    some.clusters = Clusters(some.votes.rater, some.matchup, some.votes.weight, "cr3")
    assert np.isfinite(some.fit().covariance.by_rater).all()


@pytest.mark.slow
def test_with_a_few_heavy_raters_it_is_on_average_never_narrower():
    ratios = {name: [] for name in NAMES}
    world = replace(WORLD, raters=30, heavy=1.5, taste_sd=0.6)
    for seed in range(6):
        columns = simulate_cued(world, seed).columns()
        cr3, largest = (reported(columns, errors)[0][CUE] for errors in ("cr3", "largest"))
        for name in NAMES:
            if cr3[name]["state"] == largest[name]["state"] == "ok":
                ratios[name].append(cr3[name]["se"] / largest[name]["se"])
                assert cr3[name]["estimate"] == largest[name]["estimate"]
    for name, found in ratios.items():
        assert len(found) >= 4 and np.mean(found) >= 1.0 and min(found) > 0.97, (name, found)
    assert np.mean(ratios["C"]) > 1.005


@pytest.mark.slow
def test_every_figure_of_a_cue_keeps_to_it_and_the_estimates_stay(columns):
    """Every vote twice, so that nowhere the model-based variance is the largest."""
    twice = {name: list(cells) * 2 for name, cells in columns.items()}
    strict, usual = reported(twice), reported(twice, "largest")
    for name in NAMES:
        one, other = strict[0][CUE][name], usual[0][CUE][name]
        assert one["estimate"] == other["estimate"]
        assert one["se"] != other["se"], name
    for part in ("own", "others", "O"):
        assert strict[1][CUE][part]["se"] != usual[1][CUE][part]["se"]
    for name, cue_class in strict[0][CUE]["by_class"].items():
        assert cue_class["C"]["se"] != usual[0][CUE]["by_class"][name]["C"]["se"]
    points = [cue["curve"]["points"][0]["chosen"]["se"] for cue in (strict[0][CUE], usual[0][CUE])]
    assert points[0] != points[1]
    frame = JudgementFrame.from_columns(twice)
    assert cue_reports(frame, np.random.default_rng(0)) == usual, "nobody gets it who did not ask"


@pytest.mark.slow
def test_naming_the_sides_the_other_way_round_changes_nothing(columns, strict):
    mirror = {"a": "b", "b": "a"}
    swapped = columns | {
        "model_a": columns["model_b"],
        "model_b": columns["model_a"],
        "a_is_left": [not left for left in columns["a_is_left"]],
    }
    swapped |= {
        name: [mirror.get(cell, cell) for cell in columns[name]] for name in ("verdict", "lean", "cue_on")
    }
    cues, own = reported(swapped)
    for name in NAMES:
        same(cues[CUE][name], strict[0][CUE][name], name)
    same(own, strict[1])


@pytest.mark.slow
def test_the_order_of_rows_and_rows_twice_at_half_their_weight_change_nothing(columns, strict):
    order = np.random.default_rng(0).permutation(len(columns["verdict"]))
    shuffled = {name: [cells[row] for row in order] for name, cells in columns.items()}
    same(list(reported(shuffled)), list(strict))
    doubled = {name: list(cells) * 2 for name, cells in columns.items()}
    doubled["weight"] = [0.5] * len(doubled["verdict"])
    cue = reported(doubled)[0][CUE]
    for name in NAMES:
        same(cue[name] | {"n": cue[name]["n"] // 2}, strict[0][CUE][name], name)


def test_a_part_of_the_matchups_and_a_single_figure_keep_to_it():
    votes = votes_of()
    assert votes.take(votes.planted).clusters.errors == "cr3"
    assert read(votes, np.random.default_rng(0), most=MOST).C.clusters.errors == "cr3"
    found = read(votes, np.random.default_rng(0), most=500)
    assert found.latent.votes.clusters.errors == found.T2.clusters.errors == "cr3"
    assert_same(causal(replace(votes, frame=turned(votes.frame), v=-votes.v)), causal(votes))
    assert per_rater(votes).clusters.errors == "cr3"
