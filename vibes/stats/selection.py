"""Which rows an analysis is about, and how many it leaves out for what reason."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vibes.stats.arrays import BoolArray
from vibes.stats.columns import FrameError
from vibes.stats.covariates import FeaturePair, take_all
from vibes.stats.frames import JudgementFrame
from vibes.stats.specification import Specification

# An adjudication is of a comparison that was chosen because others disagreed: counted with theirs it would bend every figure.
STUDY = ("study",)


@dataclass(frozen=True, eq=False)
class Selection:
    """The rows that count, their features, and the rows left out by reason.

    `frame`: unplanted variants; where there are none, the planted ones. `all_variants`: the rows of both.
    `every_purpose`: these, and the golds, repeats, identical pairs and adjudications of the same raters.
    """

    frame: JudgementFrame
    features: tuple[FeaturePair, ...]
    left_out: dict[str, int]
    all_variants: JudgementFrame
    every_purpose: JudgementFrame


def select(frame: JudgementFrame, features: Sequence[FeaturePair], specification: Specification) -> Selection:
    """Keep what the filter, the kinds of rater and the purposes allow; planted variants beside the unplanted ones.

    Where every row is planted, `frame` holds the planted rows: its boards are of answers with a cue in them. A condition on rater_kind or purpose in the filter asks for those rows by name. Raises FrameError when none is left.
    """
    for feature in features:
        _fits(feature, frame)
    conditions = specification.conditions()
    asked = {condition.column for condition in conditions}
    selection = Selection(frame, tuple(features), {}, frame, frame)
    if conditions:
        frame.where(conditions)
        selection = _keep(selection, frame.mask(conditions), "where")
    if "rater_kind" not in asked:
        selection = _by_label(selection, "rater_kind", specification.rater_kinds)
    selection = replace(selection, every_purpose=selection.frame)
    if "purpose" not in asked:
        selection = _by_label(selection, "purpose", STUDY)
    selection = replace(selection, all_variants=selection.frame)
    unplanted = selection.frame.side_sign("cue_on") == 0
    return _keep(selection, unplanted, "planted_cue") if unplanted.any() else selection


def _fits(feature: FeaturePair, frame: JudgementFrame) -> None:
    if len(feature) != len(frame):
        problem = f"feature {feature.name} has {len(feature)} entries for {len(frame)} rows"
        raise FrameError(problem, "Measure every row once")


def _keep(selection: Selection, kept: BoolArray, reason: str) -> Selection:
    out = int((~kept).sum())
    if not out:
        return selection
    rows = np.flatnonzero(kept)
    features = take_all(selection.features, rows)
    counted = {reason: selection.left_out.get(reason, 0) + out}
    return replace(
        selection, frame=selection.frame.take(rows), features=features, left_out=selection.left_out | counted
    )


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
