"""The joint model of T2 on planted truth: without bias, intervals that hold it, and the two-step check beside it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from tests.stats.cue_rows import Study, posterior
from tests.stats.cued_worlds import CuedWorld
from vibes.stats.cues import latent_gap
from vibes.stats.cues.latent_gap import beta_far_effect, t2_effect
from vibes.stats.cues.two_step import two_step_effect


@pytest.mark.slow
def test_planted_effects_come_back():
    world = CuedWorld(matchups=300, raters=50, beta=0.3, t2=0.6)
    fits = [Study.drawn(world, seed).fit() for seed in range(12)]
    for name, value in (("t2", 0.6), ("beta_far", 0.3), ("sigma", 1.0)):
        found = np.array([getattr(fit, name) for fit in fits])
        assert abs(found.mean() - value) < 3.5 * found.std(ddof=1) / np.sqrt(12)
    errors = np.sqrt([fit.covariance.variances()[1] for fit in fits])
    assert 0.6 < np.std([fit.t2 for fit in fits], ddof=1) / errors.mean() < 1.5


def test_without_the_interaction_the_cue_is_one_number():
    study = Study.drawn(CuedWorld(matchups=150, raters=30, beta=0.5), 7)
    fit = study.fit(interaction=False)
    assert fit.t2 == 0.0
    assert fit.covariance.variances()[1] == 0.0
    told = t2_effect(fit, study.planted())
    assert (told["state"], told["estimate"], told["low"]) == ("not_identified", None, None)
    beta = beta_far_effect(fit, study.planted())
    assert beta["low"] < 0.5 < beta["high"]
    assert beta["se"] < beta_far_effect(study.fit(), study.planted())["se"]


def test_effects_say_what_they_are():
    study = Study.drawn(CuedWorld(matchups=150, raters=30, beta=0.3, t2=0.4), 8)
    fit = study.fit()
    for told, estimate in (
        (t2_effect(fit, study.planted()), fit.t2),
        (beta_far_effect(fit, study.planted()), fit.beta_far),
    ):
        assert (told["state"], told["kind"], told["unit"]) == ("ok", "randomised", "log-odds")
        assert told["estimate"] == estimate
        assert told["n"] == 150 * 6


def two_step(study, fit):
    near, gap = fit.closeness[study.matchup], fit.gap[study.matchup]
    return two_step_effect(study.votes, study.v, near, study.clusters, gap)


@pytest.mark.slow
def test_the_two_step_check_has_the_sign_of_t2():
    world = CuedWorld(matchups=1200, raters=60, votes=(3, 2, 2), beta=0.2, t2=1.2, mixed_order=True)
    study = Study.drawn(world, 9)
    fit = study.fit()
    told = two_step(study, fit)
    assert (told["state"], told["kind"], told["n"]) == ("ok", "randomised", 4800)
    assert 0.0 < told["low"] < told["estimate"] < fit.t2
    assert "sign of T2" in told["note"]
    assert two_step(study.turned(), fit)["estimate"] == pytest.approx(told["estimate"], abs=1e-8)
    level = two_step(study, replace(fit, closeness=np.full_like(fit.closeness, 0.5)))
    assert (level["state"], level["estimate"]) == ("not_identified", None)


def estimates(world, studies):
    """T2, whether its interval holds the truth, whether β_far's does, of each study."""
    found = []
    for seed in range(studies):
        study = Study.drawn(world, seed)
        fit = study.fit()
        near, far = t2_effect(fit, study.planted()), beta_far_effect(fit, study.planted())
        held = [told["low"] <= value <= told["high"] for told, value in ((near, world.t2), (far, world.beta))]
        found.append((fit.t2, *held))
    return np.array(found, dtype=float)


def without_kappa(study):
    """T2 where κ is held at 0."""
    climbed = posterior(study).problem
    free = climbed.free.copy()
    free[-1] = False
    start = latent_gap._start(study.votes, study.votes.weight)
    return latent_gap._highest(replace(climbed, free=free), start)[0].parameters[-2]


@pytest.mark.slow
@pytest.mark.parametrize("t2", [0.0, 0.6])
def test_t2_is_unbiased_and_its_interval_holds_it(t2):
    world, studies = CuedWorld(matchups=600, beta=0.3, t2=t2), 150
    found = estimates(world, studies)
    assert abs(found[:, 0].mean() - t2) < 3.5 * found[:, 0].std(ddof=1) / np.sqrt(studies)
    for held in found[:, 1:].T:
        assert binom.ppf(0.001, studies, 0.925) <= held.sum() <= binom.ppf(0.999, studies, 0.975)


@pytest.mark.slow
@pytest.mark.parametrize("tied", [0.6, -0.6])
def test_taste_that_goes_with_thresholds_does_not_look_like_a_tiebreak(tied):
    world = CuedWorld(matchups=2000, raters=120, beta=0.3, taste_sd=0.3, taste_with_ties=tied)
    studies = [Study.drawn(world, seed) for seed in range(30)]
    with_kappa = np.mean([study.fit().t2 for study in studies])
    without = np.mean([without_kappa(study) for study in studies])
    assert without * tied < 0.0
    assert abs(without) > 0.08
    assert abs(with_kappa) < 0.6 * abs(without)


@pytest.mark.slow
@pytest.mark.parametrize("votes", [(1, 3, 3), (3, 2, 2)])
def test_the_two_step_check_is_shrunk_and_near_0_where_the_cue_is_additive(votes):
    for t2, low, high in ((0.0, -0.2, 0.15), (0.8, 0.3, 0.7)):
        world = CuedWorld(matchups=1200, raters=80, votes=votes, beta=0.6 - 0.4 * t2, t2=t2)
        studies = [Study.drawn(world, seed) for seed in range(20)]
        found = [two_step(study, study.fit())["estimate"] for study in studies]
        assert low < np.mean(found) < high
