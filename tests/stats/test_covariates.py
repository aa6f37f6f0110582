"""Covariates: their scale and sign, and those whose effect cannot be told."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.simulated_votes import simulated_votes
from vibes.stats.columns import FrameError
from vibes.stats.covariates import FeaturePair, unidentified
from vibes.stats.verdict_model import SeparationError, fit_verdicts


def pair(a, b, sd=0.5):
    return FeaturePair(
        "bold", "formatting", "count", "1", sd, np.array(a, dtype=float), np.array(b, dtype=float)
    )


def test_the_difference_is_relative_scaled_and_never_centred():
    found = pair([3, 0, 0, 5], [1, 0, 4, 5]).difference()
    assert found.tolist() == [1.0, 0.0, -2.0, 0.0]
    assert pair([1, 0, 4, 5], [3, 0, 0, 5]).difference().tolist() == (-found).tolist()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, -1], [1, 1]), "bold of text_a, entry 2 is -1"),
        (([1, 1], [float("nan"), 1]), "bold of text_b, entry 1 is nan"),
        (([1], [1, 2]), "feature bold has 1 counts of A, 2 of B"),
        (([1], [1], 0.0), "feature bold has a reference SD of 0"),
    ],
)
def test_bad_counts_are_named(arguments, message):
    with pytest.raises(FrameError, match=message):
        pair(*arguments)


def with_covariates(**columns):
    votes = simulated_votes(n=400, covariates=1)
    return replace(votes, x=np.column_stack(list(columns.values())), covariates=tuple(columns))


def test_good_covariates_are_kept():
    assert unidentified(simulated_votes()) == {}


def test_a_covariate_that_never_differs_is_named():
    found = unidentified(with_covariates(flat=np.zeros(400), fine=np.random.default_rng(0).normal(size=400)))
    assert found == {"flat": "no two answers differ in it"}


def test_a_covariate_that_follows_another_is_named_with_it():
    x = np.random.default_rng(0).normal(size=400)
    found = unidentified(with_covariates(words=x, characters=-2.0 * x))
    assert found == {"characters": "it moves with words: their effects cannot be told apart"}


def test_a_second_count_of_the_same_thing_is_named_before_it_blows_up():
    rng = np.random.default_rng(0)
    x = rng.normal(size=400)
    nearly = {"bullets": x, "arena_bullets": x + 0.05 * rng.normal(size=400)}
    assert list(unidentified(with_covariates(**nearly))) == ["arena_bullets"]
    apart = {"words": x, "lines": x + 0.5 * rng.normal(size=400)}
    assert unidentified(with_covariates(**apart)) == {}


def test_a_covariate_that_the_models_fix_is_named():
    votes = simulated_votes(n=400, covariates=1)
    lengths = np.random.default_rng(0).normal(size=votes.models)
    found = unidentified(with_covariates(words=lengths[votes.a] - lengths[votes.b]))
    assert found == {
        "words": "models and the other covariates fix it: its effect cannot be told apart from theirs"
    }


def test_a_covariate_fixed_by_two_others_is_named():
    rng = np.random.default_rng(0)
    x, z = rng.normal(size=400), rng.normal(size=400)
    assert list(unidentified(with_covariates(x=x, z=z, both=x + z))) == ["both"]


@pytest.mark.parametrize(("sign", "side"), [(1.0, "more"), (-1.0, "less")])
def test_a_covariate_that_always_wins_is_named(sign, side):
    votes = simulated_votes(n=400, covariates=1)
    won = sign * votes.sign * (np.arange(400) < 100)
    found = unidentified(replace(votes, x=won[:, None]))
    count = int((won != 0.0).sum())
    assert found == {"x0": f"the side with {side} of it won all {count} votes: no finite effect"}


def test_a_side_that_always_wins_is_named_as_a_side():
    votes = simulated_votes(n=400, covariates=1, cuts=(), tie=False)
    found = unidentified(replace(votes, x=-votes.sign[:, None], covariates=("position",)))
    assert found == {"position": "the right side won all 400 votes: no finite effect"}


def test_separation_by_two_covariates_together_raises_and_is_named():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 2))
    votes = simulated_votes(n=400, covariates=1, cuts=(), tie=False)
    votes = replace(votes, x=x, covariates=("x", "z"), level=np.sign(x.sum(axis=1)).astype(np.int64))
    assert unidentified(votes) == {}
    for ties in ("half", "ordinal", "davidson"):
        with pytest.raises(
            SeparationError, match="x, z together decide the verdicts: no finite effect"
        ) as caught:
            fit_verdicts(votes, ties=ties)
        assert caught.value.covariates == ("x", "z")
