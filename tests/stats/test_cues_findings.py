"""The finding of a cue: the rules in their order, and the looks."""

import pytest

from vibes.stats.cues.findings import Figures, Look, decide, look

FINAL = look(1_000, None)


def effect(estimate, se, half_width=None, state="ok", note=""):
    width = 1.96 * se if half_width is None else half_width
    known = state == "ok"
    found = {
        "estimate": estimate,
        "low": estimate - width if known else None,
        "high": estimate + width if known else None,
        "se": se if known else None,
        "n": 100,
        "effective_raters": 40.0,
        "unit": "",
        "kind": "randomised",
        "state": state,
    }
    return found | ({"note": note} if note else {})


def figures(C=(0.1, 0.01), T1=(0.1, 0.02), T2=(0.1, 0.1), beyond=(0.0, 0.1)):
    made = [one if isinstance(one, dict) else effect(*one) for one in (C, T1, T2, beyond)]
    return Figures(*made)


@pytest.mark.parametrize(
    ("found", "finding"),
    [
        (figures(T2=(0.6, 0.1), beyond=(0.5, 0.1)), "tiebreak"),
        (figures(C=(0.0, 0.05), T1=(0.1, 0.01), beyond=(0.5, 0.1)), "tiebreak"),
        (figures(T2=(0.1, 0.1), beyond=(0.0, 0.1)), "additive"),
        (figures(C=(-0.1, 0.01), T1=(-0.1, 0.01)), "additive"),
        (figures(T2=(0.25, 0.1)), "taste; tiebreak not decided"),
        (figures(T2=(-0.25, 0.1)), "taste; tiebreak not decided"),
        (figures(T1=(0.1, 0.08), T2=(0.9, 0.1), beyond=(0.8, 0.1)), "taste; tiebreak not decided"),
        (figures(C=(0.0, 0.009), T1=(0.0, 0.02)), "none found"),
        (figures(C=(0.0, 0.011), T1=(0.0, 0.02)), "not enough yet"),
        (figures(C=(0.0, 0.009), T1=(0.1, 0.01), beyond=(0.5, 0.1)), "tiebreak"),
    ],
)
def test_the_rules_hold_in_their_order(found, finding):
    assert decide(found, FINAL)[0] == finding


def test_the_note_holds_the_numbers_that_decided():
    finding, note = decide(figures(T2=(0.6, 0.1), beyond=(0.5, 0.1)), FINAL)
    assert finding == "tiebreak"
    assert "T1 +0.061 to +0.139" in note
    assert "T2 − ¼ β_far +0.304 to +0.696" in note


def test_without_an_interval_of_c_its_note_is_the_reason():
    few = effect(
        0.1, 0.01, state="not_enough", note="the votes spread over 4.0 effective raters; an interval needs 10"
    )
    assert decide(figures(C=few, beyond=(0.5, 0.1)), FINAL) == (
        "not enough yet",
        "The votes spread over 4.0 effective raters; an interval needs 10.",
    )


def test_without_t2_a_taste_is_not_decided():
    gone = effect(None, None, half_width=0.0, state="not_converged")
    finding, note = decide(figures(T1=gone, T2=gone, beyond=gone), FINAL)
    assert finding == "taste; tiebreak not decided"
    assert "T2 has no interval" in note


@pytest.mark.parametrize(
    ("votes", "planned", "expected"),
    [
        (5, None, Look(3, False, 5, 0)),
        (299, 900, Look(0, False, 0, 300)),
        (300, 900, Look(1, False, 300, 600)),
        (301, 900, Look(1, True, 300, 600)),
        (600, 900, Look(2, False, 600, 900)),
        (899, 900, Look(2, True, 600, 900)),
        (900, 900, Look(3, False, 900, 0)),
        (5_000, 900, Look(3, False, 5_000, 0)),
        (334, 1_000, Look(1, False, 334, 667)),
        (1, 1, Look(3, False, 1, 0)),
    ],
)
def test_looks_are_at_a_third_two_thirds_and_all(votes, planned, expected):
    assert look(votes, planned) == expected


def test_before_the_first_look_there_is_no_finding_whatever_the_figures_say():
    finding, note = decide(figures(T2=(0.6, 0.01), beyond=(0.5, 0.01)), look(299, 900))
    assert (finding, note) == ("not enough yet", "The first look waits for 300 votes.")


def test_an_early_look_asks_for_more_standard_errors():
    strong = figures(T1=(0.1, 0.0333), T2=(0.6, 0.1), beyond=(0.5, 0.1))
    assert decide(strong, look(300, 900))[0] == "taste; tiebreak not decided"
    assert decide(strong, look(600, 900))[0] == "tiebreak"
    wide_t = figures(T1=effect(0.1, 0.0333, half_width=0.11), T2=(0.6, 0.1), beyond=(0.5, 0.1))
    assert decide(wide_t, look(600, 900))[0] == "tiebreak"
    assert decide(wide_t, look(900, 900))[0] == "taste; tiebreak not decided"


def test_a_plan_of_no_votes_is_refused():
    with pytest.raises(ValueError, match="has no looks"):
        look(10, 0)
