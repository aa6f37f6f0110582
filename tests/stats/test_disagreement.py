"""Disagreement on one comparison: its ends, its swap, and that its mean over units is what α sets against chance."""

from itertools import combinations, product

import pytest

from vibes.stats.disagreement import disagreement, kind

VALUE = {"a": -1, "b": 1, "tie": 0}


def counts(verdicts: tuple[str, ...]) -> dict[str, int]:
    return {name: verdicts.count(name) for name in ("a", "b", "tie", "both_bad")}


def apart(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if "both_bad" in (one, other):
        return 0.25
    return (VALUE[one] - VALUE[other]) ** 2 / 4


@pytest.mark.parametrize("raters", [2, 3, 4])
def test_it_is_the_mean_distance_over_pairs_of_raters(raters: int) -> None:
    for verdicts in product(("a", "b", "tie", "both_bad"), repeat=raters):
        pairs = list(combinations(verdicts, 2))
        by_hand = sum(apart(*pair) for pair in pairs) / len(pairs)
        assert disagreement(**counts(verdicts)) == pytest.approx(by_hand)
        assert (kind(**counts(verdicts)) == "") == (by_hand == 0)
        swapped = tuple({"a": "b", "b": "a"}.get(verdict, verdict) for verdict in verdicts)
        assert disagreement(**counts(swapped)) == disagreement(**counts(verdicts))
        assert kind(**counts(swapped)) == kind(**counts(verdicts))


def test_its_ends_and_its_order() -> None:
    assert disagreement(a=1, b=1, tie=0, both_bad=0) == 1
    assert disagreement(a=1, b=0, tie=0, both_bad=0) == 0
    assert disagreement(a=0, b=0, tie=0, both_bad=0) == 0
    against_tie = disagreement(a=1, b=0, tie=1, both_bad=0)
    assert disagreement(a=2, b=1, tie=0, both_bad=0) > disagreement(a=2, b=0, tie=1, both_bad=0)
    assert 0 < against_tie < 1


def test_kinds_go_by_what_is_furthest_apart() -> None:
    assert kind(a=1, b=1, tie=1, both_bad=1) == "sides"
    assert kind(a=1, b=0, tie=1, both_bad=1) == "both_bad"
    assert kind(a=0, b=0, tie=1, both_bad=1) == "both_bad"
    assert kind(a=0, b=2, tie=1, both_bad=0) == "tie"
    assert kind(a=3, b=0, tie=0, both_bad=0) == ""
