"""What control moves (D): strength and rank of each model on the plain, style, sycophancy and both boards.

A logit without a covariate shrinks every strength, so that boards fitted apart differ by scale alone. Here all boards stand
on the scale of the fullest one: a board that does not hold x constant keeps its residual on the models (`one_scale`). So the
strengths of the fullest board are its own, those of the others are not quite the ones of the leaderboards, and what style
and sycophancy move adds up to what both move. What moves is uncertain in the effect of x and in how much more of it a
model has. Strengths in Elo points, + favours the model. Observational.
Gail, Wieand and Piantadosi (1984), Biometrika 71, 431–444 (why omitted covariates shrink).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.boards import ELO, ORIGIN, BoardFit
from vibes.stats.fieller import ratio
from vibes.stats.intervals import Clusters, Sandwich, effect, without_interval
from vibes.stats.one_scale import one_scale
from vibes.stats.results import Displaced, Displacement, Effect, Margin, Win
from vibes.stats.verdict_model import Fit

PLAIN = "plain"
POINTS = "Elo"
SHARE = "share"
ZERO = "not identified: the interval of the plain lead holds 0, so that no share of it can be told"
NOT_IN_IT = "the board that holds everything constant has no fit"
NOTHING_MEASURED = "nothing of it was measured in these answers"
UNBOUNDED = "not identified: the set of shares is unbounded"


def displacement(fits: Mapping[str, BoardFit], names: tuple[str, ...]) -> Displacement:
    """Strengths, ranks and moves of the rated models, the strongest on the plain board first.

    `fits`: the boards by name, the fullest last; `names` (m,): the models. `moved` is controlled − plain, in Elo points:
    negative where control takes from a model. `explained`: 1 − controlled lead/plain lead, with its Fieller set. A board
    that cannot be put on the scale of the fullest one says why. Empty where no board could be fitted.
    """
    reference = next((fitted for fitted in reversed([*fits.values()]) if fitted.fit is not None), None)
    fit, found = (None, None) if reference is None else (reference.fit, reference.sandwich)
    if reference is None or fit is None or found is None or len(reference.unrated) == len(names):
        return Displacement(models=[], margins=[], win=None)
    plain = _covariates(fits[PLAIN])
    problems = {name: _problem(fitted, reference, plain) for name, fitted in fits.items() if name != PLAIN}
    held = {name: _covariates(fits[name]) for name, problem in problems.items() if not problem}
    codes = np.array([code for code, name in enumerate(names) if name not in reference.unrated])
    views = _views(reference, fit, found, {PLAIN: plain} | held, codes)
    order = np.argsort(-views.theta[0], kind="stable").tolist()
    return Displacement(
        models=[_displaced(views, model, names, problems) for model in order],
        margins=[_margin(views, one, other, names, problems) for one, other in pairwise(order)],
        win=_win(views, order[0], names, problems) if len(order) > 1 and problems else None,
    )


def _covariates(fitted: BoardFit) -> tuple[str, ...]:
    return tuple(name for name in fitted.votes.covariates if name not in fitted.dropped)


def _problem(fitted: BoardFit, reference: BoardFit, plain: tuple[str, ...]) -> str:
    """Why a board cannot stand on the scale of the fullest one, or holds no more than the plain one; empty where it can."""
    if fitted.problem:
        return fitted.problem
    own, known = _covariates(fitted), _covariates(reference)
    lost = {name: reference.dropped.get(name, NOT_IN_IT) for name in own if name not in known}
    nothing = fitted.dropped if set(own) <= set(plain) else {}
    return "; ".join(f"{name}: {reason}" for name, reason in (lost | nothing).items())


@dataclass(frozen=True, eq=False)
class _Views:
    """K rated models on B boards, plain first: `theta` (B, K) log-odds about 0, covariances (BK, BK) of its ravel.

    `votes`: the clusters of each model's own votes.
    """

    boards: tuple[str, ...]
    codes: IntArray
    theta: FloatArray
    covariance: Sandwich
    votes: tuple[Clusters, ...]

    def place(self, board: str, model: int) -> int:
        return self.boards.index(board) * len(self.codes) + model


def _views(
    reference: BoardFit, fit: Fit, found: Sandwich, held: Mapping[str, tuple[str, ...]], codes: IntArray
) -> _Views:
    boards = tuple(held)
    whole = one_scale(fit, found, reference.clusters, [frozenset(held[name]) for name in boards])
    shown = np.zeros((len(codes), fit.votes.models))
    shown[:, codes] = np.eye(len(codes)) - 1.0 / len(codes)
    centred = np.asarray(np.kron(np.eye(len(boards)), shown), dtype=np.float64)
    covariance = whole.covariance.project(centred)
    votes = tuple(_votes_on(reference, code) for code in codes)
    return _Views(boards, codes, whole.theta @ shown.T, covariance, votes)


def _votes_on(fitted: BoardFit, code: int) -> Clusters:
    return fitted.clusters.take(np.flatnonzero((fitted.votes.a == code) | (fitted.votes.b == code)))


def _displaced(views: _Views, model: int, names: tuple[str, ...], problems: Mapping[str, str]) -> Displaced:
    theta = views.theta
    return Displaced(
        model=names[views.codes[model]],
        strengths={name: ORIGIN + ELO * float(theta[row, model]) for row, name in enumerate(views.boards)},
        ranks={
            name: 1 + int((theta[row] > theta[row, model]).sum()) for row, name in enumerate(views.boards)
        },
        moved={name: _moved(views, name, model, problem) for name, problem in problems.items()},
    )


def _moved(views: _Views, board: str, model: int, problem: str) -> Effect:
    clusters = views.votes[model]
    if problem:
        return without_interval(clusters, "not_identified", problem, unit=POINTS, kind="observational")
    row = views.boards.index(board)
    contrast = np.zeros((1, views.theta.size))
    contrast[0, views.place(board, model)] = ELO
    contrast[0, views.place(PLAIN, model)] -= ELO
    variance = float(views.covariance.project(contrast).variances()[0])
    moved = ELO * float(views.theta[row, model] - views.theta[0, model])
    return effect(moved, variance, clusters, unit=POINTS, kind="observational")


def _margin(
    views: _Views, one: int, other: int, names: tuple[str, ...], problems: Mapping[str, str]
) -> Margin:
    """A lead is known no better than the model of the two whose votes spread over fewer raters."""
    clusters = min((views.votes[one], views.votes[other]), key=Clusters.effective_raters)
    lead = ELO * float(views.theta[0, one] - views.theta[0, other])
    variance = float(views.covariance.project(_lead(views, PLAIN, one, other)[None]).variances()[0])
    plain = effect(lead, variance, clusters, unit=POINTS, kind="observational")
    return Margin(
        model=names[views.codes[one]],
        over=names[views.codes[other]],
        plain=plain,
        explained={
            name: _explained(
                views,
                (_lead(views, PLAIN, one, other), problem or _lead(views, name, one, other)),
                plain,
                clusters,
            )
            for name, problem in problems.items()
        },
    )


def _lead(views: _Views, board: str, one: int, other: int) -> FloatArray:
    contrast = np.zeros(views.theta.size)
    contrast[views.place(board, one)], contrast[views.place(board, other)] = ELO, -ELO
    return contrast


def _explained(
    views: _Views,
    leads: tuple[FloatArray, FloatArray | str],
    plain: Effect,
    clusters: Clusters,
    *,
    left: bool = False,
) -> Effect:
    """1 − controlled/plain = (plain − controlled)/plain of two contrasts, or what is `left`, controlled/plain. A word in the
    place of the second says why there is none."""
    low, (first, second) = plain["low"], leads
    if isinstance(second, str) or (low is not None and low <= 0.0):
        why = second if isinstance(second, str) else ZERO
        return without_interval(clusters, "not_identified", why, unit=SHARE, kind="observational")
    contrasts = np.array([second if left else first - second, first])
    top, bottom = contrasts @ views.theta.ravel()
    joint = views.covariance.project(contrasts)
    return ratio(
        float(top),
        float(bottom),
        joint,
        clusters,
        unit=SHARE,
        kind="observational",
        unbounded=UNBOUNDED,
    )


def _win(views: _Views, model: int, names: tuple[str, ...], problems: Mapping[str, str]) -> Win:
    """The first model of the plain board against the average of all, by what control takes from it."""
    clusters = views.votes[model]
    above = _above(views, PLAIN, model)
    variance = float(views.covariance.project(above[None]).variances()[0])
    lead = ELO * float(views.theta[0, model])
    plain = effect(lead, variance, clusters, unit=POINTS, kind="observational")

    def part(board: str, *, left: bool = False) -> Effect:
        problem = problems.get(board, NOTHING_MEASURED)
        return _explained(views, (above, problem or _above(views, board, model)), plain, clusters, left=left)

    return Win(
        model=names[views.codes[model]],
        plain=plain,
        formatting=part("style"),
        sycophancy=part("sycophancy"),
        rest=part("both", left=True),
    )


def _above(views: _Views, board: str, model: int) -> FloatArray:
    """A strength about the average of its board, in Elo points."""
    contrast = np.zeros(views.theta.size)
    contrast[views.place(board, model)] = ELO
    return contrast
