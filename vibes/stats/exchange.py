"""X: how much quality one unit of a covariate buys, +β/β_q. A Fieller set, "not identified" where it is unbounded.

β_q is the log-odds effect of one point of quality, in a verdict model with every other covariate beside it. Quality is the
answer key (independent of the vote), or E[Δq | other raters' ratings, models, covariates] (observational): regression
calibration, so that ratings that repeat each other little do not make quality look cheap. Then both coefficients depend on
the calibration's slopes α and on the reliability λ, whose errors come along in the stacked row scores:
dβ_k = −β_q (1 − λ) dα_k + β_q α_k d log λ, dβ_q = −β_q d log λ (exact where every row has as many other raters). No CR3
there: with a rater go their ratings too, and with these the quality behind the votes of others.
Positive: more of the covariate is worth as much as that much better an answer.
Fieller (1954), JRSS B 16, 175–185; Carroll, Ruppert, Stefanski and Crainiceanu (2006), Measurement Error in Nonlinear Models, ch. 4.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import block_diag

from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.boards import BoardFit, fit_board
from vibes.stats.covariates import POSITION
from vibes.stats.fieller import ratio
from vibes.stats.frames import COVARIATE, JudgementFrame
from vibes.stats.intervals import Clusters, Sandwich, sandwich, without_interval
from vibes.stats.quality import KEY, RATED, Cells, Reliability, cells, gap, others, reliability
from vibes.stats.results import Effect, Exchange, Kind, State
from vibes.stats.verdict_model import Fit, TieRule
from vibes.stats.votes import Votes

QUALITY = "quality"
PER_SD, PER_UNIT = "quality points per reference SD", "quality points per unit"
BY_KEY = "answer key"
BY_RATINGS = "other raters' ratings of the same text"
UNBOUNDED = "not identified: the set of ratios is unbounded, since the effect of quality may be 0"

NO_AGREEMENT = "not identified: no pair has ratings by two raters that agree beyond chance"
NOT_CR3 = "CR1 by rater, not CR3: leaving out a rater would change the quality behind the votes of others"


def exchange(
    frame: JudgementFrame, fitted: BoardFit, ties: TieRule, *, rows: IntArray | None = None
) -> Exchange:
    """What each covariate but position buys. Nothing, where the rows have no measure of quality beside the vote.

    `fitted`: the fullest board, for its covariates. `rows`: the places in `frame` of its votes, in their order; every row
    where None. Quality points are those of the key, or of the scale on which raters rate. Raises ValueError where the
    votes are not as many as the rows.
    """
    voted = frame if rows is None else frame.take(rows)
    if len(voted) != len(fitted.votes):
        raise ValueError(f"{len(fitted.votes)} votes for {len(voted)} rows: give the rows of the fit")
    measured = _by_key(voted, fitted.votes) or _by_ratings(voted, fitted.votes)
    if measured is None:
        return Exchange(quality="", buys={})
    names = [name for name in fitted.votes.covariates if name != POSITION]
    found = _beside_quality(fitted, measured, ties)
    buys = {name: _bought(found, measured, name, fitted.clusters) for name in names}
    return Exchange(quality=measured.source, buys=buys)


@dataclass(frozen=True, eq=False)
class _Measured:
    """Δq (n,) of the rows that have it, where it comes from, and its calibration, None where it needs none."""

    rows: IntArray
    quality: FloatArray
    kind: Kind
    source: str
    calibration: "_Calibration | None" = None


@dataclass(frozen=True, eq=False)
class _Calibration:
    """Slopes α (m + k,) of ratings on models and covariates with their bread, the reliability of the others' mean, scores.

    `scores(rows)`: of (α, σ_u², σ²), for places among *all* rows of the frame. `log_slopes`: d log λ by σ_u² and by σ².
    """

    alpha: FloatArray
    covariates: tuple[str, ...]
    bread: FloatArray
    reliability: float
    log_slopes: FloatArray
    scores: Callable[[IntArray], FloatArray]


def _by_key(frame: JudgementFrame, votes: Votes) -> _Measured | None:
    key = gap(frame, KEY)
    rows = np.flatnonzero(np.isfinite(key))
    return _Measured(rows, key[rows], "independent", BY_KEY) if len(rows) else None


def _by_ratings(frame: JudgementFrame, votes: Votes) -> _Measured | None:
    rated = gap(frame, RATED)
    told = np.flatnonzero(np.isfinite(rated))
    if not len(told):
        return None
    alpha, bread = _regressed(votes.take(told), rated[told])
    usual = votes.eta(alpha)
    residual = rated - usual
    found = cells(frame, residual)
    how_sure = reliability(found)
    by_others = others(found, frame)
    rows = np.flatnonzero(by_others.size > 0.0)
    if how_sure.signal <= 0.0 or not len(rows):
        return _Measured(rows[:0], rated[:0], "observational", BY_RATINGS)
    quality = (usual + by_others.shrinkage(how_sure) * by_others.mean)[rows]
    size = float(votes.weight[rows] @ by_others.size[rows] / votes.weight[rows].sum())
    pull = np.where(np.isfinite(residual), votes.weight * np.nan_to_num(residual), 0.0)
    scores = _scores(votes, pull, found, how_sure)
    blocks = _bread(bread, found, how_sure)
    calibration = _Calibration(alpha, votes.covariates, blocks, *_shrunk(how_sure, size), scores)
    source = f"{BY_RATINGS} (reliability of one rating {how_sure.single:.2f})"
    return _Measured(rows, quality, "observational", source, calibration)


def _regressed(votes: Votes, rated: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Weighted least squares of ratings (n,) on models and covariates: α and its bread. Only contrasts of models mean much."""
    cross, m = votes.spread(votes.weight), votes.models
    cross[:m, :m] += np.trace(cross) / len(cross) / m
    bread: FloatArray = np.linalg.pinv(cross, hermitian=True).astype(np.float64)
    alpha: FloatArray = bread @ votes.pull(votes.weight * rated)
    return alpha, bread


