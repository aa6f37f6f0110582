"""What moved between two runs: planted truths under every kind of dependence, swaps, and what cannot be told."""

import numpy as np
import pytest
from scipy.stats import binom, t

from tests.stats.planted_worlds import World, simulate
from vibes.stats.boards import board, fit_board
from vibes.stats.common_strengths import about_common, in_common
from vibes.stats.intervals import Clusters, effect, known, share, unknown
from vibes.stats.report import Specification, analyse
from vibes.stats.run_differences import between, differences, raters_in_both
from vibes.stats.selection import select
from vibes.stats.study import Study

WORLD = World(judgements=500, models=4, raters=25, prompts=20)
RATERS, EACH = 30, 20
STUDIES = 600


def analysed(world, seed, keep=None):
    planted = simulate(world, seed)
    columns = (
        planted.columns if keep is None else {name: values[:keep] for name, values in planted.columns.items()}
    )
    features = (
        planted.features
        if keep is None
        else [
            type(f)(f.name, f.family, f.unit, f.version, f.reference_sd, f.a[:keep], f.b[:keep])
            for f in planted.features
        ]
    )
    frame = type(planted.frame()).from_columns(columns)
    return analyse(
        frame, features, Specification(), seed=1, code_version="c", data_fingerprint=f"{seed}:{keep}"
    )


@pytest.fixture(scope="module")
def two():
    return analysed(WORLD, 1), analysed(WORLD, 2)


def by_key(found):
    return {(one.group, one.name): one for one in found}


# Planted truths: a share of votes, raters with tastes of their own, in two runs.


def votes(rng, taste, truth, each=EACH):
    """(chosen, rater) of raters whose own shares are about the truth."""
    rater = np.repeat(np.arange(len(taste)), each)
    return (rng.random(len(rater)) < np.clip(truth + taste, 0.0, 1.0)[rater]).astype(float), rater


def told(chosen, rater):
    clusters = Clusters(rater, np.arange(len(rater)), np.ones(len(rater)))
    p, variance = share(chosen, clusters)
    return effect(p, variance, clusters, unit="probability", kind="observational", bounds=(0.0, 1.0))


def tastes(rng, size=RATERS):
    return rng.normal(0.0, 0.12, size)


def independent(rng):
    return tuple(told(*votes(rng, tastes(rng), truth)) for truth in (0.5, 0.6))


def nested(rng):
    """The later run holds the earlier one's votes, and as many again by the same raters."""
    taste = tastes(rng)
    (early, who), (late, them) = votes(rng, taste, 0.55), votes(rng, taste, 0.55)
    return told(early, who), told(np.append(early, late), np.append(who, them))


def same_raters(rng):
    taste = tastes(rng)
    return tuple(told(*votes(rng, taste, truth)) for truth in (0.5, 0.6))


def same_raters_of_turned_taste(rng):
    """Who is drawn to it in one set of prompts is put off by it in the other."""
    taste = tastes(rng)
    return tuple(told(*votes(rng, way * taste, truth)) for way, truth in ((1.0, 0.5), (-1.0, 0.6)))


WORLDS = {independent: 0.1, nested: 0.0, same_raters: 0.1, same_raters_of_turned_taste: 0.1}


def held(world, *, shared, studies=STUDIES):
    rng = np.random.default_rng(11)
    found = [between(*world(rng), shared=shared) for _ in range(studies)]
    return sum(low <= WORLDS[world] <= high for _, low, high in found)


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
def test_whatever_is_shared_the_widest_interval_holds_the_truth(world):
    assert held(world, shared=True) >= binom.ppf(0.001, STUDIES, 0.95)


def test_two_independent_studies_hold_it_as_often_as_promised():
    count = held(independent, shared=False)
    assert binom.ppf(0.001, STUDIES, 0.95) <= count <= binom.ppf(0.9999, STUDIES, 0.97)


def test_taken_as_independent_raters_of_turned_taste_would_be_told_falsely():
    assert held(same_raters_of_turned_taste, shared=False) < binom.ppf(0.001, STUDIES, 0.95)


def test_a_planted_difference_is_found():
    rng = np.random.default_rng(5)
    found = [between(*independent(rng), shared=False) for _ in range(60)]
    assert np.mean([estimate for estimate, _, _ in found]) == pytest.approx(0.1, abs=0.02)
    assert sum(low > 0.0 for _, low, _ in found) > 30


