"""What each board holds constant: plain, style, sycophancy, both."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import FloatArray
from vibes.stats.columns import FrameError
from vibes.stats.covariates import POSITION, FeaturePair
from vibes.stats.frames import JudgementFrame

TONE = "tone"
STYLE = ("length", "formatting")
FAMILIES = (*STYLE, TONE, "stance")
MANNER = "manner"
"""Apology, hedging, follow-up questions: measured and shown, never held constant."""

Columns = dict[str, FloatArray]


@dataclass(frozen=True, eq=False)
class Controls:
    """Covariates (n,) by name: position; style = length, formatting and the frame's own x_ columns; sycophancy.

    In sycophancy, `tone` is the mean of the standardised differences in the features of tone; features of stance stand
    beside it under their own names and are never added to it.
    """

    position: Columns
    style: Columns
    sycophancy: Columns

    def boards(self) -> dict[str, Columns]:
        """The covariates of each board there can be, the fullest last."""
        found = {"plain": self.position}
        if self.style:
            found["style"] = self.position | self.style
        if self.sycophancy:
            found["sycophancy"] = self.position | self.sycophancy
        if self.style and self.sycophancy:
            found["both"] = self.position | self.style | self.sycophancy
        return found


def controls(frame: JudgementFrame, features: Sequence[FeaturePair]) -> Controls:
    """Arrange the covariates, from the controlled features alone.

    Raises FrameError on an unknown family, a name that is taken, or a controlled feature of manner.
    """
    _check(frame, features)
    features = [feature for feature in features if feature.controlled]
    screen = frame.position
    style = frame.covariates | {f.name: f.difference() for f in features if f.family in STYLE}
    tone = [f.difference() for f in features if f.family == TONE]
    stance = {f.name: f.difference() for f in features if f.family == "stance"}
    return Controls(
        position={POSITION: np.ones(len(frame)) if screen is None else screen},
        style=style,
        sycophancy=({TONE: np.mean(tone, axis=0)} if tone else {}) | stance,
    )


def _check(frame: JudgementFrame, features: Sequence[FeaturePair]) -> None:
    taken = {POSITION, TONE, *frame.covariates}
    for feature in features:
        allowed = FAMILIES if feature.controlled else (*FAMILIES, MANNER)
        if feature.family not in allowed:
            raise FrameError(
                f"feature {feature.name} is of family {feature.family}", f"Use {', '.join(allowed)}"
            )
        if feature.family != TONE and feature.name in taken:
            raise FrameError(f"the name {feature.name} is taken", "Give each feature its own name")
        taken.add(feature.name)
