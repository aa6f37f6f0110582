"""Boards: a strength for each model with its interval, its simultaneous interval and its ranks.

Strengths are identified by Σθ = 0 over the rated models and shown as 1000 + 400/ln 10 · θ; the interval is that of this
contrast. A model without a rating stays in the fit, where it informs the other effects, and shows no number.
"""

import math
from dataclasses import dataclass

import numpy as np

from vibes.stats import simultaneous
from vibes.stats.arrays import BoolArray, FloatArray, IntArray, sum_by
from vibes.stats.covariates import unidentified
from vibes.stats.intervals import FEWEST, LEVEL, Clusters, Sandwich, half_width, sandwich, too_few
from vibes.stats.results import BoardRow
from vibes.stats.scores import Groups
from vibes.stats.standing import unrated
from vibes.stats.verdict_model import Fit, NotConvergedError, SeparationError, TieRule, fit_verdicts
from vibes.stats.votes import Votes

ELO = 400.0 / math.log(10.0)
ORIGIN = 1000.0
WIDEST = 4.0
"""Standard error of a strength, in log-odds, from which on it is no answer: twice it is odds of a thousand to one."""


@dataclass(frozen=True, eq=False)
class BoardFit:
    """A fit with its covariances, or the `problem` that kept it from being one.

    `dropped`: covariates whose effect cannot be told, with the reason; they are not in the fit. `unrated`: models
    without a rating, with the reason.
    """

    votes: Votes
    clusters: Clusters
    dropped: dict[str, str]
    unrated: dict[str, str]
    fit: Fit | None
    sandwich: Sandwich | None
    problem: str


def fit_board(votes: Votes, clusters: Clusters, names: tuple[str, ...], ties: TieRule) -> BoardFit:
    """Fit the verdict model without the covariates that cannot be told. Never raises NotConvergedError: it is kept."""
    dropped, missing = unidentified(votes), unrated(votes, names)
    if not (votes.sign != 0.0).any():
        return BoardFit(votes, clusters, dropped, missing, None, None, "every verdict is a tie")
    try:
        fit, dropped = _fitted(votes, dropped, ties)
    except NotConvergedError as error:
        problem = "no model can be rated yet" if len(missing) == len(names) else str(error)
        return BoardFit(votes, clusters, dropped, missing, None, None, problem)
    by_model = fit.bread * fit.dispersion
    found = sandwich(fit.scores, fit.bread, clusters, by_model=by_model, without=fit.without)
    return BoardFit(votes, clusters, dropped, missing, fit, found, "")


def _fitted(votes: Votes, dropped: dict[str, str], ties: TieRule) -> tuple[Fit, dict[str, str]]:
    try:
        return fit_verdicts(votes.without(frozenset(dropped)), ties=ties), dropped
    except SeparationError as error:
        dropped = dropped | dict.fromkeys(error.covariates, str(error))
        return fit_verdicts(votes.without(frozenset(dropped)), ties=ties), dropped


@dataclass(frozen=True, eq=False)
class Standing:
    """The K rated models of a board: codes, centred θ, variances, effective raters."""

    codes: IntArray
    theta: FloatArray
    covariance: Sandwich
    raters: FloatArray


def board(
    fitted: BoardFit, names: tuple[str, ...], both_bad_rates: FloatArray, generator: np.random.Generator
) -> list[BoardRow]:
    """Rows of the board, the strongest first, then the models without a rating by name."""
    sizes = _sizes(fitted.votes)
    rows = {}
    if fitted.fit is not None and fitted.sandwich is not None:
        standing = _standing(fitted, fitted.fit, fitted.sandwich, names)
        rows = _rated(standing, names, sizes, generator)
    for code, name in enumerate(names):
        if name not in rows:
            rows[name] = _unrated(name, int(sizes[code]), fitted)
        rows[name]["both_bad_rate"] = float(both_bad_rates[code])
    return sorted(rows.values(), key=_place)


def _place(row: BoardRow) -> tuple[float, str]:
    strength = row["strength"]
    return (math.inf if strength is None else -strength, row["model"])


def _sizes(votes: Votes) -> IntArray:
    found: IntArray = np.bincount(votes.a, minlength=votes.models) + np.bincount(
        votes.b, minlength=votes.models
    )
    return found


