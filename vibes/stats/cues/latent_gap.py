"""T2: whether a cue weighs more near a tie, from votes on matchups whose gap is latent.

η_i = g_m + π s_i + v_i (β_far + T2·c(g_m) + κ·δ_r),  g_m = θ_a − θ_b + σ z_m,  z ~ N(0, 1),  c(g) = 1 − |tanh(g/2)|,
P(verdict ≤ k) = σ(c_k − η) with cuts ±τ_r, τ_r = exp(μ + δ_r); log-odds, + favours A; v is +1 where A carries the cue, −1
where B does. The gap is integrated out by Gauss–Hermite; δ_r come from the verdict model and are held. κ lets taste go
with thresholds, without which an additive cue can look like a tiebreak. The prior is that of the verdict model, on θ
alone. Newton on the observed information (Louis 1982), steps of Berndt, Hall, Hall and Hausman (1974, Annals Econ. Soc.
Meas. 3, 653–665) where that is not positive. Gibbons and Hedeker (1997), Biometrics 53, 1527–1537.
"""

from dataclasses import dataclass, replace

import numpy as np

from vibes.stats.arrays import BoolArray, FloatArray, IntArray, sum_by
from vibes.stats.cues.gap_jackknife import step_without
from vibes.stats.cues.gap_likelihood import GapPoint, GapProblem
from vibes.stats.cues.gap_parameters import BETA, KAPPA, LAMBDA, MU, PI, T2, D, place, size
from vibes.stats.cues.gap_posterior import GapPosterior
from vibes.stats.cues.half_votes import TASTE, HalfVotes
from vibes.stats.cues.quadrature import Nodes
from vibes.stats.fits import NotConvergedError, SeparationError
from vibes.stats.intervals import Clusters, Sandwich, effect, sandwich, without_interval
from vibes.stats.newton import climb
from vibes.stats.prior import VirtualVotes
from vibes.stats.results import Effect
from vibes.stats.scales import Scale
from vibes.stats.votes import Votes

LOG_ODDS = "log-odds"
MOST = 21_000
FIRST_SIGMA, SMALLEST_SIGMA, LARGEST_SIGMA = 0.7, 0.05, 20.0
LARGEST = 8.0
"""An effect of the cue (log-odds; odds of 3,000 to 1) beyond which it is a separation that stopped on its way to infinity."""
WIDEST = 1.0
"""Standard error of T2 or β_far (log-odds) beyond which these votes do not tell it: with one vote or so a matchup the estimate
runs to ±4 and its normal interval goes with it (of 54 additive studies it left out the truth in 7)."""
SETTLED = 1e-9
ALIKE = 1e-6
"""Log thresholds that differ by no more than this do not differ."""
CUE_EFFECTS = (BETA, T2, KAPPA)


@dataclass(frozen=True, eq=False)
class GapFit:
    """The fitted model. `beta_far`, `t2`, `kappa`: log-odds, + favours the side with the cue; `sigma`: SD of gaps.

    `covariance`: of (β_far, T2, κ), 0 for what was held. `closeness` (M,): E[c(g)] of each matchup from its unplanted votes
    and the strengths alone, 0 … 1; `gap` (M,): E[g] likewise, + favours the model with the smaller code. `interaction`:
    whether T2 was free.
    """

    beta_far: float
    t2: float
    kappa: float
    sigma: float
    covariance: Sandwich
    closeness: FloatArray
    gap: FloatArray
    steps: int
    interaction: bool = True


def fit_latent_gap(
    votes: Votes,
    v: FloatArray,
    matchup: IntArray,
    clusters: Clusters,
    delta: FloatArray,
    *,
    virtual_votes: float = 0.5,
    interaction: bool = True,
) -> GapFit:
    """Fit the joint model to the n votes of one cue's matchups, planted and not.

    `votes`: of three points, with the one covariate position. `v` (n,): +1, −1, 0. `matchup` (n,): codes 0 … M − 1; the
    rows of a matchup may list its two models in either order. `delta` (R,): log threshold deviations. Without
    `interaction`, T2 is 0: the additive expectation. κ is 0 where the planted votes do not differ in δ.
    Weights are taken relative to the median of a rater's votes on a matchup: a likelihood with a shared gap needs
    their size, not only their ratios. Raises NotConvergedError, or SeparationError where the cue decides the votes.
    """
    _can_be_fitted(votes, v)
    weight = votes.weight / _unit(votes.weight, clusters)
    half = HalfVotes.of(votes, v, matchup, delta, weight)
    nodes = Nodes.for_votes(float(sum_by(matchup, weight, 0).max()))
    free = _free(votes, v, delta, interaction)
    problem = GapProblem(half, nodes, VirtualVotes(virtual_votes), free)
    point, steps = _highest(problem, _start(votes, weight))
    _refuse_runaways(point.posterior)
    return _fitted(point, clusters, steps, interaction)


def _can_be_fitted(votes: Votes, v: FloatArray) -> None:
    if not len(votes) or not v.any():
        raise NotConvergedError("no vote carries the cue")
    if not (votes.sign != 0.0).any():
        raise NotConvergedError("every verdict is a tie")
    toward = (v * votes.sign)[v != 0.0]
    if (toward > 0.0).all() or (toward < 0.0).all():
        raise SeparationError(("the cue",))


def _unit(weight: FloatArray, clusters: Clusters) -> float:
    """The median over raters and matchups of Σ w: 1 where each vote counts once, or stands twice at half weight."""
    _, codes = np.unique(clusters.cells(), return_inverse=True)
    return float(np.median(sum_by(codes, weight, 0)))


