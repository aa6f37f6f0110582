"""What must change nothing, changes nothing: sides, names, order, and rows counted twice at half their weight."""

from dataclasses import replace

import numpy as np
import pytest

from tests.stats.planted_worlds import World, simulate
from vibes.stats.frames import JudgementFrame
from vibes.stats.report import Specification, analyse

pytestmark = pytest.mark.slow

SWAPPED = {"a": "b", "b": "a"}
WORLD = World(both_bad=0.05)


def analysed(columns, features, ties="ordinal"):
    frame = JudgementFrame.from_columns(columns)
    return analyse(frame, features, Specification(ties=ties), seed=3, code_version="v", data_fingerprint="f")


LATER = [pytest.param(rule, marks=pytest.mark.slow) for rule in ("half", "davidson")]


@pytest.fixture(scope="module", params=["ordinal", *LATER])
def ties(request):
    return request.param


@pytest.fixture(scope="module")
def planted():
    return simulate(WORLD, 1)


@pytest.fixture(scope="module")
def report(planted, ties):
    return analysed(planted.columns, planted.features, ties)


def same(found, expected, path="report"):
    """Equal, numbers to 1e-8 (strengths, which are 174 times a log-odds and near 1000, to 1.5e-6)."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), path
        for key in expected:
            same(found[key], expected[key], f"{path}.{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), path
        for place, value in enumerate(expected):
            same(found[place], value, f"{path}[{place}]")
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, abs=1e-8, rel=1.5e-9), path
    else:
        assert found == expected, path


def flip(words):
    return [SWAPPED.get(word, word) for word in words]


def test_naming_the_sides_the_other_way_round_changes_nothing(planted, report, ties):
    columns = planted.columns
    swapped = columns | {
        "model_a": columns["model_b"],
        "model_b": columns["model_a"],
        "verdict": flip(columns["verdict"]),
        "lean": flip(columns["lean"]),
        "a_is_left": [not left for left in columns["a_is_left"]],
    }
    features = [replace(feature, a=feature.b, b=feature.a) for feature in planted.features]
    found = analysed(swapped, features, ties)
    assert (found["verdicts"]["a"], found["verdicts"]["b"]) == (
        report["verdicts"]["b"],
        report["verdicts"]["a"],
    )
    same(found | {"verdicts": report["verdicts"]}, report)


def test_swapping_the_screen_sides_alone_turns_position_round_and_nothing_else(planted, report, ties):
    mirrored = planted.columns | {"a_is_left": [not left for left in planted.columns["a_is_left"]]}
    found = analysed(mirrored, planted.features, ties)
    position, left = found["effects"].pop("position"), found["describe"].pop("left_given_decisive")
    expected = {key: report[key] for key in report}
    for one in (found, expected):
        one["raters_detail"] = [{k: v for k, v in row.items() if k != "left"} for row in one["raters_detail"]]
    expected["effects"] = {key: value for key, value in report["effects"].items() if key != "position"}
    expected["describe"] = {k: v for k, v in report["describe"].items() if k != "left_given_decisive"}
    same(found, expected)
    same(position, mirror(report["effects"]["position"], 0.0))
    same(left, mirror(report["describe"]["left_given_decisive"], 1.0))


def mirror(effect, around):
    """The same effect seen from the other side: around 0 for log-odds, 1 − p for a share."""
    low, high = around - effect["high"], around - effect["low"]
    return effect | {"estimate": around - effect["estimate"], "low": low, "high": high}


def test_the_order_of_rows_changes_nothing(planted, report, ties):
    order = np.random.default_rng(0).permutation(len(planted.columns["verdict"]))
    shuffled = {name: [cells[row] for row in order] for name, cells in planted.columns.items()}
    same(analysed(shuffled, [feature.take(order) for feature in planted.features], ties), report)


def test_other_names_for_raters_and_models_change_nothing(planted, report, ties):
    rater = {f"r{k}": f"person {99 - k}" for k in range(WORLD.raters)}
    model = {f"m{k}": f"model {9 - k}" for k in range(WORLD.models)}
    columns = planted.columns | {
        "rater": [rater[name] for name in planted.columns["rater"]],
        "model_a": [model[name] for name in planted.columns["model_a"]],
        "model_b": [model[name] for name in planted.columns["model_b"]],
    }
    found = analysed(columns, planted.features, ties)
    old = {new: name for name, new in (rater | model).items()}
    same(in_order(renamed(found, old)), in_order(dict(report)))


def renamed(value, names):
    """The same with every name in it, key or text, turned back."""
    if isinstance(value, dict):
        return {names.get(key, key): renamed(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [renamed(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


def in_order(report):
    """Rows that stand in the order of names, where nothing else tells them apart, in one order."""
    rows = {"raters_detail": ("n", "rater"), "wins": ("model", "over"), "profiles": ("model",)}
    return report | {key: sorted(report[key], key=lambda r: [r[n] for n in by]) for key, by in rows.items()}


def test_every_row_twice_at_half_its_weight_gives_the_same_estimates_and_errors(planted, report, ties):
    doubled = {name: list(cells) * 2 for name, cells in planted.columns.items()}
    doubled["weight"] = [0.5] * len(doubled["verdict"])
    features = [replace(f, a=np.tile(f.a, 2), b=np.tile(f.b, 2)) for f in planted.features]
    found = analysed(doubled, features, ties)
    for rows, expected in ((found["boards"][name], report["boards"][name]) for name in report["boards"]):
        same([row | {"n": row["n"] // 2} for row in rows], expected)
    for name, effect in report["effects"].items():
        same(found["effects"][name] | {"n": found["effects"][name]["n"] // 2}, effect, name)
    for name in ("T0", "T1a"):
        same(
            found["tiebreak"][name] | {"n": found["tiebreak"][name]["n"] // 2}, report["tiebreak"][name], name
        )
    left = found["describe"]["left_given_decisive"]
    same(left | {"n": left["n"] // 2}, report["describe"]["left_given_decisive"])


def test_the_same_seed_gives_the_same_report_and_another_moves_only_what_is_drawn(planted, report, ties):
    assert analysed(planted.columns, planted.features, ties) == report
    frame = JudgementFrame.from_columns(planted.columns)
    specification = Specification(ties=ties)
    other = analyse(frame, planted.features, specification, seed=4, code_version="v", data_fingerprint="f")
    assert other["effects"] == report["effects"]
    assert other["agreement"] != report["agreement"]
    drawn = {"simultaneous_low", "simultaneous_high", "rank_low", "rank_high"}
    for ours, theirs in zip(other["boards"]["plain"], report["boards"]["plain"], strict=True):
        assert {k: v for k, v in ours.items() if k not in drawn} == {
            k: v for k, v in theirs.items() if k not in drawn
        }
        assert ours["simultaneous_low"] == pytest.approx(theirs["simultaneous_low"], abs=5.0)
