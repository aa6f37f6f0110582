"""The same effects with each rater counting once, for studies in which a few raters gave most of the votes."""

from dataclasses import replace

from vibes.stats.arrays import FloatArray, sum_by
from vibes.stats.boards import BoardFit, fit_board
from vibes.stats.intervals import Clusters
from vibes.stats.verdict_model import TieRule

UNEVEN = 0.5
"""Effective raters over raters below which a figure per rater stands beside the one per vote."""


def uneven(clusters: Clusters) -> bool:
    """Whether fewer than half as many effective raters as raters gave these votes."""
    raters = int((sum_by(clusters.rater, clusters.weight, 0) > 0.0).sum())
    return clusters.effective_raters() < UNEVEN * raters


def fit_per_rater(fitted: BoardFit, names: tuple[str, ...], ties: TieRule) -> BoardFit | None:
    """Fit the same votes once more, each by one over its rater's weight; None where raters share the votes evenly.

    The weights sum to what they did, so that the prior weighs the same.
    """
    if not uneven(fitted.clusters):
        return None
    weight = equal_weights(fitted.clusters)
    votes = replace(fitted.votes, weight=weight)
    return fit_board(votes, replace(fitted.clusters, weight=weight), names, ties)


def equal_weights(clusters: Clusters) -> FloatArray:
    """w_i/W_r · Σw/R (n,): each of the R raters has the same total."""
    totals = sum_by(clusters.rater, clusters.weight, 0)
    each = clusters.weight / totals[clusters.rater]
    weights: FloatArray = each * (clusters.weight.sum() / each.sum())
    return weights
