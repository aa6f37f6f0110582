"""The worlds of the coverage bench, and what one simulated study in each of them says."""

from dataclasses import dataclass, replace

import numpy as np

from tests.stats.cued_truth import expected_c
from tests.stats.cued_worlds import CuedStudy, CuedWorld, simulate_cued
from vibes.stats.arrays import FloatArray
from vibes.stats.boards import BoardFit, fit_board
from vibes.stats.covariates import POSITION
from vibes.stats.cues.causal import causal
from vibes.stats.cues.design import cued_votes
from vibes.stats.cues.findings import look
from vibes.stats.cues.reading import read
from vibes.stats.intervals import Clusters, effect
from vibes.stats.results import Effect
from vibes.stats.verdict_model import fit_verdicts
from vibes.stats.votes import Votes

Row = tuple[float, float, float, float]
"""Estimate, low, high, standard error; the last three NaN where no interval is printed."""

NOWHERE = (np.nan, np.nan, np.nan)
LARGE = 20
"""How many studies' worth of matchups and raters a large study has."""
EVERYTHING = 10**9


@dataclass(frozen=True)
class Plan:
    """A world, and which figures are taken in it.

    `cued`: C, T1, T2, T1a*, β_far and the finding from 5,000 judgements at 1 : 3 : 3; else C alone. `board`: T0, γ, θ and
    position from as many of unplanted variants. `rated`: the naive share among pairs that the rater rated equal.
    """

    world: CuedWorld
    cued: bool = True
    board: bool = False
    rated: bool = False


TASTE = CuedWorld(beta=0.3, t2=0.4, tone=0.25, lists=0.3)
ADDITIVE = CuedWorld(beta=0.4)
WORLDS: dict[str, Plan] = {
    "independent": Plan(replace(TASTE, blocks=False), board=True),
    "rater taste": Plan(replace(TASTE, taste_sd=0.4, taste_with_ties=0.6), board=True),
    "heavy raters": Plan(replace(TASTE, taste_sd=0.3, heavy=1.8), board=True),
    "no effect": Plan(CuedWorld(lists=0.3), board=True),
    "additive": Plan(ADDITIVE),
    "additive, taste with ties": Plan(replace(ADDITIVE, taste_sd=0.3, taste_with_ties=0.6)),
    "additive, 10 % clicks": Plan(replace(ADDITIVE, clicks=0.1)),
    "additive, personal noise": Plan(replace(ADDITIVE, noise_sd=0.4)),
    "halo": Plan(replace(ADDITIVE, tone=0.4, halo=0.4, ratings=True), cued=False, board=True, rated=True),
    "quality against tone": Plan(
        replace(ADDITIVE, tone=0.4, correlation=-0.5, ratings=True), cued=False, board=True, rated=True
    ),
}
POWER: dict[str, CuedWorld] = {
    "C of 0.08": CuedWorld(beta=0.41, taste_sd=0.3),
    "T2 of 0.5": CuedWorld(t2=0.5, taste_sd=0.3),
    "lean of 0.3": CuedWorld(lean_beta=0.3, taste_sd=0.3),
}
POWER_MATCHUPS = (300, 1_000, 3_000)


def study(plan: Plan, seed: list[int], *, intervals: bool = True) -> tuple[dict[str, Row], str]:
    """The figures of one study, and its finding (empty where none is taken). Without `intervals` those of the board
    are left out, which a large-sample value has no use for.
    """
    drawn = simulate_cued(plan.world, seed)
    rows, finding = _cued(drawn, seed) if plan.cued else _causal(drawn)
    if plan.rated:
        rows["rated equal"] = (_rated_equal(drawn), *NOWHERE)
    if plan.board:
        size = sum(plan.world.votes)
        unplanted = simulate_cued(replace(plan.world, votes=(size, 0, 0)), [*seed, 1])
        rows |= _board(unplanted, intervals=intervals)
    return rows, finding


def large(plan: Plan, seed: list[int]) -> dict[str, Row]:
    """The same figures of one very large study of the same design: matchups and raters 20 times as many."""
    world = plan.world
    grown = replace(world, matchups=LARGE * world.matchups, raters=LARGE * world.raters)
    return study(replace(plan, world=grown), seed, intervals=False)[0]


