"""The trait view: what is in the answers that people choose, one feature at a time, nothing held constant."""

from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import blank, forest, numbers, wording
from vibes.charts.families import feature_colour
from vibes.charts.forest import Dot
from vibes.charts.sheet import Heading
from vibes.charts.table import EFFECT_COLUMNS, Column, Raw, Table, effect_values, table_of
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Report, Trait

__all__ = ["NAME", "TraitsInfo", "drawn", "figure", "info", "table"]

NAME = "traits"
PITCH = {"wide": 30, "narrow": 48, "sheet": 32}
AXIS = "\u2190 in the other   strength   in the chosen \u2192"
SUBTITLE = (
    "Strength = relevance \u00d7 kappa over decisive votes: how much more often the chosen answer has more of it than the other one. "
    "Lines are 95 % intervals."
)
READING = (
    "Relevance is how often the two answers differ in it; kappa is 1 where the answer with more of it always wins, \u22121 where it "
    "never does. The definitions are those of Feedback Forensics; the table has the strength with ties as well.",
    "One feature at a time: what goes together with it is counted as it. Nothing was randomised.",
)


@dataclass(frozen=True)
class TraitsInfo:
    """`rows`: the traits that occur, the strongest first; `absent`: how many are in no two answers that differ."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    rows: tuple[tuple[Trait, Dot], ...]
    absent: int
    missing: str
    simulated: int


def drawn(report: Report) -> bool:
    return any(trait["relevance"] > 0.0 for trait in report.get("traits", []))


def info(report: Report) -> TraitsInfo:
    every = report.get("traits", [])
    found = [trait for trait in every if trait["relevance"] > 0.0]
    empty = "No judgements yet: what is in the chosen answers appears with the first ones"
    otherwise = "No feature differs between two answers, or the votes came without the answers\u2019 text"
    missing = "" if found else blank.title(report, "traits", empty=empty, otherwise=otherwise)
    absent = len(every) - len(found)
    return TraitsInfo(
        title=missing or title(found),
        subtitle=blank.subtitle(report, "traits", SUBTITLE) if missing else SUBTITLE,
        notes=() if missing else (*READING, *left_out(absent)),
        footer=(*wording.footer(report), "observational"),
        rows=tuple((trait, dot(report, trait)) for trait in found),
        absent=absent,
        missing=missing,
        simulated=report["simulated"],
    )


def left_out(absent: int) -> tuple[str, ...]:
    named = wording.plural(absent, "further feature")
    return (f"{named} differ{'s' if absent == 1 else ''} in no decisive vote.",) if absent else ()


def title(found: list[Trait]) -> str:
    """The strongest trait that stands out among all that were looked at."""
    told = [trait for trait in found if trait["significant"]]
    if not told:
        return "No feature stands out in the answers that people choose"
    first = max(told, key=lambda trait: abs(trait["strength"]["estimate"] or 0.0))
    more = "more" if (first["strength"]["estimate"] or 0.0) > 0.0 else "fewer"
    others = f"; {len(told) - 1} of {len(found) - 1} other features stand out" if len(found) > 1 else ""
    return f"The answer that people choose more often has {more} {wording.visible(first['label'])}{others}"


def dot(report: Report, trait: Trait) -> Dot:
    colour = feature_colour(report, trait["name"])
    label = wording.visible(trait["label"])
    return forest.dot(label, colour, trait["strength"], hover(label, trait))


def hover(label: str, trait: Trait) -> str:
    strength = trait["strength"]
    if numbers.measured(strength) is None:
        return f"{label}: {wording.gap(strength)}."
    share = numbers.percent(trait["relevance"], 0)
    return f"{label}: strength {numbers.spoken(strength)}; the answers differ in it in {share} of decisive votes."


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A row a feature on one range about 0. x: strength, \u22121 to 1; positive: the chosen answer has more of it."""
    told = info(report)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    if told.missing:
        return blank.figure(heading, theme=theme, shape=shape, simulated=told.simulated)
    dots = [dot for _, dot in told.rows]
    return forest.one_pane(
        dots,
        (AXIS, AXIS),
        heading,
        PITCH[shape],
        (214, 192),
        theme=theme,
        shape=shape,
        simulated=told.simulated,
    )


def table(report: Report) -> Table:
    """One row a feature that occurs, the strongest first; the CSV keeps every digit."""
    columns = [Column("feature"), Column("relevance", True), Column("kappa", True), Column("strength", True)]
    columns += [Column("95 % interval", True), Column("with ties", True), Column("stands out")]
    told = info(report)
    names = ["feature", "relevance", *(f"kappa_{name}" for name in EFFECT_COLUMNS[1:])]
    names += [*(f"strength_{name}" for name in EFFECT_COLUMNS[1:]), "with_ties", "p", "significant"]
    found = [trait for trait, _ in told.rows]
    return table_of(columns, map(cells, found), names, map(raw, found))


def cells(trait: Trait) -> list[str]:
    strength, known = trait["strength"], numbers.measured(trait["strength"])
    interval = numbers.interval_text(strength) if known else wording.state(strength)
    stands = "yes" if trait["significant"] else ""
    label = wording.visible(trait["label"])
    kappa, ties = numbers.estimate_text(trait["kappa"]), numbers.estimate_text(trait["with_ties"])
    relevance = numbers.percent(trait["relevance"], 0)
    return [label, relevance, kappa, numbers.estimate_text(strength), interval, ties, stands]


def raw(trait: Trait) -> list[Raw]:
    kappa, strength = (effect_values("", trait[key])[1:] for key in ("kappa", "strength"))
    ties = trait["with_ties"]["estimate"]
    return [trait["name"], trait["relevance"], *kappa, *strength, ties, trait["p"], trait["significant"]]
