"""Studies that cannot answer: each says so in words, and no huge number appears."""

import json
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from tests.stats.planted_worlds import World, simulate
from vibes.stats.boards import BoardFit, board
from vibes.stats.columns import FrameError
from vibes.stats.covariates import FeaturePair
from vibes.stats.formatting import coefficient
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters
from vibes.stats.report import Specification, analyse
from vibes.stats.votes import Votes

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "report.schema.json").read_text(encoding="utf-8")
)
RULES = ("ordinal", "half", "davidson")


def analysed(columns, features=(), ties="ordinal"):
    frame = JudgementFrame.from_columns(columns)
    report = analyse(
        frame, features, Specification(ties=ties), seed=0, code_version="v", data_fingerprint="f"
    )
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(report)] == []
    json.dumps(report, allow_nan=False)
    numbers = [
        row[key] for rows in report["boards"].values() for row in rows for key in ("strength", "low", "high")
    ]
    assert all(number is None or -2000.0 < number < 4000.0 for number in numbers)
    return report


SWAPPED = {"a": "b", "b": "a"}


def study(*results, raters=15, turned=True):
    """results: (model A, model B, verdict, times); raters take turns; with `turned` every other row names B first."""
    rows = [result[:3] for result in results for _ in range(result[3])]
    if turned:
        rows = [row if k % 2 else (row[1], row[0], SWAPPED.get(row[2], row[2])) for k, row in enumerate(rows)]
    return {
        "prompt_id": [f"p{k}" for k in range(len(rows))],
        "rater": [f"r{k % raters}" for k in range(len(rows))],
        "model_a": [row[0] for row in rows],
        "model_b": [row[1] for row in rows],
        "verdict": [row[2] for row in rows],
    }


def mixed(a, b, times=15):
    return [(a, b, "a", times), (a, b, "b", times), (a, b, "tie", times)]


def rows_of(report, board="plain"):
    return {row["model"]: row for row in report["boards"][board]}


@pytest.mark.slow
@pytest.mark.parametrize("ties", RULES)
def test_twelve_wins_of_twelve(ties):
    report = analysed(
        study(*mixed("x", "y"), *mixed("y", "z"), *mixed("z", "x"), ("new", "x", "a", 12)), ties=ties
    )
    row = rows_of(report)["new"]
    assert (row["strength"], row["state"], row["n"]) == (None, "not_rated", 12)
    assert row["note"] == "12 votes; a rating needs 30"
    assert rows_of(report)["x"]["state"] == "ok"
    assert any("new: 12 votes" in warning for warning in report["warnings"])


@pytest.mark.slow
@pytest.mark.parametrize("ties", RULES)
def test_a_model_that_never_loses(ties):
    report = analysed(
        study(*mixed("x", "y"), *mixed("y", "z"), *mixed("z", "x"), ("new", "x", "a", 60)), ties=ties
    )
    assert rows_of(report)["new"]["note"] == "no loss in 60 votes: its strength has no upper end"


@pytest.mark.slow
@pytest.mark.parametrize("ties", RULES)
def test_two_boards_that_never_meet(ties):
    report = analysed(study(*mixed("x", "y"), *mixed("y", "z"), *mixed("u", "v", 11)), ties=ties)
    found = rows_of(report)
    assert {name: row["state"] for name, row in found.items()} == {
        "x": "ok", "y": "ok", "z": "ok", "u": "not_rated", "v": "not_rated"
    }  # fmt: skip
    assert found["u"]["note"] == "no path of comparisons leads to the other models; with it: v"


@pytest.mark.parametrize("ties", RULES)
def test_nothing_but_ties(ties):
    report = analysed(study(("x", "y", "tie", 60), ("y", "z", "tie", 60)), ties=ties)
    assert {row["state"] for row in report["boards"]["plain"]} == {"not_rated"}
    assert report["effects"]["position"]["state"] == "not_identified"
    assert report["effects"]["position"]["note"] == "every verdict is a tie"
    assert "No fit: every verdict is a tie." in report["warnings"]
    assert report["fit"]["holdout_accuracy"] is None


@pytest.mark.parametrize("ties", RULES)
def test_no_tie_at_all(ties):
    report = analysed(study(*[r for r in (*mixed("x", "y"), *mixed("y", "z")) if r[2] != "tie"]), ties=ties)
    assert {row["state"] for row in report["boards"]["plain"]} == {"ok"}


