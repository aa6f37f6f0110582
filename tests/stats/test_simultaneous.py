"""Max-t bounds and rank sets, against values that can be worked out."""

import numpy as np
import pytest
from scipy.stats import norm, studentized_range

from vibes.stats import simultaneous


def test_independent_estimates_need_the_sidak_level():
    drawn = simultaneous.draws(np.eye(10), np.random.default_rng(0), size=200_000)
    assert simultaneous.joint_alpha(drawn, 0.95) == pytest.approx(1.0 - 0.95**0.1, rel=0.03)


def test_estimates_that_move_together_need_no_more_than_one_does():
    drawn = simultaneous.draws(np.ones((10, 10)), np.random.default_rng(0), size=50_000)
    assert simultaneous.joint_alpha(drawn, 0.95) == pytest.approx(0.05, rel=0.03)


def test_all_pairs_of_independent_estimates_need_tukeys_range(monkeypatch):
    monkeypatch.setattr(simultaneous, "PAIR_DRAWS", 200_000)
    drawn = simultaneous.draws(np.eye(6), np.random.default_rng(1), size=200_000)
    alpha = simultaneous.pair_alpha(drawn, np.ones(6), np.eye(6), 0.95)
    tukey = studentized_range.ppf(0.95, 6, np.inf) / np.sqrt(2.0)
    assert norm.isf(alpha / 2.0) == pytest.approx(tukey, rel=0.01)


def test_bounds_are_t():
    np.testing.assert_allclose(
        simultaneous.bound(0.05, np.array([11.0, 1e9])), [2.228139, 1.959964], atol=1e-5
    )


def test_ranks_are_what_the_data_cannot_tell_apart():
    estimates = np.array([3.0, 2.9, 1.0, 0.0])
    apart = np.array([[0, 0, 1, 1], [0, 0, 0, 1], [1, 0, 0, 0], [1, 1, 0, 0]], dtype=bool)
    best, worst = simultaneous.ranks(estimates, apart)
    assert best.tolist() == [1, 1, 2, 3]
    assert worst.tolist() == [2, 3, 4, 4]
    nothing = np.zeros((4, 4), dtype=bool)
    assert simultaneous.ranks(estimates, nothing)[0].tolist() == [1] * 4
    assert simultaneous.ranks(estimates, nothing)[1].tolist() == [4] * 4
