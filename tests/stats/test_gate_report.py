"""The gate in a report: planted winners, wins that are flattery, flags, and what cannot be told."""

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from statsmodels.stats.proportion import confint_proportions_2indep

from tests.stats.contests import Contest, draw, gated
from tests.stats.test_report import SCHEMA
from vibes.stats.columns import FrameError
from vibes.stats.flags import ANY, flag_differences, flag_rates
from vibes.stats.frames import JudgementFrame
from vibes.stats.gate import Margins
from vibes.stats.proportions import newcombe, wilson
from vibes.stats.report import Specification, analyse

pytestmark = pytest.mark.slow

WINNER = Contest(theta=(0.6, -0.1, 0.0), taste=0.3)
FLATTERER = Contest(theta=(-0.6, 0.1, 0.0), praise=(8.0, 0.7, 2.0), taste=1.2)
NAMES = ("win rate", "controlled win rate", "flags not worse", "probes not worse")


def outcomes(found):
    assert tuple(one["name"] for one in found["conditions"]) == NAMES
    return [one["outcome"] for one in found["conditions"]]


def looked_at(found, name):
    (condition,) = [one for one in found["conditions"] if one["name"] == name]
    return condition["effects"]


def win(found):
    return looked_at(found, "win rate")["win rate"]


def controlled(found):
    return looked_at(found, "controlled win rate")["controlled win rate"]


@pytest.fixture(scope="module")
def winner():
    return gated(WINNER, ties="ordinal")


@pytest.fixture(scope="module")
def flatterer():
    return gated(FLATTERER, ties="ordinal")


def test_a_clear_winner_passes_both_win_rates_and_waits_for_probes(winner):
    assert outcomes(winner) == ["pass", "pass", "not enough yet", "not enough yet"]
    assert (winner["candidate"], winner["baseline"], winner["outcome"]) == (
        "candidate",
        "baseline",
        "not enough yet",
    )
    assert not winner["win_vanishes"] and winner["vetoes"] == []
    assert "probes not worse: nothing was measured" in winner["reasons"]
    assert controlled(winner)["low"] <= 1.0 / (1.0 + np.exp(-0.7)) <= controlled(winner)["high"]


def test_a_win_that_is_all_flattery_passes_plainly_and_fails_controlled(flatterer):
    assert outcomes(flatterer)[:2] == ["pass", "fail"]
    assert flatterer["outcome"] == "fail" and flatterer["win_vanishes"]
    assert flatterer["reasons"][0].startswith("The win vanishes")
    assert controlled(flatterer)["low"] <= 1.0 / (1.0 + np.exp(0.7)) <= controlled(flatterer)["high"]


@pytest.mark.parametrize("world", [WINNER, FLATTERER], ids=["winner", "flatterer"])
def test_candidate_and_baseline_the_other_way_round_mirror(world):
    flagged = Contest(**(vars(world) | {"flags": (0.1, 0.04, 0.0)}))
    one, other = gated(flagged), gated(flagged, pair=("baseline", "candidate"))
    for rate in (win, controlled):
        here, there = rate(one), rate(other)
        assert there["estimate"] == pytest.approx(1.0 - here["estimate"])
        assert (there["low"], there["high"]) == pytest.approx((1.0 - here["high"], 1.0 - here["low"]))
        assert there["se"] == pytest.approx(here["se"])
    here, there = (looked_at(found, "flags not worse")["cheats"] for found in (one, other))
    assert (there["low"], there["high"]) == pytest.approx((-here["high"], -here["low"]))
    turned = {"pass": "fail", "fail": "pass", "not enough yet": "not enough yet"}
    assert outcomes(other)[:2] == [turned[one] for one in outcomes(one)[:2]]


def test_the_win_is_the_share_of_direct_votes_with_ties_one_half(winner):
    columns, _ = draw(WINNER)
    met = [
        (1.0 if verdict == side else 0.0 if verdict != "tie" else 0.5)
        for a, b, verdict in zip(columns["model_a"], columns["model_b"], columns["verdict"], strict=True)
        for side in [{("candidate", "baseline"): "a", ("baseline", "candidate"): "b"}.get((a, b))]
        if side
    ]
    assert win(winner)["estimate"] == pytest.approx(np.mean(met))
    assert win(winner)["n"] == len(met)
    assert win(winner)["kind"] == "observational"


def test_both_bad_counts_by_the_rule_of_the_specification():
    world = Contest(theta=(0.3, 0.0, 0.0), both_bad=0.3)
    out, tie = gated(world), gated(world, both_bad="tie")
    assert win(out)["n"] < win(tie)["n"]
    assert abs(win(tie)["estimate"] - 0.5) < abs(win(out)["estimate"] - 0.5)


