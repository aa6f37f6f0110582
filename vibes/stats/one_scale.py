"""The strengths of every board on the scale of one fit, and what they are uncertain in together.

A board that does not hold x constant keeps its residual on the models, x − D g with D = (e_a − e_b): then η is the same and
θ_board = θ + Σ β_x g_x. g is weighted least squares, so that Σ β_x g_x of a board is one regression of r = Σ β_x x on D, with row
scores w (r − D g) D and bread (DᵀWD)⁺. Stacked with the row scores of the fit they give one covariance. A cluster of one
pair of models moves two entries of D, so that its sums are sums over pairs and no n × p array is made.
Stefanski and Boos (2002), Amer. Statistician 56, 29–38 (stacked scores).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray, sum_by
from vibes.stats.intervals import Clusters, Sandwich
from vibes.stats.scores import Groups, RowScores
from vibes.stats.verdict_model import Fit
from vibes.stats.votes import laplacian

DENSE = 4
"""Numbers a vote up to which sums by group and model are held as they are."""


@dataclass(frozen=True, eq=False)
class OneScale:
    """B boards of m models: `theta` (B, m), log-odds; `covariance` (Bm, Bm) of its ravel. Only contrasts of models mean much."""

    theta: FloatArray
    covariance: Sandwich


def one_scale(fit: Fit, covariance: Sandwich, clusters: Clusters, held: Sequence[frozenset[str]]) -> OneScale:
    """`covariance`: of the parameters of `fit`, by whatever rule. `clusters`: of its votes. `held`: what each board holds
    constant.

    What stands beside the fit is CR1 in any case. A board that holds every covariate of the fit constant is the fit itself.
    """
    moves = [_move(fit, names) for names in held]
    theta = np.array([fit.strengths + move.shift for move in moves])
    stacked = _stacked(fit, covariance, clusters, moves)
    return OneScale(theta, stacked.project(_contrasts(fit, moves)))


@dataclass(frozen=True, eq=False)
class _Move:
    """What keeping residuals adds to θ: `shift` (m,), its derivative by each β (m, k), the residual pull w(r − Dg) (n,)."""

    shift: FloatArray
    by_effect: FloatArray
    pull: FloatArray
    residual: FloatArray


def _move(fit: Fit, held: frozenset[str]) -> _Move:
    votes, m = fit.votes, fit.votes.models
    left_out = np.array([name not in held for name in votes.covariates], dtype=np.float64)
    cross = votes.spread(votes.weight)
    each = _inverse(cross[:m, :m]) @ cross[:m, m:] * left_out
    effects = fit.parameters[m : votes.size]
    shift = each @ effects
    residual = votes.eta(np.concatenate([-shift, effects * left_out]))
    return _Move(shift, each, votes.weight * residual, residual)


def _inverse(information: FloatArray) -> FloatArray:
    """(DᵀWD)⁺ (m, m)."""
    found: FloatArray = np.linalg.pinv(information, hermitian=True).astype(np.float64)
    return found


def _contrasts(fit: Fit, moves: Sequence[_Move]) -> FloatArray:
    """θ of each board (Bm, p + Bm): from the fit's strengths, its effects, and the board's own regression."""
    m, size, before = fit.votes.models, fit.votes.size, len(fit.parameters)
    found = np.zeros((len(moves) * m, before + len(moves) * m))
    found[:, before:] = np.eye(len(moves) * m)
    for place, move in enumerate(moves):
        rows = slice(place * m, (place + 1) * m)
        found[rows, :m], found[rows, m:size] = np.eye(m), move.by_effect
    return found


def _stacked(fit: Fit, covariance: Sandwich, clusters: Clusters, moves: Sequence[_Move]) -> Sandwich:
    m = fit.votes.models
    information = laplacian(fit.votes.by_pair(fit.votes.weight))
    bread = np.kron(np.eye(len(moves)), _inverse(information))
    by_rater, by_matchup, by_cell = (
        _beside(fit.scores, moves, groups) for groups in (clusters.rater, clusters.matchup, clusters.cells())
    )
    two_way = by_rater[0] + by_matchup[0] - by_cell[0], by_rater[1] + by_matchup[1] - by_cell[1]
    w = fit.votes.weight
    alike = np.array([[w @ (one.residual * other.residual) / w.sum() for other in moves] for one in moves])
    by_model = np.zeros((len(fit.parameters), len(moves) * m)), np.kron(alike, information)
    return Sandwich(
        *(
            _joined(own, fit.bread @ across @ bread, bread @ among @ bread)
            for own, (across, among) in (
                (covariance.by_rater, by_rater),
                (covariance.by_matchup, by_matchup),
                (covariance.two_way, two_way),
                (covariance.by_model, by_model),
            )
        )
    )


def _joined(own: FloatArray, across: FloatArray, among: FloatArray) -> FloatArray:
    return np.block([[own, across], [across.T, among]])


def _beside(scores: RowScores, moves: Sequence[_Move], codes: IntArray) -> tuple[FloatArray, FloatArray]:
    """G/(G − 1) Σ_g of the products of the fit's scores with the moves' (p, Bm), and of the moves' own (Bm, Bm)."""
    groups, votes = Groups.of(codes), scores.votes
    pair = groups.shared(np.minimum(votes.a, votes.b) * votes.models + np.maximum(votes.a, votes.b))
    if pair is None or groups.size * votes.models <= DENSE * len(votes):
        bare = replace(votes, x=votes.x[:, :0], covariates=())
        sums = np.column_stack([bare.sums(groups.codes, groups.size, move.pull) for move in moves])
        across, among = scores.sums(groups).T @ sums, sums.T @ sums
    else:
        across, among = _by_pairs(scores, moves, groups, pair)
    more = groups.count / (groups.count - 1.0) if groups.count > 1 else 1.0
    return across * more, among * more


def _by_pairs(
    scores: RowScores, moves: Sequence[_Move], groups: Groups, pair: IntArray
) -> tuple[FloatArray, FloatArray]:
    """The same where each group holds one pair of models."""
    votes, m = scores.votes, scores.votes.models
    turn = np.where(votes.a < votes.b, 1.0, -1.0)
    own = groups.sum(turn * scores.u)
    columns = [groups.sum(scores.u * column) for column in votes.columns]
    columns += [groups.sum(column) for column in scores.extra]
    sums = [groups.sum(turn * move.pull) for move in moves]

    def by_pair(values: FloatArray) -> FloatArray:
        return sum_by(pair, values, m * m).reshape(m, m)

    across = []
    for moved in sums:
        found = [laplacian(by_pair(own * moved))]
        for column in columns:
            pairs = by_pair(column * moved)
            found.append((pairs.sum(axis=1) - pairs.sum(axis=0))[None])
        across.append(np.concatenate(found) - _taken_over(scores, groups, moved))
    among = np.block([[laplacian(by_pair(one * other)) for other in sums] for one in sums])
    return np.column_stack(across), among


def _taken_over(scores: RowScores, groups: Groups, moved: FloatArray) -> FloatArray | float:
    """Σ_g of what raters' own thresholds take over of the fit's scores, times the group's move (p, m)."""
    votes, m, taken = scores.votes, scores.votes.models, scores.taken
    if taken is None:
        return 0.0
    met, place = taken.own * moved[groups.codes], votes.rater * m
    low, high = np.minimum(votes.a, votes.b), np.maximum(votes.a, votes.b)
    total = votes.raters * m
    by_rater = sum_by(place + low, met, total) - sum_by(place + high, met, total)
    found: FloatArray = taken.reach.T @ by_rater.reshape(votes.raters, m)
    return found
