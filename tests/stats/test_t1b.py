"""T1b: whom the key, the uncued version and ratings of the same text make of it, in worlds with and without a halo."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from tests.stats.quality_worlds import Rated, draw
from vibes.stats.cues.design import cued_votes
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters
from vibes.stats.t1b import t1b

WORLD = Rated(pairs=400)
TRUTH = expit(WORLD.taste) - 0.5


def told(drawn, tone=True):
    return t1b(drawn.frame(), drawn.clusters(), drawn.tone if tone else None)


def many(world, seeds=6):
    return [told(draw(world, seed)) for seed in range(seeds)]


def mean(effects):
    return np.mean([effect["estimate"] for effect in effects])


@pytest.fixture(scope="module")
def drawn():
    return draw(WORLD, 3)


@pytest.mark.slow
def test_a_key_reads_the_truth_and_is_independent():
    found = many(replace(WORLD, key=True))
    assert mean(found) == pytest.approx(TRUTH, abs=0.045)
    assert {effect["kind"] for effect in found} == {"independent"}
    assert "by the answer key; tied: within ±" in found[0]["note"]


def test_ratings_without_a_halo_read_the_truth_and_are_observational_all_the_same():
    found = many(WORLD)
    assert mean(found) == pytest.approx(TRUTH, abs=0.045)
    assert {effect["kind"] for effect in found} == {"observational"}


def test_a_halo_as_large_as_the_taste_hides_it_and_the_note_says_so():
    found = many(replace(WORLD, halo=WORLD.taste))
    assert abs(mean(found)) < 0.045
    assert {effect["kind"] for effect in found} == {"observational"}
    assert "a taste for flattery reads too low here" in found[0]["note"]


def test_worse_flattery_and_noisy_ratings_make_no_taste_of_their_own():
    """Unshrunk, ties among noisy ratings would be worse answers: 0.44 where the truth is 0.50."""
    assert abs(mean(many(replace(WORLD, taste=0.0, worse=0.5)))) < 0.045


def planted(seed, halo=0.6, taste=0.42):
    """One cue on twin matchups: unplanted rows carry ratings without the cue, planted ones votes with it."""
    rng = np.random.default_rng(seed)
    rows, pairs = [], 300
    for k in range(pairs):
        gap = rng.normal()
        for place, v in enumerate((0, 0, 0, 1, 1, -1, -1)):
            rated = np.clip(gap + halo * v + rng.normal(), -4.0, 4.0)
            chosen = rng.random() < expit(gap + taste * v)
            rows.append(
                {
                    "prompt_id": f"p{k}",
                    "rater": f"r{(7 * k + place) % 90}",
                    "model_a": "m0",
                    "model_b": "m1",
                    "verdict": "a" if chosen else "b",
                    "quality_a": 3.0 + rated / 2.0,
                    "quality_b": 3.0 - rated / 2.0,
                    "cue": "praise_opener",
                    "cue_on": {0: "", 1: "a", -1: "b"}[v],
                }
            )
    frame = JudgementFrame.from_columns({key: [row[key] for row in rows] for key in rows[0]})
    cued = cued_votes(frame)[0]
    plain = frame.take(np.flatnonzero(cued.v == 0.0))
    clusters = Clusters(plain.rater.codes, plain.matchup.codes, plain.weight)
    return plain, clusters, cued


def test_ratings_of_the_uncued_version_see_through_the_halo():
    found = [t1b(plain, clusters, None, cued) for plain, clusters, cued in map(planted, range(6))]
    assert mean(found) == pytest.approx(TRUTH, abs=0.04)
    assert {effect["kind"] for effect in found} == {"independent"}
    assert "version without the cue" in found[0]["note"]


def test_a_cue_that_takes_praise_away_is_read_the_other_way_round():
    plain, clusters, cued = planted(1)
    more, less = (t1b(plain, clusters, None, replace(cued, cue=name)) for name in ("praise_opener", "cooler"))
    assert less["estimate"] == pytest.approx(-more["estimate"])


SWAP = {"a": "b", "b": "a"}


def swapped(columns):
    return columns | {
        "model_a": columns["model_b"],
        "model_b": columns["model_a"],
        "quality_a": columns["quality_b"],
        "quality_b": columns["quality_a"],
        "verdict": [SWAP.get(v, v) for v in columns["verdict"]],
        "a_is_left": [not left for left in columns["a_is_left"]],
    }


def same(found, expected):
    for key, value in expected.items():
        assert found[key] == (pytest.approx(value, abs=1e-10) if isinstance(value, float) else value), key


def test_sides_screens_and_order_change_nothing(drawn):
    expected = told(drawn)
    same(told(replace(drawn, columns=swapped(drawn.columns), tone=-drawn.tone)), expected)
    left = [not left for left in drawn.columns["a_is_left"]]
    same(told(replace(drawn, columns=drawn.columns | {"a_is_left": left})), expected)
    order = np.random.default_rng(0).permutation(len(drawn.tone))
    shuffled = {name: [column[row] for row in order] for name, column in drawn.columns.items()}
    same(told(replace(drawn, columns=shuffled, tone=drawn.tone[order])), expected)


def test_rows_twice_at_half_weight_change_only_n(drawn):
    expected = told(drawn)
    doubled = {name: list(column) * 2 for name, column in drawn.columns.items()}
    doubled["weight"] = [0.5] * len(doubled["verdict"])
    found = told(replace(drawn, columns=doubled, tone=np.tile(drawn.tone, 2)))
    assert found["n"] == 2 * expected["n"]
    for key in ("estimate", "low", "high", "se"):
        assert found[key] == pytest.approx(expected[key])


def test_ties_count_a_half():
    drawn = draw(replace(WORLD, key=True), 1)
    tied = replace(drawn, columns=drawn.columns | {"verdict": ["tie"] * len(drawn.tone)})
    assert told(tied)["estimate"] == 0.0


def without_ratings(drawn):
    return replace(drawn, columns={k: v for k, v in drawn.columns.items() if not k.startswith("quality")})


@pytest.mark.parametrize(
    ("change", "state", "note"),
    [
        (lambda drawn: (drawn, False), "not_enough", "no feature of tone"),
        (lambda drawn: (without_ratings(drawn), True), "not_enough", "no measure of quality beside the vote"),
        (
            lambda drawn: (replace(drawn, tone=np.zeros_like(drawn.tone)), True),
            "not_identified",
            "no two answers differ in tone",
        ),
    ],
)
def test_what_is_missing_is_said(drawn, change, state, note):
    found = told(*change(drawn))
    assert (found["estimate"], found["state"]) == (None, state)
    assert note in found["note"]


def test_ratings_that_repeat_nothing_give_no_figure():
    found = told(draw(Rated(pairs=60, votes=1), 0))
    assert (found["estimate"], found["state"]) == (None, "not_identified")
    assert "no pair has ratings by two raters" in found["note"]


def test_few_raters_have_no_interval():
    found = told(draw(Rated(pairs=200, raters=6), 0))
    assert (found["state"], found["low"]) == ("not_enough", None)


@pytest.mark.slow
@pytest.mark.parametrize("key", [True, False])
def test_the_interval_holds_the_large_sample_value_in_95_of_100(key):
    """The band has a width, so that the truth is that of many votes and not of a gap of exactly 0."""
    world = replace(WORLD, key=key)
    truth = mean([told(draw(replace(world, pairs=6000, raters=900), seed)) for seed in range(4)])
    found = many(world, 200)
    assert truth == pytest.approx(TRUTH, abs=0.02)
    assert 0.92 < np.mean([effect["low"] <= truth <= effect["high"] for effect in found]) < 0.99
