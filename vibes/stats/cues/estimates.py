"""An estimate from a randomised cue, with what a plan for more votes needs beside it."""

from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import FloatArray
from vibes.stats.intervals import Clusters, Sandwich, effect, without_interval
from vibes.stats.results import Effect, State

ABOVE_HALF = "probability above ½"
LOG_ODDS = "log-odds"
BOUNDS = {ABOVE_HALF: (-0.5, 0.5), LOG_ODDS: (-np.inf, np.inf)}


@dataclass(frozen=True, eq=False)
class Estimate:
    """`effect`: kind randomised. `clusters`: its own rows. `row_variance`: its variance were every row independent."""

    effect: Effect
    clusters: Clusters
    row_variance: float | None = None


def contrasted(
    values: FloatArray, found: Sandwich, contrast: FloatArray, clusters: Clusters, unit: str, note: str = ""
) -> Estimate:
    """A linear contrast (p,) of estimates (p,) with their covariances, as a randomised effect in `unit`."""
    projected = found.project(contrast[None, :])
    return Estimate(
        effect(
            float(contrast @ values),
            float(projected.variances()[0]),
            clusters,
            unit=unit,
            kind="randomised",
            bounds=BOUNDS[unit],
            note=note,
        ),
        clusters,
        float(projected.by_model[0, 0]),
    )


def nothing(clusters: Clusters, state: State, note: str, unit: str) -> Estimate:
    """No estimate, and why."""
    return Estimate(without_interval(clusters, state, note, unit=unit, kind="randomised"), clusters)
