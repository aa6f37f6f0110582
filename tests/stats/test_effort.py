"""Effort against difficulty: planted slopes, shares and overthinkers, and what is said where columns are missing."""

import numpy as np
import pytest

from vibes.stats.effort import effort
from vibes.stats.samples import SampleFrame

FLAT, STEEP, HEAVY = "flat", "steep", "heavy"


def world(rng, prompts=60, samples=6, easy=20, models=(FLAT, STEEP, HEAVY)):
    """A third of the prompts are easy. `steep` spends 100 + 800 × difficulty, `heavy` five times `flat`'s 300 throughout."""
    rows = {
        name: [] for name in ("prompt_id", "model", "sample", "correct", "reasoning_tokens", "visible_tokens")
    }
    p_wrong = np.concatenate([np.zeros(easy), rng.uniform(0.1, 0.9, prompts - easy)])
    for p, wrong in enumerate(p_wrong):
        for model in models:
            mean = {FLAT: 300.0, STEEP: 100.0 + 800.0 * wrong, HEAVY: 1500.0}[model]
            for k in range(samples):
                spent = max(rng.normal(mean, 0.1 * mean), 1.0)
                rows["prompt_id"].append(f"p{p:03}")
                rows["model"].append(model)
                rows["sample"].append(k)
                rows["correct"].append(bool(rng.random() >= wrong))
                rows["reasoning_tokens"].append(0.75 * spent)
                rows["visible_tokens"].append(0.25 * spent)
    return rows


def analysed(rows, seed=0):
    found = effort(SampleFrame.from_columns(rows), np.random.default_rng(seed))
    return {row["model"]: row for row in found}


def test_planted_slopes_are_held_and_a_flat_one_is_not_called():
    found = analysed(world(np.random.default_rng(1)))
    assert found[FLAT]["slope"]["low"] < 0.0 < found[FLAT]["slope"]["high"]
    # Against the measured difficulty, a share of 18 samples, the slope is a little less than the planted 800.
    assert 650.0 < found[STEEP]["slope"]["low"] < found[STEEP]["slope"]["high"] < 850.0
    assert found[STEEP]["prompts"] == len(found[STEEP]["points"]) == 60
    assert found[FLAT]["reasoning_tokens"] == pytest.approx(225.0, rel=0.02)
    assert found[FLAT]["visible_tokens"] == pytest.approx(75.0, rel=0.02)


def test_the_share_of_effort_on_easy_prompts():
    found = analysed(world(np.random.default_rng(2)))
    points = found[FLAT]["points"]
    easy = sum(point["difficulty"] == 0.0 for point in points)
    assert found[FLAT]["easy_share"]["estimate"] == pytest.approx(easy / 60.0, abs=0.02)
    assert found[FLAT]["easy_share"]["low"] < easy / 60.0 < found[FLAT]["easy_share"]["high"]
    assert found[STEEP]["easy_share"]["high"] < found[FLAT]["easy_share"]["low"]
    assert "of its prompts are easy" in found[FLAT]["easy_share"]["note"]


def test_only_the_one_that_spends_far_more_than_the_others_overthinks():
    found = analysed(world(np.random.default_rng(3)))
    assert {model: row["overthinks"] for model, row in found.items()} == {
        FLAT: False,
        STEEP: False,
        HEAVY: True,
    }
    assert (
        "the lower limit of its tokens over the median of the other models' lies above 2"
        in found[HEAVY]["note"]
    )
    assert not any(
        row["overthinks"] for row in analysed(world(np.random.default_rng(3), models=(HEAVY,))).values()
    )
    few = analysed(world(np.random.default_rng(3), easy=2))
    assert "such prompts are not enough" in few[HEAVY]["note"]


@pytest.mark.slow
def test_intervals_hold_the_large_sample_slope_and_share_95_times_in_100():
    big = analysed(world(np.random.default_rng(100), prompts=6_000, easy=2_000))
    held = {"slope": 0, "easy_share": 0}
    for seed in range(300):
        rng = np.random.default_rng(seed)
        # The number of easy prompts varies as the prompts of a study do.
        found = analysed(world(rng, easy=int(rng.binomial(60, 1.0 / 3.0))), seed)
        for name in held:
            effect = found[STEEP][name]
            held[name] += effect["low"] < big[STEEP][name]["estimate"] < effect["high"]
    for name, count in held.items():
        assert 0.92 <= count / 300 <= 0.98, (name, count / 300)


def test_without_correct_there_are_tokens_but_no_difficulty():
    rows = world(np.random.default_rng(4), prompts=12, easy=4)
    del rows["correct"]
    row = analysed(rows)[FLAT]
    assert row["visible_tokens"] == pytest.approx(75.0, rel=0.05)
    assert (row["slope"]["state"], row["easy_share"]["state"], row["points"]) == (
        "not_enough",
        "not_enough",
        [],
    )
    assert row["slope"]["note"] == "no sample says whether it is correct"


def test_without_visible_tokens_there_is_no_row_and_without_reasoning_none_is_counted():
    rows = world(np.random.default_rng(5), prompts=12, easy=4)
    assert analysed({name: v for name, v in rows.items() if name != "visible_tokens"}) == {}
    row = analysed({name: v for name, v in rows.items() if name != "reasoning_tokens"})[FLAT]
    assert row["reasoning_tokens"] is None
    assert row["points"][0]["reasoning_tokens"] is None
    assert row["easy_share"]["state"] == "ok"


def test_equally_difficult_prompts_have_no_slope_and_few_have_no_interval():
    rows = world(np.random.default_rng(6), prompts=12, easy=12)
    found = analysed(rows)[FLAT]
    assert found["slope"]["state"] == "not_identified"
    assert found["easy_share"]["estimate"] == 1.0
    few = analysed(world(np.random.default_rng(6), prompts=9, easy=3))[FLAT]
    assert (few["slope"]["state"], few["slope"]["low"]) == ("not_enough", None)
    one = analysed(world(np.random.default_rng(6), prompts=1, easy=0))[FLAT]
    assert one["slope"]["state"] == "not_identified"


def test_no_tokens_at_all_are_no_share():
    rows = world(np.random.default_rng(7), prompts=12, easy=4)
    rows |= {name: [0.0] * len(rows["model"]) for name in ("visible_tokens", "reasoning_tokens")}
    row = analysed(rows)[FLAT]
    assert row["easy_share"]["state"] == "not_identified"
    assert row["slope"]["estimate"] == 0.0


def test_rows_in_another_order_and_other_names_say_the_same():
    rows = world(np.random.default_rng(8), prompts=20, easy=12)
    order = np.random.default_rng(9).permutation(len(rows["model"]))
    shuffled = {name: [values[row] for row in order] for name, values in rows.items()}
    shuffled["prompt_id"] = [name[::-1] for name in shuffled["prompt_id"]]
    shuffled["model"] = [f"x-{name}" for name in shuffled["model"]]
    first, second = analysed(rows), analysed(shuffled)
    for model, row in first.items():
        assert row["slope"]["high"] == pytest.approx(second[f"x-{model}"]["slope"]["high"])
        assert row["overthinks"] == second[f"x-{model}"]["overthinks"]
