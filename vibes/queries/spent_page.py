"""What the answers of the endpoints on a Vibes page take, and how they answered the last probes, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vibes.charts import numbers, wording
from vibes.models import AnalysisRun, Endpoint, ProbeRun
from vibes.queries import probe_runs
from vibes.queries.probe_runs import Cell
from vibes.stats.results import Effect, Report

# One answer costs a part of a cent.
A_THOUSAND = 1_000.0


@dataclass(frozen=True)
class Takes:
    """One endpoint: a mean and its interval of each measure, or why there is none."""

    model: str
    answers: str
    tokens: str
    thinking: str
    seconds: str
    cost: str


@dataclass(frozen=True)
class Probed:
    """One family of probes of one endpoint: the signed measure, which stands first. `run` and `at`: where and when it was scored."""

    model: str
    family: str
    measure: str
    cell: Cell
    finding: str
    run: int
    at: datetime


def takes(report: Report, chosen: Sequence[str]) -> list[Takes]:
    """In the order in which they were chosen; none where no answer says what it took."""
    rows = {row["model"]: row for row in report.get("spent", [])}
    return [
        Takes(
            model=wording.visible(name),
            answers=f"{rows[name]['answers']:,} on {rows[name]['prompts']:,} prompts",
            tokens=_told(rows[name]["measures"].get("tokens"), 0),
            thinking=_told(rows[name]["measures"].get("thinking_tokens"), 0),
            seconds=_told(rows[name]["measures"].get("answer_seconds"), 1),
            cost=_told(rows[name]["measures"].get("cost"), 2, A_THOUSAND),
        )
        for name in chosen
        if name in rows
    ]


def probed(run: AnalysisRun, chosen: Sequence[str]) -> list[Probed]:
    """The last scored probe run of each chosen endpoint of the study. In a look an endpoint."""
    if run.study is None:
        return []
    ends = {end.name: end for end in run.study.endpoints.filter(name__in=chosen)}
    return [one for name in chosen if name in ends for one in _of_endpoint(ends[name])]


def _of_endpoint(endpoint: Endpoint) -> list[Probed]:
    scored = ProbeRun.objects.filter(state=ProbeRun.State.SCORED, endpoints=endpoint)
    last = scored.order_by("-pk").first()
    if last is None:
        return []
    return [
        Probed(
            model=wording.visible(endpoint.name),
            family=table.title,
            measure=table.measures[0].title,
            cell=row.cells[0],
            finding=row.finding,
            run=last.pk,
            at=last.finished_at or last.created_at,
        )
        for table in probe_runs.tables(last)
        for row in table.rows
        if row.endpoint == endpoint.pk
    ]


def _told(effect: Effect | None, digits: int, factor: float = 1.0) -> str:
    """The mean with its interval; a dash where nobody says it."""
    known = numbers.measured(effect) if effect else None
    if effect is None or not effect["n"]:
        return numbers.NOTHING
    if known is None:
        return wording.gap(effect)
    mean, low, high = (f"{value * factor:,.{digits}f}" for value in (known.estimate, known.low, known.high))
    return f"{mean} ({low} to {high})"
