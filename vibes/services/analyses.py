"""AnalysisRuns: found where they exist, computed once, frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from annotations.models import User
from annotations.services import audit
from vibes.datasets.judgement_files import read_judgements
from vibes.datasets.sample_files import read_samples
from vibes.models import AnalysisRun, Study
from vibes.queries import probed, unblinded, versions
from vibes.queries.code_versions import version_of
from vibes.stats.results import Report, SpecificationRecord

if TYPE_CHECKING:
    from vibes.services import computing

DEFAULT_SEED = 20_261_122


# A step of a run of millions takes a minute.
SILENT = timedelta(minutes=15)
GIVEN_UP = (AnalysisRun.State.FAILED, AnalysisRun.State.CANCELLED)


class CancelledError(Exception):
    """Somebody cancelled the run while it was computed."""


@dataclass(frozen=True)
class Gate:
    """What a gate is asked: may `candidate` take the place of `baseline`, by these margins, with the probes of these runs?"""

    candidate: str
    baseline: str
    margins: Mapping[str, float]
    probe_runs: Sequence[int]


# Rooms whose code decides a number: their content is the code version of a run.
NUMBER_ROOMS = ("vibes/stats", "vibes/features", "annotations/rendering", "annotations/verdicts.py")


@cache
def code_version() -> str:
    """The release, and a digest of the rooms that decide a number."""
    return version_of(NUMBER_ROOMS)


def specified(
    *,
    ties: str = "ordinal",
    rater_kinds: Sequence[str] = ("person",),
    both_bad: str = "out",
    where: Sequence[str] = (),
    same: Sequence[Sequence[str]] = (),
    gate: Gate | None = None,
) -> SpecificationRecord:
    """What a page asks for, as a run records it."""
    return SpecificationRecord(
        ties=ties,
        both_bad=both_bad,
        errors="largest",
        planned=None,
        rater_kinds=list(rater_kinds),
        same=[list(pair) for pair in same],
        gate=[gate.candidate, gate.baseline] if gate else None,
        margins=dict(gate.margins) if gate else None,
        probe_runs=list(gate.probe_runs) if gate else [],
        where=list(where),
    )


def find_or_create(*, by: User | None, study: Study, specification: SpecificationRecord) -> AnalysisRun:
    """The run of this specification on the judgements of the study's version as they are now; a new queued one where there
    is none."""
    identity = {
        "study": study,
        "protocol": study.protocol,
        "specification": specification,
        "data_fingerprint": unblinded.fingerprint(study),
    }
    return _found_or_made(by, identity)


def find_or_create_again(
    *, by: User | None, run: AnalysisRun, specification: SpecificationRecord
) -> AnalysisRun:
    """The run of this specification on the file of an imported one."""
    identity = {
        "study": None,
        "source_path": run.source_path,
        "source_name": run.source_name,
        "specification": specification,
        "data_fingerprint": run.data_fingerprint,
    }
    return _found_or_made(by, identity)


def _found_or_made(by: User | None, identity: Mapping[str, object]) -> AnalysisRun:
    """The first run of the same that was not given up, or a new queued one; by the code and the seed of now."""
    whole = {**identity, "code_version": code_version(), "seed": DEFAULT_SEED}
    found = AnalysisRun.objects.filter(**whole).exclude(state__in=GIVEN_UP).order_by("pk").first()
    return found or AnalysisRun.objects.create(**whole, created_by=by)


@transaction.atomic
def with_samples(*, by: User, run: AnalysisRun, path: Path) -> AnalysisRun:
    """The same question on the judgements of now, or the same file, with a file of samples read beside them."""
    specification = cast(SpecificationRecord, {**run.specification, "samples": file_fingerprint(path)})
    study = versions.of_run(run)
    if study is None:
        made = find_or_create_again(by=by, run=run, specification=specification)
    else:
        made = find_or_create(by=by, study=study, specification=specification)
    if not made.samples_path:
        made.samples_path = str(path)
        made.save(update_fields=["samples_path"])
        audit.record(by=by, verb="read samples for", subject=made)
    return made


@transaction.atomic
def import_file(*, by: User, name: str, path: Path, specification: SpecificationRecord) -> AnalysisRun:
    """A queued run over an uploaded file."""
    run = AnalysisRun.objects.create(
        source_name=name[:255],
        source_path=str(path),
        specification=specification,
        data_fingerprint=file_fingerprint(path),
        code_version=code_version(),
        seed=DEFAULT_SEED,
        created_by=by,
    )
    audit.record(by=by, verb="imported", subject=run, name=name)
    return run


def file_fingerprint(path: Path) -> str:
    """The digest of a file, or of all files of a folder with their names."""
    digest = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
        digest.update(file.name.encode())
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return f"sha256:{digest.hexdigest()}"


def compute(*, run_id: int) -> AnalysisRun:
    """Computes a queued run and freezes its report. Bad input fails the run with its sentence; a bug fails loudly; one that is
    cancelled meanwhile ends at its next step. One that another worker has in hand stays with it."""
    from vibes.services import computing

    queued = AnalysisRun.objects.filter(pk=run_id, state=AnalysisRun.State.QUEUED)
    claimed = queued.update(state=AnalysisRun.State.RUNNING, heard_at=timezone.now())
    run = AnalysisRun.objects.select_related("study__protocol", "protocol").get(pk=run_id)
    if not claimed:
        return run
    try:
        result = computing.analyse_columns(
            _columns(run),
            computing.specification_of(run.specification),
            seed=run.seed,
            code_version=code_version(),
            data_fingerprint=run.data_fingerprint,
            samples=read_samples(Path(run.samples_path)) if run.samples_path else None,
            probed=probed.rows(run.study, run.created_at) if run.study else (),
            progress=_reporter(run),
        )
    except CancelledError:
        pass
    except computing.BAD_INPUT as error:
        _finish(run, state=AnalysisRun.State.FAILED, error=str(error))
    except Exception as error:
        _finish(
            run,
            state=AnalysisRun.State.FAILED,
            error=f"A fault of the program, {type(error).__name__}: {error}",
        )
        raise
    else:
        _finish(run, state=AnalysisRun.State.DONE, result=result, progress=1.0)
    run.refresh_from_db()
    return run


@transaction.atomic
def left_behind() -> list[int]:
    """Queues again each run of which nothing has been heard for a quarter of an hour: its worker is gone, or its message. The
    numbers of those to be computed."""
    silent = AnalysisRun.objects.annotate(heard=Coalesce("heard_at", "created_at")).filter(
        state__in=(AnalysisRun.State.QUEUED, AnalysisRun.State.RUNNING), heard__lt=timezone.now() - SILENT
    )
    found = list(silent.select_for_update(skip_locked=True).values_list("pk", flat=True))
    again = {
        "state": AnalysisRun.State.QUEUED,
        "heard_at": timezone.now(),
        "progress": 0,
        "progress_note": "",
    }
    AnalysisRun.objects.filter(pk__in=found).update(**again)
    return found


@transaction.atomic
def cancel(*, by: User, run_id: int) -> bool:
    """Whether it was still going: a run that has ended stays as it is. One whose worker was lost ends by this as well."""
    run = AnalysisRun.objects.select_for_update().get(pk=run_id)
    if run.ended:
        return False
    run.state, run.finished_at = AnalysisRun.State.CANCELLED, timezone.now()
    run.save(update_fields=["state", "finished_at"])
    audit.record(by=by, verb="cancelled", subject=run)
    return True


def report_bytes(report: Report) -> bytes:
    """report.json, the same bytes from the page and from the command."""
    return (json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _columns(run: AnalysisRun) -> computing.Columns:
    study = versions.of_run(run)
    if study is None:
        return read_judgements(Path(run.source_path))
    return unblinded.columns(study, kinds=run.specification["rater_kinds"])


def _reporter(run: AnalysisRun) -> computing.Progress:
    def report(done: int, steps: int, what: str) -> None:
        going = AnalysisRun.objects.filter(pk=run.pk, state=AnalysisRun.State.RUNNING)
        if not going.update(progress=done / steps, progress_note=what[:120], heard_at=timezone.now()):
            raise CancelledError

    return report


def _finish(run: AnalysisRun, **values: object) -> None:
    """Unless somebody cancelled it meanwhile, or another worker was first."""
    going = AnalysisRun.objects.filter(pk=run.pk, state=AnalysisRun.State.RUNNING)
    going.update(finished_at=timezone.now(), **values)
