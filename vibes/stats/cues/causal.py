"""C and T1: what planting the cue does to the share of votes, by differences of means over all cued rows.

C = [ȳ(cue on A) − ȳ(cue on B)]/2 with y = 1 for A, 0 for B, ½ for a tie and for both-bad; the lean is not used. In units of
probability above ½, + where the side that carries the cue is chosen more often. Errors from the linearised row scores of
the two means. Not differences within matchups and no matchup effects, which cover 80–90 % where they promise 95 %.
Neyman (1923), transl. Statistical Science 5 (1990), 465–472; Lin (2013), Annals of Applied Statistics 7, 295–318.
"""

import math
from dataclasses import replace

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray, sum_by
from vibes.stats.covariates import unidentified
from vibes.stats.cues.design import CUE, CuedVotes
from vibes.stats.cues.estimates import ABOVE_HALF, Estimate, contrasted, nothing
from vibes.stats.intervals import Clusters, Sandwich, sandwich
from vibes.stats.jackknife import means_without, newton_step
from vibes.stats.votes import Votes

BETWEEN_SIDES = np.array([0.5, -0.5])
EQUAL = 1e-9
"""Closeness within which two matchups are equally close: beyond the noise of summing rows in another order."""
GAP = "gap"
ONE_SIDE = "no vote has the cue on the other side"
TOO_SMALL = 1e-10


def cell_means(
    y: FloatArray, cell: IntArray, cells: int, clusters: Clusters
) -> tuple[FloatArray, Sandwich] | None:
    """Weighted means (cells,) of y (n,) by cell (n,), and their covariances; None where a cell is empty.

    Row scores are w (y − ȳ_cell). Model-based: the weighted variance of y in the cell with half a virtual vote for each
    side, over Σ w, so that 12 of 12 is not certain.
    """
    w = clusters.weight
    total = sum_by(cell, w, cells)
    if not (total > 0.0).all():
        return None
    means = sum_by(cell, w * y, cells) / total
    first = (means * total + 0.5) / (total + 1.0)
    second = (sum_by(cell, w * y**2, cells) + 0.5) / (total + 1.0)
    u = w * (y - means[cell])

    def scores(rows: IntArray) -> FloatArray:
        dense = np.zeros((len(rows), cells))
        dense[np.arange(len(rows)), cell[rows]] = u[rows]
        return dense

    by_model = np.diag((second - first**2) / total)
    without = means_without(u, w, cell, cells)
    return means, sandwich(scores, np.diag(1.0 / total), clusters, by_model=by_model, without=without)


def causal(votes: CuedVotes, weight: FloatArray | None = None, note: str = "") -> Estimate:
    """C over the planted rows, or over those whose `weight` (n,) is above 0 with that weight."""
    w = votes.clusters.weight if weight is None else weight
    rows = np.flatnonzero((votes.v != 0.0) & (w > 0.0))
    clusters = replace(votes.clusters.take(rows), weight=w[rows])
    found = cell_means(votes.y[rows], sides(votes.v[rows]), 2, clusters)
    if found is None:
        why = ONE_SIDE if len(rows) else "no vote has the cue"
        return nothing(clusters, "not_enough", why, ABOVE_HALF)
    return contrasted(*found, BETWEEN_SIDES, clusters, ABOVE_HALF, note)


def sides(v: FloatArray) -> IntArray:
    """0 where the cue is on A, 1 where on B."""
    return np.asarray(v < 0.0, dtype=np.int64)


def per_rater(votes: CuedVotes) -> Estimate:
    """C with each rater counting once: weights over the rater's total of planted votes, their sum as it was."""
    rater, w = votes.clusters.rater, votes.clusters.weight * (votes.v != 0.0)
    total = sum_by(rater, w, 0)
    mean = w.sum() / max(int((total > 0.0).sum()), 1)
    equal = np.divide(w * mean, total[rater], out=np.zeros(len(w)), where=w > 0.0)
    return causal(votes, equal, "each rater counts once")


def in_closest_third(
    votes: CuedVotes, closeness: FloatArray, weight: FloatArray | None = None, note: str = ""
) -> Estimate:
    """T1: C in the third of the cued matchups that are closest. `closeness` (M,): c̄ from unplanted votes and strengths.

    `weight` (n,): as for C; the third is of the matchups that have planted rows with a weight. Matchups that are equally
    close at the edge of the third share what is left of it by weight, so that the order of rows decides nothing.
    """
    w = votes.clusters.weight if weight is None else weight
    share = closest_third(closeness, np.unique(votes.clusters.matchup[(votes.v != 0.0) & (w > 0.0)]))
    return causal(votes, w * share[votes.clusters.matchup], note)


def closest_third(closeness: FloatArray, among: IntArray) -> FloatArray:
    """How far each matchup (M,) is in the closest third of `among`, rounded up: 1, 0, or its share at the edge."""
    share = np.zeros(len(closeness))
    if not len(among):
        return share
    own = closeness[among]
    size = math.ceil(len(own) / 3)
    edge = np.sort(own)[-size]
    above, level = own > edge + EQUAL, np.abs(own - edge) <= EQUAL
    share[among] = above + level * (size - above.sum()) / level.sum()
    return share


def adjusted(votes: CuedVotes, gap: FloatArray | None = None) -> Estimate:
    """C by weighted least squares of y − ½ on the cue, the models, position and, where given, the matchup's gap: a check.

    `gap` (M,): ĝ from unplanted votes, + for the canonical a, the lower model code. Same unit and sign as C.
    """
    rows = votes.planted
    clusters = votes.clusters.take(rows)
    design = votes.votes(rows)
    if gap is not None:
        x = np.column_stack([design.x, toward_a(votes, gap)[rows]])
        design = replace(design, x=x, covariates=(*design.covariates, GAP))
    dropped = unidentified(design)
    if CUE in dropped:
        return nothing(clusters, "not_identified", dropped[CUE], ABOVE_HALF)
    design = design.without(frozenset(dropped))
    coefficients, found = _least_squares(design, votes.y[rows] - 0.5, clusters)
    contrast = np.zeros(design.size)
    contrast[design.models + design.covariates.index(CUE)] = 1.0
    held = ", ".join(("models", *(name for name in design.covariates if name != CUE)))
    return contrasted(coefficients, found, contrast, clusters, ABOVE_HALF, f"adjusted for {held}")


def _least_squares(design: Votes, y: FloatArray, clusters: Clusters) -> tuple[FloatArray, Sandwich]:
    """Weighted least squares of y (n,) on models and covariates: (p,), and their covariances. Only contrasts mean much."""
    w, whole = design.weight, design.spread(design.weight)
    bread = np.asarray(np.linalg.pinv(whole, rcond=TOO_SMALL, hermitian=True), dtype=np.float64)
    coefficients = bread @ design.pull(w * y)
    residual = w * (y - design.eta(coefficients))
    noise = float(residual**2 @ (1.0 / w) / w.sum())

    def scores(rows: IntArray) -> FloatArray:
        return design.rows(residual, rows)

    def without(rows: IntArray) -> FloatArray:
        part = design.take(rows).spread(w[rows])
        return newton_step(whole, part, scores(rows).sum(axis=0))

    by_model = max(noise, TOO_SMALL) * bread
    return coefficients, sandwich(scores, bread, clusters, by_model=by_model, without=without)


def toward_a(votes: CuedVotes, gap: FloatArray) -> FloatArray:
    """The gap of each row's matchup in favour of the row's own A (n,)."""
    turned: FloatArray = np.where(votes.frame.model_a > votes.frame.model_b, -1.0, 1.0)
    return turned * gap[votes.clusters.matchup]
