"""Effects of position, length and formatting on the verdict: coefficients of the verdict model, observational."""

import numpy as np

from vibes.stats.boards import BoardFit
from vibes.stats.covariates import POSITION
from vibes.stats.intervals import effect, without_interval
from vibes.stats.results import Effect, State
from vibes.stats.verdict_model import LARGEST

PER_SD = "log-odds per reference SD"
PER_UNIT = "log-odds per unit"
LOG_ODDS = "log-odds"
NO_WEIGHT = "the votes that differ in it weigh too little: its error is larger than any effect"


def coefficient(fitted: BoardFit, covariate: str, *, unit: str, note: str = "") -> Effect:
    """One coefficient with its interval over the votes that differ in it; + favours the side that has more of it."""
    column = fitted.votes.columns[fitted.votes.covariates.index(covariate)]
    clusters = fitted.clusters.where(column != 0.0)
    if fitted.fit is None or fitted.sandwich is None or covariate in fitted.dropped:
        state: State = (
            "not_identified" if covariate in fitted.dropped or not fitted.problem else _unfitted(fitted)
        )
        why = fitted.dropped.get(covariate, fitted.problem)
        return without_interval(clusters, state, why, unit=unit, kind="observational")
    place = fitted.fit.place(covariate)
    contrast = np.zeros((1, len(fitted.fit.parameters)))
    contrast[0, place] = 1.0
    variance = float(fitted.sandwich.project(contrast).variances()[0])
    estimate = fitted.fit.effect(covariate)
    if np.sqrt(variance) * fitted.fit.votes.farthest[place - fitted.votes.models] > LARGEST:
        return without_interval(clusters, "not_enough", NO_WEIGHT, unit=unit, kind="observational")
    return effect(estimate, variance, clusters, unit=unit, kind="observational", note=note)


def _unfitted(fitted: BoardFit) -> State:
    if not (fitted.votes.sign != 0.0).any():
        return "not_identified"
    return "not_enough" if len(fitted.unrated) == fitted.votes.models else "not_converged"


def effects(fitted: BoardFit, units: dict[str, str], notes: dict[str, str]) -> dict[str, Effect]:
    """Position first, then one for each covariate that has a unit."""
    return {
        name: coefficient(fitted, name, unit=units[name], note=notes.get(name, ""))
        for name in fitted.votes.covariates
        if name in units
    }


def position_note(screen: bool) -> dict[str, str]:
    """Without the screen side the intercept is that of the side listed first."""
    return (
        {}
        if screen
        else {POSITION: "first listed: the rows do not say which side stood on the left (a_is_left)"}
    )


def inflation(fitted: BoardFit) -> dict[str, float]:
    """Printed over model-based standard error of each covariate's effect: by how much the usual intervals are too short."""
    if fitted.fit is None or fitted.sandwich is None:
        return {}
    ratio = np.sqrt(fitted.sandwich.variances() / np.diag(fitted.sandwich.by_model))
    return {name: float(ratio[fitted.fit.place(name)]) for name in fitted.fit.votes.covariates}