# The limits themselves.


def plain(estimate, se, raters=20.0):
    width = float(t.ppf(0.975, raters - 1.0)) * se
    return known(estimate, estimate - width, estimate + width, se, n=400, effective_raters=raters, unit="u", kind="observational")  # fmt: skip


def test_the_limits_are_those_of_the_formulas():
    one, other = plain(1.0, 0.3), plain(3.0, 0.4)
    width = float(t.ppf(0.975, 19.0))
    assert between(one, other, shared=False) == pytest.approx((2.0, 2.0 - width * 0.5, 2.0 + width * 0.5))
    assert between(one, other, shared=True) == pytest.approx((2.0, 2.0 - width * 0.7, 2.0 + width * 0.7))


def test_a_limit_cut_at_the_end_of_its_scale_counts_in_full():
    cut = plain(0.98, 0.05) | {"high": 1.0}
    assert between(cut, plain(0.5, 0.01), shared=True) == between(
        plain(0.98, 0.05), plain(0.5, 0.01), shared=True
    )


def test_an_interval_that_leans_is_taken_on_its_own_side():
    one = known(0.5, 0.1, 0.6, None, n=9, effective_raters=None, unit="u", kind="observational")
    other = known(0.5, 0.5, 0.5, None, n=9, effective_raters=None, unit="u", kind="observational")
    assert between(one, other, shared=False) == pytest.approx((0.0, -0.1, 0.4))


# Whole reports.


def test_swapped_runs_turn_every_difference_round(two):
    for shared in (False, True):
        here = by_key(differences(*two, shared=shared))
        there = by_key(differences(*reversed(two), shared=shared))
        assert here.keys() == there.keys()
        for key, one in here.items():
            other = there[key]
            assert (one.estimate is None) == (other.estimate is None) and one.stands_out == other.stands_out
            if one.estimate is not None:
                assert (-one.estimate, -one.high, -one.low) == pytest.approx(
                    (other.estimate, other.low, other.high)
                )
                assert one.p == pytest.approx(other.p)


def test_the_order_of_models_and_of_effects_changes_nothing(two):
    first, second = two
    turned = second | {
        "boards": {name: rows[::-1] for name, rows in second["boards"].items()},
        "effects": dict(reversed(second["effects"].items())),
    }
    assert by_key(differences(first, turned, shared=False)) == by_key(
        differences(first, second, shared=False)
    )


def test_a_run_differs_from_itself_in_nothing(two):
    for one in differences(two[0], two[0], shared=True):
        assert one.estimate in (None, 0.0) and not one.stands_out and not one.excludes_zero


def test_p_is_five_per_cent_where_the_interval_ends_at_zero(two):
    for one in differences(*two, shared=False):
        assert one.p is None or (one.p < 0.05) == one.excludes_zero


def test_what_has_no_interval_in_either_run_says_why(two):
    first, second = two
    nothing = unknown(
        "not_enough", "too few", n=3, effective_raters=2.0, unit="log-odds", kind="observational"
    )
    changed = first | {
        "effects": first["effects"] | {"position": nothing, "new": first["effects"]["list_items"]}
    }
    found = by_key(differences(changed, second, shared=False))
    assert found["effects", "position"].why == "first run: too few"
    assert found["effects", "new"].why == "not in the second run"
    assert found["effects", "position"].estimate is found["effects", "position"].p is None


def test_a_feature_of_another_version_is_not_compared(two):
    first, second = two
    features = {name: note | {"version": "9"} for name, note in second["features"].items()}
    found = by_key(differences(first, second | {"features": features}, shared=False))
    assert "version 1 in the first run, 9 in the second" in found["effects", "list_items"].why
    assert "praise is measured otherwise" in found["tiebreak", "T0"].why
    assert found["effects", "position"].estimate is not None


def test_only_a_great_change_stands_out_among_many(two):
    first, second = two
    moved = plain(9.0, 0.1) | {"unit": first["effects"]["position"]["unit"]}
    changed = second | {"effects": second["effects"] | {"position": moved}}
    found = [one for one in differences(first, changed, shared=False) if one.stands_out]
    assert ("effects", "position") in {(one.group, one.name) for one in found}


