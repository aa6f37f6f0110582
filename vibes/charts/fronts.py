"""What the Goldilocks figure says: which models nothing beats in evals, vibes and price at once, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vibes.charts import amounts, blank, numbers, wording
from vibes.stats.results import GoldilocksRow, Report

KEY: Final = "goldilocks"
NAMED = 3
NAME_COLUMNS = 30
READING = (
    "A model is on the Pareto front where no other is at least as good in evals, vibes and price, and better in one. A filled mark is on "
    "it; cheap models can be on the front far from the top right.",
    "What is not known counts as the worst there can be: a model on the front for what is known of it stays there whatever the rest "
    "turns out to be.",
    "Vibes are human strengths with as much of style and flattery controlled as these votes allow; prices are in the "
    "currency of the file.",
)


@dataclass(frozen=True)
class Spot:
    """One model: its three values, None where unknown, and what of it is not known."""

    model: str
    name: str
    evals: float | None
    vibes: numbers.Measured | None
    price: float | None
    front: bool
    row: GoldilocksRow
    unknown: tuple[str, ...]
    hover: str

    @property
    def placed(self) -> bool:
        return self.evals is not None or self.vibes is not None


@dataclass(frozen=True)
class GoldilocksInfo:
    """`spots`: models of the front first, then by name."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    spots: tuple[Spot, ...]
    per: int
    missing: str
    simulated: int


def drawn(report: Report) -> bool:
    """Whether two of the three are known of some model: one alone is a list, not a figure."""
    return any(len(spot(row).unknown) < 2 for row in report.get(KEY, []))


def info(report: Report) -> GoldilocksInfo:
    rows = report.get(KEY, [])
    per = samples(rows)
    spots = sorted((spot(row, per) for row in rows), key=lambda one: (not one.front, one.name))
    missing = "" if drawn(report) else absent(report)
    otherwise = "It takes a file of samples with evals or prices, beside votes on the same models."
    return GoldilocksInfo(
        title=missing or title(spots),
        subtitle=blank.subtitle(report, KEY, otherwise) if missing else SUBTITLE,
        notes=() if missing else (*unknown(spots), *READING),
        footer=wording.footer(report),
        spots=() if missing else tuple(spots),
        per=per,
        missing=missing,
        simulated=report["simulated"],
    )


SUBTITLE = (
    f"Vibes (Elo-like strength, average 1000, lines are 95{numbers.SPACE}% intervals) against evals; the larger the mark, the higher the price. "
    "Filled: on the Pareto front."
)


def absent(report: Report) -> str:
    otherwise = "No evals or prices are in this run to stand beside the votes"
    return blank.title(report, KEY, empty=otherwise, otherwise=otherwise)


def samples(rows: Sequence[GoldilocksRow]) -> int:
    """To how many samples prices are said, so that the dearest is at least 1: 1, a thousand or a million."""
    dearest = max((row["price"] for row in rows if row["price"] is not None), default=1.0)
    return next((per for per in (1, 1_000) if dearest * per >= 1), 1_000_000)


def spot(row: GoldilocksRow, per: int = 1) -> Spot:
    vibes = numbers.measured(row["vibes"]) if row["vibes"] else None
    values = {"evals": row["evals"], "vibes": vibes, "price": row["price"]}
    missing = tuple(name for name, value in values.items() if value is None)
    name = wording.visible(row["model"])
    return Spot(
        row["model"],
        name,
        row["evals"],
        vibes,
        row["price"],
        row["front"],
        row,
        missing,
        hover(row, name, per),
    )


def hover(row: GoldilocksRow, name: str, per: int) -> str:
    front = "on the front" if row["front"] else "not on the front"
    return f"{name}, {front}: {evals_text(row)}; {vibes_text(row)}; {price_text(row, per)}."


def evals_text(row: GoldilocksRow) -> str:
    return "evals unknown" if row["evals"] is None else f"evals {amounts.amount(row['evals'])}"


def vibes_text(row: GoldilocksRow) -> str:
    known = numbers.measured(row["vibes"]) if row["vibes"] else None
    if known is None:
        return f"vibes {wording.gap(row['vibes'])}" if row["vibes"] else "vibes unknown"
    between = numbers.span(known.low, known.high, numbers.elo)
    return f"vibes {numbers.elo(known.estimate)}, 95{numbers.SPACE}% interval {between}"


def price_text(row: GoldilocksRow, per: int) -> str:
    if row["price"] is None:
        return "price unknown"
    return f"price {amounts.amount(row['price'] * per)} {of_samples(per)}"


def of_samples(per: int) -> str:
    return "a sample" if per == 1 else f"for {numbers.count(per)} samples"


def unknown(spots: Sequence[Spot]) -> tuple[str, ...]:
    """How many models lack what."""
    said = [
        f"{name} of {wording.plural(count, 'model')}"
        for name in ("evals", "vibes", "price")
        if (count := sum(name in one.unknown for one in spots))
    ]
    return (f"Not known: {wording.listed(said)}; the table says whose.",) if said else ()


def title(spots: Sequence[Spot]) -> str:
    front = [wording.shortened(one.name, NAME_COLUMNS) for one in spots if one.front]
    if len(spots) == 1:
        return f"Only {wording.shortened(spots[0].name, NAME_COLUMNS)} is here: a front needs two models"
    if not front:
        return "Not enough is known yet to say which models are on the front"
    if len(front) <= NAMED:
        names = " or ".join(front) if len(front) < 3 else f"{front[0]}, {front[1]} or {front[2]}"
        return f"No model beats {names} in evals, vibes and price at once"
    return f"{numbers.count(len(front))} of {numbers.count(len(spots))} models are beaten by no other in evals, vibes and price at once"
