"""Draws of prompts: their limits against Student's t, and what leaves no trace."""

import numpy as np
import pytest
from scipy.stats import t as student

from vibes.stats import prompt_bootstrap
from vibes.stats.prompt_bootstrap import limits, prompt_effect, resampled_means, tail


@pytest.mark.parametrize("prompts", [10, 25, 200])
def test_the_interval_of_a_mean_is_that_of_t(prompts):
    rng = np.random.default_rng(prompts)
    values = rng.normal(3.0, 2.0, prompts)
    low, high = limits(resampled_means(values[:, None], rng, 8_000)[:, 0], tail(prompts))
    reach = student.ppf(0.975, prompts - 1) * values.std(ddof=1) / np.sqrt(prompts)
    assert (high - low) / (2.0 * reach) == pytest.approx(1.0, abs=0.06)


def test_blocks_and_the_order_of_prompts_leave_no_trace(monkeypatch):
    values = np.random.default_rng(1).normal(size=(30, 2))
    whole = resampled_means(values, np.random.default_rng(2), 500)
    np.testing.assert_allclose(resampled_means(values[::-1], np.random.default_rng(2), 500), whole)
    monkeypatch.setattr(prompt_bootstrap, "_CELLS", 100)
    np.testing.assert_allclose(resampled_means(values, np.random.default_rng(2), 500), whole)


def test_few_prompts_and_open_sides_have_no_interval():
    few = prompt_effect(1.0, np.ones(50), 9, n=90, unit="gold", kind="independent")
    assert (few["state"], few["estimate"], few["low"]) == ("not_enough", 1.0, None)
    drawn = np.array([1.0, 2.0, np.inf, np.inf])
    assert prompt_effect(1.0, drawn, 20, n=90, unit="gold", kind="independent")["state"] == "not_identified"
