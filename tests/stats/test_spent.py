"""What answers take: each answer once, over prompts, by hand and from planted truth."""

import numpy as np
import pytest
from scipy import stats

from vibes.stats.frames import JudgementFrame
from vibes.stats.spent import spent


def columns(rows):
    """Rows of (prompt, rater, tokens of ann, tokens of bob): ann stands on A."""
    prompt, rater, ann, bob = zip(*rows, strict=True)
    return {
        "prompt_id": list(prompt),
        "rater": list(rater),
        "model_a": ["ann"] * len(rows),
        "model_b": ["bob"] * len(rows),
        "verdict": ["a"] * len(rows),
        "tokens_a": list(ann),
        "tokens_b": list(bob),
    }


def drawn(seed, prompts=30, raters=4):
    rng = np.random.default_rng(seed)
    level = rng.normal(0.0, 40.0, prompts)
    ann, bob = 400.0 + level + rng.normal(0, 5, prompts), 250.0 + level + rng.normal(0, 5, prompts)
    return [(f"p{p}", f"r{r}", ann[p], bob[p]) for p in range(prompts) for r in range(raters)]


def tokens(rows):
    return {
        row["model"]: row["measures"]["tokens"] for row in spent(JudgementFrame.from_columns(columns(rows)))
    }


def test_by_hand():
    rows = drawn(1)
    told = tokens(rows)
    for model, place in (("ann", 2), ("bob", 3)):
        values = np.array(list({row[0]: row[place] for row in rows}.values()))
        low, high = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
        found = told[model]
        assert [found[key] for key in ("estimate", "low", "high")] == pytest.approx(
            [values.mean(), low, high]
        )
        assert (found["n"], found["unit"], found["state"]) == (30, "tokens", "ok")


def test_an_answer_counts_once_however_often_it_is_judged():
    rows = drawn(2)
    busy = rows + [("p0", f"again {n}", rows[0][2], rows[0][3]) for n in range(50)]
    assert tokens(busy) == tokens(rows)


def test_planted_means_come_back():
    held = 0
    for seed in range(200):
        found = tokens(drawn(seed, prompts=15, raters=1))["ann"]
        held += found["low"] <= 400.0 <= found["high"]
    assert 180 <= held <= 199


def test_which_side_a_model_stands_on_changes_nothing():
    rows = drawn(3)
    one = columns(rows)
    turned = one | {
        "model_a": one["model_b"],
        "model_b": one["model_a"],
        "tokens_a": one["tokens_b"],
        "tokens_b": one["tokens_a"],
        "verdict": ["b"] * len(rows),
    }
    assert spent(JudgementFrame.from_columns(turned)) == spent(JudgementFrame.from_columns(one))


def test_two_answers_to_a_prompt_count_as_one_prompt():
    rows = [(f"p{p}", f"r{r}", 100.0 + 200.0 * r, 50.0) for p in range(12) for r in range(2)]
    given = columns(rows) | {"matchup": [f"m{n}" for n in range(len(rows))]}
    ann, bob = spent(JudgementFrame.from_columns(given))
    assert (ann["answers"], ann["prompts"], bob["answers"]) == (24, 12, 12)
    assert ann["measures"]["tokens"]["estimate"] == 200.0
    # All prompts alike: the mean is known.
    assert ann["measures"]["tokens"]["low"] == ann["measures"]["tokens"]["high"] == 200.0


def test_what_is_not_said_is_left_out():
    rows = [(p, r, None if p in ("p0", "p1") else ann, None) for p, r, ann, _ in drawn(4)]
    ann, bob = spent(JudgementFrame.from_columns(columns(rows)))
    assert ann["measures"]["tokens"]["n"] == ann["answers"] == 28
    assert bob["measures"]["tokens"]["estimate"] is None
    assert bob["measures"]["tokens"]["note"] == "none of its answers says it"
    without = {name: cells for name, cells in columns(rows).items() if not name.startswith("tokens")}
    assert spent(JudgementFrame.from_columns(without)) == []


def test_few_prompts_have_no_interval():
    found = tokens(drawn(5, prompts=9))["ann"]
    assert (found["state"], found["low"]) == ("not_enough", None)
    assert found["note"] == "there are 9 prompts; an interval needs 10"
