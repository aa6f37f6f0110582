"""A gate as a page and a pipeline read it: the outcome of a frozen run, and the vetoes that stand now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import QuerySet

from vibes.models import AnalysisRun, Decision, Study
from vibes.queries import runs
from vibes.stats.gate import EXIT_CODES
from vibes.stats.results import Gate, Outcome, Report

SCHEMA = 1
VETOED: Outcome = "fail"


@dataclass(frozen=True)
class Told:
    """`outcome` is that of the numbers (`found`), or fail where a veto stands: a veto decides alone."""

    found: Gate
    outcome: Outcome
    vetoes: tuple[Decision, ...]

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.outcome]


@dataclass(frozen=True)
class Row:
    """One gate of a study's list. `outcome`: vetoed where a veto stands, and how far the run is while it is not done."""

    run: AnalysisRun
    candidate: str
    baseline: str
    outcome: str


def told(run: AnalysisRun) -> Told:
    """Of a run that is done and was asked for a gate."""
    found = gate_of(run)
    vetoes = tuple(standing(run.study, found["candidate"]))
    return Told(found, VETOED if vetoes else found["outcome"], vetoes)


def gate_of(run: AnalysisRun) -> Gate:
    found = cast(Report, run.result)["gate"]
    if found is None:
        raise LookupError(f"{runs.label(run)} was asked for no gate.")
    return found


def decisions(study: Study | None, candidate: str) -> QuerySet[Decision]:
    """All on this candidate, the newest first."""
    found = Decision.objects.filter(study=study, candidate__name=candidate)
    return found.select_related("made_by", "withdrawn_by", "candidate").order_by("-pk")


def standing(study: Study | None, candidate: str) -> QuerySet[Decision]:
    return decisions(study, candidate).filter(withdrawn_at=None)


def asked_of(study: Study) -> QuerySet[AnalysisRun]:
    """The study's runs that were asked for a gate, of all versions of what raters were asked; the newest first, without their results."""
    found = AnalysisRun.objects.filter(study=study, specification__gate__isnull=False)
    found = found.exclude(specification__gate=None).select_related("created_by")
    return found.defer("result").order_by("-pk")


def rows(page: Sequence[AnalysisRun], study: Study) -> list[Row]:
    """With the vetoes that stand now. Of the results no more is read than the outcome."""
    vetoed = set(
        Decision.objects.filter(study=study, withdrawn_at=None).values_list("candidate__name", flat=True)
    )
    outcomes = dict(
        AnalysisRun.objects.filter(pk__in=[run.pk for run in page]).values_list("pk", "result__gate__outcome")
    )
    return [_row(run, outcomes[run.pk], vetoed) for run in page]


def _row(run: AnalysisRun, outcome: str | None, vetoed: set[str]) -> Row:
    candidate, baseline = run.specification["gate"]
    said = "vetoed" if outcome and candidate in vetoed else outcome or run.get_state_display().lower()
    return Row(run, candidate, baseline, said)


def as_json(run: AnalysisRun, address: str) -> dict[str, Any]:
    """What a pipeline reads; docs/gate.md documents it. Stable: keys are added, none changes its meaning under one schema."""
    found = told(run)
    report = cast(Report, run.result)
    return {
        "schema": SCHEMA,
        "outcome": found.outcome,
        "exit_code": found.exit_code,
        "candidate": found.found["candidate"],
        "baseline": found.found["baseline"],
        "reasons": reasons(found),
        "conditions": found.found["conditions"],
        "win_vanishes": found.found["win_vanishes"],
        "vetoes": [_veto(one) for one in found.vetoes],
        "margins": run.specification["margins"],
        "study": {"id": run.study_id, "name": runs.title(run)},
        "run": {"id": run.pk, "address": address, "stale": runs.is_stale(run)},
        "probe_runs": run.specification["probe_runs"],
        "judgements": report["n"],
        "raters": report["raters"],
        "simulated": report["simulated"],
        "code_version": run.code_version,
        "data_fingerprint": run.data_fingerprint,
        "seed": run.seed,
    }


def reasons(found: Told) -> list[str]:
    """Why the outcome is as it is; vetoes first, and alone where the numbers would have passed."""
    vetoes = [f"standing veto of {one.made_by.get_username()}: {one.reason}" for one in found.vetoes]
    if vetoes and found.found["outcome"] != "fail":
        return vetoes
    return [*vetoes, *found.found["reasons"]]


def lines(run: AnalysisRun, found: Told, address: str) -> list[str]:
    """For a terminal: the outcome, each condition, why, and where the page is."""
    report = cast(Report, run.result)
    names = f"{found.found['candidate']} in the place of {found.found['baseline']}"
    votes = f"{report['n']:,} judgements, {report['simulated']:,} of them simulated"
    conditions = [f"  {one['name']}: {one['outcome']}" for one in found.found["conditions"]]
    why = [f"  {reason}" for reason in reasons(found)]
    return [
        f"{names}: {found.outcome}",
        *conditions,
        "Because",
        *why,
        f"{votes}. {runs.label(run)}: {address}",
    ]


def _veto(one: Decision) -> dict[str, Any]:
    return {"by": one.made_by.get_username(), "at": one.made_at.isoformat(), "reason": one.reason}
