"""The cued design: which judgements belong to a cue, and on which side it stood.

Variants A·B, A+cue·B and A·B+cue of one matchup are dealt to different raters. A matchup has one cue at most; its unplanted
rows are those whose `cue_on` is empty.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from annotations.verdicts import Verdict
from vibes.stats.arrays import BoolArray, FloatArray, IntArray
from vibes.stats.covariates import POSITION
from vibes.stats.cue_directions import family_of
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters, Errors
from vibes.stats.results import CueFamily, Variants
from vibes.stats.votes import Votes

CUE = "cue"


@dataclass(frozen=True, eq=False)
class CuedVotes:
    """The n rows of all matchups that carry one cue, planted or not.

    `v` (n,): +1 cue on A, −1 on B, 0 unplanted. `rows` (n,): their places in the frame that was given.
    """

    cue: str
    family: CueFamily
    frame: JudgementFrame
    v: FloatArray
    clusters: Clusters
    rows: IntArray

    def __len__(self) -> int:
        return len(self.v)

    @cached_property
    def planted(self) -> IntArray:
        """The places of the rows that carry the cue."""
        return np.flatnonzero(self.v)

    @cached_property
    def y(self) -> FloatArray:
        """The verdict (n,): 1 for A, 0 for B, ½ for a tie and for both-bad."""
        return np.asarray((1.0 + self.frame.sign) / 2.0, dtype=np.float64)

    def variants(self) -> Variants:
        """Count the votes on each variant."""
        counts = [int((self.v == side).sum()) for side in (0.0, 1.0, -1.0)]
        return Variants(unplanted=counts[0], on_a=counts[1], on_b=counts[2])

    def take(self, kept: IntArray) -> "CuedVotes":
        """Keep these rows, with codes of their own; `rows` go on meaning places in the frame that was given."""
        return _cued(self.cue, self.frame.take(kept), self.v[kept], self.rows[kept], self.clusters.errors)

    def modelled(self, *, both_bad_is_tie: bool = False) -> IntArray:
        """The places of the rows that a verdict model explains: both-bad is its own outcome unless taken for a tie."""
        both_bad = self.frame.is_verdict(Verdict.BOTH_BAD)
        return np.arange(len(self)) if both_bad_is_tie else np.flatnonzero(~both_bad)

    def votes(self, chosen: IntArray, *, cued: bool = True, level: IntArray | None = None) -> Votes:
        """Three-point votes of the chosen rows with covariates position and, where `cued`, the cue (v)."""
        frame = self.frame
        screen = np.ones(len(self)) if frame.position is None else frame.position
        columns = [screen, self.v] if cued else [screen]
        outcome = frame.sign if level is None else level
        return Votes(
            a=frame.model_a[chosen],
            b=frame.model_b[chosen],
            models=len(frame.models),
            level=outcome[chosen],
            rater=frame.rater.codes[chosen],
            raters=len(frame.rater.names),
            weight=frame.weight[chosen],
            x=np.column_stack(columns)[chosen],
            covariates=(POSITION, CUE) if cued else (POSITION,),
        )


def cued_votes(frame: JudgementFrame, errors: Errors = "largest") -> tuple[CuedVotes, ...]:
    """Find the cues of a frame and the rows of each, the cue with most votes first (by name where equal).

    `errors`: what variance their clusters are to give.
    """
    v = frame.side_sign("cue_on").astype(np.float64)
    if not v.any():
        return ()
    cue = frame.labels["cue"]
    found = [
        _of(frame, v, (cue.codes == code) & (v != 0.0), name, errors) for code, name in enumerate(cue.names)
    ]
    return tuple(sorted((one for one in found if len(one)), key=lambda one: (-len(one.planted), one.cue)))


def _of(frame: JudgementFrame, v: FloatArray, planted: BoolArray, name: str, errors: Errors) -> CuedVotes:
    matchups = np.zeros(len(frame.matchup.names), dtype=bool)
    matchups[frame.matchup.codes[planted]] = True
    rows = np.flatnonzero(planted | ((v == 0.0) & matchups[frame.matchup.codes]))
    return _cued(name, frame.take(rows) if len(rows) < len(frame) else frame, v[rows], rows, errors)


def _cued(name: str, frame: JudgementFrame, v: FloatArray, rows: IntArray, errors: Errors) -> CuedVotes:
    clusters = Clusters(frame.rater.codes, frame.matchup.codes, frame.weight, errors)
    return CuedVotes(name, family_of(name), frame, v, clusters, rows)


def class_weights(votes: CuedVotes) -> dict[str, FloatArray]:
    """For each class of prompt the weights (n,) of the cue's rows, 0 outside of it; empty where there are no classes."""
    labels = votes.frame.labels.get("prompt_class")
    if labels is None:
        return {}
    weight = votes.clusters.weight
    return {name: weight * (labels.codes == code) for code, name in enumerate(labels.names)}
