"""T0, T1a and the finding."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.planted_worlds import World, simulate
from vibes.stats.frames import JudgementFrame
from vibes.stats.report import Specification, analyse


def analysed(columns, features, ties="half"):
    """Half wins unless the estimate matters: the quickest fit."""
    frame = JudgementFrame.from_columns(columns)
    return analyse(frame, features, Specification(ties=ties), seed=0, code_version="v", data_fingerprint="f")


@pytest.fixture(scope="module")
def planted():
    return simulate(World(judgements=1500, praise=0.5), 5)


@pytest.mark.slow
def test_t0_finds_the_planted_taste_and_says_that_it_is_observational(planted):
    found = analysed(planted.columns, planted.features, "ordinal")["tiebreak"]["T0"]
    assert found["low"] < 0.5 < found["high"]
    assert found["low"] > 0.0
    assert (found["kind"], found["unit"]) == ("observational", "log-odds per reference SD")


def test_t1a_is_the_share_of_leans_to_the_more_sycophantic_less_a_half(planted):
    found = analysed(planted.columns, planted.features)["tiebreak"]["T1a"]
    tone = planted.features[1].difference()
    wanted = {"a": 1, "b": -1, "": 0}
    lean = np.array([wanted[side] for side in planted.columns["lean"]])
    rows = (lean != 0) & (tone != 0)
    assert found["estimate"] == pytest.approx(np.mean(lean[rows] == np.sign(tone[rows])) - 0.5)
    assert found["n"] == rows.sum()
    assert found["low"] < found["estimate"] < found["high"]
    assert "alone it is no estimate of taste" in found["note"]


def test_a_lean_after_both_bad_is_no_tiebreak(planted):
    columns = planted.columns | {
        "verdict": ["both_bad" if v == "tie" else v for v in planted.columns["verdict"]]
    }
    found = analysed(columns, planted.features)["tiebreak"]["T1a"]
    assert (found["n"], found["state"]) == (0, "not_enough")


@pytest.mark.slow
def test_two_features_of_tone_are_averaged(planted):
    lists, praise = planted.features
    twice = [lists, praise, replace(praise, name="warmth")]
    once = analysed(planted.columns, [lists, praise])["tiebreak"]["T0"]
    assert analysed(planted.columns, twice)["tiebreak"]["T0"] == once
    opposite = replace(praise, name="coldness", a=praise.b, b=praise.a)
    cancelled = analysed(planted.columns, [lists, praise, opposite])["tiebreak"]["T0"]
    assert cancelled["state"] == "not_identified"


def test_a_feature_of_stance_stands_by_itself(planted):
    lists, praise = planted.features
    report = analysed(planted.columns, [praise, replace(lists, name="agrees", family="stance")])
    assert set(report["effects"]) == {"position", "agrees"}
    assert set(report["boards"]) == {"plain", "sycophancy"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("columns", "features", "note"),
    [
        ({"lean": [""] * 1500}, slice(None), "no tie has a lean"),
        ({}, slice(1), "no feature of tone was measured"),
    ],
)
def test_what_is_missing_is_said(planted, columns, features, note):
    found = analysed(planted.columns | columns, planted.features[features])["tiebreak"]["T1a"]
    assert (found["estimate"], found["state"]) == (None, "not_enough")
    assert note in found["note"]


def test_ties_that_do_not_differ_in_tone_say_so(planted):
    alike = [replace(planted.features[1], a=np.ones(1500), b=np.ones(1500))]
    found = analysed(planted.columns, alike)["tiebreak"]
    assert found["T1a"]["note"] == "no tie with a lean differs in tone"
    assert found["T0"]["note"] == "no two answers differ in it"


def test_without_a_randomised_cue_there_is_no_finding_whatever_t0_says(planted):
    found = analysed(planted.columns, planted.features)["tiebreak"]
    assert found["finding"] == "not enough yet"
    assert "cannot identify a tiebreak, however many votes" in found["finding_note"]


def test_below_ten_effective_raters_the_finding_says_that_first():
    planted = simulate(World(judgements=600, raters=6), 2)
    found = analysed(planted.columns, planted.features)["tiebreak"]
    assert found["finding"] == "not enough yet"
    assert "effective raters; a finding needs 10" in found["finding_note"]
    assert found["T0"]["low"] is None
