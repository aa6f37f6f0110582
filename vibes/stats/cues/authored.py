"""O: whether a cue works better on people's own prompts than on others', in the same matchups.

O = C(own) − C(others') in probability above ½, + where the cue gains more on one's own prompt. One stack of four means, so
that the interval knows that both share raters and matchups. A rater who wrote the prompt knows that they did: the figure
is of authorship as it is, not of authorship alone.
"""

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.cues.causal import BETWEEN_SIDES, ONE_SIDE, causal, cell_means, sides
from vibes.stats.cues.design import CuedVotes
from vibes.stats.cues.estimates import ABOVE_HALF, Estimate, contrasted, nothing
from vibes.stats.intervals import Clusters
from vibes.stats.results import OwnPrompts

OWN, OTHERS = 0, 1


def own_prompts(votes: CuedVotes) -> OwnPrompts | None:
    """C on own prompts, on others' in the same matchups, and O; None where the frame does not say who wrote what.

    The t interval of O has the degrees of freedom of the side with fewer effective raters.
    """
    authored = votes.frame.numbers.get("authored")
    if authored is None:
        return None
    rows, other = _in_shared_matchups(votes, authored)
    groups = [_part(votes, rows[other == group]) for group in (OWN, OTHERS)]
    return OwnPrompts(
        own=groups[OWN].effect, others=groups[OTHERS].effect, O=_apart(votes, rows, other, groups).effect
    )


def _part(votes: CuedVotes, rows: IntArray) -> Estimate:
    weight = np.zeros(len(votes))
    weight[rows] = votes.clusters.weight[rows]
    return causal(votes, weight)


def _apart(votes: CuedVotes, rows: IntArray, other: IntArray, groups: list[Estimate]) -> Estimate:
    """O, from one stack of the means of own and others', cue on A and on B."""
    clusters = votes.clusters.take(rows)
    if not len(rows):
        why = "no cued matchup was judged both by its author and by others"
        return nothing(clusters, "not_enough", why, ABOVE_HALF)
    found = cell_means(votes.y[rows], 2 * other + sides(votes.v[rows]), 4, clusters)
    if found is None:
        return nothing(clusters, "not_enough", ONE_SIDE, ABOVE_HALF)
    fewer = min((group.clusters for group in groups), key=Clusters.effective_raters)
    difference = np.concatenate([BETWEEN_SIDES, -BETWEEN_SIDES])
    apart = contrasted(*found, difference, fewer, ABOVE_HALF, "people know which prompts they wrote")
    apart.effect["n"] = len(rows)
    return apart


def _in_shared_matchups(votes: CuedVotes, authored: FloatArray) -> tuple[IntArray, IntArray]:
    """The planted rows of matchups that were judged both ways, and for each OWN or OTHERS."""
    planted = votes.planted
    other = np.where(authored[planted] == 1.0, OWN, OTHERS)
    matchup = votes.clusters.matchup[planted]
    counts = np.bincount(2 * matchup + other, minlength=2 * (matchup.max(initial=0) + 1)).reshape(-1, 2)
    both = (counts[:, OWN] > 0) & (counts[:, OTHERS] > 0)
    kept = both[matchup]
    return planted[kept], other[kept].astype(np.int64)
