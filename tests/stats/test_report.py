"""A whole report: its schema, who is in it, and what it says of input that cannot be analysed."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from tests.stats.planted_worlds import World, simulate
from vibes.stats.columns import FrameError
from vibes.stats.covariates import FeaturePair
from vibes.stats.frames import JudgementFrame
from vibes.stats.report import Specification, analyse

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCHEMA = json.loads((DOCS / "report.schema.json").read_text(encoding="utf-8"))


def analysed(columns, features=(), ties="half", **asked):
    """Half wins unless the tie rule matters: the quickest fit."""
    frame, specification = JudgementFrame.from_columns(columns), Specification(ties=ties, **asked)
    return analyse(frame, features, specification, seed=0, code_version="v1", data_fingerprint="f1")


def errors(report):
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(report)]


def plain(value):
    """Every value is a plain Python one, every number finite."""
    if isinstance(value, dict):
        return all(type(key) is str and plain(inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(plain(inner) for inner in value)
    return type(value) in (str, int, bool, type(None)) or (type(value) is float and np.isfinite(value))


@pytest.fixture(scope="module")
def planted():
    return simulate(World(judgements=600, both_bad=0.1), 1)


@pytest.fixture(scope="module")
def report(planted):
    return analysed(planted.columns, planted.features, ties="ordinal")


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.slow
def test_a_report_keeps_its_schema_and_is_plain_json(report):
    assert errors(report) == []
    assert plain(report)
    assert json.loads(json.dumps(report, allow_nan=False)) == report


@pytest.mark.slow
def test_the_schema_refuses_what_a_reader_could_not_trust(report):
    def broken(**changes):
        return errors({**report, **changes})

    assert broken(n=0)
    assert broken(extra=1)
    assert broken(effects={})
    position = report["effects"]["position"]
    assert broken(effects={"position": position | {"state": "not_enough"}})
    assert broken(effects={"position": position | {"low": None}})
    assert broken(effects={"position": {k: v for k, v in position.items() if k != "n"}})
    assert broken(boards={"plain": [report["boards"]["plain"][0] | {"state": "not_rated"}]})


def test_every_key_of_the_schema_is_explained(report):
    def names(node):
        if isinstance(node, dict):
            for name, inner in node.get("properties", {}).items():
                yield name
                yield from names(inner)
            for key, inner in node.items():
                if key != "properties":
                    yield from names(inner)
        elif isinstance(node, list):
            for inner in node:
                yield from names(inner)

    explained = set(re.findall(r"`([a-zA-Z0-9_]+)`", (DOCS / "report.md").read_text(encoding="utf-8")))
    assert set(names(SCHEMA)) - explained == set()


@pytest.mark.slow
def test_all_four_boards_and_every_effect_are_there(report):
    assert list(report["boards"]) == ["plain", "style", "sycophancy", "both"]
    assert list(report["effects"]) == ["position", "list_items"]
    assert set(report["features"]) == {"list_items", "praise"}
    assert [row["model"] for row in report["boards"]["plain"]] != []
    strengths = [row["strength"] for row in report["boards"]["plain"]]
    assert strengths == sorted(strengths, reverse=True)
    assert np.mean(strengths) == pytest.approx(1000.0)


def test_intervals_of_a_board_hold_each_other(report):
    for row in report["boards"]["both"]:
        assert row["simultaneous_low"] < row["low"] < row["strength"] < row["high"] < row["simultaneous_high"]
        assert 1 <= row["rank_low"] <= row["rank_high"] <= len(report["boards"]["both"])


def test_without_features_there_is_the_plain_board_alone(planted):
    report = analysed(planted.columns)
    assert errors(report) == []
    assert list(report["boards"]) == ["plain"]
    assert report["tiebreak"]["T0"]["state"] == "not_enough"


def test_both_bad_is_left_out_and_counted_unless_taken_for_a_tie(planted, report):
    both_bad = planted.columns["verdict"].count("both_bad")
    assert report["left_out"] == {"both_bad": both_bad}
    assert report["verdicts"]["both_bad"] == both_bad
    assert (report["n"], report["fit"]["rows"]) == (600, 600 - both_bad)
    tied = analysed(planted.columns, planted.features, ties="ordinal", both_bad="tie")
    assert tied["left_out"] == {}
    assert tied["fit"]["rows"] == 600
    assert tied["verdicts"] == report["verdicts"]
    assert tied["boards"]["plain"] != report["boards"]["plain"]
    rate = {row["model"]: row["both_bad_rate"] for row in report["boards"]["plain"]}
    of_m0 = [
        v
        for a, b, v in zip(*(planted.columns[k] for k in ("model_a", "model_b", "verdict")), strict=True)
        if "m0" in (a, b)
    ]
    assert rate["m0"] == pytest.approx(of_m0.count("both_bad") / len(of_m0))


@pytest.mark.slow
def test_people_count_unless_others_are_asked_for(planted):
    kinds = (["person"] * 4 + ["machine", "simulated"]) * 100
    columns = planted.columns | {"rater_kind": kinds}
    people = analysed(columns, planted.features)
    assert (people["n"], people["simulated"]) == (400, 0)
    assert people["left_out"]["machine"] == people["left_out"]["simulated"] == 100
    everyone = analysed(columns, planted.features, rater_kinds=("person", "machine", "simulated"))
    assert (everyone["n"], everyone["simulated"]) == (600, 100)
    assert "100 of 600 judgements are simulated." in everyone["warnings"]
    told = "100 of 600 judgements are by machine judges, uncalibrated as far as a report can tell."
    assert told in everyone["warnings"]
    asked = analysed(columns, planted.features, where=("rater_kind=simulated,machine",))
    assert (asked["n"], asked["left_out"]["where"]) == (200, 400)


def test_a_file_without_people_says_how_to_ask_for_the_others(planted):
    columns = planted.columns | {"rater_kind": ["simulated"] * 600}
    with pytest.raises(
        FrameError,
        match=r"no row has rater_kind person; there are 600 simulated. Ask for .* --where rater_kind=simulated",
    ):
        analysed(columns)


def test_gold_repeats_and_identical_pairs_are_left_out_by_name(planted):
    columns = planted.columns | {"purpose": (["study"] * 7 + ["gold", "repeat", "identical"]) * 60}
    assert analysed(columns)["left_out"].items() >= {"gold": 60, "repeat": 60, "identical": 60}.items()
    assert analysed(columns, where=("purpose=gold,study",))["n"] == 480


@pytest.mark.slow
def test_answers_with_a_planted_cue_stand_under_cues_alone(planted):
    planted_rows = {"cue": ["praise"] * 200 + [""] * 400, "cue_on": ["a"] * 200 + [""] * 400}
    report = analysed(planted.columns | planted_rows)
    assert (report["n"], report["left_out"]["planted_cue"]) == (400, 200)
    said = "200 judgements of answers with a planted cue stand under cues alone, not on the boards."
    assert said in report["warnings"]
    assert report["cues"]["praise"]["variants"]["on_a"] == 200
    every = analysed(planted.columns | {"cue": ["praise"] * 600, "cue_on": ["a"] * 600})
    assert every["n"] == 600
    assert "planted_cue" not in every["left_out"]
    assert any("Every judgement is of an answer with a planted cue" in one for one in every["warnings"])


def test_a_filter_is_applied_recorded_and_may_not_empty_the_frame(planted):
    report = analysed(planted.columns, planted.features, where=("prompt_class=code",))
    assert report["n"] + report["left_out"]["where"] == 600
    assert report["specification"]["where"] == ["prompt_class=code"]
    assert set(report["describe"]["longer_wins"]) == {"all"}
    with pytest.raises(
        FrameError, match=r"no row meets prompt_class=maths. Widen the filter. .* advice, code, opinion"
    ):
        analysed(planted.columns, where=("prompt_class=maths",))


def test_given_covariates_are_effects_and_part_of_style(planted):
    cost = np.random.default_rng(0).normal(size=600)
    report = analysed(planted.columns | {"x_cost": cost.tolist()})
    assert list(report["boards"]) == ["plain", "style"]
    assert report["effects"]["x_cost"]["unit"] == "log-odds per unit"
    assert report["features"]["x_cost"]["version"] == "given"
    assert errors(report) == []


@pytest.mark.slow
def test_strength_is_the_outcome_where_it_is_there(planted):
    size = np.random.default_rng(0).integers(1, 3, 600)
    signs = {"a": 1, "b": -1, "tie": 0}
    strength = [
        signs[v] * s if v in signs else None
        for v, s in zip(planted.columns["verdict"], size.tolist(), strict=True)
    ]
    graded = planted.columns | {"strength": strength}
    three = analysed(planted.columns, ties="ordinal")["boards"]
    assert analysed(graded, ties="ordinal")["boards"] != three
    assert analysed(graded)["boards"] == analysed(planted.columns)["boards"]
    signs_only = planted.columns | {"strength": [s and s / abs(s) for s in strength]}
    assert analysed(signs_only, ties="ordinal")["boards"] == three


def test_steps_are_told_in_order(planted):
    told = []
    frame = planted.frame()
    specification = Specification(ties="half")
    analyse(
        frame,
        planted.features,
        specification,
        seed=0,
        code_version="v",
        data_fingerprint="f",
        progress=lambda done, total, what: told.append((done, total, what)),
    )
    boards = ["plain board", "style board", "sycophancy board", "both board"]
    whats = [*boards, "cues", "what control moves", "raters", "hold-out", "first place", "samples", "done"]
    assert told == [(done, 10, what) for done, what in enumerate(whats)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "position"}, "the name position is taken"),
        ({"family": "smell"}, "feature bold is of family smell. Use length, formatting, tone, stance"),
        ({"a": np.ones(5), "b": np.ones(5)}, "feature bold has 5 entries for 600 rows"),
    ],
)
def test_bad_features_are_named(planted, change, message):
    given = {"name": "bold", "family": "formatting", "a": np.ones(600), "b": np.ones(600)} | change
    feature = FeaturePair(unit="count", version="1", reference_sd=1.0, **given)
    with pytest.raises(FrameError, match=message):
        analysed(planted.columns, [feature])


def test_unknown_words_in_a_specification_are_named():
    with pytest.raises(ValueError, match=r"ties is 'elo'. Write one of ordinal, davidson, half"):
        Specification(ties="elo")
    with pytest.raises(ValueError, match="both_bad is 'in'"):
        Specification(both_bad="in")
    with pytest.raises(ValueError, match="rater_kinds is 'robot'"):
        Specification(rater_kinds=("robot",))
