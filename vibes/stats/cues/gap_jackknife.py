"""What leaving out one rater moves the latent-gap fit by: one Newton step, for CR3.

An integrated likelihood is no sum over raters. What it loses with rater g is Σ_m [log L_m − log L_m without g], over the
matchups that g judged: log P(g's votes | the votes of the others on the same matchups). Its gradient is S_g and its
observed information (Louis 1982) H_g, so that −(H − H_g)⁻¹ S_g is the Newton step of the likelihood without g: the
linearised jackknife of MacKinnon, Nielsen and Webb (2023), J. Appl. Econometrics 38, 671–694, for votes that do not
separate. The observed information, since it is the bread of the fit; where what is left of it is not positive, the outer
products of the matchups' scores, as in the climb. δ, the nodes and the unit of weights are held, as they are in the fit.
"""

from dataclasses import replace

import numpy as np

from vibes.stats.arrays import BoolArray, FloatArray, IntArray
from vibes.stats.cues.gap_likelihood import GapPoint
from vibes.stats.cues.half_votes import HalfVotes
from vibes.stats.jackknife import newton_step
from vibes.stats.newton import is_positive


def step_without(point: GapPoint, rows: IntArray) -> FloatArray:
    """What leaving out these votes, all of one rater, moves ψ by (p,): 0 for what is held."""
    problem, found = point.problem, np.zeros(len(point.parameters))
    judged = problem.half.of_matchups(_judged(problem.half, rows))
    before, after = (
        replace(problem, half=half).at(point.parameters) for half in (judged, judged.without(rows))
    )
    free = np.ix_(problem.free, problem.free)
    whole, part = point.information[free], (before.information - after.information)[free]
    if not is_positive(whole - part):
        whole = point.outer_products[free]
        part = (before.outer_products - after.outer_products)[free]
    found[problem.free] = newton_step(whole, part, (before.gradient - after.gradient)[problem.free])
    return found


def _judged(half: HalfVotes, rows: IntArray) -> BoolArray:
    """Which matchups (M,) these votes are on."""
    mine, judged = np.zeros(len(half.tie_weight), dtype=bool), np.zeros(half.matchups, dtype=bool)
    mine[rows] = True
    judged[half.matchup[mine[half.row]]] = True
    return judged
