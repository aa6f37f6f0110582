"""What a report says of every cue."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.cued_worlds import CUE, CuedWorld, simulate_cued
from tests.stats.test_symmetries import same
from vibes.stats.cues.report import cue_reports, headline
from vibes.stats.frames import JudgementFrame

WORLD = CuedWorld(matchups=140, raters=35, beta=0.6, both_bad=0.05, authored=0.4, mixed_order=True)
SWAPPED = {"a": "b", "b": "a"}


def reported(columns, **options):
    return cue_reports(JudgementFrame.from_columns(columns), np.random.default_rng(0), **options)


@pytest.fixture(scope="module")
def columns():
    return simulate_cued(WORLD, 1).columns()


@pytest.fixture(scope="module")
def found(columns):
    return reported(columns)


def test_a_report_of_a_cue_is_whole(found):
    cues, own = found
    cue = cues[CUE]
    assert (cue["family"], cue["matchups"], cue["interim"]) == ("tone", 140, False)
    assert cue["variants"]["unplanted"] == 140
    assert cue["variants"]["on_a"] + cue["variants"]["on_b"] == 840
    for name in ("C", "C_per_rater", "C_adjusted", "T1", "T1a_star", "T2", "T2_two_step", "beta_far"):
        assert (cue[name]["state"], cue[name]["kind"]) == ("ok", "randomised"), name
    assert set(cue["by_class"]) == {"advice", "code", "opinion"}
    assert sum(part["C"]["n"] for part in cue["by_class"].values()) == cue["C"]["n"]
    assert [need["estimand"] for need in cue["needs"]] == ["C", "T1", "T2", "T1a_star"]
    assert cue["needs"][2]["more_votes"] > 1_000
    assert set(own) == {CUE}
    assert cue["finding"] in ("additive", "taste; tiebreak not decided", "tiebreak")


@pytest.mark.slow
def test_a_tiebreak_is_found_where_one_is_planted():
    world = CuedWorld(matchups=800, raters=80, votes=(3, 2, 2), t2=1.2)
    cue = reported(simulate_cued(world, 1).columns())[0][CUE]
    assert cue["finding"] == "tiebreak"
    assert cue["T2"]["low"] < 1.2 < cue["T2"]["high"]
    assert cue["T2_two_step"]["estimate"] > 0.0


def test_naming_the_sides_the_other_way_round_changes_nothing(columns, found):
    swapped = columns | {
        "model_a": columns["model_b"],
        "model_b": columns["model_a"],
        "a_is_left": [not left for left in columns["a_is_left"]],
    }
    swapped |= {
        name: [SWAPPED.get(side, side) for side in columns[name]] for name in ("verdict", "lean", "cue_on")
    }
    cues, own = reported(swapped)
    variants = found[0][CUE]["variants"]
    other_way = variants | {"on_a": variants["on_b"], "on_b": variants["on_a"]}
    assert cues[CUE]["variants"] == other_way
    same(cues, {CUE: found[0][CUE] | {"variants": other_way}})
    same(own, found[1])


@pytest.mark.slow
def test_swapping_the_screen_sides_alone_changes_nothing(columns, found):
    mirrored = columns | {"a_is_left": [not left for left in columns["a_is_left"]]}
    same(list(reported(mirrored)), list(found))


def test_the_order_of_rows_and_the_names_of_people_change_nothing(columns, found):
    order = np.random.default_rng(0).permutation(len(columns["verdict"]))
    shuffled = {name: [cells[row] for row in order] for name, cells in columns.items()}
    rater = {f"r{k}": f"person {99 - k}" for k in range(WORLD.raters)}
    shuffled["rater"] = [rater[name] for name in shuffled["rater"]]
    shuffled["matchup"] = [f"{int(name[1:]) % 7}{name}" for name in shuffled["matchup"]]
    (cues, own), (expected, expected_own) = reported(shuffled), found
    same([without_cases(cues), own], [without_cases(expected), expected_own])
    # Which of those that are equally close is named first hangs on the names, how close they are does not.
    same(*([case["closeness"] for case in cue[CUE]["nearest"]] for cue in (cues, expected)))


def without_cases(cues):
    return {
        name: {key: value for key, value in cue.items() if key != "nearest"} for name, cue in cues.items()
    }


def test_every_row_twice_at_half_its_weight_gives_the_same_estimates_and_errors(columns, found):
    doubled = {name: list(cells) * 2 for name, cells in columns.items()}
    doubled["weight"] = [0.5] * len(doubled["verdict"])
    cue = reported(doubled)[0][CUE]
    for name in ("C", "C_per_rater", "C_adjusted", "T1", "T1a_star", "T2", "T2_two_step", "beta_far"):
        same(cue[name] | {"n": cue[name]["n"] // 2}, found[0][CUE][name], name)


def test_before_the_first_look_there_is_no_finding(columns):
    cue = reported(columns, planned=6_000)[0][CUE]
    assert (cue["finding"], cue["interim"]) == ("not enough yet", False)
    assert cue["finding_note"] == "The first look waits for 2000 votes."
    assert cue["C"]["state"] == "ok"


@pytest.mark.slow
def test_between_looks_the_finding_is_that_of_the_last_one(columns):
    """The first votes have no effect; what came after does, and may not decide before the next look."""
    n = len(columns["verdict"])
    first = -(-n * 2 // 3)
    null = simulate_cued(replace(WORLD, beta=0.0), 4).columns()
    half = {name: null[name][:first] + columns[name][first:] for name in columns}
    half["created_at"] = [f"2026-01-01T{k // 3600:02}:{k // 60 % 60:02}:{k % 60:02}" for k in range(n)]
    for name in ("rater", "prompt_id", "matchup", "model_a", "model_b"):
        half[name] = columns[name]
    at_look = {name: cells[:first] for name, cells in half.items()}
    planned = n * 2
    cue = reported(half, planned=planned)[0][CUE]
    then = reported(at_look, planned=planned)[0][CUE]
    assert (cue["interim"], then["interim"]) == (True, False)
    assert cue["finding"] == then["finding"]
    assert cue["finding_note"].startswith(then["finding_note"])
    assert f"As of the look at {first} votes" in cue["finding_note"]


def test_the_headline_is_the_cue_of_flattery_with_most_votes(found):
    cue = found[0][CUE]
    few = cue | {"variants": {"unplanted": 9_999, "on_a": 1, "on_b": 1}}
    many = cue | {"variants": {"unplanted": 0, "on_a": 9_000, "on_b": 1}, "family": "length"}
    assert headline({"warmer": few, CUE: cue, "longer": many}) == CUE
    assert headline({"longer": many}) is None
    assert headline({"cooler": cue, "praise_removed": cue}) is None, "its signs are those of the edit"
    assert headline({"agreement_flipped": cue}) is None, "it goes either way"
    assert headline({}) is None


@pytest.mark.slow
def test_two_cues_are_told_apart(columns):
    cue = [
        name and ("longer" if int(u[1:]) < 60 else name)
        for name, u in zip(columns["cue"], columns["matchup"], strict=True)
    ]
    cues, _ = reported(columns | {"cue": cue})
    assert list(cues) == [CUE, "longer"]
    assert (cues["longer"]["matchups"], cues["longer"]["family"]) == (60, "length")
    assert cues[CUE]["variants"]["unplanted"] == 80


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lambda c: {"verdict": ["tie"] * len(c["verdict"])}, "not_converged"),
        (lambda c: {"rater": ["r1"] * len(c["verdict"])}, "not_enough"),
        (lambda c: {"lean": [""] * len(c["verdict"])}, "ok"),
        (
            lambda c: {
                "weight": [1e6 if k == c["cue_on"].index("a") else 1.0 for k in range(len(c["verdict"]))]
            },
            "not_identified",
        ),
    ],
)
def test_what_cannot_be_told_has_a_state_and_never_a_huge_number(columns, change, state):
    cue = reported(columns | change(columns))[0][CUE]
    assert cue["T2"]["state"] == state
    for name in ("C", "T1", "T1a_star", "T2", "beta_far", "C_adjusted", "C_per_rater"):
        found = cue[name]
        assert found["estimate"] is None or abs(found["estimate"]) < 20.0
        assert found["state"] == "ok" or (found["low"] is None and found["note"])


def test_a_frame_of_planted_rows_alone_still_has_c(columns):
    rows = [k for k, side in enumerate(columns["cue_on"]) if side]
    cue = reported({name: [cells[k] for k in rows] for name, cells in columns.items()})[0][CUE]
    assert cue["variants"]["unplanted"] == 0
    assert cue["C"]["state"] == "ok"


def test_a_cue_on_one_side_only_is_said(columns):
    rows = [k for k, side in enumerate(columns["cue_on"]) if side != "b"]
    cue = reported({name: [cells[k] for k in rows] for name, cells in columns.items()})[0][CUE]
    assert (cue["C"]["state"], cue["finding"]) == ("not_enough", "not enough yet")
    assert "other side" in cue["finding_note"].lower()


def test_an_edited_pair_of_one_model_has_a_c():
    world = CuedWorld(matchups=105, raters=30, beta=0.6)
    columns = simulate_cued(world, 1).columns()
    rows = [k for k, side in enumerate(columns["cue_on"]) if side]
    twins = {name: [cells[k] for k in rows] for name, cells in columns.items()}
    even = [int(u[1:]) % 2 == 0 for u in twins["matchup"]]
    twins["model_b"] = [
        a if same_model else b
        for a, b, same_model in zip(twins["model_a"], twins["model_b"], even, strict=True)
    ]
    assert reported(twins)[0][CUE]["C"]["estimate"] > 0.0


def test_without_a_cue_there_is_nothing(columns):
    bare = columns | {"cue": [""] * len(columns["cue"]), "cue_on": [""] * len(columns["cue"])}
    assert reported(bare) == ({}, {})