def _shrunk(found: Reliability, size: float) -> tuple[float, FloatArray]:
    """λ of the mean of `size` raters, and d log λ by σ_u² and by σ² = σ_u² + σ_e²."""
    spread = found.signal * (size - 1.0) + found.signal + found.noise
    by_signal = 1.0 / found.signal - (size - 1.0) / spread
    return found.signal * size / spread, np.array([by_signal, -1.0 / spread])


def _bread(bread: FloatArray, found: Cells, how_sure: Reliability) -> FloatArray:
    return np.asarray(block_diag(bread, 1.0 / how_sure.pairs, 1.0 / found.weight.sum()))


def _scores(
    votes: Votes, pull: FloatArray, found: Cells, how_sure: Reliability
) -> Callable[[IntArray], FloatArray]:
    """Row scores of (α, σ_u², σ²); a cell's part of the variances stands on its first row."""
    w, r = found.weight, found.residual
    moments = np.zeros((len(votes), 2))
    moments[found.first, 0] = w * r * found.total(w * r) - how_sure.signal * w * found.total(w)
    moments[found.first, 1] = w * (r**2 - how_sure.signal - how_sure.noise)
    return lambda rows: np.column_stack([votes.rows(pull, rows), moments[rows]])


@dataclass(frozen=True, eq=False)
class _Beside:
    """The fit with quality among the covariates, and the covariances of its parameters and of the calibration's."""

    board: BoardFit
    joint: Sandwich | None


def _beside_quality(fitted: BoardFit, measured: _Measured, ties: TieRule) -> _Beside | None:
    """Quality comes right after position, so that what it fixes is dropped and not quality itself. None without rows."""
    rows, votes = measured.rows, fitted.votes.take(measured.rows)
    if not len(rows):
        return None
    at = votes.covariates.index(POSITION) + 1
    with_quality = replace(
        votes,
        x=np.insert(votes.x, at, measured.quality, axis=1),
        covariates=(*votes.covariates[:at], QUALITY, *votes.covariates[at:]),
    )
    codes = tuple(str(code) for code in range(votes.models))  # no model is named in what is bought
    board = fit_board(with_quality, fitted.clusters.take(rows), codes, ties)
    if board.fit is None or measured.calibration is None:
        return _Beside(board, board.sandwich)
    return _Beside(board, _stacked(board.fit, measured.calibration, fitted, rows))


def _stacked(fit: Fit, calibration: _Calibration, fitted: BoardFit, rows: IntArray) -> Sandwich:
    """Covariances over all rows of the frame, some of which have a rating and no vote beside it, or the reverse."""
    place = np.full(len(fitted.votes), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))

    def scores(chosen: IntArray) -> FloatArray:
        own = np.zeros((len(chosen), len(fit.parameters)))
        has = place[chosen] >= 0
        own[has] = fit.scores(place[chosen[has]])
        return np.column_stack([own, calibration.scores(chosen)])

    bread = np.asarray(block_diag(fit.bread, calibration.bread))
    by_model = block_diag(fit.bread * fit.dispersion, np.zeros_like(calibration.bread))
    clusters = replace(fitted.clusters, errors="largest")
    return sandwich(scores, bread, clusters, by_model=np.asarray(by_model))


def _bought(found: _Beside | None, measured: _Measured, name: str, clusters: Clusters) -> Effect:
    unit, kind = PER_UNIT if name.startswith(COVARIATE) else PER_SD, measured.kind
    if found is None:
        nobody = clusters.take(measured.rows)
        return without_interval(nobody, "not_identified", NO_AGREEMENT, unit=unit, kind=kind)
    votes = found.board.votes
    own = found.board.clusters.take(np.flatnonzero(votes.x[:, votes.covariates.index(name)]))
    missing = [found.board.dropped[one] for one in (QUALITY, name) if one in found.board.dropped]
    if found.board.fit is None or found.joint is None:
        state: State = "not_converged" if votes.sign.any() else "not_identified"
        return without_interval(own, state, found.board.problem, unit=unit, kind=kind)
    if missing:
        return without_interval(own, "not_identified", missing[0], unit=unit, kind=kind)
    fit = found.board.fit
    joint = found.joint.project(_contrasts(fit, measured.calibration, name))
    top, bottom = fit.effect(name), fit.effect(QUALITY)
    note = NOT_CR3 if measured.calibration is not None and own.errors == "cr3" else ""
    return ratio(top, bottom, joint, own, unit=unit, kind=kind, unbounded=UNBOUNDED, note=note)


def _contrasts(fit: Fit, calibration: _Calibration | None, name: str) -> FloatArray:
    """How β_k and β_q (2, stacked parameters) move with the fit's parameters and with the calibration's."""
    before = len(fit.parameters)
    found = np.zeros((2, before + (len(calibration.bread) if calibration else 0)))
    found[0, fit.place(name)] = found[1, fit.place(QUALITY)] = 1.0
    if calibration is not None:
        worth, models = fit.effect(QUALITY), fit.votes.models
        slope = models + calibration.covariates.index(name)
        found[0, before + slope] = -worth * (1.0 - calibration.reliability)
        found[0, -2:] = worth * calibration.alpha[slope] * calibration.log_slopes
        found[1, -2:] = -worth * calibration.log_slopes
    return found
