"""What the win matrix says: who beats whom, and which pairs go against the order of the board."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vibes.charts import blank, numbers, wording
from vibes.stats.results import Effect, Report, WinCell

KEY = "wins"
NAME_COLUMNS = 40
READING = (
    "Read along a row: the share of decisive votes in which this model was chosen over the model of that column. Ties and both bad "
    "are not in it.",
    "Models stand in the order of the plain board. With nothing unusual all cells above the diagonal favour the row; a pair that goes the "
    "other way is a hint that one number per model is not the whole story.",
    "Each interval stands alone: of twenty pairs that are even, one misses one half by chance.",
)
Pair = tuple[str, str]


@dataclass(frozen=True)
class Win:
    """One cell: `share` with its interval, None where votes are too few; `told`: the interval excludes one half."""

    model: str
    over: str
    effect: Effect
    share: float | None
    told: bool
    hover: str


@dataclass(frozen=True)
class WinsInfo:
    """`models` by strength on the plain board, those without one last; `wins` by (model, over)."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    models: tuple[str, ...]
    names: Mapping[str, str]
    wins: Mapping[Pair, Win]
    missing: str
    simulated: int


def drawn(report: Report) -> bool:
    return bool(report.get("wins"))


def info(report: Report) -> WinsInfo:
    cells = report.get("wins", [])
    models = in_order(report, cells)
    names = {model: wording.visible(model) for model in models}
    wins = {(one["model"], one["over"]): win(one, names) for one in cells}
    missing = "" if cells else absent(report)
    otherwise = "A pair of models appears once people have chosen between them."
    return WinsInfo(
        title=missing or title(models, names, wins),
        subtitle=blank.subtitle(report, KEY, otherwise) if missing else SUBTITLE,
        notes=() if missing else READING,
        footer=wording.footer(report),
        models=models,
        names=names,
        wins=wins,
        missing=missing,
        simulated=report["simulated"],
    )


SUBTITLE = "Share of decisive votes in which the model of the row is chosen over that of the column. Hatched: not enough votes; blank: none."


def absent(report: Report) -> str:
    return blank.title(
        report,
        KEY,
        empty="No judgements yet: who beats whom appears with the first ones",
        otherwise="No pair of models has a decisive vote yet",
    )


def in_order(report: Report, cells: Iterable[WinCell]) -> tuple[str, ...]:
    strength = {row["model"]: row["strength"] for row in report["boards"]["plain"]}
    found = {name for one in cells for name in (one["model"], one["over"])}
    rated = {name: known for name in found if (known := strength.get(name)) is not None}
    return tuple(sorted(found, key=lambda name: (name not in rated, -rated.get(name, 0.0), name)))


def win(one: WinCell, names: Mapping[str, str]) -> Win:
    known = numbers.measured(one["chosen"])
    told = known is not None and not known.low <= 0.5 <= known.high
    return Win(
        one["model"], one["over"], one["chosen"], known.estimate if known else None, told, hover(one, names)
    )


def hover(one: WinCell, names: Mapping[str, str]) -> str:
    model, over, effect = short(names[one["model"]]), short(names[one["over"]]), one["chosen"]
    known = numbers.measured(effect)
    ties = f" {wording.plural(one['ties'], 'tie')}." if one["ties"] else ""
    if known is None:
        return f"{model} against {over}: {wording.gap(effect)}.{ties}"
    share = f"{numbers.percent(known.estimate, 0)} of {wording.plural(effect['n'], 'decisive vote')}"
    return f"{model} beats {over} in {share}, 95{numbers.SPACE}% interval {interval(known)}.{ties}"


def interval(known: numbers.Measured) -> str:
    return f"{numbers.decimal(known.low * 100, 0)} to {numbers.percent(known.high, 0)}"


def short(name: str) -> str:
    return wording.shortened(name, NAME_COLUMNS)


def title(models: Sequence[str], names: Mapping[str, str], wins: Mapping[Pair, Win]) -> str:
    """Whether the decided pairs keep to the order of the board; where not, the clearest that does not."""
    decided = [one for one in favoured(models, wins) if one.told]
    against = [one for one in decided if one.share is not None and one.share < 0.5]
    count = f"{numbers.count(len(decided))} of {wording.plural(len(models) * (len(models) - 1) // 2, 'pair')}"
    if not any(one.share is not None for one in wins.values()):
        return "Not enough votes in any pair of models yet"
    if len(models) == 2 and decided:
        return two(wins, names)
    if not decided:
        return "No pair of models is told apart by its own votes"
    if not against:
        keep = "one is" if len(decided) == 1 else "all are"
        return f"In {count} one model wins clearly, and {keep} in the order of the board"
    first = min(against, key=lambda one: one.share or 0.0)
    said = f"{short(names[first.over])} beats {short(names[first.model])}, against the order of the board"
    others = len(against) - 1
    more = f"; so do {wording.plural(others, 'other pair')}" if others else ""
    return f"{said}{more}; {numbers.count(len(decided) - len(against))} of {wording.plural(len(decided), 'decided pair')} keep to it"


def two(wins: Mapping[Pair, Win], names: Mapping[str, str]) -> str:
    """The one pair there is, said from the side of its winner."""
    one = max(wins.values(), key=lambda found: found.share or 0.0)
    votes = wording.plural(one.effect["n"], "decisive vote")
    share = numbers.percent(one.share or 0.0, 0)
    return f"{short(names[one.model])} is chosen over {short(names[one.over])} in {share} of {votes}"


def favoured(models: Sequence[str], wins: Mapping[Pair, Win]) -> list[Win]:
    """The cell of each pair in which the model that stands higher on the board is the row."""
    pairs = ((model, over) for place, model in enumerate(models) for over in models[place + 1 :])
    return [wins[pair] for pair in pairs if pair in wins]
