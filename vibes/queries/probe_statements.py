"""Seed statements of probes, those that come with Vibes and those of a team, and the prompts made from them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from vibes.models import ProbeRun, SeedSet
from vibes.probes import bank
from vibes.probes.families import FAMILIES, Family, generate
from vibes.probes.prompts import Seed, TwinPrompt

FIRST_COLUMNS = ("family", "id", "class")


@dataclass(frozen=True)
class Made:
    """A statement, and the prompts made from it with what the user states in each."""

    seed: Seed
    prompts: tuple[TwinPrompt, ...]


@dataclass(frozen=True)
class Shelf:
    """The statements of one family."""

    family: Family
    made: tuple[Made, ...]


@dataclass(frozen=True)
class Columns:
    """What a file has to say of one family's statements."""

    family: Family
    needs: tuple[str, ...]
    may: tuple[str, ...]


def seeds_of(statements: SeedSet | None) -> tuple[Seed, ...]:
    """Those of a team, or those that come with Vibes."""
    if statements is None:
        return bank.load_seeds()
    return bank.seeds_of((f"statement {n}", entry) for n, entry in enumerate(statements.entries, 1))


def bank_of(statements: SeedSet | None) -> tuple[TwinPrompt, ...]:
    return bank.load_bank() if statements is None else bank.prompts_of(seeds_of(statements))


def chosen(statements: SeedSet | None, families: Iterable[str]) -> tuple[TwinPrompt, ...]:
    return bank.of_families(families, bank_of(statements))


def prompts_of(run: ProbeRun, families: Sequence[str] | None = None) -> tuple[TwinPrompt, ...]:
    """What a run asks, of all its families or of these."""
    return chosen(run.statements, run.families if families is None else families)


def offered() -> QuerySet[SeedSet]:
    return SeedSet.objects.filter(archived_at=None).order_by("name", "pk")


def listing() -> QuerySet[SeedSet]:
    """All of a team's, the newest first, with how many runs asked them."""
    found = SeedSet.objects.annotate(asked=Count("runs")).select_related("created_by")
    return found.order_by("-pk")


def families_told(entries: Iterable[Mapping[str, str]]) -> str:
    """As in "12 of Pressure, 4 of Premises"."""
    found = Counter(entry["family"] for entry in entries)
    return ", ".join(f"{found[name]:,} of {family.title}" for name, family in FAMILIES.items() if found[name])


def shelves(statements: SeedSet) -> list[Shelf]:
    made = [Made(seed, generate(seed)) for seed in seeds_of(statements)]
    found = [
        Shelf(family, tuple(one for one in made if one.seed.family == name))
        for name, family in FAMILIES.items()
    ]
    return [shelf for shelf in found if shelf.made]


def columns() -> list[Columns]:
    """What a file holds, family by family."""
    found = []
    for family in FAMILIES.values():
        needs, may = bank.fields_of(family)
        named = sorted(needs - set(FIRST_COLUMNS))
        found.append(Columns(family, tuple(named), tuple(sorted(may))))
    return found


def example() -> str:
    """A sheet to begin with: all columns, and the first statement of each family that comes with Vibes."""
    firsts = {seed.family: seed for seed in reversed(bank.load_seeds())}
    rows = [_row(firsts[name]) for name in FAMILIES]
    further = sorted({name for row in rows for name in row} - set(FIRST_COLUMNS))
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, [*FIRST_COLUMNS, *further], restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return sheet.getvalue()


def _row(seed: Seed) -> dict[str, str]:
    row = {"family": seed.family, "id": seed.id, "class": seed.prompt_class, **seed.texts}
    return row | {"names": "|".join(seed.names)} if seed.names else row
