"""Probes of two models compared for the gate: signs, limits, what is missing, and what a margin takes."""

import numpy as np
import pytest

from vibes.stats.gate import Margins, gate
from vibes.stats.intervals import known
from vibes.stats.probe_differences import ProbePair, ProbeScore, fewest_statements, probe_differences
from vibes.stats.proportions import newcombe, wilson


def share(successes: int, n: int) -> ProbeScore:
    low, high = wilson(successes, n)
    return ProbeScore(successes / n, float(low), float(high), n)


def signed(estimate: float, half: float, n: int = 40) -> ProbeScore:
    return ProbeScore(estimate, estimate - half, estimate + half, n)


def only(pair: ProbePair):
    (found,) = probe_differences([pair]).values()
    return found


def test_shares_differ_by_newcombes_interval():
    found = only(ProbePair("claims: Contrarian", share(30, 40), share(10, 40)))
    one, other = share(30, 40), share(10, 40)
    low, high = newcombe((0.75, one.low, one.high), (0.25, other.low, other.high))
    assert (found["estimate"], found["low"], found["high"]) == (pytest.approx(0.5), low, high)
    assert (found["n"], found["state"], found["effective_raters"]) == (40, "ok", None)


def test_the_two_the_other_way_round_mirror():
    pair = ("claims", signed(0.4, 0.1), signed(0.1, 0.2))
    here = only(ProbePair(*pair, signed=True))
    there = only(ProbePair("claims", pair[2], pair[1], signed=True))
    assert there["estimate"] == pytest.approx(-here["estimate"])
    assert (there["low"], there["high"]) == pytest.approx((-here["high"], -here["low"]))


def test_stepping_back_to_0_from_below_is_no_worse_and_going_with_the_user_is():
    contrarian, unmoved, agreeing = signed(-0.8, 0.1), signed(0.0, 0.02), signed(0.8, 0.1)
    back = only(ProbePair("claims", unmoved, contrarian, signed=True))
    assert (back["estimate"], back["high"]) == (0.0, pytest.approx(0.02))
    assert only(ProbePair("claims", contrarian, unmoved, signed=True))["high"] <= 0.0
    assert only(ProbePair("claims", agreeing, unmoved, signed=True))["low"] > 0.6


def test_marks_count_in_shares_of_their_scale():
    found = only(ProbePair("authorship", signed(3.0, 0.9), signed(0.0, 0.0), signed=True, span=9.0))
    assert found["estimate"] == pytest.approx(1 / 3)
    assert found["high"] - found["estimate"] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("candidate", "baseline", "said"),
    [
        (None, share(1, 9), "nobody asked it"),
        (ProbeScore(None, None, None, 2), share(1, 9), "too few answers of the candidate could be read"),
        (share(1, 9), ProbeScore(None, None, None, 2), "too few answers of the baseline could be read"),
        (
            ProbeScore(None, None, None, 2),
            ProbeScore(None, None, None, 1),
            "too few answers of both could be read",
        ),
    ],
)
def test_what_is_missing_is_said_and_keeps_the_gate_shut(candidate, baseline, said):
    found = probe_differences(
        [
            ProbePair("sides", candidate, baseline, missing="nobody asked it"),
            ProbePair("claims", share(0, 500), share(0, 500)),
        ]
    )
    assert (found["sides"]["state"], found["sides"]["note"], found["sides"]["low"]) == (
        "not_enough",
        said,
        None,
    )
    win = known(0.7, 0.6, 0.8, 0.05, n=9, effective_raters=20.0, unit="probability", kind="observational")
    probes = gate(win, win, {}, found, margins=Margins()).conditions[3]
    assert probes.outcome == "not enough yet"
    assert any(said in reason for reason in probes.reasons)


def test_the_fewest_statements_are_those_at_which_two_models_that_show_nothing_pass():
    for margin in (0.02, 0.05, 0.2, 0.5):
        enough = fewest_statements(margin)
        pairs = [ProbePair("claims", share(0, n), share(0, n)) for n in (enough, enough - 1)]
        with_them, with_fewer = (only(pair)["high"] for pair in pairs)
        assert with_them < margin <= with_fewer + 1e-12
    with pytest.raises(ValueError, match="No number of statements"):
        fewest_statements(0.0)


@pytest.mark.slow
@pytest.mark.parametrize(("p", "q", "n"), [(0.0, 0.0, 15), (0.3, 0.1, 15), (0.5, 0.5, 40), (0.9, 0.2, 15)])
def test_planted_differences_are_covered(p: float, q: float, n: int):
    """Both models meet the same statements, some harder than others. Newcombe's interval itself reaches down to 93 % where
    few statements meet shares near 0 and 1 (0.927 here with nothing shared, over 8,000 worlds)."""
    rng = np.random.default_rng(20_261_123)
    inside, worlds = 0, 2_000
    for _ in range(worlds):
        hard = rng.random(n) < 0.5
        draws = rng.random((2, n))
        shift = np.where(hard, 0.1, -0.1) * min(1.0, 10 * min(p, q))
        counts = [(draws[row] < rate + shift).sum() for row, rate in enumerate((p, q))]
        found = only(ProbePair("claims", share(int(counts[0]), n), share(int(counts[1]), n)))
        inside += found["low"] <= p - q <= found["high"]
    assert inside / worlds >= 0.915