@pytest.mark.parametrize("ties", RULES)
def test_one_rater(ties):
    report = analysed(study(*mixed("x", "y"), *mixed("y", "z"), raters=1), ties=ties)
    row = rows_of(report)["x"]
    assert row["strength"] is not None
    assert (row["low"], row["rank_low"], row["state"]) == (None, None, "not_enough")
    assert row["note"] == "the votes spread over 1.0 effective raters; an interval needs 10"
    assert report["effects"]["position"]["low"] is None
    assert report["warnings"][0] == "The votes spread over 1.0 effective raters; intervals need 10."
    assert "No hold-out figures: they need two raters." in report["warnings"]


@pytest.mark.parametrize("ties", RULES)
@pytest.mark.parametrize("results", [[("x", "y", "a", 1)], [("x", "y", "a", 1), ("x", "z", "tie", 1)]])
def test_the_first_votes_of_a_study(ties, results):
    report = analysed(study(*results), ties=ties)
    assert {row["state"] for row in report["boards"]["plain"]} == {"not_rated"}
    assert report["effects"]["position"]["low"] is None
    assert not any("Newton" in warning for warning in report["warnings"])


def test_everything_both_bad():
    with pytest.raises(FrameError, match=r"every verdict is both_bad. Take them for ties \(--both-bad tie\)"):
        analysed(study(("x", "y", "both_bad", 40)))


def feature(name, a, b):
    return FeaturePair(
        name, "formatting", "count", "1", 0.5, np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    )


@pytest.fixture(scope="module")
def planted():
    return simulate(World(judgements=900), 4)


@pytest.mark.slow
@pytest.mark.parametrize("ties", RULES)
def test_a_feature_that_never_differs_one_that_follows_and_one_that_decides(planted, ties):
    verdict = np.array(planted.columns["verdict"])
    lists = planted.features[0]
    features = [
        lists,
        feature("flat", np.full(900, 3), np.full(900, 3)),
        feature("again", lists.a * 2, lists.b * 2),
        feature("decides", verdict == "a", verdict == "b"),
    ]
    report = analysed(planted.columns, features, ties)
    notes = {
        name: effect.get("note") for name, effect in report["effects"].items() if effect["state"] != "ok"
    }
    assert notes["flat"] == "no two answers differ in it"
    assert notes["again"] == "it moves with list_items: their effects cannot be told apart"
    assert notes["decides"].startswith("the side with more of it won all")
    assert len(notes) == 3
    alone = analysed(planted.columns, [lists], ties)
    assert report["effects"]["list_items"] == alone["effects"]["list_items"]


def test_features_that_decide_together_are_named_and_left_out(planted):
    rng = np.random.default_rng(0)
    columns = planted.columns | {"lean": [""] * 900, "verdict": rng.choice(["a", "b"], 900).tolist()}
    sign = np.where(np.array(columns["verdict"]) == "a", 1.0, -1.0)
    x = rng.normal(size=900)
    z = sign * (0.1 + rng.random(900)) - x
    given = {"x_one": x.tolist(), "x_two": z.tolist()}
    report = analysed(columns | given)
    for name in given:
        assert report["effects"][name]["state"] == "not_identified"
        assert (
            report["effects"][name]["note"] == "x_one, x_two together decide the verdicts: no finite effect"
        )
    assert report["effects"]["position"]["state"] == "ok"


def test_always_on_the_left_is_an_intercept_and_two_models_in_one_order_hide_it():
    columns = study(*mixed("x", "y"), *mixed("x", "y"), turned=False)
    report = analysed(columns | {"a_is_left": [True] * 90})
    assert report["effects"]["position"]["state"] == "not_identified"
    assert "models and the other covariates fix it" in report["effects"]["position"]["note"]
    assert rows_of(report)["x"]["state"] == "ok"


def test_a_fit_that_does_not_converge_shows_no_number(planted):
    x = np.ones((900, 1))
    frame = planted.frame()
    a, b, rater = frame.model_a, frame.model_b, frame.rater
    votes = Votes(a, b, 6, frame.sign, rater.codes, len(rater.names), frame.weight, x, ("bold",))
    clusters = Clusters(rater.codes, frame.matchup.codes, frame.weight)
    fitted = BoardFit(votes, clusters, {}, {"m3": "12 votes; a rating needs 30"}, None, None, "no maximum")
    rows = board(fitted, frame.models, np.zeros(6), np.random.default_rng(0))
    assert [(row["model"], row["state"]) for row in rows[2:4]] == [
        ("m2", "not_converged"),
        ("m3", "not_rated"),
    ]
    assert {row["strength"] for row in rows} == {None}
    assert rows[0]["note"] == "no maximum"
    effect = coefficient(fitted, "bold", unit="log-odds")
    assert (effect["estimate"], effect["state"], effect["note"]) == (None, "not_converged", "no maximum")
