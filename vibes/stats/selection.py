"""Which rows an analysis is about, and how many it leaves out for what reason."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import BoolArray
from vibes.stats.columns import FrameError
from vibes.stats.covariates import FeaturePair
from vibes.stats.frames import JudgementFrame
from vibes.stats.specification import Specification

STUDY = ("study",)


@dataclass(frozen=True, eq=False)
class Selection:
    """The rows that count, their features, and the rows left out by reason."""

    frame: JudgementFrame
    features: tuple[FeaturePair, ...]
    left_out: dict[str, int]


def select(frame: JudgementFrame, features: Sequence[FeaturePair], specification: Specification) -> Selection:
    """Keep what the filter, the kinds of rater and the purposes allow, and unplanted variants only.

    A condition on rater_kind or purpose in the filter asks for those rows by name. Raises FrameError when none is left.
    """
    for feature in features:
        _fits(feature, frame)
    conditions = specification.conditions()
    asked = {condition.column for condition in conditions}
    selection = Selection(frame, tuple(features), {})
    if conditions:
        frame.where(conditions)
        selection = _keep(selection, frame.mask(conditions), "where")
    if "rater_kind" not in asked:
        selection = _by_label(selection, "rater_kind", specification.rater_kinds)
    if "purpose" not in asked:
        selection = _by_label(selection, "purpose", STUDY)
    unplanted = selection.frame.side_sign("cue_on") == 0
    if not unplanted.any():
        raise FrameError(
            "every row carries a planted cue", "Add judgements of the unplanted variants", column="cue_on"
        )
    return _keep(selection, unplanted, "planted_cue")


def _fits(feature: FeaturePair, frame: JudgementFrame) -> None:
    if len(feature.a) != len(frame):
        problem = f"feature {feature.name} has {len(feature.a)} entries for {len(frame)} rows"
        raise FrameError(problem, "Measure every row once")


def _keep(selection: Selection, kept: BoolArray, reason: str) -> Selection:
    out = int((~kept).sum())
    if not out:
        return selection
    rows = np.flatnonzero(kept)
    features = tuple(feature.take(rows) for feature in selection.features)
    counted = {reason: selection.left_out.get(reason, 0) + out}
    return Selection(selection.frame.take(rows), features, selection.left_out | counted)


def _by_label(selection: Selection, column: str, wanted: Sequence[str]) -> Selection:
    """Keep the rows with these labels; the others are counted under their own label."""
    counts = selection.frame.labels[column].counts()
    if not sum(counts[name] for name in wanted):
        raise FrameError(*_nobody(column, wanted, counts), column=column)
    for name in counts:
        if name not in wanted:
            labels = selection.frame.labels[column]
            selection = _keep(selection, ~labels.isin([name]), name)
    return selection


def _nobody(column: str, wanted: Sequence[str], counts: dict[str, int]) -> tuple[str, str]:
    held = [name for name, count in counts.items() if count]
    rows = ", ".join(f"{counts[name]} {name}" for name in held)
    problem = f"no row has {column} {' or '.join(wanted)}; there are {rows}"
    return problem, f"Ask for the others by name: --where {column}={','.join(held)}"
