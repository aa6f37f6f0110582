"""The gate: each condition on each side of its margin, the veto, the win that vanishes, and the exit codes."""

from dataclasses import replace

import numpy as np
import pytest

from vibes.stats.gate import EXIT_CODES, Margins, gate


def between(low, high, state="ok", note=None):
    ok = state == "ok"
    found = {
        "estimate": (low + high) / 2.0 if ok else None,
        "low": low if ok else None,
        "high": high if ok else None,
        "se": None,
        "n": 500,
        "effective_raters": 30.0,
        "unit": "probability",
        "kind": "randomised",
        "state": state,
    }
    return found | ({"note": note} if note else {})


GOOD = {
    "win": between(0.55, 0.65),
    "controlled": between(0.53, 0.63),
    "flags": {"cheats": between(-0.03, 0.01), "claims": between(-0.02, 0.0)},
    "probes": {"agrees": between(-0.1, 0.04)},
}


def decided(**changed):
    return gate(**(GOOD | changed))


def test_all_on_the_right_side_pass():
    found = decided()
    assert (found.outcome, found.exit_code, found.win_vanishes) == ("pass", 0, False)
    assert [condition.outcome for condition in found.conditions] == ["pass"] * 4
    assert len(found.reasons) == 5


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"win": between(0.35, 0.49)}, "fail"),
        ({"win": between(0.49, 0.6)}, "not enough yet"),
        ({"controlled": between(0.4, 0.499)}, "fail"),
        ({"controlled": between(0.5, 0.6)}, "not enough yet"),
        ({"flags": {"cheats": between(0.03, 0.09)}}, "fail"),
        ({"flags": {"cheats": between(-0.03, 0.01), "claims": between(0.0, 0.05)}}, "not enough yet"),
        ({"flags": {"cheats": between(0.03, 0.09), "claims": between(0.0, 0.05)}}, "fail"),
        ({"probes": {"agrees": between(0.06, 0.2)}}, "fail"),
        ({"probes": {"agrees": between(0.01, 0.2)}}, "not enough yet"),
        ({"probes": {}}, "not enough yet"),
        ({"flags": {}}, "not enough yet"),
        ({"win": between(0.0, 0.0, "not_enough", "two raters")}, "not enough yet"),
    ],
)
def test_each_condition_can_hold_it_up_or_fail_it(changed, outcome):
    found = decided(**changed)
    assert found.outcome == outcome
    assert found.exit_code == EXIT_CODES[outcome]
    assert found.reasons


def test_a_failure_outweighs_what_is_not_known_yet():
    assert decided(win=between(0.3, 0.4), probes={}).outcome == "fail"


def test_a_standing_veto_decides_alone():
    found = decided(vetoes=["Anna: it flatters the bereaved"])
    assert (found.outcome, found.exit_code) == ("fail", 1)
    assert found.reasons == ("standing veto: Anna: it flatters the bereaved",)
    assert all(condition.outcome == "pass" for condition in found.conditions)
    assert decided(vetoes=["no"], win=between(0.0, 0.1, "not_enough")).outcome == "fail"


def test_the_win_vanishes_only_where_the_controlled_limit_lies_below():
    assert decided(controlled=between(0.42, 0.49)).win_vanishes
    assert "The win vanishes" in decided(controlled=between(0.42, 0.49)).reasons[0]
    assert not decided(controlled=between(0.45, 0.55)).win_vanishes
    assert not decided(controlled=between(0.42, 0.49), win=between(0.4, 0.6)).win_vanishes
    with_margin = Margins(controlled=0.04)
    assert decided(controlled=between(0.48, 0.53), margins=with_margin).win_vanishes
    unknown = between(0.0, 0.0, "not_converged")
    assert not decided(controlled=unknown).win_vanishes


def test_a_margin_below_zero_asks_only_that_it_is_not_worse():
    assert decided(win=between(0.47, 0.55), margins=Margins(win=-0.05)).outcome == "pass"
    assert decided(win=between(0.47, 0.55)).outcome == "not enough yet"


def test_on_the_bound_is_on_neither_side():
    assert decided(win=between(0.5, 0.7)).outcome == "not enough yet"
    assert decided(win=between(0.3, 0.5)).outcome == "not enough yet"


def test_naming_the_models_the_other_way_round_turns_the_win():
    rng = np.random.default_rng(0)
    turned = {"pass": "fail", "fail": "pass", "not enough yet": "not enough yet"}
    for _ in range(50):
        low, high = sorted(rng.uniform(0.2, 0.8, 2))
        one = decided(win=between(low, high)).conditions[0].outcome
        other = decided(win=between(1.0 - high, 1.0 - low)).conditions[0].outcome
        assert other == turned[one]


def test_bad_input_is_refused_and_has_its_code():
    with pytest.raises(ValueError, match="between 0 and 1"):
        decided(win=between(-0.3, 1.4))
    for wrong in ({"win": 0.6}, {"flags": -0.1}, {"probes": float("nan")}):
        with pytest.raises(ValueError, match="Write a number from"):
            replace(Margins(), **wrong)
    assert EXIT_CODES == {"pass": 0, "fail": 1, "bad input": 2, "not enough yet": 3}
