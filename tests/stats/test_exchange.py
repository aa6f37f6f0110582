"""X: what one unit of a covariate buys in quality, by the key and by other raters."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.quality_worlds import Rated, draw
from vibes.stats.boards import fit_board
from vibes.stats.exchange import exchange
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters
from vibes.stats.votes import Votes

NAMES = ("position", "length", "tone")
WORLD = Rated(pairs=300)


def bought(drawn, ties="half", x=None, errors="largest"):
    frame = drawn.frame()
    clusters = replace(drawn.clusters(), errors=errors)
    votes = votes_of(frame, drawn) if x is None else replace(votes_of(frame, drawn), x=x)
    return exchange(frame, fit_board(votes, clusters, frame.models, ties), ties)


def votes_of(frame, drawn):
    return Votes(
        frame.model_a,
        frame.model_b,
        len(frame.models),
        frame.sign,
        frame.rater.codes,
        len(frame.rater.names),
        frame.weight,
        np.column_stack([frame.position, drawn.length, drawn.tone]),
        NAMES,
    )


@pytest.fixture(scope="module", params=[False, True], ids=["ratings", "key"])
def drawn(request):
    return draw(replace(WORLD, key=request.param), 2)


def held(world, seeds):
    truth = {"tone": world.taste / world.quality, "length": world.length / world.quality}
    found = [bought(draw(world, seed))["buys"] for seed in seeds]
    hits = [e[name]["low"] <= truth[name] <= e[name]["high"] for e in found for name in truth]
    return np.mean(hits), {
        name: np.mean([e[name]["estimate"] for e in found]) - truth[name] for name in truth
    }


@pytest.mark.slow
def test_a_key_gives_the_planted_rate_and_is_independent():
    covered, off = held(replace(WORLD, key=True, worse=0.5), range(6))
    assert covered >= 0.75 and max(map(abs, off.values())) < 0.08
    found = bought(draw(replace(WORLD, key=True), 0))
    assert found["quality"] == "answer key"
    assert found["buys"]["tone"]["kind"] == "independent"
    assert set(found["buys"]) == {"length", "tone"}


def test_ratings_are_corrected_for_what_they_do_not_repeat():
    covered, off = held(replace(WORLD, worse=0.3), range(6))
    assert covered >= 0.75 and max(map(abs, off.values())) < 0.08
    found = bought(draw(WORLD, 0))
    assert "reliability of one rating 0." in found["quality"]
    assert found["buys"]["tone"]["kind"] == "observational"


def test_cr3_reaches_what_a_key_buys_and_says_that_it_does_not_reach_ratings():
    by_key, by_ratings = draw(Rated(pairs=200, raters=20, key=True), 1), draw(WORLD, 2)
    usual, strict = (bought(by_key, errors=errors)["buys"]["tone"] for errors in ("largest", "cr3"))
    assert strict["se"] != usual["se"] and "note" not in strict
    usual, strict = (bought(by_ratings, errors=errors)["buys"]["tone"] for errors in ("largest", "cr3"))
    assert "CR1 by rater, not CR3" in strict["note"] and "note" not in usual


def test_a_halo_makes_flattery_look_like_quality():
    found = [bought(draw(replace(WORLD, halo=WORLD.taste), seed))["buys"]["tone"] for seed in range(4)]
    assert abs(np.mean([effect["estimate"] for effect in found])) < 0.07
    assert {effect["kind"] for effect in found} == {"observational"}


def test_no_effect_of_quality_is_not_identified_in_that_word():
    found = bought(draw(replace(WORLD, quality=0.0, key=True), 1))["buys"]["tone"]
    assert (found["estimate"], found["state"]) == (None, "not_identified")
    assert "not identified" in found["note"] and "unbounded" in found["note"]


def test_no_measure_of_quality_buys_nothing(drawn):
    columns = {name: cells for name, cells in drawn.columns.items() if "quality" not in name}
    assert bought(replace(drawn, columns=columns)) == {"quality": "", "buys": {}}


def test_one_rating_a_pair_is_not_identified():
    found = bought(draw(Rated(pairs=200, votes=1), 0))["buys"]["tone"]
    assert (found["state"], found["estimate"]) == ("not_identified", None)


def test_a_covariate_that_cannot_be_told_says_why(drawn):
    frame = drawn.frame()
    x = np.column_stack([frame.position, np.zeros(len(frame)), drawn.tone])
    found = bought(drawn, x=x)["buys"]
    assert found["length"]["note"] == "no two answers differ in it"
    assert found["tone"]["state"] == "ok"


def test_a_quality_that_the_covariates_fix_is_named():
    drawn = draw(replace(WORLD, key=True), 1)
    columns = drawn.columns | {"key_quality_a": drawn.tone.tolist()}
    found = bought(replace(drawn, columns=columns))["buys"]
    assert found["tone"]["state"] == "not_identified"
    assert "moves with quality" in found["tone"]["note"]
    assert found["length"]["state"] == "ok"


def test_all_ties_and_few_raters_have_states():
    drawn = draw(replace(WORLD, key=True), 1)
    tied = replace(drawn, columns=drawn.columns | {"verdict": ["tie"] * len(drawn.tone)})
    found = bought(tied)["buys"]["tone"]
    assert (found["estimate"], found["state"], found["note"]) == (
        None,
        "not_identified",
        "every verdict is a tie",
    )
    assert bought(draw(replace(WORLD, raters=6), 0))["buys"]["tone"]["state"] == "not_enough"


@pytest.mark.slow
def test_both_bad_stays_out_and_rows_say_which(drawn):
    """A model that is only ever both-bad keeps its place among the names."""
    columns = {name: [*cells, cells[0]] for name, cells in drawn.columns.items()}
    columns["model_b"][-1], columns["verdict"][-1] = "a newcomer", "both_bad"
    columns["prompt_id"][-1] = "another"
    frame = JudgementFrame.from_columns(columns)
    rows = np.arange(len(frame) - 1)
    votes = votes_of(frame, replace(drawn, tone=np.append(drawn.tone, 0), length=np.append(drawn.length, 0)))
    clusters = Clusters(frame.rater.codes, frame.matchup.codes, frame.weight).take(rows)
    board = fit_board(votes.take(rows), clusters, frame.models, "half")
    same(exchange(frame, board, "half", rows=rows), bought(drawn))
    same(exchange(frame.take(rows), board, "half"), bought(drawn))
    with pytest.raises(ValueError, match="give the rows of the fit"):
        exchange(frame, board, "half")


def test_a_perfect_key_separates_and_is_named():
    drawn = draw(replace(WORLD, key=True), 1)
    sign = np.where(np.array(drawn.columns["verdict"]) == "a", 1.0, -1.0)
    found = bought(replace(drawn, columns=drawn.columns | {"key_quality_a": sign.tolist()}))["buys"]["tone"]
    assert (found["state"], found["estimate"]) == ("not_identified", None)
    assert "no finite effect" in found["note"]


SWAP = {"a": "b", "b": "a"}
PAIRS = ("model", "quality", "key_quality")


def swapped(drawn):
    columns = dict(drawn.columns)
    for stem in PAIRS:
        if f"{stem}_a" in columns:
            columns[f"{stem}_a"], columns[f"{stem}_b"] = columns[f"{stem}_b"], columns[f"{stem}_a"]
    columns["verdict"] = [SWAP.get(v, v) for v in columns["verdict"]]
    columns["a_is_left"] = [not left for left in columns["a_is_left"]]
    return replace(drawn, columns=columns, tone=-drawn.tone, length=-drawn.length)


def same(found, expected, skip=()):
    for name, effect in expected["buys"].items():
        kept = {key: value for key, value in effect.items() if key not in skip}
        assert {key: found["buys"][name][key] for key in kept} == pytest.approx(kept, abs=1e-7)


@pytest.mark.slow
def test_sides_screens_and_order_change_nothing(drawn):
    expected = bought(drawn, "ordinal")
    same(bought(swapped(drawn), "ordinal"), expected)
    left = [not left for left in drawn.columns["a_is_left"]]
    same(bought(replace(drawn, columns=drawn.columns | {"a_is_left": left})), bought(drawn))
    order = np.random.default_rng(0).permutation(len(drawn.tone))
    shuffled = {name: [column[row] for row in order] for name, column in drawn.columns.items()}
    moved = replace(drawn, columns=shuffled, tone=drawn.tone[order], length=drawn.length[order])
    same(bought(moved, "ordinal"), expected)


def test_rows_twice_at_half_weight_change_only_n(drawn):
    doubled = {name: list(column) * 2 for name, column in drawn.columns.items()}
    doubled["weight"] = [0.5] * len(doubled["verdict"])
    JudgementFrame.from_columns(doubled)
    twice = replace(drawn, columns=doubled, tone=np.tile(drawn.tone, 2), length=np.tile(drawn.length, 2))
    same(bought(twice), bought(drawn), skip=("n",))


@pytest.mark.slow
@pytest.mark.parametrize("key", [True, False])
def test_the_set_holds_the_rate_in_95_of_100(key):
    covered, off = held(replace(WORLD, key=key, worse=0.3), range(200))
    assert 0.92 < covered < 0.985
    assert max(map(abs, off.values())) < 0.02
