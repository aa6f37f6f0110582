"""T1a*: what the cue does at the lean cutpoint, beyond what it does at the decisive ones."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.cued_worlds import CuedWorld, simulate_cued
from tests.stats.test_cues_causal import assert_same, turned
from vibes.stats.cues.design import cued_votes
from vibes.stats.cues.lean import fit_decisive, lean_over_choice
from vibes.stats.fits import NotConvergedError, SeparationError
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import sandwich
from vibes.stats.verdict_model import fit_verdicts

WORLD = CuedWorld(matchups=210, raters=40, beta=0.4, both_bad=0.05, mixed_order=True)


def votes_of(world=WORLD, seed=1):
    (votes,) = cued_votes(simulate_cued(world, seed).frame())
    return votes


def t1a_star(votes, **options):
    return lean_over_choice(votes, fit_decisive(votes, **options))


@pytest.fixture(scope="module")
def votes():
    return votes_of()


@pytest.fixture(scope="module")
def found(votes):
    return t1a_star(votes)


def test_it_is_the_difference_of_two_fits(votes, found):
    rows = votes.modelled()
    said = votes.frame.sign + votes.frame.lean_sign
    lean = fit_verdicts(votes.votes(rows, level=said), ties="half")
    choice = fit_verdicts(votes.votes(rows))
    assert found.effect["estimate"] == pytest.approx(lean.effect("cue") - choice.effect("cue"))
    assert (found.effect["unit"], found.effect["kind"]) == ("log-odds", "randomised")


def test_its_error_is_that_of_the_stacked_scores(votes, found):
    rows = votes.modelled()
    said = votes.frame.sign + votes.frame.lean_sign
    lean = fit_verdicts(votes.votes(rows, level=said), ties="half")
    choice = fit_verdicts(votes.votes(rows))
    first, total = len(lean.parameters), len(lean.parameters) + len(choice.parameters)
    bread = np.zeros((total, total))
    bread[:first, :first], bread[first:, first:] = lean.bread, choice.bread
    contrast = np.zeros((1, total))
    contrast[0, lean.place("cue")], contrast[0, first + choice.place("cue")] = 1.0, -1.0

    def scores(chosen):
        return np.column_stack([lean.scores(chosen), choice.scores(chosen)])

    everything = scores(np.arange(len(rows)))
    by_model = bread @ (everything.T @ everything) @ bread
    stacked = sandwich(scores, bread, votes.clusters.take(rows), by_model=by_model)
    assert found.effect["se"] ** 2 == pytest.approx(float(stacked.project(contrast).variances()[0]))


@pytest.mark.slow
def test_an_additive_cue_gives_nothing_and_a_lean_shows():
    null = [
        t1a_star(votes_of(replace(WORLD, taste_sd=0.4, taste_with_ties=0.6), seed)).effect
        for seed in range(8)
    ]
    lean = [t1a_star(votes_of(replace(WORLD, beta=0.0, lean_beta=0.4), seed)).effect for seed in range(4)]
    assert abs(np.mean([one["estimate"] for one in null])) < 0.03
    assert sum(one["low"] <= 0.0 <= one["high"] for one in null) >= 6
    assert all(one["low"] > 0.0 for one in lean)


def test_naming_the_sides_the_other_way_round_changes_nothing(votes, found):
    assert_same(t1a_star(replace(votes, frame=turned(votes.frame), v=-votes.v)), found)


def test_the_screen_sides_are_only_a_covariate(votes, found):
    numbers = votes.frame.numbers | {"a_is_left": 1.0 - votes.frame.numbers["a_is_left"]}
    assert_same(t1a_star(replace(votes, frame=replace(votes.frame, numbers=numbers))), found)


def test_the_order_of_rows_changes_nothing(votes, found):
    assert_same(t1a_star(votes.take(np.random.default_rng(0).permutation(len(votes)))), found)


def test_every_row_twice_at_half_its_weight_changes_nothing(votes, found):
    twice = votes.take(np.tile(np.arange(len(votes)), 2))
    weight = np.full(len(twice), 0.5)
    frame = replace(twice.frame, numbers=twice.frame.numbers | {"weight": weight})
    assert_same(t1a_star(replace(twice, frame=frame, clusters=replace(twice.clusters, weight=weight))), found)


def read(columns):
    (votes,) = cued_votes(JudgementFrame.from_columns(columns))
    return votes


def test_without_leans_or_with_too_few_there_is_no_estimate():
    columns = simulate_cued(WORLD, 1).columns()
    silent = t1a_star(read(columns | {"lean": [""] * len(columns["lean"])})).effect
    assert (silent["state"], silent["estimate"]) == ("not_enough", None)
    assert "no undecided vote has a lean" in silent["note"]
    some = t1a_star(votes_of(replace(WORLD, no_lean=0.5))).effect
    assert some["state"] == "not_enough"
    assert "of the undecided votes have a lean" in some["note"]
    assert t1a_star(votes_of(replace(WORLD, no_lean=0.05))).effect["state"] == "ok"


def test_where_nobody_ties_nobody_leans():
    world = replace(WORLD, tie=1e-12, both_bad=0.0)
    assert "nobody had to lean" in t1a_star(votes_of(world)).effect["note"]


def test_a_both_bad_taken_for_a_tie_counts_as_undecided(votes):
    apart, together = t1a_star(votes), t1a_star(votes, both_bad_is_tie=True)
    assert together.effect["n"] > apart.effect["n"]


def test_what_has_no_fit_raises_and_names_the_cue():
    columns = simulate_cued(WORLD, 1).columns()
    with pytest.raises(NotConvergedError, match="no vote chose a side"):
        fit_decisive(read(columns | {"verdict": ["tie"] * len(columns["verdict"])}))
    won = [side or verdict for side, verdict in zip(columns["cue_on"], columns["verdict"], strict=True)]
    lean = ["" if verdict in "ab" else lean for verdict, lean in zip(won, columns["lean"], strict=True)]
    with pytest.raises(SeparationError, match="cue"):
        fit_decisive(read(columns | {"verdict": won, "lean": lean}))
