"""More votes for a stated effect: against statsmodels, against simulation, and where nothing can be said."""

import numpy as np
import pytest
from statsmodels.stats.power import TTestPower

from vibes.stats import power
from vibes.stats.intervals import Clusters, effect, share, without_interval

UNIT = "probability above ½"


def one_vote_each(n):
    return Clusters(np.arange(n), np.arange(n), np.ones(n))


def seen(se, clusters):
    return effect(0.0, se**2, clusters, unit=UNIT, kind="randomised")


@pytest.mark.parametrize(("standardised", "n"), [(0.1, 100), (0.25, 60), (0.5, 12)])
def test_independent_votes_need_what_statsmodels_says(standardised, n):
    found = power.need("C", seen(1.0 / np.sqrt(n), one_vote_each(n)), standardised, UNIT, one_vote_each(n))
    wanted = TTestPower().solve_power(standardised, alpha=0.05, power=0.8)
    assert n + found["more_votes"] == pytest.approx(np.ceil(wanted), abs=1.0)


@pytest.mark.parametrize("at", [0.02, 0.3, 1.5, 40.0, 1e6])
def test_power_is_that_of_statsmodels(at):
    expected = TTestPower().power(at, 25, 0.05)
    assert power.power(at, 1.0 / 5.0, 25.0) == pytest.approx(
        expected if np.isfinite(expected) else 1.0, abs=1e-8
    )


def test_so_many_raters_give_the_power_of_a_simulation():
    rng = np.random.default_rng(3)
    taste, each, raters, at = 0.15, 8, 30, 0.06

    def study(size):
        p = np.clip(0.5 + at + rng.normal(0.0, taste, size), 0.02, 0.98)
        votes = Clusters(np.repeat(np.arange(size), each), np.arange(size * each), np.ones(size * each))
        estimate, variance = share((rng.random(size * each) < np.repeat(p, each)).astype(float), votes)
        return effect(estimate - 0.5, variance, votes, unit=UNIT, kind="randomised"), votes

    more = [power.need("C", *_at(study(raters), at))["more_votes"] for _ in range(40)]
    size = raters + round(float(np.median(more)) / each)
    assert size > raters
    found = [study(size)[0]["low"] > 0.0 for _ in range(300)]
    assert np.mean(found) == pytest.approx(0.8, abs=0.08)


def _at(study, at):
    found, votes = study
    return found, at, UNIT, votes


def test_the_design_effect_is_the_ratio_of_variances_and_takes_the_votes_with_it():
    raters = Clusters(np.repeat(np.arange(40), 5), np.arange(200), np.ones(200))
    found = power.need("C", seen(0.04, raters), 0.05, UNIT, raters, row_variance=0.0004)
    assert found["design_effect"] == pytest.approx(4.0)
    twice = power.need("C", seen(0.08, raters), 0.05, UNIT, raters, row_variance=0.0004)
    assert twice["design_effect"] == pytest.approx(16.0)
    assert (200 + twice["more_votes"]) / (200 + found["more_votes"]) == pytest.approx(4.0, rel=0.05)


def test_enough_votes_need_no_more_and_the_sign_does_not_matter():
    many = one_vote_each(400)
    assert power.need("C", seen(0.01, many), 0.08, UNIT, many)["more_votes"] == 0
    up, down = (power.need("C", seen(0.05, many), at, UNIT, many) for at in (0.08, -0.08))
    assert up["more_votes"] == down["more_votes"] > 0


@pytest.mark.parametrize("at", [0.0, float("nan"), 1e-9])
def test_an_effect_that_no_study_could_see_has_no_number(at):
    votes = one_vote_each(50)
    assert power.need("C", seen(0.1, votes), at, UNIT, votes)["more_votes"] is None


def test_without_a_standard_error_nothing_is_said():
    few = one_vote_each(5)
    found = power.need("C", seen(0.1, few), 0.08, UNIT, few, row_variance=0.01)
    assert (found["se"], found["design_effect"], found["more_votes"], found["votes"]) == (None, None, None, 5)
    none = without_interval(
        few.take(np.zeros(0, dtype=np.int64)), "not_enough", "", unit=UNIT, kind="randomised"
    )
    assert power.need("C", none, 0.08, UNIT, few.take(np.zeros(0, dtype=np.int64)))["more_votes"] is None


def test_a_row_variance_that_is_not_there_gives_no_design_effect():
    votes = one_vote_each(50)
    for row_variance in (None, 0.0, float("nan")):
        assert (
            power.need("C", seen(0.1, votes), 0.1, UNIT, votes, row_variance=row_variance)["design_effect"]
            is None
        )


def test_before_a_vote_the_builder_says_the_size_of_the_question():
    assert power.planned_votes("T2", 0.5).votes == 10_000
    assert power.planned_votes("C", 0.08).matchups == 300
    assert power.planned_votes("C", -0.04).votes == 4 * 2_100
    assert power.planned_votes("C", 0.3).votes < 200
    own = power.Assumptions(effect=0.2, votes=700, per_matchup=7)
    assert power.planned_votes("O", 0.1, own) == power.Plan("O", 0.1, 2_800, 400)


def test_a_plan_without_an_effect_or_an_estimand_is_refused():
    with pytest.raises(ValueError, match="State one other than 0"):
        power.planned_votes("C", 0.0)
    with pytest.raises(ValueError, match="Write one of C, T1, T2"):
        power.planned_votes("X", 0.1)
    with pytest.raises(ValueError, match="some votes"):
        power.Assumptions(effect=0.1, votes=0)