def test_sides_order_and_screens_change_nothing(winner):
    columns, features = draw(WINNER)
    mirror = {"a": "b", "b": "a"}
    swapped = columns | {
        "model_a": columns["model_b"],
        "model_b": columns["model_a"],
        "verdict": [mirror.get(v, v) for v in columns["verdict"]],
        "a_is_left": [not left for left in columns["a_is_left"]],
    }
    turned = [type(f)(f.name, f.family, f.unit, f.version, f.reference_sd, f.b, f.a) for f in features]
    found = gated(WINNER, columns=swapped, features=turned, ties="ordinal")
    for rate in (win, controlled):
        for key in ("estimate", "low", "high", "se"):
            assert rate(found)[key] == pytest.approx(rate(winner)[key], abs=1e-8)


def test_with_few_votes_or_few_raters_it_is_not_enough_yet():
    few = gated(Contest(theta=(0.2, 0.0, 0.0), taste=0.3, judgements=150))
    assert set(outcomes(few)) == {"not enough yet"}
    six = gated(Contest(theta=(1.5, -1.0, 0.0), raters=6))
    assert outcomes(six)[:2] == ["not enough yet"] * 2
    assert win(six)["low"] is None and "effective raters" in win(six)["note"]


def test_a_lead_is_known_no_better_than_the_model_of_which_fewer_raters_tell():
    columns, _ = draw(WINNER)
    by_few = ["candidate" in pair for pair in zip(columns["model_a"], columns["model_b"], strict=True)]
    rater = [
        f"r{int(name[1:]) % 5}" if few else name for name, few in zip(columns["rater"], by_few, strict=True)
    ]
    found = gated(WINNER, columns={"rater": rater})
    assert controlled(found)["state"] == "not_enough"
    assert controlled(found)["effective_raters"] < 5.5


def test_two_that_never_met_have_a_controlled_rate_alone():
    columns, features = draw(WINNER)
    pairs = [{a, b} for a, b in zip(columns["model_a"], columns["model_b"], strict=True)]
    rows = np.flatnonzero([pair != {"candidate", "baseline"} for pair in pairs])
    some = {name: [cells[row] for row in rows] for name, cells in columns.items()}
    found = gated(WINNER, columns=some, features=[feature.take(rows) for feature in features])
    assert win(found)["note"] == "the two were never compared without a planted cue"
    assert outcomes(found)[:2] == ["not enough yet", "pass"]


def test_a_candidate_that_always_flatters_cannot_be_controlled_and_does_not_pass():
    """What the models fix is not held constant: plain and controlled would be one number."""
    found = gated(Contest(theta=(0.8, 0.0, 0.0), always=True))
    assert outcomes(found)[:2] == ["pass", "not enough yet"]
    assert (controlled(found)["state"], controlled(found)["estimate"]) == ("not_identified", None)
    assert controlled(found)["note"].startswith(
        "tone is not controlled: models and the other covariates fix it"
    )


def test_without_measured_style_or_tone_nothing_is_controlled():
    _, (lists, praise) = draw(WINNER)
    assert "nothing of style was measured" in controlled(gated(WINNER, features=[praise]))["note"]
    assert "nothing of sycophancy was measured" in controlled(gated(WINNER, features=[lists]))["note"]
    assert outcomes(gated(WINNER, features=[]))[1] == "not enough yet"


def test_what_nobody_differs_in_needs_no_control():
    _, (lists, praise) = draw(WINNER)
    ones = np.ones(len(praise.a))
    none = type(praise)("praise", "tone", "count", "1", 1.0, ones, ones)
    assert controlled(gated(WINNER, features=[lists, none]))["state"] == "ok"


def test_the_note_says_which_control_is_observational_and_which_the_lot_gave(winner):
    note = controlled(winner)["note"]
    assert note.startswith("held constant by covariates, which is observational: list_items, tone")
    assert note.endswith("(nothing was randomised)")
    cued = gated(Contest(theta=(0.6, -0.1, 0.0), planted=0.5))
    assert "randomised: these votes carry none of praise_added" in controlled(cued)["note"]
    planted = gated(Contest(theta=(0.6, -0.1, 0.0), planted=1.0, flags=(0.1, 0.1, 0.1)))
    assert win(planted)["state"] == "not_enough"
    assert looked_at(planted, "flags not worse") == {}, "an edited answer is not the model's own"


def test_flags_pass_fail_and_wait():
    better, worse = (gated(Contest(flags=flags)) for flags in ((0.02, 0.2, 0.1), (0.3, 0.05, 0.1)))
    assert (outcomes(better)[2], outcomes(worse)[2]) == ("pass", "fail")
    assert "cheats: fail" in " ".join(worse["reasons"])
    level = gated(Contest(flags=(0.1, 0.1, 0.1)))
    assert outcomes(level)[2] == "not enough yet"
    loose = gated(Contest(flags=(0.1, 0.1, 0.1)), margins=Margins(flags=0.1))
    assert outcomes(loose)[2] == "pass"


