"""Benjamini and Hochberg's rule against scipy's and against their own example."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from vibes.stats.multiplicity import benjamini_hochberg

THEIRS = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]  # fmt: skip


def test_the_example_of_benjamini_and_hochberg():
    """Their section 4: 15 p-values of a trial of thrombolysis, of which the four smallest stand out."""
    assert benjamini_hochberg(np.array(THEIRS)).tolist() == [True] * 4 + [False] * 11


@pytest.mark.slow
@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30), st.sampled_from([0.01, 0.05, 0.2]))
def test_it_is_scipy_s(p, level):
    adjusted = false_discovery_control(p)
    marked = benjamini_hochberg(np.array(p), level)
    away = np.abs(adjusted - level) > 1e-9
    np.testing.assert_array_equal(marked[away], (adjusted <= level)[away])


def test_none_one_and_many():
    assert benjamini_hochberg(np.zeros(0)).tolist() == []
    assert benjamini_hochberg(np.array([0.05])).tolist() == [True]
    assert benjamini_hochberg(np.array([0.05, 0.05])).tolist() == [True, True]
    assert benjamini_hochberg(np.array([0.05, 0.9])).tolist() == [False, False]


@pytest.mark.parametrize("p", [-0.1, 1.1, np.nan])
def test_what_is_no_probability_is_refused(p):
    with pytest.raises(ValueError, match="between 0 and 1"):
        benjamini_hochberg(np.array([0.5, p]))
