"""T1a*: whether the undecided lean to the cue more than the decided choose it.

The cue's log-odds at the lean cutpoint (a logit of choice-or-lean on every row, so that nothing conditions on the tie) less
its log-odds at the decisive cutpoints (cumulative logit with personal thresholds). + where undecided people lean to the
cued side more than deciding people choose it; near 0 under an additive cue, whatever the thresholds. Both fits are stacked,
their breads block by block, so that the interval knows how much they share.
CR3 leaves a rater out of both at once. Stacked estimating equations: Stefanski and Boos (2002), Amer. Statistician 56, 29–38.
"""

from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.covariates import unidentified
from vibes.stats.cues.design import CUE, CuedVotes
from vibes.stats.cues.estimates import LOG_ODDS, Estimate, contrasted, nothing
from vibes.stats.fits import Fit, NotConvergedError, SeparationError
from vibes.stats.intervals import Clusters, sandwich
from vibes.stats.results import State
from vibes.stats.verdict_model import fit_verdicts

NO_LEAN = "no undecided vote has a lean: raters were not asked which they would send"
LEANS_WANTED = 0.9
"""Share of the undecided whose lean must be known: below it, choice-or-lean is a selection of the decided."""


@dataclass(frozen=True, eq=False)
class Decisive:
    """The ordinal verdict model of a cue's rows: models, position and v. `rows`: the places of its votes."""

    rows: IntArray
    fit: Fit


def fit_decisive(votes: CuedVotes, *, both_bad_is_tie: bool = False) -> Decisive:
    """Fit the verdict model that gives the cue's log-odds at the decisive cutpoints and each rater's threshold δ_r.

    Raises NotConvergedError; SeparationError where the cue has no finite effect or none that can be told.
    """
    rows = votes.modelled(both_bad_is_tie=both_bad_is_tie)
    return Decisive(rows, _fit(votes, rows, None, "ordinal"))


def _fit(votes: CuedVotes, rows: IntArray, level: IntArray | None, rule: str) -> Fit:
    design = votes.votes(rows, level=level)
    if not len(rows) or not design.level.any():
        raise NotConvergedError("no vote chose a side")
    dropped = unidentified(design)
    if CUE in dropped:
        raise SeparationError((CUE,))
    ties = "ordinal" if rule == "ordinal" else "half"
    return fit_verdicts(design.without(frozenset(dropped)), ties=ties)  # type: ignore[arg-type]


def lean_over_choice(votes: CuedVotes, decisive: Decisive) -> Estimate:
    """T1a* in log-odds, from every row that chose or leaned and every row that the verdict model explains."""
    said = votes.frame.sign + votes.frame.lean_sign
    undecided = votes.frame.sign[decisive.rows] == 0
    asked = decisive.rows[said[decisive.rows] != 0]
    clusters = votes.clusters.take(decisive.rows)
    own = clusters.take(np.flatnonzero(votes.v[decisive.rows]))
    if undecided.any() and len(asked) < len(decisive.rows) - (1.0 - LEANS_WANTED) * undecided.sum():
        return nothing(own, "not_enough", _unasked(votes, decisive), LOG_ODDS)
    if not undecided.any():
        return nothing(own, "not_enough", "every vote chose a side: nobody had to lean", LOG_ODDS)
    try:
        leaned = _fit(votes, asked, said, "half")
    except NotConvergedError as error:
        state: State = "not_identified" if isinstance(error, SeparationError) else "not_converged"
        return nothing(own, state, str(error), LOG_ODDS)
    return _stacked(leaned, decisive.fit, np.searchsorted(decisive.rows, asked), clusters, own)


def _unasked(votes: CuedVotes, decisive: Decisive) -> str:
    if not votes.frame.lean_sign.any():
        return NO_LEAN
    tied = decisive.rows[votes.frame.sign[decisive.rows] == 0]
    share = float((votes.frame.lean_sign[tied] != 0).mean())
    return f"only {share:.0%} of the undecided votes have a lean; {LEANS_WANTED:.0%} are needed"


def _stacked(lean: Fit, choice: Fit, asked: IntArray, clusters: Clusters, own: Clusters) -> Estimate:
    """The contrast over both fits. `asked`: which of the rows of `choice` the fit of the lean explains.

    Only the contrast's own part of each row's score is kept: s_i A c, of both fits at once. Model-based: Σ (s_i A c)²/w.
    """
    pull = -choice.scores.along(choice.bread[:, choice.place(CUE)])
    pull[asked] += lean.scores.along(lean.bread[:, lean.place(CUE)])
    by_model = np.array([[float(pull**2 @ (1.0 / clusters.weight))]])
    place = np.full(len(pull), -1, dtype=np.int64)
    place[asked] = np.arange(len(asked))

    def without(rows: IntArray) -> FloatArray:
        leaned = place[rows][place[rows] >= 0]
        return lean.without(leaned)[[lean.place(CUE)]] - choice.without(rows)[[choice.place(CUE)]]

    found = sandwich(lambda rows: pull[rows, None], np.eye(1), clusters, by_model=by_model, without=without)
    values = np.array([lean.effect(CUE) - choice.effect(CUE)])
    return contrasted(values, found, np.ones(1), own, LOG_ODDS)