def _standing(fitted: BoardFit, fit: Fit, covariance: Sandwich, names: tuple[str, ...]) -> Standing:
    """Take the rated models in the order of their strengths, so that names leave no trace in what is drawn."""
    codes = np.array([code for code, name in enumerate(names) if name not in fitted.unrated], dtype=np.int64)
    codes = codes[np.argsort(-fit.strengths[codes], kind="stable")]
    contrasts = np.zeros((len(codes), len(fit.parameters)))
    contrasts[:, codes] = -1.0 / max(len(codes), 1)
    contrasts[np.arange(len(codes)), codes] += 1.0
    raters = effective_of_models(fitted.votes, fitted.clusters)[codes]
    return Standing(codes, contrasts @ fit.parameters, covariance.project(contrasts), raters)


def effective_of_models(votes: Votes, clusters: Clusters) -> FloatArray:
    """The effective raters of each model's votes (m,)."""
    sides = np.concatenate([votes.a, votes.b])
    places = Groups.of(np.tile(clusters.rater, 2) * votes.models + sides)
    model = np.zeros(places.size, dtype=np.int64)
    model[places.codes] = sides
    weight = places.sum(np.tile(clusters.weight, 2))
    total, square = (sum_by(model, values, votes.models) for values in (weight, weight**2))
    return np.divide(total**2, square, out=np.zeros(votes.models), where=square > 0.0)


def _rated(
    standing: Standing, names: tuple[str, ...], sizes: IntArray, generator: np.random.Generator
) -> dict[str, BoardRow]:
    variances = standing.covariance.variances() if len(standing.codes) else np.zeros(0)
    errors = np.sqrt(variances)
    enough = (standing.raters >= FEWEST) & (errors < WIDEST)
    joint = _joint(standing, errors, enough, generator) if enough.sum() > 1 else {}
    rows = {}
    for place, code in enumerate(standing.codes):
        row = _blank(names[code], int(sizes[code]))
        row["strength"] = ORIGIN + ELO * float(standing.theta[place])
        row["state"] = "ok" if place in joint else "not_enough"
        if place in joint:
            _give_interval(row, half_width(variances[place], standing.raters[place]), joint[place])
        else:
            row["note"] = _no_interval(float(standing.raters[place]), float(errors[place]))
        rows[names[code]] = row
    return rows


def _no_interval(raters: float, error: float) -> str:
    if raters < FEWEST:
        return too_few(raters)
    return "its votes weigh too little" if error >= WIDEST else "no other model has an interval"


def _give_interval(row: BoardRow, width: float, joint: tuple[float, int, int]) -> None:
    strength, (wide, best, worst) = row["strength"] or 0.0, joint
    row["low"], row["high"] = strength - ELO * width, strength + ELO * width
    row["simultaneous_low"], row["simultaneous_high"] = strength - ELO * wide, strength + ELO * wide
    row["rank_low"], row["rank_high"] = best, worst


def _joint(
    standing: Standing, errors: FloatArray, enough: BoolArray, generator: np.random.Generator
) -> dict[int, tuple[float, int, int]]:
    """Max-t half width (log-odds), best rank and worst rank of each model with enough raters."""
    places = np.flatnonzero(enough)
    covariance = standing.covariance.project(np.eye(len(enough))[places])
    correlation, errors, raters = covariance.correlation(), errors[places], standing.raters[places]
    drawn = simultaneous.draws(correlation, generator)
    widths = errors * simultaneous.bound(simultaneous.joint_alpha(drawn, LEVEL), raters)
    pairs = simultaneous.bound(
        simultaneous.pair_alpha(drawn, errors, correlation, LEVEL),
        np.minimum(raters[:, None], raters[None, :]),
    )
    theta = standing.theta[places]
    apart = np.abs(theta[:, None] - theta[None, :]) > pairs * np.sqrt(covariance.difference_variances())
    best, worst = simultaneous.ranks(theta, apart)
    return {
        int(place): (float(width), int(low), int(high))
        for place, width, low, high in zip(places, widths, best, worst, strict=True)
    }


def _unrated(name: str, size: int, fitted: BoardFit) -> BoardRow:
    row = _blank(name, size)
    row["state"] = "not_rated" if name in fitted.unrated else "not_converged"
    row["note"] = fitted.unrated.get(name, fitted.problem)
    return row


def _blank(name: str, size: int) -> BoardRow:
    return BoardRow(
        model=name,
        strength=None,
        low=None,
        high=None,
        simultaneous_low=None,
        simultaneous_high=None,
        n=size,
        rank_low=None,
        rank_high=None,
        both_bad_rate=None,
        state="not_rated",
    )
