"""Which models can be rated, and why the others cannot.

A strength has a finite estimate only where votes lead from each model to each other by way of wins, and back by way of
losses (Ford 1957, Amer. Math. Monthly 64, 28–33). The prior would print a number all the same; we say why there is none.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from vibes.stats.arrays import BoolArray, FloatArray, IntArray, sum_by
from vibes.stats.votes import Votes

FEWEST_VOTES = 30.0
"""Votes from which on a model is rated, by weight and in number: a few votes of great weight are still a few."""


def unrated(votes: Votes, names: tuple[str, ...]) -> dict[str, str]:
    """Name each model without a rating, with the reason in words. Either no model is rated or at least two are."""
    reasons = _too_little(votes, names)
    reasons = reasons | _apart(votes, names, reasons)
    reasons = reasons | _one_way(votes, names, reasons)
    left = [name for name in names if name not in reasons]
    return reasons | ({left[0]: "no other model can be rated beside it"} if len(left) == 1 else {})


def totals(votes: Votes, at_a: FloatArray, at_b: FloatArray) -> FloatArray:
    """Σ at_a over the votes where a model is A, plus Σ at_b over those where it is B (m,)."""
    return sum_by(votes.a, at_a, votes.models) + sum_by(votes.b, at_b, votes.models)


def _too_little(votes: Votes, names: tuple[str, ...]) -> dict[str, str]:
    w, to_a, to_b = votes.weight, votes.sign > 0, votes.sign < 0
    each = np.ones(len(votes))
    counted = np.minimum(totals(votes, w, w), totals(votes, each, each))
    wins, losses = totals(votes, w * to_a, w * to_b), totals(votes, w * to_b, w * to_a)
    found = {}
    for code, name in enumerate(names):
        if counted[code] < FEWEST_VOTES:
            found[name] = f"{counted[code]:g} votes; a rating needs {FEWEST_VOTES:g}"
        elif not wins[code]:
            found[name] = f"no win in {counted[code]:g} votes: its strength has no lower end"
        elif not losses[code]:
            found[name] = f"no loss in {counted[code]:g} votes: its strength has no upper end"
    return found


def _apart(votes: Votes, names: tuple[str, ...], reasons: dict[str, str]) -> dict[str, str]:
    rated = _still_rated(names, reasons)
    groups = _groups(votes.by_pair(np.ones(len(votes))), rated, "weak")
    return _outside(votes, names, rated, groups, "no path of comparisons leads to the other models; with it:")


def _one_way(votes: Votes, names: tuple[str, ...], reasons: dict[str, str]) -> dict[str, str]:
    rated = _still_rated(names, reasons)
    over = votes.by_pair(votes.sign >= 0.0) + votes.by_pair(votes.sign <= 0.0).T
    groups = _groups(over, rated, "strong")
    return _outside(votes, names, rated, groups, "every vote against the other models went one way; with it:")


def _still_rated(names: tuple[str, ...], reasons: dict[str, str]) -> BoolArray:
    """Models (m,) not yet ruled out."""
    return np.array([name not in reasons for name in names])


def _groups(led: FloatArray, rated: BoolArray, connection: str) -> IntArray:
    """The group of each model (m,) in the graph of votes (m, m) between rated ones."""
    graph = csr_array(led * np.outer(rated, rated))
    found: IntArray = connected_components(graph, directed=True, connection=connection)[1].astype(np.int64)
    return found


def _outside(
    votes: Votes, names: tuple[str, ...], rated: BoolArray, groups: IntArray, why: str
) -> dict[str, str]:
    """Rule out every rated model that is not in the group with the most votes."""
    if not rated.any():
        return {}
    votes_of_group = np.bincount(groups, totals(votes, votes.weight, votes.weight) * rated)
    main = int(np.argmax(votes_of_group))
    found = {}
    for code in np.flatnonzero(rated & (groups != main)):
        others = [names[k] for k in np.flatnonzero(rated & (groups == groups[code])) if k != code]
        found[names[code]] = f"{why} {', '.join(others) or 'none'}"
    return found
