"""The four verdicts and nothing else."""

import pytest

from annotations.verdicts import Lean, UnknownVerdict, Verdict, parse_lean, parse_verdict, swapped


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_reads_back(verdict):
    assert parse_verdict(str(verdict)) is verdict


@pytest.mark.parametrize("text", ["left", "", "A", " a", "bothbad", None])
def test_an_unknown_verdict_raises_and_is_named(text):
    with pytest.raises(UnknownVerdict, match="is not one of a, b, tie, both_bad") as caught:
        parse_verdict(text)
    assert caught.value.value == text
    assert repr(text) in str(caught.value)


def test_a_lean_is_a_side_and_never_a_tie():
    assert parse_lean("b") is Lean.B
    with pytest.raises(UnknownVerdict, match=r"'tie' is not one of a, b$"):
        parse_lean("tie")


def test_swapping_twice_is_no_swap_and_leaves_ties_alone():
    assert [swapped(v) for v in Verdict] == [Verdict.B, Verdict.A, Verdict.TIE, Verdict.BOTH_BAD]
    assert [swapped(swapped(v)) for v in Verdict] == list(Verdict)
