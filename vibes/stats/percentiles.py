"""Effects whose interval is read off bootstrap draws over matchups."""

import numpy as np

from vibes.stats.arrays import FloatArray
from vibes.stats.intervals import FEWEST, LEVEL, Clusters, known, too_few, without_interval
from vibes.stats.results import Effect

RESAMPLES = 2_000
FEWEST_UNITS = 10
"""Matchups below which no interval is given: resampling a handful of them finds too narrow a one."""


def percentile_effect(estimate: float, drawn: FloatArray, rows: Clusters, units: int, *, unit: str) -> Effect:
    """The estimate with the central 95 % of its draws over `units` matchups; draws of NaN do not count.

    `rows` are those of this estimand.
    """
    if rows.effective_raters() < FEWEST or units < FEWEST_UNITS:
        why = _too_few(rows, units)
        return without_interval(rows, "not_enough", why, unit=unit, kind="observational", estimate=estimate)
    drawn = drawn[np.isfinite(drawn)]
    low, high = np.quantile(drawn, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return known(
        estimate,
        float(low),
        float(high),
        float(drawn.std(ddof=1)),
        n=len(rows.weight),
        effective_raters=rows.effective_raters(),
        unit=unit,
        kind="observational",
    )


def _too_few(rows: Clusters, units: int) -> str:
    if rows.effective_raters() < FEWEST:
        return too_few(rows.effective_raters())
    return f"only {units} matchups have several verdicts; an interval needs {FEWEST_UNITS}"
