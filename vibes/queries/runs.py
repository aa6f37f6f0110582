"""What a frozen run is called, and whether it is of today."""

from typing import cast

from django.utils.text import slugify

from vibes.models import AnalysisRun
from vibes.queries import unblinded, versions
from vibes.stats.results import Report


def title(run: AnalysisRun) -> str:
    return run.study.name if run.study else run.source_name


def label(run: AnalysisRun) -> str:
    return f"run {run.pk}"


def file_name(run: AnalysisRun) -> str:
    """A file name without an ending; says so where simulated votes are in it, and of which version it is."""
    place = versions.place(run.study, run.protocol_id) if run.study else None
    version = f"-version-{place.number}" if place else ""
    mark = "-SIMULATED" if cast(Report, run.result)["simulated"] else ""
    return f"{slugify(title(run)) or 'report'}{version}-run-{run.pk}{mark}"


def is_stale(run: AnalysisRun) -> bool:
    """Whether the study holds other judgements by now. Read from the fingerprint, never pushed."""
    study = versions.of_run(run)
    return study is not None and unblinded.fingerprint(study) != run.data_fingerprint
