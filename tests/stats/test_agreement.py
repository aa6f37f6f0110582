"""Krippendorff's α against the printed example, the krippendorff package, and plain cases."""

import krippendorff
import numpy as np
import pytest

from vibes.stats import agreement as agreements
from vibes.stats.agreement import agreement, alpha
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters

# Krippendorff (2011), Computing Krippendorff's alpha-reliability, section C and E: four observers, twelve units.
PRINTED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def counts(table, kinds):
    return np.array(
        [[sum(row[u] == k for row in table) for k in kinds] for u in range(len(table[0]))], dtype=float
    )


def test_the_printed_example():
    found = counts(PRINTED, range(1, 6))
    assert round(alpha(found, ordinal=False), 3) == 0.743
    assert round(alpha(found, ordinal=True), 3) == 0.815


def study(votes, model_a=None, model_b=None):
    """votes: {(rater, prompt): verdict} between x and y."""
    keys = list(votes)
    columns = {
        "prompt_id": [prompt for _, prompt in keys],
        "rater": [rater for rater, _ in keys],
        "model_a": model_a or ["x"] * len(keys),
        "model_b": model_b or ["y"] * len(keys),
        "verdict": list(votes.values()),
    }
    return JudgementFrame.from_columns(columns)


def agreed(frame, *, seed=0, both_bad_is_tie=False):
    clusters = Clusters(frame.rater.codes, frame.matchup.codes, frame.weight)
    return agreement(frame, clusters, np.random.default_rng(seed), both_bad_is_tie=both_bad_is_tie)


@pytest.fixture(scope="module")
def votes():
    rng = np.random.default_rng(3)
    leaning = {prompt: rng.choice(["a", "tie", "b"]) for prompt in range(40)}
    return {
        (rater, prompt): str(leaning[prompt] if rng.random() < 0.6 else rng.choice(["a", "tie", "b"]))
        for prompt in range(40)
        for rater in rng.choice(20, 4, replace=False)
    }


def test_alpha_equals_the_krippendorff_package(votes):
    table = np.full((20, 40), np.nan)
    for (rater, prompt), verdict in votes.items():
        table[rater, prompt] = ["b", "tie", "a"].index(verdict)
    found = agreed(study(votes))
    for level in ("nominal", "ordinal"):
        theirs = krippendorff.alpha(reliability_data=table, level_of_measurement=level)
        assert found[f"alpha_{level}"]["estimate"] == pytest.approx(theirs, abs=1e-12)
        assert found[f"alpha_{level}"]["low"] < theirs < found[f"alpha_{level}"]["high"]


@pytest.mark.slow
def test_the_interval_is_that_of_resampled_units(votes):
    found = agreed(study(votes))["alpha_nominal"]
    table = {prompt: [] for prompt in range(40)}
    for (_, prompt), verdict in votes.items():
        table[prompt].append(verdict)
    units = np.array(
        [[kinds.count(kind) for kind in ("b", "tie", "a")] for kinds in table.values()], dtype=float
    )
    rng = np.random.default_rng(1)
    drawn = [alpha(units[rng.integers(0, 40, 40)], ordinal=False) for _ in range(2000)]
    assert found["se"] == pytest.approx(np.std(drawn), rel=0.1)
    assert (found["low"], found["high"]) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])), abs=0.02)


def test_above_two_thousand_matchups_sums_are_drawn_and_the_interval_stays(votes, monkeypatch):
    singly = agreed(study(votes))
    monkeypatch.setattr(agreements, "DRAWN_SINGLY", 10)
    summed = agreed(study(votes))
    for name in ("alpha_nominal", "alpha_ordinal"):
        assert summed[name]["estimate"] == singly[name]["estimate"]
        assert summed[name]["se"] == pytest.approx(singly[name]["se"], rel=0.1)
        assert summed[name]["low"] == pytest.approx(singly[name]["low"], abs=0.02)


def test_sides_listed_the_other_way_round_still_agree():
    votes = {(r, p): "a" for p in range(3) for r in range(12)} | {
        (r, p): "b" for p in range(3, 6) for r in range(12)
    }
    forward = study(votes)
    turned = {key: ({"a": "b", "b": "a"}[v] if key[0] % 3 == 0 else v) for key, v in votes.items()}
    model_a = ["y" if rater % 3 == 0 else "x" for rater, _ in turned]
    model_b = ["x" if rater % 3 == 0 else "y" for rater, _ in turned]
    mixed = study(turned, model_a, model_b)
    assert agreed(forward)["alpha_nominal"]["estimate"] == agreed(mixed)["alpha_nominal"]["estimate"] == 1.0


def test_a_matchup_listed_as_often_either_way_is_read_half_each_way():
    votes = {(r, p): "a" if r % 2 else "b" for p in range(3) for r in range(12)}
    model_a = ["x" if rater % 2 else "y" for rater, _ in votes]
    model_b = ["y" if rater % 2 else "x" for rater, _ in votes]
    found = agreed(study(votes, model_a, model_b))["alpha_nominal"]
    assert (found["estimate"], found["n"]) == (1.0, 36)


def test_both_bad_is_a_name_of_its_own_and_outside_the_order():
    votes = {(r, p): "both_bad" if p < 3 else "tie" for p in range(6) for r in range(12)}
    found = agreed(study(votes))
    assert found["alpha_nominal"]["estimate"] == 1.0
    assert found["alpha_ordinal"]["state"] == "not_identified"
    assert agreed(study(votes), both_bad_is_tie=True)["alpha_nominal"]["state"] == "not_identified"


def test_without_two_verdicts_a_matchup_there_is_no_alpha():
    found = agreed(study({(r, r): "a" for r in range(12)}))["alpha_nominal"]
    assert (found["estimate"], found["state"], found["n"]) == (None, "not_enough", 0)
    assert found["note"] == "no matchup has two verdicts"


def test_few_raters_have_an_alpha_without_interval():
    votes = {(r, p): "a" if p % 2 else "b" for p in range(8) for r in range(3)}
    found = agreed(study(votes))["alpha_nominal"]
    assert (found["estimate"], found["low"], found["state"]) == (1.0, None, "not_enough")
