"""What one analysis is about: the selected rows, those of them in the fit, and the covariates of all of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from annotations.verdicts import Verdict
from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.columns import FrameError
from vibes.stats.controls import Columns, Controls, controls
from vibes.stats.cues.design import CuedVotes, cued_votes
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters
from vibes.stats.scales import ranked
from vibes.stats.selection import Selection
from vibes.stats.specification import Specification
from vibes.stats.votes import Votes

DRAWN_FOR = (
    "plain",
    "style",
    "sycophancy",
    "both",
    "agreement",
    "holdout",
    "cues",
    "traits",
    "samples",
    "namesakes",
    "panels",
)


@dataclass(frozen=True, eq=False)
class Study:
    """`clusters` are those of every row of `frame`; `fitted_rows` those that a strength fit is about."""

    selection: Selection
    specification: Specification
    seed: int
    controls: Controls
    clusters: Clusters
    fitted_rows: IntArray

    @classmethod
    def of(cls, selection: Selection, specification: Specification, seed: int) -> "Study":
        """Arrange the selected rows. Raises FrameError where none of them is for a fit."""
        frame = selection.frame
        kept = np.ones(len(frame), dtype=bool)
        if specification.both_bad == "out":
            kept = ~frame.is_verdict(Verdict.BOTH_BAD)
        if not kept.any():
            mend = "Take them for ties (--both-bad tie) or add other judgements"
            raise FrameError("every verdict is both_bad", mend)
        _refuse_unknown_models(frame, specification)
        clusters = Clusters(frame.rater.codes, frame.matchup.codes, frame.weight, specification.errors)
        found = controls(frame, selection.features)
        return cls(selection, specification, seed, found, clusters, np.flatnonzero(kept))

    @property
    def frame(self) -> JudgementFrame:
        """The unplanted rows of the study's own purpose."""
        return self.selection.frame

    @cached_property
    def cued(self) -> dict[str, CuedVotes]:
        """The rows of each cue by its name, planted or not."""
        found = cued_votes(self.selection.all_variants, self.specification.errors)
        return {one.cue: one for one in found}

    @property
    def both_bad_is_tie(self) -> bool:
        return self.specification.both_bad == "tie"

    def rng(self, purpose: str) -> np.random.Generator:
        """A generator of its own for each purpose, so that one more board moves no other number."""
        return np.random.default_rng([self.seed, DRAWN_FOR.index(purpose)])

    def votes(self, columns: Columns) -> Votes:
        """The rows of the fit with these covariates, each (n,) over `frame`."""
        frame, rows = self.frame, self.fitted_rows
        x = np.array([column[rows] for column in columns.values()]).T
        raters = len(frame.rater.names)
        weight = frame.weight[rows]
        level, rater = self._level()[rows], frame.rater.codes[rows]
        a, b = frame.model_a[rows], frame.model_b[rows]
        return Votes(a, b, len(frame.models), level, rater, raters, weight, x, tuple(columns))

    def fitted_clusters(self) -> Clusters:
        """The clusters of the rows of the fit."""
        return self.clusters.take(self.fitted_rows)

    def left_out(self) -> dict[str, int]:
        """Rows left out by reason; `both_bad` rows are out of the fits only."""
        both_bad = len(self.frame) - len(self.fitted_rows)
        return self.selection.left_out | ({"both_bad": both_bad} if both_bad else {})

    def _level(self) -> IntArray:
        """The outcome on its scale, + favours A: `strength` where there, else the verdict."""
        strength: FloatArray | None = self.frame.numbers.get("strength")
        return self.frame.sign if strength is None else ranked(np.nan_to_num(strength))


def _refuse_unknown_models(frame: JudgementFrame, specification: Specification) -> None:
    """Raise FrameError where somebody asks about a model that no row has, before anything is computed."""
    asked = [("--gate", specification.gate or ()), *(("--same", pair) for pair in specification.same)]
    for option, names in asked:
        for name in names:
            if name not in frame.models:
                problem = f"{option}: no model is called {name}"
                raise FrameError(problem, f"The models are {', '.join(frame.models)}")