def test_a_study_that_asked_for_flags_and_got_none_has_measured_them():
    assert outcomes(gated(Contest(flags=(0.0, 0.0, 0.1))))[2] == "pass"
    columns, _ = draw(Contest(flags=(0.05, 0.05, 0.05)))
    clean = [not (a or b) for a, b in zip(columns["flags_a"], columns["flags_b"], strict=True)]
    frame = JudgementFrame.from_columns(columns).take(np.flatnonzero(clean))
    ((name, found),) = flag_differences(frame, "candidate", "baseline").items()
    assert (name, found["estimate"]) == (ANY, 0.0)
    assert -0.02 < found["low"] < 0.0 < found["high"] < 0.02


def test_newcombes_interval_is_that_of_statsmodels():
    for one, n, other, m in ((56, 70, 48, 80), (0, 10, 3, 10), (9, 10, 3, 10), (10, 10, 0, 20)):
        theirs = confint_proportions_2indep(one, n, other, m, method="newcomb", compare="diff")
        limits = [(k / size, *map(float, wilson(k, size))) for k, size in ((one, n), (other, m))]
        assert newcombe(*limits) == pytest.approx(theirs, abs=1e-12)
        assert newcombe(*limits[::-1]) == pytest.approx([-theirs[1], -theirs[0]], abs=1e-12)


def test_a_difference_of_flags_is_that_of_the_rates_in_the_report():
    columns, _ = draw(Contest(flags=(0.1, 0.05, 0.2)))
    frame = JudgementFrame.from_columns(columns)
    rates = {row["model"]: row["rate"] for row in flag_rates(frame)}
    found = flag_differences(frame, "candidate", "baseline")["cheats"]
    one, other = rates["candidate"], rates["baseline"]
    assert found["estimate"] == pytest.approx(one["estimate"] - other["estimate"])
    assert found["se"] == pytest.approx(np.hypot(one["se"], other["se"]))
    assert found["n"] == one["n"] + other["n"]
    assert found["effective_raters"] == min(one["effective_raters"], other["effective_raters"])


def test_flags_of_few_raters_have_a_difference_without_an_interval():
    found = looked_at(gated(Contest(flags=(0.3, 0.05, 0.1), raters=6)), "flags not worse")["cheats"]
    assert (found["state"], found["low"]) == ("not_enough", None) and found["estimate"] > 0.0


def test_margins_move_the_bounds(winner):
    strict = gated(WINNER, ties="ordinal", margins=Margins(win=0.3, controlled=0.3))
    assert outcomes(strict)[:2] == ["fail", "fail"]
    assert [one["bound"] for one in strict["conditions"]] == [0.8, 0.8, 0.02, 0.05]


def test_cr3_reaches_the_gate():
    """Every vote twice, so that nowhere the model-based variance is the largest."""
    columns, features = draw(Contest(**(vars(WINNER) | {"flags": (0.1, 0.05, 0.1), "judgements": 900})))
    twice = np.repeat(np.arange(900), 2)
    doubled = {name: [cells[row] for row in twice] for name, cells in columns.items()}
    measured = [feature.take(twice) for feature in features]
    usual, strict = (
        gated(WINNER, columns=doubled, features=measured, errors=errors) for errors in ("largest", "cr3")
    )
    for rate in (win, controlled, lambda found: looked_at(found, "flags not worse")["cheats"]):
        assert rate(strict)["estimate"] == rate(usual)["estimate"]
        assert rate(strict)["se"] != rate(usual)["se"]


def test_names_that_nobody_has_and_one_model_twice_are_refused():
    for pair, name in ((("nobody", "baseline"), "nobody"), (("candidate", "else"), "else")):
        with pytest.raises(
            FrameError, match=rf"--gate: no model is called {name}. The models are baseline, cand"
        ):
            gated(WINNER, pair=pair)
    with pytest.raises(ValueError, match="the gate has candidate twice"):
        Specification(gate=("candidate", "candidate"))


def test_a_report_with_a_gate_keeps_its_schema_and_one_without_says_null():
    columns, features = draw(Contest(theta=(0.6, 0.0, 0.0), flags=(0.1, 0.1, 0.1), judgements=900))
    for gate in (("candidate", "baseline"), None):
        specification = Specification(gate=gate, ties="half")
        frame = JudgementFrame.from_columns(columns)
        report = analyse(frame, features, specification, seed=0, code_version="v", data_fingerprint="f")
        assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(report)] == []
        assert (report["gate"] is None) == (gate is None)
        assert Specification.of(report["specification"]) == specification


def test_a_specification_survives_its_record_and_an_older_one_has_no_gate():
    asked = Specification(
        gate=("x", "y"),
        margins=Margins(win=0.05),
        same=(("x", "y"),),
        where=("a=b",),
        errors="cr3",
        planned=9,
    )
    record = asked.record()
    assert (record["gate"], record["margins"]["win"]) == (["x", "y"], 0.05)
    assert Specification.of(record) == asked
    older = {
        name: value for name, value in Specification().record().items() if name not in ("gate", "margins")
    }
    assert Specification.of(older) == Specification()
