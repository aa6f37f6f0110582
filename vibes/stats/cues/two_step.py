"""The two-step diagnostic of T2's sign: cue × c̄ in the verdict model.

c̄_m and ĝ_m are each matchup's expected closeness and gap from its unplanted votes; the model is fitted to the votes that
carry the cue, with ĝ beside it: without ĝ the gaps that are left out shrink the cue's effect most where matchups are far
from a tie, and an additive cue of 0.6 reads +0.2 to +0.3 (with it, −0.06 to −0.03). c̄ knows little of closeness, so that the figure
shrinks towards 0: by a quarter with 3 : 2 : 2 votes on the variants, by more than a third with 1 : 3 : 3. It has no part in T2 or in a
finding; where its sign is surely not T2's, the joint model deserves a second look.
"""

from dataclasses import replace

import numpy as np

from vibes.stats.arrays import FloatArray
from vibes.stats.boards import fit_board
from vibes.stats.formatting import LOG_ODDS, coefficient
from vibes.stats.intervals import Clusters
from vibes.stats.results import Effect
from vibes.stats.votes import Votes

CUE, NEAR, GAP = "cue", "cue × closeness", "gap"
NOTE = (
    "a check of the sign of T2 alone: closeness is measured with error, which shrinks this figure towards 0"
)


def two_step_effect(
    votes: Votes, v: FloatArray, closeness: FloatArray, clusters: Clusters, gap: FloatArray
) -> Effect:
    """The coefficient of v·c̄ beside v and ĝ, log-odds, + where the cue weighs more near ties.

    `votes`: the n rows of the cue's matchups, planted and not, with their own covariates. `v` (n,): +1 cue on A, −1 on B, 0.
    `closeness`, `gap` (n,): c̄ and ĝ of each row's matchup as GapFit gives them (ĝ + favours the model with the smaller code).
    Never raises NotConvergedError: the effect says so.
    """
    rows = np.flatnonzero(v)
    planted = votes.take(rows)
    way = np.where(planted.a <= planted.b, 1.0, -1.0)
    columns = {CUE: v[rows], GAP: gap[rows] * way, NEAR: v[rows] * closeness[rows]}
    both = replace(
        planted,
        x=np.column_stack([planted.x, *columns.values()]),
        covariates=(*planted.covariates, *columns),
    )
    names = tuple(f"model {code}" for code in range(votes.models))
    fitted = fit_board(both, clusters.take(rows), names, "ordinal")
    found = coefficient(fitted, NEAR, unit=LOG_ODDS, note=NOTE)
    found["kind"] = "randomised"
    return found
