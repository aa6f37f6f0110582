"""What boards hold constant: controlled features alone, by family."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.planted_worlds import World, simulate
from vibes.stats.columns import FrameError
from vibes.stats.controls import controls

PLANTED = simulate(World(judgements=60, models=3, raters=12), 0)
LISTS, PRAISE = PLANTED.features


def arranged(*features):
    return controls(PLANTED.frame(), features)


def test_features_are_controlled_unless_they_say_otherwise():
    assert LISTS.controlled
    found = arranged(LISTS, PRAISE, replace(LISTS, name="words", controlled=False))
    assert (set(found.style), set(found.sycophancy)) == ({"list_items"}, {"tone"})
    assert set(found.boards()) == {"plain", "style", "sycophancy", "both"}


def test_tone_is_the_mean_of_the_controlled_features_of_tone():
    other = replace(PRAISE, name="warmth", a=PRAISE.b, b=PRAISE.a, controlled=False)
    np.testing.assert_array_equal(arranged(PRAISE, other).sycophancy["tone"], PRAISE.difference())
    assert "tone" not in arranged(replace(PRAISE, controlled=False)).sycophancy


def test_manner_is_shown_and_never_held_constant():
    manner = replace(LISTS, name="hedging", family="manner", controlled=False)
    assert set(arranged(manner).boards()) == {"plain"}
    with pytest.raises(FrameError, match="hedging is of family manner"):
        arranged(replace(manner, controlled=True))


def test_a_name_is_taken_once_controlled_or_not():
    with pytest.raises(FrameError, match="list_items is taken"):
        arranged(LISTS, replace(LISTS, controlled=False))
