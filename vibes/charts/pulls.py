"""What the susceptibility figure says: how far each rater is drawn to a cue or to flattering tone, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vibes.charts import blank, numbers, wording
from vibes.charts.families import cue_colour, cue_named
from vibes.stats.results import Effect, RaterRow, Report, Susceptibility

KEY: Final = "susceptibility"
TONE = "tone"
NAME_COLUMNS = 40
READING = (
    "Right of 0 a rater chooses what has more of it more often than its absence. Raters with few votes are drawn towards the mean, so that "
    "chance does not put them at the ends.",
    "Each interval stands alone: of forty raters who are not drawn at all, one is counted as surely drawn by chance.",
)
OBSERVED = "Nothing was randomised here: whatever else goes with flattering tone moves these slopes, too."


@dataclass(frozen=True)
class Pull:
    """One rater: the slope and its ends in log-odds; `told`: the interval excludes 0."""

    rater: str
    name: str
    effect: Effect
    values: tuple[float, float, float]
    told: bool
    hover: str


@dataclass(frozen=True)
class SusceptibilityInfo:
    """`pulls` from the least drawn to the most; `waiting`: raters without an interval; `thin` says why there is none at all."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    pulls: tuple[Pull, ...]
    waiting: tuple[tuple[str, Effect], ...]
    mean: numbers.Measured | None
    mean_text: str
    colour: str
    thin: str
    missing: str
    simulated: int


def drawn(report: Report) -> bool:
    return bool(report.get(KEY) and rated(report))


def rated(report: Report) -> list[tuple[str, Effect]]:
    """(rater, slope) of each rater who has one."""
    rows: Sequence[RaterRow] = report["raters_detail"]
    return [(row["rater"], found) for row in rows if (found := row.get("susceptibility"))]


def info(report: Report) -> SusceptibilityInfo:
    found = report.get(KEY) if drawn(report) else None
    slopes = rated(report) if found else []
    pulls = tuple(sorted((one for name, slope in slopes if (one := pull(name, slope))), key=by_slope))
    missing = "" if found else absent(report)
    return SusceptibilityInfo(
        title=title(report, pulls, found) if found else missing,
        subtitle=subtitle(report, found),
        notes=notes(report, found, pulls),
        footer=(*wording.footer(report), *([wording.KINDS[found["kind"]]] if found else [])),
        pulls=pulls,
        waiting=tuple((name, slope) for name, slope in slopes if numbers.measured(slope) is None),
        mean=numbers.measured(found["mean"]) if found else None,
        mean_text=mean_text(found) if found else "",
        colour=cue_colour(report, found["of"]) if found else "sycophancy",
        thin=wording.gap(slopes[0][1]) if found and not pulls else "",
        missing=missing,
        simulated=report["simulated"],
    )


def absent(report: Report) -> str:
    return blank.title(
        report,
        KEY,
        empty="No judgements yet: who is drawn to flattery appears with the first ones",
        otherwise="No votes say yet how far single raters are drawn to flattery",
    )


def subtitle(report: Report, found: Susceptibility | None) -> str:
    if found is None:
        otherwise = (
            "It takes a planted cue, or answers that differ in flattering tone, and five raters or more."
        )
        return blank.subtitle(report, KEY, otherwise)
    what = (
        "flattering tone, per unit of its measure"
        if found["of"] == TONE
        else f"the answer with {cue_named(found['of'])}"
    )
    return f"Each rater\u2019s own pull towards {what}, in log-odds, in order; lines are 95{numbers.SPACE}% intervals. The upright line is their mean."


def notes(report: Report, found: Susceptibility | None, pulls: Sequence[Pull]) -> tuple[str, ...]:
    if found is None:
        return ()
    guard = (OBSERVED,) if found["kind"] == "observational" else ()
    waiting = len(rated(report)) - len(pulls)
    more = (
        (f"{wording.upper_first(wording.plural(waiting, 'rater'))} without an interval: in the table.",)
        if waiting and pulls
        else ()
    )
    return (*guard, *more, *(READING if pulls else ()))


def pull(name: str, slope: Effect) -> Pull | None:
    known = numbers.measured(slope)
    if known is None:
        return None
    shown = wording.visible(name)
    said = wording.shortened(shown, NAME_COLUMNS)
    way = "not told apart from 0"
    if known.excludes_zero:
        way = "drawn to it" if known.estimate > 0 else "drawn away from it"
    hover = f"{said}: {way}, {numbers.spoken(slope)}, {wording.plural(slope['n'], 'vote')}."
    return Pull(name, shown, slope, (known.estimate, known.low, known.high), known.excludes_zero, hover)


def by_slope(one: Pull) -> tuple[float, str]:
    return one.values[0], one.name


def mean_text(found: Susceptibility) -> str:
    mean = numbers.measured(found["mean"])
    if mean is None:
        return f"mean of raters: {wording.gap(found['mean'])}"
    spread = f"SD between raters {numbers.decimal(found['spread'], 2)}"
    votes = wording.plural(found["mean"]["n"], "vote")
    between = numbers.interval_text(found["mean"])
    return f"mean {numbers.estimate_text(found['mean'])} ({between}) over {votes}, {spread}"


def title(report: Report, pulls: Sequence[Pull], found: Susceptibility) -> str:
    """How many raters are surely drawn; without a randomised cue it claims no more than what goes together."""
    what = "flattery" if found["of"] == TONE else cue_named(found["of"])
    if not pulls:
        return f"Not enough yet to say which raters are drawn to {what}"
    towards = sum(one.told and one.values[0] > 0 for one in pulls)
    away = sum(one.told and one.values[0] < 0 for one in pulls)
    count = f"{numbers.count(towards)} of {wording.plural(len(pulls), 'rater')}"
    if not towards:
        count = (
            "The one rater is not" if len(pulls) == 1 else f"None of {numbers.count(len(pulls))} raters is"
        )
        said = f"{count} surely drawn to {what}"
    else:
        said = f"{count} {'is' if towards == 1 else 'are'} surely drawn to {what}"
    other = f", {numbers.count(away)} surely away from it" if away else ""
    guard = "; nothing was randomised" if found["kind"] == "observational" else ""
    return f"{said}{other}{guard}"
