"""Probe runs as the team sees them: the list, how far one is, and its scores as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from vibes.models import Generation, ProbeRun
from vibes.probes.families import FAMILIES
from vibes.probes.measures import MEASURES, Measure, Unit, finding
from vibes.queries.amounts import counted, money, percent
from vibes.stats.results import Probed

State = Generation.State
Through = ProbeRun.generations.through
MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"


@dataclass(frozen=True)
class Progress:
    """How far a run's answers are; `cost` is what those that it uses cost whoever asked for them first."""

    total: int
    done: int
    failed: int
    cancelled: int
    percent_done: int
    percent_failed: int
    cost: str

    @property
    def left(self) -> int:
        return self.total - self.done - self.failed - self.cancelled


@dataclass(frozen=True)
class Cell:
    """One measure of one endpoint in words; no limits where there is no interval."""

    told: str
    limits: str
    n: int


@dataclass(frozen=True)
class Row:
    """One endpoint in one family. `missing` says which answers are in no score."""

    endpoint: int
    name: str
    finding: str
    cells: tuple[Cell, ...]
    missing: str


@dataclass(frozen=True)
class Table:
    """One family: its endpoints × its measures, the signed one first."""

    family: str
    title: str
    says: str
    measures: tuple[Measure, ...]
    rows: tuple[Row, ...]


def listing() -> QuerySet[ProbeRun]:
    rows = Through.objects.filter(
        proberun=OuterRef("pk"), generation__prompt__prompt_set=OuterRef("prompt_set")
    )
    found = ProbeRun.objects.annotate(
        wanted=_counted(rows), answered=_counted(rows.filter(generation__state=State.DONE))
    )
    return (
        found.select_related("created_by", "statements")
        .prefetch_related("endpoints")
        .defer("result")
        .order_by("-pk")
    )


def _counted(rows: QuerySet[Any]) -> Coalesce:
    count = rows.order_by().values("proberun").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(count, output_field=IntegerField()), 0)


def progress(run: ProbeRun) -> Progress:
    rows = run.generations.order_by().values_list("state").annotate(n=Count("pk"), cost=Sum("cost"))
    states = {state: (n, cost) for state, n, cost in rows}
    counts = {state: n for state, (n, _) in states.items()}
    costs = [cost for _, cost in states.values() if cost is not None]
    total = sum(counts.values())
    done, failed = counts.get(State.DONE, 0), counts.get(State.FAILED, 0)
    return Progress(
        total=total,
        done=done,
        failed=failed,
        cancelled=counts.get(State.CANCELLED, 0),
        percent_done=percent(done, total),
        percent_failed=percent(failed, total),
        cost=money(sum(costs, Decimal(0))) if costs else "",
    )


def families() -> list[tuple[str, str]]:
    """(name, what it is) of every family, for the form that starts a run."""
    return [(one.name, f"{one.title}: {one.says}") for one in FAMILIES.values()]


def titles(run: ProbeRun) -> list[tuple[str, str]]:
    """(name, title) of the run's families that exist still."""
    return [(name, FAMILIES[name].title) for name in run.families if name in FAMILIES]


def tables(run: ProbeRun) -> list[Table]:
    """One table for each family of a scored run; none of one that has no result."""
    endpoints: list[Mapping[str, Any]] = (run.result or {}).get("endpoints", [])
    return [table for name in run.families if (table := _table(name, endpoints))]


def _table(name: str, endpoints: list[Mapping[str, Any]]) -> Table | None:
    scored = [(one, family) for one in endpoints for family in one["families"] if family["family"] == name]
    if not scored or name not in FAMILIES:
        return None
    measures = tuple(MEASURES[row["measure"]] for row in scored[0][1]["scores"])
    rows = tuple(_row(one, family) for one, family in scored)
    return Table(name, FAMILIES[name].title, FAMILIES[name].says, measures, rows)


def _row(endpoint: Mapping[str, Any], family: Mapping[str, Any]) -> Row:
    first = family["scores"][0]
    return Row(
        endpoint=endpoint["endpoint"],
        name=endpoint["name"],
        finding=finding(first["measure"], first["low"], first["high"]),
        cells=tuple(cell(row) for row in family["scores"]),
        missing=_missing(family),
    )


def _missing(family: Mapping[str, Any]) -> str:
    """As in "2 failed, 1 empty of 66"; empty where every answer was read."""
    names = (("failed", "failed"), ("empty", "empty"), ("unreadable", "unreadable"))
    told = ", ".join(f"{family[key]:,} {word}" for key, word in names if family[key])
    return f"{told} of {counted(family['asked'], 'answer')}" if told else ""


def cell(row: Mapping[str, Any] | Probed) -> Cell:
    """One measure, as a scored run or the report of an analysis has it."""
    estimate, low, high = row["estimate"], row["low"], row["high"]
    if estimate is None or low is None or high is None:
        return Cell(NOTHING, "", row["n"])
    unit = MEASURES[row["measure"]].unit
    told, *limits = (number(value, unit) for value in (estimate, low, high))
    return Cell(f"{told}{_suffix(unit)}", " to ".join(limits), row["n"])


def number(value: float, unit: Unit) -> str:
    """As people read it: shares in per cent, differences of shares in percentage points with their sign."""
    factor, digits, signed = {
        "share": (100, 0, False),
        "difference of shares": (100, 0, True),
        "marks": (1, 1, True),
        "pushes": (1, 1, False),
        "changes": (1, 1, False),
    }[unit]
    text = f"{abs(value) * factor:.{digits}f}"
    if not signed or not float(text):
        return text
    return f"{'+' if value > 0 else MINUS}{text}"


def _suffix(unit: Unit) -> str:
    return {"share": "\N{NO-BREAK SPACE}%", "difference of shares": "\N{NO-BREAK SPACE}points"}.get(unit, "")


def findings(shown: list[Table]) -> Iterator[tuple[str, str]]:
    """(title, sentence) of each family: which endpoint does what."""
    for table in shown:
        said: dict[str, list[str]] = {}
        for row in table.rows:
            said.setdefault(row.finding, []).append(row.name)
        yield table.title, "; ".join(f"{_listed(names)} {what}" for what, names in said.items())


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"each of {', '.join(names[:-1])} and {names[-1]}"
