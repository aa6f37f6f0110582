"""Studies that cannot tell T2: each says so in words, and no huge number appears. And the part of the matchups that is fitted."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.cue_rows import Study
from tests.stats.cued_worlds import CuedWorld
from vibes.stats.cues.latent_gap import part_note, part_of_matchups, t2_effect
from vibes.stats.fits import NotConvergedError, SeparationError


@pytest.fixture(scope="module")
def plain():
    return Study.drawn(CuedWorld(matchups=100, raters=25, beta=0.3), 11)


def test_all_ties_no_cue_and_a_cue_that_always_wins_are_named(plain):
    n = len(plain.v)
    with pytest.raises(NotConvergedError, match="every verdict is a tie"):
        plain.saying(np.zeros(n, dtype=np.int64)).fit()
    with pytest.raises(NotConvergedError, match="no vote carries the cue"):
        Study(plain.votes, np.zeros(n), plain.matchup, plain.delta).fit()
    with pytest.raises(NotConvergedError, match="no vote carries the cue"):
        plain.take(np.zeros(0, dtype=np.int64)).fit()
    won = np.where(plain.v == 0.0, plain.votes.level, plain.v).astype(np.int64)
    with pytest.raises(SeparationError, match="the cue decides"):
        plain.saying(won).fit()
    with pytest.raises(SeparationError, match="the cue decides"):
        plain.saying(np.where(plain.v == 0.0, plain.votes.level, -plain.v).astype(np.int64)).fit()


@pytest.mark.parametrize("seed", [0, 2, 3])
def test_about_one_vote_a_matchup_tells_no_interval(seed):
    study = Study.drawn(CuedWorld(matchups=250, raters=30, beta=0.4), seed)
    thin = study.take(np.sort(np.random.default_rng(seed).permutation(len(study.v))[:315]))
    effect = t2_effect(thin.fit(), thin.planted())
    assert effect["state"] == "not_identified"
    assert "too few" in effect["note"]


def test_no_ties_need_no_threshold(plain):
    level = np.where(plain.votes.level == 0, 1, plain.votes.level)
    fit = Study(replace(plain.votes, level=level), plain.v, plain.matchup, 0.0 * plain.delta).fit()
    assert fit.kappa == 0.0
    assert_moderate(fit)


def test_without_unplanted_votes_closeness_is_of_the_strengths(plain):
    rows = np.flatnonzero(plain.v)
    study = plain.take(rows)
    fit = study.fit()
    pair = np.minimum(study.votes.a, study.votes.b) * 10 + np.maximum(study.votes.a, study.votes.b)
    for code in np.unique(pair):
        assert np.ptp(fit.closeness[study.matchup[pair == code]]) < 1e-12
    assert np.ptp(fit.closeness) > 0.01


@pytest.mark.slow
def test_matchups_that_do_not_differ_have_a_spread_near_nothing():
    world = CuedWorld(matchups=120, raters=25, beta=0.3, gap_sd=0.0)
    fits = [Study.drawn(world, seed).fit() for seed in range(4)]
    assert min(fit.sigma for fit in fits) == pytest.approx(0.05)
    for fit in fits:
        assert_moderate(fit)
        assert (np.diff(fit.closeness) != 0.0).any()


def test_one_pair_whose_gaps_do_not_differ_cannot_tell_t2():
    world = CuedWorld(matchups=100, raters=25, models=2, beta=0.3, gap_sd=0.0, theta_sd=0.3)
    for seed in range(3):
        study = Study.drawn(world, seed)
        try:
            told = t2_effect(study.fit(), study.planted())
        except NotConvergedError:
            continue
        assert told["state"] == "not_identified" or abs(told["estimate"]) < 3.0 * told["se"]


def test_unanimous_matchups_do_not_converge():
    study = Study.drawn(CuedWorld(matchups=80, raters=25, beta=0.0), 12)
    way = np.random.default_rng(12).choice([-1, 1], 80)
    with pytest.raises(NotConvergedError):
        study.saying(way[study.matchup]).fit()


def test_few_raters_have_no_interval(plain):
    for raters in (1, 5):
        votes = replace(plain.votes, rater=plain.votes.rater % raters)
        study = Study(votes, plain.v, plain.matchup, np.zeros(plain.votes.raters))
        fit = study.fit()
        told = t2_effect(fit, study.planted())
        assert (told["state"], told["low"]) == ("not_enough", None)
        assert fit.kappa == 0.0
        assert_moderate(fit)


def test_a_vote_of_a_million_leaves_too_few_raters(plain):
    weight = np.ones(len(plain.v))
    weight[np.flatnonzero(plain.v)[0]] = 1e6
    study = plain.weighing(weight)
    try:
        assert t2_effect(study.fit(), study.planted())["state"] == "not_enough"
    except NotConvergedError as error:
        assert str(error)


@pytest.mark.slow
def test_a_handful_of_matchups_gives_an_answer_or_a_reason():
    for matchups in (1, 2, 4, 10):
        for seed in range(2):
            study = Study.drawn(CuedWorld(matchups=matchups, raters=14, beta=0.3, t2=0.5), seed, np.zeros(14))
            try:
                fit = study.fit()
            except NotConvergedError as error:
                assert str(error)
                continue
            assert_moderate(fit)
            told = t2_effect(fit, study.planted())
            assert told["se"] is None or told["se"] < 3.0


def assert_moderate(fit):
    assert max(abs(fit.beta_far), abs(fit.t2), fit.sigma) < 8.0
    assert np.isfinite(fit.covariance.variances()).all()
    assert (fit.closeness > 0.0).all()
    assert (fit.closeness <= 1.0).all()
    assert np.abs(fit.gap).max() < 50.0


def test_a_part_of_the_matchups_is_whole_matchups():
    matchup = np.random.default_rng(0).integers(0, 400, 3000)
    rows = part_of_matchups(matchup, np.random.default_rng(1), most=1000)
    assert 950 < len(rows) <= 1000
    assert set(np.flatnonzero(np.isin(matchup, matchup[rows]))) == set(rows)
    assert (np.diff(rows) > 0).all()
    np.testing.assert_array_equal(rows, part_of_matchups(matchup, np.random.default_rng(1), most=1000))
    assert len(part_of_matchups(matchup, np.random.default_rng(1))) == 3000
    assert part_note(3000, 3000) == ""
    assert part_note(1000, 3000) == "from a random part of the matchups: 1,000 of 3,000 votes"
