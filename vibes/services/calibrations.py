"""Calibrations: a judge beside people on one study, measured once for the same judgements and frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from annotations.models import User
from annotations.services import audit
from vibes.models import Judge, JudgeCalibration, Study
from vibes.queries import unblinded
from vibes.services.analyses import DEFAULT_SEED, code_version

if TYPE_CHECKING:
    from vibes.stats.results.judges import Calibration

KINDS = ("person", "machine")


def measure(*, by: User | None, judge: Judge, study: Study) -> JudgeCalibration | None:
    """The calibration of this judge on the study's judgements as they are now: found, or computed. None where there is no
    judgement of people or judges."""
    identity = {
        "judge": judge,
        "study": study,
        "protocol": study.protocol,
        "data_fingerprint": unblinded.fingerprint(study),
        "code_version": code_version(),
        "seed": DEFAULT_SEED,
    }
    found = JudgeCalibration.objects.filter(**identity).first()
    if found:
        return found
    columns = unblinded.columns(study, kinds=KINDS)
    if not columns:
        return None
    result = _calibrated(judge, columns)
    with transaction.atomic():
        values = {"calibrated": result["state"] == "calibrated", "result": result, "created_by": by}
        made, new = JudgeCalibration.objects.get_or_create(**identity, defaults=values)
        if new:
            audit.record(by=by, verb="calibrated", subject=judge, state=result["state"])
    return made


def _calibrated(judge: Judge, columns: Mapping[str, Sequence[object]]) -> Calibration:
    # Loaded when a figure is computed: numpy and scipy take a second.
    import numpy as np

    from vibes.stats.frames import JudgementFrame
    from vibes.stats.judge_calibration import calibrate

    frame = JudgementFrame.from_columns(columns)
    return calibrate(frame, str(judge.rater.public_id), np.random.default_rng(DEFAULT_SEED))
