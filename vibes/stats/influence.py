"""How few votes, or raters, carry the first place of a board.

Without vote i the lead θ_leader − θ_other falls by about s_i·A (e_leader − e_other), with s the row scores and A the bread. The
votes that hold the lead up most are dropped together until it is gone, for each of the models that come next; the fewest
are then left out and the model is fitted anew, since the approximation may flatter itself. What is reported has been seen.
Broderick, Giordano and Meager (2020), arXiv:2011.14999.
"""

from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray, sum_by
from vibes.stats.boards import BoardFit
from vibes.stats.results import Influence
from vibes.stats.verdict_model import Fit, NotConvergedError, TieRule, fit_verdicts

RIVALS = 5
REFITS = 6
GROWTH = 1.25
MOST = 0.5
"""Share of the votes beyond which it is no longer a few."""


def influence(fitted: BoardFit, names: tuple[str, ...], ties: TieRule) -> Influence | None:
    """How few votes change first place among the rated models; None where fewer than two are rated.

    `votes` and `raters`: so many left out put `runner_up` first, seen in a fit without them; None where half of the votes
    would not do.
    """
    rated = np.array([code for code, name in enumerate(names) if name not in fitted.unrated], dtype=np.int64)
    if fitted.fit is None or len(rated) < 2:
        return None
    rated = rated[np.argsort(-fitted.fit.strengths[rated], kind="stable")]
    rival, held_up = _nearest(fitted.fit, rated)
    search = _Search(fitted.fit, rated, int(rival), ties)
    return Influence(
        leader=names[rated[0]],
        runner_up=names[rival],
        votes=search.fewest(held_up, np.arange(len(held_up))),
        raters=search.fewest(sum_by(fitted.votes.rater, held_up, fitted.votes.raters), fitted.votes.rater),
        n=len(fitted.votes),
    )


def _nearest(fit: Fit, rated: IntArray) -> tuple[int, FloatArray]:
    """The rival over whom the fewest votes carry the lead, and by how much each vote holds the lead up (n,)."""
    held_up = {}
    for rival in rated[1 : 1 + RIVALS].tolist():
        held_up[rival] = fit.scores.along(fit.bread[rated[0]] - fit.bread[rival])
    needed = {
        rival: _needed(np.sort(each)[::-1], float(fit.strengths[rated[0]] - fit.strengths[rival]))
        for rival, each in held_up.items()
    }
    nearest = min(needed, key=lambda rival: needed[rival])
    return nearest, held_up[nearest]


def _needed(falling: FloatArray, lead: float) -> int:
    """How many of the strongest influences sum to the lead; one more than all where they do not."""
    return int(np.searchsorted(np.cumsum(np.maximum(falling, 0.0)), lead)) + 1


@dataclass(frozen=True, eq=False)
class _Search:
    """Leaves out votes, or whole raters, until `rival` is first of the `rated` models (the leader first)."""

    fit: Fit
    rated: IntArray
    rival: int
    ties: TieRule

    def fewest(self, held_up: FloatArray, unit: IntArray) -> int | None:
        """How many units (codes (n,) of each vote's) must go; `held_up`: by how much each holds the lead up."""
        order = np.argsort(-held_up, kind="stable")
        lead = float(self.fit.strengths[self.rated[0]] - self.fit.strengths[self.rival])
        count = _needed(held_up[order], lead)
        for _ in range(REFITS):
            gone = np.zeros(len(held_up), dtype=bool)
            gone[order[:count]] = True
            kept = np.flatnonzero(~gone[unit])
            if len(kept) < (1.0 - MOST) * len(unit):
                return None
            if self._is_first(kept):
                return count
            count = int(np.ceil(count * GROWTH))
        return None

    def _is_first(self, kept: IntArray) -> bool:
        try:
            found = fit_verdicts(self.fit.votes.take(kept), ties=self.ties, near=self.fit)
        except NotConvergedError:
            return False
        return int(self.rated[np.argmax(found.strengths[self.rated])]) == self.rival