def exact_c(plan: Plan, seed: list[int]) -> float:
    """The large-sample C, from the probabilities of the verdicts."""
    return expected_c(plan.world, seed, draws=1_000_000)


def _cued(drawn: CuedStudy, seed: list[int]) -> tuple[dict[str, Row], str]:
    (votes,) = cued_votes(drawn.frame())
    found = read(votes, np.random.default_rng(seed), most=EVERYTHING)
    rows = {
        "C": found.C.effect,
        "T1": found.T1.effect,
        "T2": found.T2.effect,
        "T1a*": found.T1a_star.effect,
        "β_far": found.beta_far.effect,
    }
    return {name: _row(one) for name, one in rows.items()}, found.finding(look(len(votes), None))[0]


def _causal(drawn: CuedStudy) -> tuple[dict[str, Row], str]:
    (votes,) = cued_votes(drawn.frame())
    return {"C": _row(causal(votes).effect)}, ""


def _row(found: Effect) -> Row:
    values = (found["estimate"], found["low"], found["high"], found["se"])
    estimate, low, high, se = (np.nan if value is None else float(value) for value in values)
    return estimate, low, high, se


def _board(drawn: CuedStudy, *, intervals: bool) -> dict[str, Row]:
    """The ordinal verdict model with position, lists and tone, and the interval of each as the boards print it."""
    world = drawn.world
    x = np.column_stack([np.where(drawn.left, 1.0, -1.0), drawn.lists, drawn.tone])
    weight = np.ones(len(x))
    votes = Votes(
        drawn.a,
        drawn.b,
        world.models,
        drawn.sign,
        drawn.rater,
        world.raters,
        weight,
        x,
        (POSITION, "lists", "tone"),
    )
    if not intervals:
        values = _shown(world.models, votes.size) @ fit_verdicts(votes).parameters[: votes.size]
        return {name: (value, *NOWHERE) for name, value in zip(_labels(world.models), values, strict=True)}
    clusters = Clusters(drawn.rater, drawn.matchup, weight)
    names = tuple(f"m{code}" for code in range(world.models))
    return _contrasts(fit_board(votes, clusters, names, "ordinal"), world.models)


def _labels(models: int) -> list[str]:
    return [*(f"θ{code + 1}" for code in range(models)), "position", "γ", "T0"]


def _shown(models: int, size: int) -> FloatArray:
    """Contrasts from parameters (size,): strengths about their mean, then the three effects."""
    contrasts = np.eye(size)[: models + 3]
    contrasts[:models, :models] -= 1.0 / models
    return contrasts


def _contrasts(fitted: BoardFit, models: int) -> dict[str, Row]:
    assert fitted.fit is not None
    assert fitted.sandwich is not None
    contrasts = _shown(models, len(fitted.fit.parameters))
    variances = fitted.sandwich.project(contrasts).variances()
    values = contrasts @ fitted.fit.parameters
    return {
        name: _row(effect(value, variance, _seen(fitted, k), unit="log-odds", kind="observational"))
        for k, (name, value, variance) in enumerate(zip(_labels(models), values, variances, strict=True))
    }


def _seen(fitted: BoardFit, place: int) -> Clusters:
    """The rows of the estimand: those of the model, or those that differ in the covariate."""
    votes = fitted.votes
    if place < votes.models:
        return fitted.clusters.take(np.flatnonzero((votes.a == place) | (votes.b == place)))
    return fitted.clusters.take(np.flatnonzero(votes.x[:, place - votes.models]))


def _rated_equal(drawn: CuedStudy) -> float:
    """P(choose the answer that the rater marked more sycophantic | that rater marked the quality equal) − ½."""
    marks = drawn.ratings
    apart = np.sign(marks["sycophancy_a"] - marks["sycophancy_b"])
    rows = (marks["quality_a"] == marks["quality_b"]) & (apart != 0)
    return float((drawn.sign * apart)[rows].mean() / 2.0)
