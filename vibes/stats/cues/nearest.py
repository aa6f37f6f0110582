"""The cases nearest to the verdict: cued matchups whose two answers are closest by votes on which nothing was planted.

They are ranked by the closeness that chooses the third of T1, so that what is seen in them is what T1 averages over.
"""

import numpy as np

from vibes.stats.arrays import sum_by
from vibes.stats.cues.reading import Latent
from vibes.stats.results import NearestCase

SHOWN = 12
DIGITS = 9
"""Matchups whose closeness is equal to so many digits stand by their planted votes and then their names, whichever side was listed
first."""


def nearest_cases(latent: Latent | None) -> list[NearestCase]:
    """The closest matchups that have planted votes, at most 12; none where the latent gap could not be fitted.

    `gap` in log-odds, + favours `model_a`, the first of the two by name: E[g] from the unplanted votes and the strengths.
    `chosen`: the share of the planted `votes`, by weight, on which the side with the cue was chosen; ties and both-bad count half.
    """
    if latent is None:
        return []
    votes, frame = latent.votes, latent.votes.frame
    at, size = votes.clusters.matchup, len(frame.matchup.names)
    planted, won = votes.v != 0.0, (1.0 + votes.v * frame.sign) / 2.0
    count = np.bincount(at[planted], minlength=size)
    weight = sum_by(at, frame.weight * planted, size)
    chosen = sum_by(at, frame.weight * planted * won, size)
    fitted = np.unique(at[latent.decisive.rows])
    fitted = fitted[weight[fitted] > 0.0]
    order = np.lexsort((-count[fitted], -np.round(latent.closeness[fitted], DIGITS)))[:SHOWN]
    first = np.zeros(size, dtype=np.int64)
    first[at] = np.arange(len(at))
    found = []
    for code in fitted[order].tolist():
        row = int(first[code])
        pair = sorted(frame.models[int(side[row])] for side in (frame.model_a, frame.model_b))
        found.append(
            NearestCase(
                matchup=frame.matchup.names[code],
                model_a=pair[0],
                model_b=pair[1],
                gap=float(latent.gap[code]),
                closeness=float(latent.closeness[code]),
                votes=int(count[code]),
                chosen=float(chosen[code] / weight[code]),
            )
        )
    return found
