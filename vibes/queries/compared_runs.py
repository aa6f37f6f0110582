"""Two frozen runs beside each other: which there are to choose from, and what is known to be in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import formats, timezone

from vibes.charts import wording
from vibes.models import AnalysisRun, Prompt, ProtocolVersion
from vibes.queries.amounts import counted
from vibes.queries.runs import label, title
from vibes.stats.results import Report

MOST = 300
# Of a number that a database can hold.
LONGEST = 18
ANSWERS = "perhaps the same answers, since an imported file is tied to no study"


class RefusedError(Exception):
    """These two cannot be compared; its text is a sentence for the reader."""


@dataclass(frozen=True)
class Choice:
    pk: int
    name: str


@dataclass(frozen=True)
class Shelf:
    """Runs to choose from under one heading."""

    name: str
    choices: tuple[Choice, ...]


def shelves(beside: AnalysisRun | None) -> list[Shelf]:
    """The newest done runs, those of the same study first, then of other studies, then of files. Three queries at most,
    however many there are; no report is read."""
    found = list(_done().order_by("-pk")[:MOST])
    own = beside.study if beside else None
    same = [run for run in found if own and run.study_id == own.pk]
    others = [run for run in found if run.study_id and run not in same]
    files = [run for run in found if run.study_id is None]
    named = (
        (own.name if own else "", same),
        ("Other studies" if same else "Studies", others),
        ("Imported files", files),
    )
    return [
        Shelf(name, tuple(Choice(run.pk, named_run(run)) for run in runs)) for name, runs in named if runs
    ]


def _done() -> QuerySet[AnalysisRun]:
    numbers = ProtocolVersion.objects.filter(study=OuterRef("study"), protocol=OuterRef("protocol"))
    done = AnalysisRun.objects.filter(state=AnalysisRun.State.DONE).select_related("study")
    return done.defer("result").annotate(version=Subquery(numbers.values("number")[:1]))


def named_run(run: AnalysisRun) -> str:
    """By number, study, date, version, raters, ties and filter."""
    asked = run.specification
    kinds = wording.listed([wording.RATER_KINDS.get(kind, kind) for kind in asked["rater_kinds"]])
    when = formats.date_format(timezone.localtime(run.created_at), "j M Y, H:i")
    version = getattr(run, "version", None)
    parts = [label(run), wording.shortened(title(run), 60), when]
    parts += [f"version {version}"] if version else []
    parts += [kinds, wording.TIE_RULES.get(asked["ties"], asked["ties"])]
    parts += [wording.clipped(f"only {', '.join(asked['where'])}", 50)] if asked.get("where") else []
    return wording.visible(" · ".join(parts))


def found(text: str) -> AnalysisRun:
    """The done run of this number, with its report. Raises RefusedError."""
    if not (text.isascii() and text.isdecimal()) or len(text) > LONGEST:
        raise RefusedError(f"{wording.quoted(wording.visible(text), 30)} is no number of a run.")
    run = AnalysisRun.objects.select_related("study", "protocol").filter(pk=int(text)).first()
    if run is None:
        raise RefusedError(f"There is no run {text}.")
    if run.state != AnalysisRun.State.DONE:
        raise RefusedError(
            f"Run {run.pk} is {run.get_state_display().lower()}, so it has no numbers to compare."
        )
    return run


def shared(first: AnalysisRun, second: AnalysisRun, *, independent: bool) -> tuple[str, ...]:
    """What is, or may be, in both. `independent`: the reader says that nothing else is, which no number here contradicts."""
    known = [*_same_source(first, second), *_same_raters(first, second)]
    if known or independent:
        return tuple(known)
    return (ANSWERS,) if first.study_id is None or second.study_id is None else ()


def _same_source(first: AnalysisRun, second: AnalysisRun) -> list[str]:
    if first.study_id is None or second.study_id is None:
        same = first.study_id == second.study_id and first.data_fingerprint == second.data_fingerprint
        return ["the same file"] if same else []
    if first.study_id == second.study_id:
        return ["the same study"]
    number = Prompt.objects.filter(studies=first.study_id).filter(studies=second.study_id).count()
    return [counted(number, "prompt")] if number else []


def _same_raters(first: AnalysisRun, second: AnalysisRun) -> list[str]:
    # Loads scipy, which the form alone does not need.
    from vibes.stats.run_differences import raters_in_both

    number = len(raters_in_both(cast(Report, first.result), cast(Report, second.result)))
    return [counted(number, "rater")] if number else []


def same_questions(first: AnalysisRun, second: AnalysisRun) -> bool:
    """Of one study and one version of what it asks: then their fingerprints count the same judgements."""
    return first.study_id is not None and (first.study_id, first.protocol_id) == (
        second.study_id,
        second.protocol_id,
    )