def test_raters_in_both_are_told_by_name(two):
    assert raters_in_both(*two) == sorted(f"r{k}" for k in range(WORLD.raters))
    renamed = two[1] | {
        "raters_detail": [row | {"rater": f"x{row['rater']}"} for row in two[1]["raters_detail"]]
    }
    assert raters_in_both(two[0], renamed) == []


# Strengths on the models in common.


def row(model, strength, half, state="ok"):
    ok = state == "ok"
    return {
        "model": model, "strength": strength, "n": 100, "state": state,
        "low": strength - half if ok else None, "high": strength + half if ok else None,
    } | ({} if ok else {"note": "thin"})  # fmt: skip


def test_the_same_models_keep_their_own_numbers_and_intervals():
    rows = [row("a", 1040.0, 10.0), row("b", 960.0, 20.0)]
    found = about_common(rows, ["a", "b"])
    assert [found["a"][key] for key in ("estimate", "low", "high")] == [1040.0, 1030.0, 1050.0]


def test_a_model_that_only_one_run_has_moves_nobody():
    """c is far below: without it a and b stand lower, with the same distance between them."""
    three = [row("a", 1200.0, 10.0), row("b", 1100.0, 10.0), row("c", 700.0, 30.0)]
    two = [row("a", 1050.0, 10.0), row("b", 950.0, 10.0)]
    assert in_common(three, two) == ["a", "b"]
    here, there = about_common(three, ["a", "b"]), about_common(two, ["a", "b"])
    assert here["a"]["estimate"] == there["a"]["estimate"] == 1050.0
    # The narrower of 10 + 30/2 and (10 + 10)/2.
    assert here["a"]["high"] - here["a"]["estimate"] == 10.0
    assert here["c"]["state"] == "not_rated" and here["c"]["note"] == "only this run rates it"


def test_a_contrast_without_any_bound_has_no_interval():
    rows = [row("a", 1100.0, 10.0), row("b", 1000.0, 0.0, "not_enough"), row("c", 900.0, 0.0, "not_enough")]
    found = about_common(rows, ["a", "b"])
    assert found["a"]["state"] == "not_rated" and "no interval" in found["a"]["note"]
    assert about_common(rows, ["a"])["a"]["note"].startswith("the two runs rate one model in common")


def rated(world, seed, without=None):
    """A board of the position fit alone; `without`: a model that this run does not have."""
    planted, asked = simulate(world, seed), Specification(ties="half")
    kept = [
        k
        for k in range(world.judgements)
        if without not in (planted.columns["model_a"][k], planted.columns["model_b"][k])
    ]
    columns = {name: [values[k] for k in kept] for name, values in planted.columns.items()}
    found = Study.of(select(type(planted.frame()).from_columns(columns), [], asked), asked, seed)
    names = found.frame.models
    fitted = fit_board(
        found.votes(found.controls.boards()["plain"]), found.clusters.take(found.fitted_rows), names, "half"
    )
    return board(fitted, names, np.zeros(len(names)), np.random.default_rng(seed))


@pytest.mark.slow
def test_strengths_on_common_models_hold_the_truth_when_one_run_has_another_model():
    """The same world twice, once without m2: nothing moved. Other raters, so independent; the tie rule is that of both."""
    world = World(judgements=900, models=4, raters=40, prompts=40, praise=0.0, list_items=0.0, tie=0.0001)
    hits, every = 0, 0
    for seed in range(120):
        one, other = rated(world, seed), rated(world, 1000 + seed, without="m2")
        common = in_common(one, other)
        here, there = about_common(one, common), about_common(other, common)
        for model in common:
            if here[model]["state"] == there[model]["state"] == "ok":
                _, low, high = between(here[model], there[model], shared=False)
                hits, every = hits + (low <= 0.0 <= high), every + 1
    assert every > 300
    assert hits >= 0.94 * every


def test_strengths_of_a_board_sum_to_nothing_on_which_the_bound_rests():
    rows = [one for one in rated(World(judgements=900, models=4), 3) if one["strength"] is not None]
    assert len(rows) == 4 and sum(one["strength"] - 1000.0 for one in rows) == pytest.approx(0.0, abs=1e-6)
