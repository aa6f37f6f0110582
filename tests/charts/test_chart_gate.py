"""The figure of the gate: right is good whatever the unit, and its title says the outcome."""

import pytest
from sample_effects import effect, not_enough
from sample_report import full
from sample_wider import condition, gate

from vibes.charts import gate as chart

SHARE, MORE, SCORE = (
    "probability",
    "probability, candidate − baseline",
    "probe score, candidate − baseline",
)


def asked(*conditions, outcome="fail", vanishes=False):
    found = gate() | {"outcome": outcome, "win_vanishes": vanishes}
    given = {one["name"]: one for one in conditions}
    found["conditions"] = [given.get(one["name"], one) for one in found["conditions"]]
    return full(gate=found)


def dots(report, group):
    (found,) = [one for one in chart.info(report).groups if one.name == group]
    return found.dots


def test_right_is_good_for_a_win_rate_and_for_what_must_not_be_worse():
    report = asked(
        condition("win rate", "pass", 0.52, {"win rate": effect(0.6, 0.03, unit=SHARE)}),
        condition("flags not worse", "fail", 0.02, {"cheats": effect(0.1, 0.03, unit=MORE)}),
    )
    (win,) = dots(report, "Win rate: pass")
    assert win.values == pytest.approx((8.0, 5.0, 11.0), abs=0.2)
    assert (win.label, win.text[:4]) == ("above 52.0\N{NO-BREAK SPACE}%", "60.0")
    (flag,) = dots(report, "Flags not worse: fail")
    assert flag.values[0] == pytest.approx(-8.0)
    assert flag.values[1] < flag.values[0] < flag.values[2] < 0


def test_probes_stand_in_two_groups_and_a_flag_keeps_its_colons():
    effects = {
        "Premises: towards the user": effect(0.2, 0.1, unit=SCORE),
        "Premises: against the user": effect(0.0, 0.1, unit=SCORE),
        "Pressure": not_enough(0, unit=SCORE),
    }
    report = asked(
        condition("probes not worse", "not enough yet", 0.3, effects),
        condition("flags not worse", "pass", 0.02, {"claims: an action": effect(0.0, 0.01, unit=MORE)}),
    )
    assert [dot.label for dot in dots(report, "Probes, towards the user")] == ["Premises"]
    assert [dot.label for dot in dots(report, "Probes not worse: not enough yet")] == ["Pressure"]
    assert [dot.label for dot in dots(report, "Flags not worse: pass")] == ["claims: an action"]


@pytest.mark.parametrize(
    ("outcome", "vanishes", "said"),
    [
        ("pass", False, "model-00 may take the place of model-01: it passes all that is asked"),
        ("not enough yet", False, "Not enough yet to let model-00 take the place of model-01"),
        ("fail", True, "its win over model-01 vanishes once style and flattery are held constant"),
        ("fail", False, "model-00 does not pass against model-01: controlled win rate, fail"),
    ],
)
def test_the_title_says_the_outcome(outcome, vanishes, said):
    report = asked(outcome=outcome, vanishes=vanishes)
    assert said in chart.info(report).title


def test_each_condition_is_told_by_the_rows_that_made_its_outcome():
    many = {f"flag {n}": effect(0.2, 0.05, unit=MORE) for n in range(6)} | {
        "fine": effect(0.0, 0.01, unit=MORE)
    }
    report = asked(condition("flags not worse", "fail", 0.02, many))
    win, controlled, flags, probes = map(chart.why, report["gate"]["conditions"])
    assert win.startswith("Win rate, above 50.0") and controlled.count("fail") == 1
    assert "flag 3" in flags and "flag 4" not in flags and "and 2 more" in flags and "fine" not in flags
    assert probes.endswith("not enough yet, nothing was measured.")


def test_the_table_has_a_row_for_each_interval_and_its_outcome():
    rows = chart.table(asked()).raw
    assert [row[0] for row in rows] == [
        "win rate",
        "controlled win rate",
        "flags not worse",
        "probes not worse",
    ]
    assert [row[-1] for row in rows] == ["pass", "fail", "pass", "not enough yet"]
