"""What the answers of the endpoints on a Vibes page take, and how they answered probes, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vibes.charts import numbers, wording
from vibes.probes.families import FAMILIES
from vibes.probes.measures import MEASURES, finding
from vibes.queries.probe_runs import Cell, cell
from vibes.stats.results import Effect, Probed, Report

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
class Answered:
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


def probed(report: Report, chosen: Sequence[str]) -> list[Answered]:
    """The first measure of each family, the signed one, in the order in which they were chosen."""
    first: dict[tuple[str, str], Probed] = {}
    for row in report.get("probes", []):
        if row["family"] in FAMILIES:
            first.setdefault((row["model"], row["family"]), row)
    return [_answered(row) for name in chosen for (model, _), row in first.items() if model == name]


def _answered(row: Probed) -> Answered:
    return Answered(
        model=wording.visible(row["model"]),
        family=FAMILIES[row["family"]].title,
        measure=MEASURES[row["measure"]].title,
        cell=cell(row),
        finding=finding(row["measure"], row["low"], row["high"]),
        run=row["probe_run"],
        at=datetime.fromisoformat(row["scored_at"]),
    )


def _told(effect: Effect | None, digits: int, factor: float = 1.0) -> str:
    """The mean with its interval; a dash where nobody says it."""
    known = numbers.measured(effect) if effect else None
    if effect is None or not effect["n"]:
        return numbers.NOTHING
    if known is None:
        return wording.gap(effect)
    mean, low, high = (f"{value * factor:,.{digits}f}" for value in (known.estimate, known.low, known.high))
    return f"{mean} ({low} to {high})"
