"""From columns of the judgement frame to a report: the one way to a number, for pages and for the command.

Loads the statistics, which take a second to import: `analyses` does so when a run is computed, not when a process starts.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from vibes.datasets.errors import DatasetError
from vibes.datasets.sample_files import SampleColumns
from vibes.features import registry as features
from vibes.queries import gate_probes
from vibes.services import counting
from vibes.stats.covariates import Sides
from vibes.stats.frames import FrameError, JudgementFrame
from vibes.stats.repeated import Repeated, distinct
from vibes.stats.report import FeaturePair, Specification, analyse
from vibes.stats.results import Probed, Report, SpecificationRecord
from vibes.stats.samples import SampleFrame

Columns = Mapping[str, Sequence[object]]
# progress(steps done, steps in all, what comes next)
Progress = Callable[[int, int, str], None]
BAD_INPUT = (DatasetError, FrameError)


def specification_of(record: SpecificationRecord) -> Specification:
    """What a run was asked for, from the form in which it keeps it."""
    return Specification.of(record)


def analyse_columns(
    columns: Columns,
    specification: Specification,
    *,
    seed: int,
    code_version: str,
    data_fingerprint: str,
    samples: SampleColumns | None = None,
    probed: Sequence[Probed] = (),
    progress: Progress | None = None,
) -> Report:
    """Columns of the judgement frame in, the report out: the one way to a number, for pages and for the command.

    `samples`: the columns of a file of sampled answers, read beside the judgements. The probes of a gate are those of the
    runs that the specification names.
    """
    frame = JudgementFrame.from_columns(
        columns, first_row=getattr(columns, "first_row", 1), not_read=getattr(columns, "ignored", ())
    )
    if progress:
        progress(0, 1, "measuring the answers")
    return analyse(
        frame,
        feature_pairs(columns),
        specification,
        seed=seed,
        code_version=code_version,
        data_fingerprint=data_fingerprint,
        probes=gate_probes.pairs(specification.gate, specification.probe_runs),
        probed=probed,
        samples=None if samples is None else SampleFrame.from_columns(samples, first_row=samples.first_row),
        progress=progress,
    )


def feature_pairs(columns: Columns) -> list[FeaturePair]:
    """Every feature on both sides of every row, each text measured once; the boards hold the controlled ones constant.

    Empty where the rows carry no texts.
    """
    if "text_a" not in columns or "text_b" not in columns:
        return []
    sides = [_texts(columns[name]) for name in ("text_a", "text_b")]
    counts = counting.counted(distinct(sides))
    # By side and feature: the count of each text in use.
    a, b = (
        np.array([counts[side.values[code]] for code in side.in_use], dtype=float).T.copy() for side in sides
    )
    shown = Sides(*(side.numbered() for side in sides))
    return [
        FeaturePair(
            name=feature.name,
            family=feature.family,
            unit=feature.unit,
            version=feature.version,
            reference_sd=feature.reference_sd,
            label=feature.label,
            controlled=feature.name in features.CONTROLLED,
            a=a[place],
            b=b[place],
            sides=shown,
        )
        for place, feature in enumerate(features.FEATURES.values())
    ]


def _texts(column: Sequence[object]) -> Repeated[str]:
    if isinstance(column, Repeated):
        return Repeated(column.codes, [str(value or "") for value in column.values])
    return Repeated.of([str(value or "") for value in column])
