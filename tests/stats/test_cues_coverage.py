"""A cut of the coverage bench: two worlds × 100 studies, held to the binomial."""

import numpy as np
import pytest
from scipy.stats import binom

from bench.coverage import coverage
from bench.coverage_studies import NOWHERE, WORLDS, Plan, study
from bench.coverage_table import Check, Truth, aligned, summarise
from tests.stats.cued_worlds import CuedWorld

STUDIES = 100
ALLOWED = 0.001
"""Chance that an interval that keeps its promise fails the cut."""


def serial(work, tasks):
    return [work(task) for task in tasks]


@pytest.mark.slow
@pytest.mark.parametrize("world", ["rater taste", "no effect"])
def test_intervals_cover_and_nothing_is_found_where_nothing_is(world):
    """Not below the 0.1 % quantile of a coverage of 92.5 %, nor calls above the 99.9 % quantile of 6.4 %."""
    tables, findings = coverage(serial, 11, STUDIES, 3, [world])
    for one in tables[world]:
        pooled = one.printed // STUDIES
        fewest = binom.ppf(ALLOWED, STUDIES, 0.925) / STUDIES
        assert one.coverage >= fewest, one
        assert abs(one.bias) < 5.0, one
        assert pooled >= 1
        if world == "no effect" and one.estimand in ("C", "T1", "T2", "T1a*", "T0"):
            assert one.called <= binom.ppf(1.0 - ALLOWED, STUDIES, 0.064) / STUDIES, one
    if world == "no effect":
        assert findings[world]["tiebreak"] <= binom.ppf(1.0 - ALLOWED, STUDIES, 0.064)


def test_one_study_gives_every_figure_and_a_finding():
    plan = Plan(CuedWorld(matchups=70, raters=30, beta=0.4, lists=0.3), board=True)
    rows, finding = study(plan, [1, 2])
    assert {"C", "T1", "T2", "T1a*", "β_far", "θ1", "θ6", "position", "γ", "T0"} <= set(rows)
    assert all(low < estimate < high for estimate, low, high, _ in rows.values())
    assert finding
    bare, _ = study(plan, [1, 2], intervals=False)
    assert bare["γ"][0] == pytest.approx(rows["γ"][0])


def test_the_same_worlds_stand_for_the_same_truth():
    assert [name for name, plan in WORLDS.items() if plan.rated] == ["halo", "quality against tone"]
    first, second = WORLDS["independent"].world.strengths(), WORLDS["no effect"].world.strengths()
    np.testing.assert_array_equal(first, second)


def test_a_summary_counts_over_printed_intervals():
    rows = [(0.1, 0.0, 0.2, 0.05), (0.3, 0.2, 0.4, 0.05), (0.2, *NOWHERE)]
    found = summarise("C", rows, Truth(0.15, 1e9))
    assert (found.printed, found.coverage, found.called) == (2, 0.5, 0.5)
    assert found.mean == pytest.approx(0.2)
    assert found.bias == pytest.approx(0.05 / (0.1 / np.sqrt(3)))


def test_a_check_says_whether_it_holds():
    assert Check("x", 0.95, 0.925, 0.975).holds
    assert "DOES NOT HOLD" in Check("x", 0.99, 0.925, 0.975).line()
    assert aligned([["a", "b"], ["long", "1"]]) == ["a     b", "-------", "long  1"]
