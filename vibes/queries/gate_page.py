"""One gate as its page shows it. Loads plotly: only the page of a run that is done asks for it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import cast

from vibes.charts import gate as chart
from vibes.charts.card import Card
from vibes.models import AnalysisRun, Decision, ProbeRun
from vibes.queries import drawn, gate_probes, gates
from vibes.queries.runs import is_stale, label
from vibes.stats.gate import RANGES, Margins
from vibes.stats.probe_differences import fewest_statements
from vibes.stats.results import Report


@dataclass(frozen=True)
class GatePage:
    """`sentence` says the outcome of the numbers, or whose veto stands; `reasons` tells each condition, `fewest_statements` what
    a family needs at the margin of probes; none suffices at 0."""

    label: str
    candidate: str
    baseline: str
    word: str
    sentence: str
    reasons: list[str]
    card: Card
    standing: list[Decision]
    withdrawn: list[Decision]
    probe_runs: list[ProbeRun]
    newer_probes: list[ProbeRun]
    fewest_statements: int | None
    policy: str
    command: str
    stale: bool
    simulated: bool


def page(run: AnalysisRun) -> GatePage:
    told, report = gates.told(run), cast(Report, run.result)
    margins = Margins(**(run.specification["margins"] or {}))
    return GatePage(
        label=label(run),
        candidate=told.found["candidate"],
        baseline=told.found["baseline"],
        word="vetoed" if told.vetoes else told.outcome,
        sentence=_vetoed(told) if told.vetoes else chart.title(told.found),
        reasons=[chart.why(condition) for condition in told.found["conditions"]],
        card=drawn.one(run, chart.NAME),
        standing=list(told.vetoes),
        withdrawn=list(gates.decisions(run.study, told.found["candidate"]).exclude(withdrawn_at=None)),
        probe_runs=list(ProbeRun.objects.filter(pk__in=run.specification["probe_runs"]).defer("result")),
        newer_probes=gate_probes.newer(run.specification),
        fewest_statements=fewest_statements(margins.probes) if margins.probes > 0 else None,
        policy="\n".join(["[margins]", *(f"{name} = {getattr(margins, name):g}" for name in RANGES)]),
        command=_command(run),
        stale=is_stale(run),
        simulated=report["simulated"] > 0,
    )


def _vetoed(told: gates.Told) -> str:
    names = list(dict.fromkeys(one.made_by.get_username() for one in told.vetoes))
    numbers = {"pass": "passes", "fail": "does not pass either"}.get(
        told.found["outcome"], "is not enough yet"
    )
    return f"{' and '.join(names)} vetoed {told.found['candidate']}; by the numbers it {numbers}"


def _command(run: AnalysisRun) -> str:
    """The same question for a pipeline."""
    candidate, baseline = run.specification["gate"]
    words = ["python", "manage.py", "gate", "--study", str(run.study_id)]
    words += ["--candidate", candidate, "--baseline", baseline, "--policy", "gate.toml"]
    kinds = run.specification["rater_kinds"]
    words += [word for kind in kinds if kinds != ["person"] for word in ("--raters", kind)]
    ties = run.specification["ties"]
    words += ["--ties", ties] if ties != "ordinal" else []
    return shlex.join([*words, "--json"])
