"""O: a cue on people's own prompts against the same matchups judged by others."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from tests.stats.cued_worlds import CuedWorld, simulate_cued
from tests.stats.test_cues_causal import turned
from vibes.stats.cues.authored import own_prompts
from vibes.stats.cues.causal import causal
from vibes.stats.cues.design import cued_votes

WORLD = CuedWorld(matchups=350, raters=50, beta=0.2, authored=0.6, authored_beta=0.6, mixed_order=True)


def votes_of(world=WORLD, seed=1):
    (votes,) = cued_votes(simulate_cued(world, seed).frame())
    return votes


@pytest.fixture(scope="module")
def votes():
    return votes_of()


@pytest.fixture(scope="module")
def found(votes):
    return own_prompts(votes)


def shared(votes):
    """The planted rows of matchups judged by their author and by others, and which are the author's."""
    own = votes.frame.numbers["authored"] == 1.0
    planted = votes.v != 0
    by_author = np.unique(votes.clusters.matchup[planted & own])
    by_others = np.unique(votes.clusters.matchup[planted & ~own])
    rows = planted & np.isin(votes.clusters.matchup, np.intersect1d(by_author, by_others))
    return rows, own


def test_it_compares_own_and_others_in_the_same_matchups(votes, found):
    rows, own = shared(votes)
    weight = votes.clusters.weight
    mine, theirs = causal(votes, weight * (rows & own)).effect, causal(votes, weight * (rows & ~own)).effect
    assert found["own"]["estimate"] == pytest.approx(mine["estimate"])
    assert found["others"]["estimate"] == pytest.approx(theirs["estimate"])
    assert found["own"]["se"] == pytest.approx(mine["se"])
    assert found["O"]["estimate"] == pytest.approx(mine["estimate"] - theirs["estimate"])
    assert found["O"]["n"] == rows.sum()


def test_its_interval_knows_that_both_share_raters(votes, found):
    rows, own = shared(votes)
    x = np.stack([rows & own & (votes.v > 0), rows & own & (votes.v < 0)], axis=1)
    x = np.column_stack([x, rows & ~own & (votes.v > 0), rows & ~own & (votes.v < 0)])[rows].astype(float)
    groups = votes.clusters.rater[rows]
    fitted = sm.OLS(votes.y[rows], x).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    contrast = np.array([0.5, -0.5, -0.5, 0.5])
    raters = len(np.unique(groups))
    by_rater = contrast @ fitted.cov_params() @ contrast * raters / (raters - 1)
    assert found["O"]["estimate"] == pytest.approx(contrast @ fitted.params)
    assert found["O"]["se"] ** 2 >= by_rater - 1e-12
    assert found["O"]["se"] ** 2 < found["own"]["se"] ** 2 + 2.0 * found["others"]["se"] ** 2


def test_it_finds_a_taste_for_flattery_of_ones_own_and_none_where_there_is_none():
    with_taste = [own_prompts(votes_of(seed=seed))["O"] for seed in range(8)]
    without = [own_prompts(votes_of(replace(WORLD, authored_beta=0.0), seed))["O"] for seed in range(20)]
    assert np.mean([one["estimate"] for one in with_taste]) > 0.06
    assert sum(one["low"] <= 0.0 <= one["high"] for one in without) >= 16


def test_naming_the_sides_the_other_way_round_changes_nothing(votes, found):
    swapped = own_prompts(replace(votes, frame=turned(votes.frame), v=-votes.v))
    for name in ("own", "others", "O"):
        for key in ("estimate", "low", "high"):
            assert swapped[name][key] == pytest.approx(found[name][key], abs=1e-8)


def test_without_the_column_there_is_no_figure_and_without_authors_it_says_so(votes):
    assert own_prompts(votes_of(replace(WORLD, authored=0.0))) is None
    nobody = replace(votes.frame, numbers=votes.frame.numbers | {"authored": np.zeros(len(votes))})
    found = own_prompts(replace(votes, frame=nobody))
    assert {one["state"] for one in found.values()} == {"not_enough"}
    assert found["own"]["n"] == 0
    assert "both by its author and by others" in found["O"]["note"]


def test_few_authors_give_no_interval(votes):
    few = np.where(votes.clusters.rater < 4, votes.frame.numbers["authored"], 0.0)
    frame = replace(votes.frame, numbers=votes.frame.numbers | {"authored": few})
    found = own_prompts(replace(votes, frame=frame))
    assert found["others"]["state"] == "ok"
    assert (found["own"]["state"], found["O"]["state"]) == ("not_enough", "not_enough")
