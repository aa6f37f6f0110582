"""The tiebreak curve: measured points beside what both fits expect."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.cued_worlds import CuedWorld, simulate_cued
from tests.stats.test_cues_causal import turned
from tests.stats.test_symmetries import same
from vibes.stats.cues.curve import curve
from vibes.stats.cues.design import cued_votes
from vibes.stats.cues.reading import read

WORLD = CuedWorld(matchups=400, raters=60, votes=(3, 2, 2), beta=0.3, t2=0.8, mixed_order=True)


def votes_of(world, seed=1):
    (votes,) = cued_votes(simulate_cued(world, seed).frame())
    return votes


def curve_of(votes):
    return curve(read(votes, np.random.default_rng(0)).latent)


@pytest.fixture(scope="module")
def found():
    return curve_of(votes_of(WORLD))


def at(line, gap):
    return np.interp(gap, [value["gap"] for value in line], [value["chosen"] for value in line])


def test_the_points_are_bins_of_all_planted_votes_from_worse_to_better(found):
    points = found["points"]
    assert len(points) == 7
    assert sum(point["chosen"]["n"] for point in points) == 400 * 4
    gaps = [point["gap"] for point in points]
    assert gaps == sorted(gaps)
    assert all(point["low_gap"] <= point["gap"] <= point["high_gap"] for point in points)
    shares = [point["chosen"]["estimate"] for point in points]
    assert shares[0] < 0.5 < shares[-1]
    assert {point["chosen"]["kind"] for point in points} == {"randomised"}


def test_the_fit_runs_through_the_points(found):
    off = [
        (point["chosen"]["estimate"] - at(found["fitted"], point["gap"])) / point["chosen"]["se"]
        for point in found["points"]
    ]
    assert np.sqrt(np.mean(np.square(off))) < 1.6
    assert max(map(abs, off)) < 3.0


def test_an_interaction_bulges_above_the_additive_expectation_at_a_tie(found):
    assert at(found["fitted"], 0.0) > at(found["additive"], 0.0) + 0.01
    low = found["fitted"][0]["gap"]
    assert at(found["fitted"], low) < at(found["additive"], low)


def test_both_lines_share_a_grid_and_rise(found):
    assert [value["gap"] for value in found["additive"]] == [value["gap"] for value in found["fitted"]]
    assert (np.diff([value["chosen"] for value in found["additive"]]) > 0.0).all()


def test_naming_the_sides_the_other_way_round_changes_nothing(found):
    votes = votes_of(WORLD)
    same(curve_of(replace(votes, frame=turned(votes.frame), v=-votes.v)), found)


def test_a_small_study_has_fewer_bins():
    small = curve_of(votes_of(replace(WORLD, matchups=21, raters=20)))
    assert 1 <= len(small["points"]) <= 4


def test_without_a_latent_fit_there_is_no_curve():
    assert curve(None) == {"points": [], "additive": [], "fitted": []}
