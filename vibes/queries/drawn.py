"""The figures of a frozen run, drawn once: neither the run nor its figures change, and drawing fifteen of them takes half a
second of a core, in which nobody is rated. What is kept counts for the code that drew it, and may be forgotten at any time."""

import hashlib
from collections.abc import Callable
from functools import cache as once
from typing import cast

from vibes.charts.card import CHARTS, Card, Chart, card_of
from vibes.charts.card import drawn as names
from vibes.models import AnalysisRun
from vibes.queries import kept
from vibes.queries.code_versions import version_of
from vibes.queries.runs import label
from vibes.stats.results import Report

KEPT_SECONDS = 30 * 24 * 3600
# Rooms whose code decides how a figure looks, and what a figure of two runs says.
ROOMS = (
    "vibes/charts",
    "vibes/stats/results",
    "vibes/stats/common_strengths.py",
    "vibes/stats/multiplicity.py",
    "vibes/stats/run_differences.py",
    "vibes/stats/run_effects.py",
)


def every(run: AnalysisRun) -> list[Card]:
    """All that the run has something for, in the order of a page."""
    return [one(run, name) for name in names(cast(Report, run.result))]


def one(run: AnalysisRun, name: str) -> Card:
    return of(run, CHARTS[name], name)


def of(run: AnalysisRun, chart: Chart, name: str) -> Card:
    """`name`: of the chart with all that was chosen for it."""
    return _kept(
        f"{digest(name)}:{_frozen(run)}", lambda: card_of(chart, cast(Report, run.result), label(run))
    )


def of_two(first: AnalysisRun, second: AnalysisRun, said: str, make: Callable[[], Card]) -> Card:
    """The figure of two runs. `said`: what it says beside their numbers."""
    return _kept(f"two:{_frozen(first)}:{_frozen(second)}:{digest(said)}", make)


def _kept(name: str, make: Callable[[], Card]) -> Card:
    return kept.under(f"drawn:{name}:{_code()}", KEPT_SECONDS, make)


def _frozen(run: AnalysisRun) -> str:
    return f"{run.pk}:{run.created_at.timestamp()}"


def digest(name: str) -> str:
    """A name that may stand in a key, whatever is in it."""
    return hashlib.sha256(name.encode()).hexdigest()[:24]


@once
def _code() -> str:
    return version_of(ROOMS)