def _free(votes: Votes, v: FloatArray, delta: FloatArray, interaction: bool) -> BoolArray:
    """Which of ψ the votes can tell."""
    free = np.ones(size(votes.models), dtype=bool)
    free[place(votes.models, PI)] = votes.x.any()
    free[place(votes.models, MU)] = (votes.level == 0).any()
    free[place(votes.models, T2)] = interaction
    free[place(votes.models, KAPPA)] = np.ptp(delta[votes.rater[v != 0.0]]) > ALIKE
    return free


def _start(votes: Votes, weight: FloatArray) -> FloatArray:
    """Equal models, no cue, thresholds at the observed share of ties."""
    start = np.zeros(size(votes.models))
    start[place(votes.models, LAMBDA)] = np.log(FIRST_SIGMA)
    if (votes.level == 0).any():
        start[place(votes.models, MU)] = Scale(1, True).start(votes.level, weight)[0]
    return start


class _NoSpreadError(Exception):
    """The gaps of matchups do not differ beyond the strengths of their models: σ goes to 0."""


def _highest(problem: GapProblem, start: FloatArray) -> tuple[GapPoint, int]:
    """Climb; where σ falls to its floor, hold it there and climb again."""
    sigma = place(problem.half.models, LAMBDA)

    def above_floor(parameters: FloatArray) -> GapPoint:
        if parameters[sigma] < np.log(SMALLEST_SIGMA):
            raise _NoSpreadError
        return problem.at(parameters)

    try:
        return climb(problem.at(start), above_floor, tolerance=SETTLED)
    except _NoSpreadError:
        free, lowest = problem.free.copy(), start.copy()
        free[sigma], lowest[sigma] = False, np.log(SMALLEST_SIGMA)
        held = replace(problem, free=free)
        return climb(held.at(lowest), held.at, tolerance=SETTLED)


def _refuse_runaways(found: GapPosterior) -> None:
    """Raise NotConvergedError where the maximum lies where no data put it."""
    if found.sigma > LARGEST_SIGMA:
        raise NotConvergedError("the votes on each matchup agree: the spread of gaps has no finite estimate")
    widest = float(np.abs(found.half.features[TASTE]).max())
    if max(abs(found.shared(BETA)), abs(found.shared(T2)), abs(found.shared(KAPPA)) * widest) > LARGEST:
        raise SeparationError(("the cue",))


def _fitted(point: GapPoint, clusters: Clusters, steps: int, interaction: bool) -> GapFit:
    found = point.posterior
    beta_far, t2, kappa = (found.shared(local) for local in CUE_EFFECTS)
    return GapFit(
        beta_far=beta_far,
        t2=t2,
        kappa=kappa,
        sigma=found.sigma,
        covariance=_covariance(point, clusters),
        closeness=(found.unplanted_share * found.close.value[found.half.pair]).sum(axis=1),
        gap=(found.unplanted_share * found.gap[found.half.pair]).sum(axis=1),
        steps=steps,
        interaction=interaction,
    )


def _covariance(point: GapPoint, clusters: Clusters) -> Sandwich:
    """Of (β_far, T2, κ), from what each vote moves them by (n, 3)."""
    half, models = point.problem.half, point.problem.half.models
    effects = [place(models, local) for local in CUE_EFFECTS]
    bread = point.bread()[effects]
    scores, pair = point.posterior.row_scores(), np.zeros(len(clusters.rater), dtype=np.int64)
    pair[half.row] = half.pair[half.matchup]
    apart = bread[:, half.low] - bread[:, half.high]
    moved = scores[:, D, None] * apart[:, pair].T + scores[:, 1:] @ bread[:, models:].T
    return sandwich(
        lambda rows: moved[rows],
        np.eye(3),
        clusters,
        by_model=bread[:, effects],
        without=lambda rows: step_without(point, rows)[effects],
    )


def t2_effect(fit: GapFit, clusters: Clusters) -> Effect:
    """T2 with its interval: log-odds that the cue gains between a gap far from 0 and a tie, + stronger near ties.

    `clusters`: the rows that carry the cue.
    """
    if not fit.interaction:
        why = "the model was fitted without the interaction"
        return without_interval(clusters, "not_identified", why, unit=LOG_ODDS, kind="randomised")
    return _effect(fit, fit.t2, 1, clusters)


def beta_far_effect(fit: GapFit, clusters: Clusters) -> Effect:
    """β_far with its interval: log-odds that the cue gives far from a tie, + favours the side with the cue.

    `clusters`: the rows that carry the cue.
    """
    return _effect(fit, fit.beta_far, 0, clusters)


def _effect(fit: GapFit, estimate: float, place: int, clusters: Clusters) -> Effect:
    variance = float(fit.covariance.variances()[place])
    told = effect(estimate, variance, clusters, unit=LOG_ODDS, kind="randomised")
    if told["state"] == "ok" and variance > WIDEST**2:
        why = (
            "the votes are too few, or the matchups differ too little in closeness, for the cue's effect near ties and far "
            "from them to be told apart"
        )
        return without_interval(clusters, "not_identified", why, unit=LOG_ODDS, kind="randomised")
    return told


def part_of_matchups(matchup: IntArray, generator: np.random.Generator, most: int = MOST) -> IntArray:
    """The rows, in their order, of a random part of the matchups with at most `most` votes; all where there are no more."""
    if len(matchup) <= most:
        return np.arange(len(matchup))
    votes = np.bincount(matchup)
    drawn = generator.permutation(len(votes))
    kept = np.zeros(len(votes), dtype=bool)
    kept[drawn] = np.cumsum(votes[drawn]) <= most
    return np.flatnonzero(kept[matchup])


def part_note(part: int, of: int) -> str:
    """What stands beside a figure from a part of the matchups; empty where it is from all."""
    return f"from a random part of the matchups: {part:,} of {of:,} votes" if part < of else ""
