"""Failure flags and Wilson's interval: statsmodels, counts by hand, bunched flags, and what must change nothing."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from vibes.stats.flags import CASES, flag_rates, names_in
from vibes.stats.frames import JudgementFrame
from vibes.stats.proportions import shown, wilson


def test_wilson_equals_statsmodels():
    n = np.repeat([1, 7, 40, 1000], 5)
    successes = (n * np.tile([0.0, 0.1, 0.5, 0.8, 1.0], 4)).astype(int)
    low, high = wilson(successes, n)
    theirs = np.array([proportion_confint(s, k, method="wilson") for s, k in zip(successes, n, strict=True)])
    assert np.column_stack([low, high]) == pytest.approx(theirs, abs=1e-12)
    assert wilson(3, 10, 0.99)[0] == pytest.approx(proportion_confint(3, 10, 0.01, "wilson")[0], abs=1e-12)


def test_a_share_of_nothing_is_nothing():
    nothing, some = shown([0, 3], [0, 4])
    assert nothing == {"rate": None, "low": None, "high": None, "n": 0}
    assert (some["rate"], some["n"]) == (0.75, 4)


def study(rows, **extra):
    """rows: (rater, matchup, model A, model B, flags of A, flags of B)."""
    rater, matchup, model_a, model_b, flags_a, flags_b = map(list, zip(*rows, strict=True))
    return {
        "prompt_id": [f"p{k}" for k in matchup],
        "rater": [f"r{k}" for k in rater],
        "model_a": model_a,
        "model_b": model_b,
        "verdict": ["tie"] * len(rows),
        "flags_a": flags_a,
        "flags_b": flags_b,
    } | extra


def rates(columns):
    found = flag_rates(JudgementFrame.from_columns(columns))
    return {(row["flag"], row["model"]): row for row in found}


def test_names_are_separated_by_commas():
    assert names_in(" cheats,  false claim ,,cheats") == {"cheats", "false claim"}
    assert names_in(" ") == frozenset()


def test_each_showing_counts_and_cases_lead_to_it():
    rows = [(k, k, "x", "y", "cheats" if k < 3 else "", "lies, cheats" if k == 5 else "") for k in range(12)]
    rows += [(k, k + 12, "y", "x", "", "lies" if k == 0 else "") for k in range(12)]
    ids = [f"j{k}" for k in range(24)]
    found = rates(study(rows, judgement_id=ids))
    assert {key: (row["flagged"], row["cases"]) for key, row in found.items()} == {
        ("cheats", "x"): (3, ["j0", "j1", "j2"]),
        ("cheats", "y"): (1, ["j5"]),
        ("lies", "x"): (1, ["j12"]),
        ("lies", "y"): (1, ["j5"]),
    }
    assert {row["rate"]["n"] for row in found.values()} == {24}
    assert found["cheats", "x"]["rate"]["estimate"] == pytest.approx(3 / 24)
    assert rates(study(rows))["lies", "x"]["cases"] == ["13"]


def test_without_bunching_it_is_wilsons_interval():
    rows = [(k, k, "x", "y", "", "slow" if k % 20 == 0 else "") for k in range(200)]
    found = rates(study(rows))
    none, some = found["slow", "x"]["rate"], found["slow", "y"]["rate"]
    assert (none["low"], none["high"]) == pytest.approx(
        proportion_confint(0, 200, method="wilson"), abs=1e-12
    )
    assert (some["low"], some["high"]) == pytest.approx(
        proportion_confint(10, 200, method="wilson"), rel=0.01
    )


def test_flags_that_come_from_one_rater_say_less():
    one = rates(study([(k // 10, k, "x", "y", "slow" if k < 10 else "", "") for k in range(200)]))
    all_of_them = rates(
        study([(k // 10, k, "x", "y", "slow" if k % 20 == 0 else "", "") for k in range(200)])
    )
    bunched, spread = one["slow", "x"]["rate"], all_of_them["slow", "x"]["rate"]
    assert bunched["estimate"] == spread["estimate"] == 0.05
    assert bunched["high"] > 1.7 * spread["high"]


def test_cr3_is_the_jackknife_over_raters():
    """Each vote a matchup of its own, so that the variance is the one by rater."""
    rng = np.random.default_rng(7)
    rater = rng.integers(0, 12, 240)
    marked = rng.random(240) < rng.beta(1.0, 3.0, 12)[rater]
    columns = study(
        [
            (r, k, "x", "y", "slow" if m else "", "")
            for k, (r, m) in enumerate(zip(rater, marked, strict=True))
        ]
    )
    frame = JudgementFrame.from_columns(columns)
    usual, strict = (
        next(row for row in flag_rates(frame, errors) if row["model"] == "x")["rate"]
        for errors in ("largest", "cr3")
    )
    moves = np.array([marked[rater != code].mean() for code in range(12)]) - marked.mean()
    assert strict["se"] ** 2 == pytest.approx(11.0 / 12.0 * (moves @ moves))
    assert strict["se"] > usual["se"]


@pytest.mark.slow
def test_intervals_cover_where_raters_differ():
    rng = np.random.default_rng(6)
    hits = []
    for _ in range(80):
        habit = rng.beta(1.5, 13.5, 40)
        rater, matchup = np.repeat(np.arange(40), 15), rng.integers(0, 100, 600)
        marked = np.where(rng.random(600) < habit[rater], "slow", "")
        columns = study([(r, m, "x", "y", "", f) for r, m, f in zip(rater, matchup, marked, strict=True)])
        rate = rates(columns)["slow", "y"]["rate"] if "slow" in marked else {"low": 0.0, "high": 0.1}
        hits.append(rate["low"] <= 0.1 <= rate["high"])
    assert np.mean(hits) > 0.88


def test_few_raters_have_a_rate_without_interval():
    found = rates(study([(k % 3, k, "x", "y", "slow", "") for k in range(30)]))["slow", "x"]["rate"]
    assert (found["estimate"], found["low"], found["state"]) == (1.0, None, "not_enough")


def test_no_columns_no_flags_and_no_flag_no_rows():
    rows = [(k, k, "x", "y", "", "") for k in range(12)]
    columns = study(rows)
    assert flag_rates(JudgementFrame.from_columns(columns)) == []
    assert (
        flag_rates(JudgementFrame.from_columns({k: v for k, v in columns.items() if k[:5] != "flags"})) == []
    )


def test_the_list_of_cases_ends_and_the_count_does_not():
    found = rates(study([(k, k, "x", "y", "slow", "") for k in range(80)]))["slow", "x"]
    assert (found["flagged"], len(found["cases"])) == (80, CASES)
    assert found["cases"][:3] == ["1", "2", "3"]


@pytest.fixture(scope="module")
def planted():
    rng = np.random.default_rng(9)
    flag = lambda: rng.choice(["", "", "slow", "slow, lies"], 300)  # noqa: E731
    models = [rng.choice(["x", "y", "z"], 2, replace=False) for _ in range(300)]
    rows = [
        (int(rng.integers(0, 30)), f"{k % 60}{'-'.join(sorted(pair))}", *map(str, pair), str(a), str(b))
        for k, (pair, a, b) in enumerate(zip(models, flag(), flag(), strict=True))
    ]
    return study(rows, judgement_id=[f"j{k}" for k in range(300)])


def close(found, expected):
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        assert (found[key]["flagged"], found[key]["cases"]) == (row["flagged"], row["cases"])
        for name in ("estimate", "low", "high", "se", "effective_raters"):
            assert found[key]["rate"][name] == pytest.approx(row["rate"][name], abs=1e-9)


def test_sides_order_and_doubled_rows_change_nothing(planted):
    found = rates(planted)
    turned = {"a": "b", "b": "a"}
    swapped = {
        name: planted[f"{name[:-1]}{turned[name[-1]]}"] if name[:-1] in ("model_", "flags_") else column
        for name, column in planted.items()
    }
    close(rates(swapped), found)
    order = np.random.default_rng(1).permutation(300)
    close(rates({name: [column[k] for k in order] for name, column in planted.items()}), found)
    doubled = {name: [*column, *column] for name, column in planted.items() if name != "judgement_id"}
    twice = rates(doubled | {"weight": [0.5] * 600})
    for key, row in twice.items():
        row["flagged"], row["cases"] = row["flagged"] // 2, found[key]["cases"]
    close(twice, found)
