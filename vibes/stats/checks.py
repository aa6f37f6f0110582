"""What must hold between the columns of a judgement frame. Each check raises FrameError and names the mend."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from annotations.verdicts import Verdict
from vibes.stats.arrays import BoolArray, IntArray
from vibes.stats.columns import FrameError, coded

if TYPE_CHECKING:
    from vibes.stats.frames import JudgementFrame


def columns_present(
    columns: Mapping[str, Sequence[object]], required: Sequence[str], paired: Sequence[str]
) -> None:
    """Every required column is there, pairs are whole, all are of one length, and there is a row."""
    missing = [name for name in required if name not in columns]
    if missing:
        found = ", ".join(columns) or "none"
        raise FrameError(
            f"missing column {', '.join(missing)}",
            f"A judgement frame needs {', '.join(required)}; the columns found are: {found}",
            column=missing[0],
        )
    for stem in paired:
        _pair_is_whole(columns, stem)
    rows = len(columns["verdict"])
    for name, values in columns.items():
        if len(values) != rows:
            raise FrameError(
                f"{len(values)} cells where verdict has {rows}", "Give every column as many", column=name
            )
    if not rows:
        raise FrameError("there are no rows", "Give at least one judgement below the header")


def _pair_is_whole(columns: Mapping[str, Sequence[object]], stem: str) -> None:
    there = [name for name in (f"{stem}_a", f"{stem}_b") if name in columns]
    if len(there) == 1:
        other = f"{stem}_b" if there[0].endswith("_a") else f"{stem}_a"
        raise FrameError(
            f"{there[0]} stands without {other}", f"Add {other}, or leave both out", column=other
        )


def frame_is_sound(frame: "JudgementFrame") -> None:
    """Run every check between columns."""
    _two_sides(frame)
    _several_models(frame)
    _leans_follow_ties(frame)
    _cues_are_named(frame)
    _strength_agrees(frame)
    _matchups_are_pairs(frame)
    _ids_are_unique(frame)


def _fail_first(frame: "JudgementFrame", bad: BoolArray, column: str, problem: str, mend: str) -> None:
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise FrameError(
            problem, mend, row=int(frame.row_numbers[row]), column=column, value=_shown(frame, row, column)
        )


def _shown(frame: "JudgementFrame", row: int, column: str) -> object:
    if column in frame.labels:
        code = frame.labels[column].codes[row]
        return frame.labels[column].names[code] if code >= 0 else None
    if column in frame.numbers:
        return f"{frame.numbers[column][row]:g}"
    return frame.texts[column][row]


def _two_sides(frame: "JudgementFrame") -> None:
    plain = (frame.labels["purpose"].codes == 0) & (frame.side_sign("cue_on") == 0)
    _fail_first(
        frame,
        (frame.model_a == frame.model_b) & plain,
        "model_b",
        "the same model stands on both sides",
        "Give two models, or set purpose to identical or gold",
    )


def _several_models(frame: "JudgementFrame") -> None:
    if len(frame.models) < 2:
        raise FrameError(
            f"the only model is {frame.models[0]}",
            "Give judgements between at least two models",
            row=int(frame.row_numbers[0]),
            column="model_a",
        )


def _leans_follow_ties(frame: "JudgementFrame") -> None:
    _fail_first(
        frame,
        (frame.lean_sign != 0) & frame.decisive,
        "lean",
        "a lean stands beside a verdict that chose a side",
        "Leave lean empty unless the verdict is tie or both_bad",
    )


def _cues_are_named(frame: "JudgementFrame") -> None:
    cue = frame.labels.get("cue")
    named = np.zeros(len(frame), dtype=bool) if cue is None else cue.codes >= 0
    unnamed = (frame.side_sign("cue_on") != 0) & ~named
    _fail_first(frame, unnamed, "cue_on", "a side carries a cue without a name", "Name it in column cue")


def _strength_agrees(frame: "JudgementFrame") -> None:
    strength = frame.numbers.get("strength")
    if strength is None:
        return
    both_bad = frame.is_verdict(Verdict.BOTH_BAD)
    empty = np.isnan(strength) & ~both_bad
    _fail_first(
        frame, empty, "strength", "the cell is empty", "Write a number in every row, or leave the column out"
    )
    mend = "Write it above 0 for a, below 0 for b, 0 for a tie, empty for both_bad"
    told = np.where(np.isnan(strength), 0.0, strength)
    against = (np.sign(told) != frame.sign) | (both_bad & ~np.isnan(strength))
    _fail_first(frame, against, "strength", "the strength speaks against the verdict", mend)


def _matchups_are_pairs(frame: "JudgementFrame") -> None:
    pairs = _pair_codes(frame)
    first = np.full(len(frame.matchup.names), -1, dtype=np.int64)
    first[frame.matchup.codes[::-1]] = pairs[::-1]
    other = first[frame.matchup.codes] != pairs
    mend = "Give each pair of models its own matchup"
    _fail_first(frame, other, "matchup", "this matchup stands for another pair of models above", mend)


def _pair_codes(frame: "JudgementFrame") -> IntArray:
    low, high = np.minimum(frame.model_a, frame.model_b), np.maximum(frame.model_a, frame.model_b)
    codes: IntArray = low * len(frame.models) + high
    return codes


def _ids_are_unique(frame: "JudgementFrame") -> None:
    ids = frame.texts.get("judgement_id")
    if ids is None or len(set(ids)) == len(ids):
        return
    codes = coded(ids).codes
    repeated = np.ones(len(ids), dtype=bool)
    repeated[np.unique(codes, return_index=True)[1]] = False
    _fail_first(
        frame, repeated, "judgement_id", "this id stands on an earlier row", "Give each judgement its own id"
    )
