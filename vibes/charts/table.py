"""The table that stands under a figure: formatted cells for the page, unrounded values for the CSV file."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vibes.charts import numbers, wording
from vibes.stats.results import Effect

EFFECT_COLUMNS = ("name", "estimate", "low", "high", "se", "n", "effective_raters", "unit", "kind", "state")
RISKY = ("=", "+", "-", "@", "\t", "\r")
Raw = str | float | int | None


@dataclass(frozen=True)
class Column:
    label: str
    numeric: bool = False


@dataclass(frozen=True)
class Cell:
    text: str
    numeric: bool


@dataclass(frozen=True)
class Table:
    """`columns` and `rows` are ready to print; `raw` holds the same rows with every digit, under `raw_names`."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    raw_names: tuple[str, ...]
    raw: tuple[tuple[Raw, ...], ...]

    def csv(self, run_label: str, simulated: int) -> str:
        """RFC 4180 text. Each row says its run and how many simulated judgements are in it."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([*self.raw_names, "run", "simulated_judgements"])
        writer.writerows([*map(safe, row), safe(run_label), simulated] for row in self.raw)
        return out.getvalue()


def table_of(
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    raw_names: Sequence[str],
    raw: Iterable[Sequence[Raw]],
) -> Table:
    """Rows of words under `columns`, and the same rows of raw values under `raw_names`."""
    cells = (
        tuple(Cell(text, column.numeric) for column, text in zip(columns, row, strict=True)) for row in rows
    )
    return Table(tuple(columns), tuple(cells), tuple(raw_names), tuple(map(tuple, raw)))


def effects_table(first: str, estimate: str, rows: Sequence[tuple[str, str, Effect]]) -> Table:
    """One row an effect, given as (key for the CSV, label, effect); `first` and `estimate` name those columns."""
    columns = (
        Column(first),
        Column(estimate, True),
        Column("95 % interval", True),
        Column("kind"),
        Column("judgements", True),
    )
    cells = [effect_cells(label, effect) for _, label, effect in rows]
    return table_of(columns, cells, EFFECT_COLUMNS, [effect_values(key, effect) for key, _, effect in rows])


def effect_cells(label: str, effect: Effect) -> list[str]:
    interval = numbers.interval_text(effect) if numbers.measured(effect) else wording.state(effect)
    return [
        label,
        numbers.estimate_text(effect),
        interval,
        wording.KINDS[effect["kind"]],
        numbers.count(effect["n"]),
    ]


def effect_values(name: str, effect: Effect) -> list[Raw]:
    """The raw values of EFFECT_COLUMNS."""
    return [name, *(effect[key] for key in EFFECT_COLUMNS[1:])]  # type: ignore[literal-required]


def safe(value: Raw) -> Raw:
    """Words that a spreadsheet would run as a formula get an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value
