"""The cases nearest to the verdict: planted gaps come back in their order, whichever side is named first."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.cued_worlds import CUE, CuedWorld, simulate_cued
from tests.stats.test_cues_causal import turned
from vibes.stats.cues.design import cued_votes
from vibes.stats.cues.nearest import SHOWN, nearest_cases
from vibes.stats.cues.reading import read

WORLD = CuedWorld(matchups=150, votes=(20, 4, 4), raters=40, beta=0.3, t2=0.4)


def latent(votes):
    return read(votes, np.random.default_rng(1)).latent


@pytest.fixture(scope="module")
def votes():
    return cued_votes(simulate_cued(WORLD, 5).frame(), "largest")[0]


@pytest.fixture(scope="module")
def found(votes):
    return nearest_cases(latent(votes))


@pytest.fixture(scope="module")
def true():
    """The planted gap of each matchup by name, + towards the first model by name."""
    drawn = simulate_cued(WORLD, 5)
    gap = np.where(drawn.a < drawn.b, drawn.gap, -drawn.gap)
    return {f"u{matchup}": value for matchup, value in zip(drawn.matchup.tolist(), gap.tolist(), strict=True)}


def test_planted_gaps_come_back(found, true):
    apart = np.abs([true[case["matchup"]] for case in found])
    assert len(found) == SHOWN
    # Twenty votes tell a gap to about a half; the median of all is far above.
    assert np.median(apart) < 0.4 < np.median(np.abs(list(true.values())))
    assert np.mean(apart < 1.0) > 0.9


def test_the_sign_is_towards_the_first_model(votes, true):
    fit, names = latent(votes), votes.frame.matchup.names
    assert np.corrcoef(fit.gap, [true[name] for name in names])[0, 1] > 0.8
    for case in nearest_cases(fit):
        assert case["model_a"] < case["model_b"]
        assert case["gap"] == fit.gap[names.index(case["matchup"])]


def test_they_are_the_closest_and_say_what_was_chosen(votes, found):
    fit, frame = latent(votes), votes.frame
    near = [case["closeness"] for case in found]
    assert near == sorted(near, reverse=True)
    assert near[0] == pytest.approx(fit.closeness.max())
    for case in found:
        rows = np.flatnonzero(frame.matchup.codes == frame.matchup.names.index(case["matchup"]))
        rows = rows[votes.v[rows] != 0.0]
        for_cue = votes.v[rows] * frame.sign[rows]
        assert case["votes"] == len(rows) == 8
        assert case["chosen"] == pytest.approx((for_cue > 0.0).mean() + (for_cue == 0.0).mean() / 2.0)


def test_naming_the_sides_the_other_way_round_changes_nothing(votes, found):
    swapped = nearest_cases(latent(replace(votes, frame=turned(votes.frame), v=-votes.v)))
    for one, other in zip(found, swapped, strict=True):
        assert one["matchup"] == other["matchup"]
        assert one["gap"] == pytest.approx(other["gap"], abs=1e-8)
        assert (one["votes"], one["chosen"]) == (other["votes"], other["chosen"])


def test_the_order_of_rows_changes_nothing(votes, found):
    order = np.random.default_rng(3).permutation(len(votes))
    mixed = nearest_cases(latent(votes.take(order)))
    assert [case["matchup"] for case in mixed] == [case["matchup"] for case in found]


def test_without_a_fit_there_are_none(votes):
    assert nearest_cases(None) == []
    assert votes.cue == CUE
