"""The figure of releases: human strength over the dates of release, with evals and price beside in its table."""

from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

from vibes.charts import amounts, numbers, release_plane, wording
from vibes.charts.fronts import of_samples, samples
from vibes.charts.release_plane import Mark
from vibes.charts.sheet import Heading
from vibes.charts.table import Column, Raw, Table, table_of
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import GoldilocksRow, Report

__all__ = ["NAME", "ReleasesInfo", "drawn", "figure", "info", "table"]

NAME = "releases"
RAW = ("released", "model", "vibes", "vibes_low", "vibes_high", "vibes_state", "evals", "price", "front")
SUBTITLE = (
    "Elo-like strength of each release, with as much of style and flattery controlled as these votes allow; the line at 1000 is the "
    f"average of the board. Upright lines are 95{numbers.SPACE}% intervals."
)
READING = (
    "Two releases whose intervals do not overlap surely differ. Where they do they may differ all the same: a gate tells two releases.",
    "The average is that of the models that were voted on here, old and new: it is no fixed mark, and says nothing across studies.",
)


@dataclass(frozen=True)
class Release:
    """One model with its date. `missing`: why there is no strength."""

    row: GoldilocksRow
    day: date
    name: str
    vibes: numbers.Measured | None
    missing: str


@dataclass(frozen=True)
class ReleasesInfo:
    """`releases`: the newest first. `per`: so many samples a price is of."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    releases: tuple[Release, ...]
    per: int
    simulated: int


def drawn(report: Report) -> bool:
    """From two dated models on: one alone is no course of time."""
    return len(dated(report)) > 1


def dated(report: Report) -> list[GoldilocksRow]:
    return [row for row in report.get("goldilocks", []) if row.get("released")]


def info(report: Report) -> ReleasesInfo:
    rows = report.get("goldilocks", [])
    found = sorted((release(row) for row in dated(report)), key=lambda one: one.name)
    found.sort(key=lambda one: one.day, reverse=True)
    return ReleasesInfo(
        title=title(found),
        subtitle=SUBTITLE,
        notes=READING,
        footer=wording.footer(report),
        releases=tuple(found),
        per=samples(rows),
        simulated=report["simulated"],
    )


def release(row: GoldilocksRow) -> Release:
    day, name, vibes = (
        date.fromisoformat(row.get("released") or ""),
        wording.visible(row["model"]),
        row["vibes"],
    )
    known = numbers.measured(vibes) if vibes else None
    missing = "" if known else wording.state(vibes) if vibes else "not voted on"
    return Release(row, day, name, known, missing)


def mark(one: Release, vibes: numbers.Measured) -> Mark:
    told = f"{numbers.elo(vibes.estimate)} ({numbers.span(vibes.low, vibes.high, numbers.elo)})"
    hover = f"{one.name}, {shown(one.day)}: {told}."
    return Mark(one.row["model"], one.name, one.day, vibes, one.row["front"], hover)


def shown(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def title(found: list[Release]) -> str:
    """The newest beside the one before it, as far as their intervals tell."""
    known = [one for one in found if one.vibes]
    if len(known) < 2:
        return "How releases compare cannot be told yet"
    newest, before = known[0], known[1]
    names = (wording.quoted(newest.name, 30), wording.quoted(before.name, 30))
    if newest.day == before.day:
        return f"{names[0]} and {names[1]} are the newest, of one day"
    if newest.vibes and before.vibes and newest.vibes.low > before.vibes.high:
        return f"The newest release, {names[0]}, is stronger than {names[1]} before it"
    if newest.vibes and before.vibes and newest.vibes.high < before.vibes.low:
        return f"The newest release, {names[0]}, is weaker than {names[1]} before it"
    return f"The newest release, {names[0]}, is not surely apart from {names[1]} before it"


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A mark a release. x: its date. y: Elo-like strength, more is better."""
    told = info(report)
    marks = [mark(one, one.vibes) for one in told.releases if one.vibes]
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    unvoted = len(told.releases) - len(marks)
    return release_plane.figure(marks, unvoted, heading, theme=theme, shape=shape, simulated=told.simulated)


def table(report: Report) -> Table:
    told = info(report)
    columns = [Column("released"), Column("model"), Column("vibes", True), Column("95 % interval", True)]
    columns += [Column("evals", True), Column(f"price {of_samples(told.per)}", True), Column("front")]
    return table_of(columns, [cells(one, told.per) for one in told.releases], RAW, map(raw, told.releases))


def cells(one: Release, per: int) -> list[str]:
    row, known = one.row, one.vibes
    vibes = [numbers.NOTHING, one.missing]
    if known:
        vibes = [numbers.elo(known.estimate), numbers.span(known.low, known.high, numbers.elo)]
    evals = numbers.NOTHING if row["evals"] is None else amounts.amount(row["evals"])
    price = numbers.NOTHING if row["price"] is None else amounts.amount(row["price"] * per)
    return [shown(one.day), one.name, *vibes, evals, price, "on the front" if row["front"] else ""]


def raw(one: Release) -> list[Raw]:
    row, vibes = one.row, one.row["vibes"]
    known: list[Raw] = [None] * 4
    if vibes:
        known = [vibes["estimate"], vibes["low"], vibes["high"], vibes["state"]]
    return [row.get("released"), row["model"], *known, row["evals"], row["price"], int(row["front"])]
