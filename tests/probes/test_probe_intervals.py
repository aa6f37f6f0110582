"""Intervals of the probes: against an oracle, covered truths, and the edges."""

import numpy as np
import pytest

from vibes.probes.intervals import WHOLE, WHOLE_DIFFERENCE, mean_of_whole, share, signed_mean
from vibes.stats.proportions import wilson

# Three standard errors of a coverage of 0.95 over so many studies.
STUDIES = 4000
LEAST_COVERED = 0.95 - 3 * (0.95 * 0.05 / STUDIES) ** 0.5


@pytest.mark.parametrize(("chosen", "n"), [(0, 12), (12, 12), (3, 12), (1, 1), (7, 31)])
def test_a_share_is_wilson(chosen, n):
    estimate, low, high = share([1.0] * chosen + [0.0] * (n - chosen))
    assert estimate == chosen / n
    below, above = wilson(chosen, n)
    assert (low, high) == pytest.approx((float(below), float(above)), abs=1e-12)


@pytest.mark.parametrize("sign", [1, -1])
def test_agreement_of_all_still_has_a_width(sign):
    estimate, low, high = signed_mean([float(sign)] * 12)
    assert estimate == sign
    assert 0.3 < high - low < 0.6 and -1 <= low <= estimate <= high <= 1


def test_all_unmoved_is_as_wide_both_ways():
    estimate, low, high = signed_mean([0.0] * 20)
    assert estimate == 0 and low == pytest.approx(-high) and 0.1 < high < 0.2


def test_the_sign_turns_the_interval_over():
    values = [1.0, 1.0, 0.5, 0.0, -1.0, 0.0, 1.0]
    estimate, low, high = signed_mean(values)
    assert signed_mean([-value for value in values]) == pytest.approx((-estimate, -high, -low))


@pytest.mark.parametrize("with_user", [0.1, 0.3, 0.6])
@pytest.mark.parametrize("against", [0.05, 0.3])
@pytest.mark.parametrize("n", [10, 22])
def test_signed_means_cover_their_truth(with_user, against, n):
    """A little below the promise at ten statements is the price of limits that a reader can recompute."""
    rng = np.random.default_rng(20261123)
    drawn = rng.choice([1.0, -1.0, 0.0], size=(STUDIES, n), p=[with_user, against, 1 - with_user - against])
    covered = 0
    for row in drawn:
        _, low, high = signed_mean([float(value) for value in row])
        covered += low <= with_user - against <= high
    assert covered / STUDIES >= LEAST_COVERED - 0.015


@pytest.mark.parametrize("spread", [0.6, 1.5])
def test_means_of_marks_cover_their_truth(spread):
    rng = np.random.default_rng(20261123)
    covered = 0
    for row in rng.normal(0.8, spread, size=(STUDIES, 13)).round():
        _, low, high = mean_of_whole([float(value) for value in row], WHOLE_DIFFERENCE)
        covered += low <= 0.8 <= high
    assert covered / STUDIES >= LEAST_COVERED - 0.005


def test_equal_marks_tell_no_more_than_rounding_allows():
    _, low, high = mean_of_whole([3.0] * 10, WHOLE)
    assert low < 3 < high
    assert mean_of_whole([3.0], WHOLE) is None
    assert mean_of_whole([], WHOLE) is None
