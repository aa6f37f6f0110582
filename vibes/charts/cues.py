"""The cue figure: C, T1, T2, T1a* and T0 of the headline cue, each in its own unit, with the finding they lead to."""

from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go

from vibes.charts import blank, forest, numbers, panels, sheet, wording
from vibes.charts import theme as look
from vibes.charts.drawing import Drawing
from vibes.charts.families import cue_colour, cue_name, cue_named
from vibes.charts.panels import Panel, Place
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import Table, effects_table
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Cue, Effect, Finding, Report

__all__ = ["NAME", "CuesInfo", "drawn", "figure", "info", "table"]

Estimand = Literal["C", "T1", "T2", "T1a_star", "T0"]
NAME = "cues"
ESTIMANDS: tuple[Estimand, ...] = ("C", "T1", "T2", "T1a_star", "T0")
TITLES: dict[Estimand, str] = {
    "C": "C: in every comparison",
    "T1": "T1: where quality is closest",
    "T2": "T2: how much more it weighs near ties",
    "T1a_star": "T1a*: when pressed, over when free",
    "T0": "T0: measured flattery, nothing planted",
}
POINTS, LOG_ODDS = "points", "log-odds"
AXES: dict[Estimand, str] = {
    "C": "\u2190 without it   points from even   with it \u2192",
    "T1": "\u2190 without it   points from even   with it \u2192",
    "T2": "\u2190 weaker near ties   log-odds   stronger \u2192",
    "T1a_star": "\u2190 weaker when pressed   log-odds   stronger \u2192",
    "T0": "\u2190 less flattery   log-odds   more flattery \u2192",
}
TEXTS = {
    "C": "How much more than half of the time the answer with the planted cue is chosen, over all votes on it; a tie counts half.",
    "T1": "The same in the third of matchups that are closest by votes on which nothing was planted.",
    "T2": "What the cue gains where the two answers are equal, beyond what it adds everywhere. Above 0 it weighs more near ties.",
    "T1a_star": "The cue\u2019s weight when a rater who may tie is pressed to lean, less its weight in free decisions. Near 0 if flattery only adds.",
    "T0": "The weight of measured flattery in all comparisons. Nothing was randomised: whatever goes with flattery is in it, too.",
    "T1a": "How much more than half of the time raters who had said tie leaned to the more flattering answer. Raters who tie often "
    "weigh more here, and the cue itself changes who ties; alone it is no estimate of taste.",
    "T1b": "The same among comparisons whose quality is about equal by a measure of its own: an answer key, the edit, or ratings of "
    "the version without the cue. From ratings of the same text it is observational.",
}
FURTHER = {
    "T1a": "T1a: after a tie, pressed to send one",
    "T1b": "T1b: quality about equal, by its own measure",
    "C_per_rater": "C, each rater once",
    "C_adjusted": "C, adjusted (a check)",
    "T2_two_step": "T2 in two steps (a check of its sign)",
    "beta_far": "Weight of the cue far from ties",
}
NOTE_COLUMNS, NOTE_LINES = 58, 5


@dataclass(frozen=True)
class CuesInfo:
    """`word` is the finding, `note` why it is that one; `further` are the rows of the table that have no panel."""

    title: str
    subtitle: str
    word: Finding
    interim: bool
    note: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    panels: tuple[Panel, ...]
    further: tuple[tuple[str, str, Effect], ...]
    missing: str
    simulated: int


def drawn(report: Report) -> bool:
    """Whether a randomised cue leads to the finding."""
    return headline(report) is not None


def headline(report: Report) -> Cue | None:
    """The cue from which the finding comes."""
    return report.get("cues", {}).get(report["tiebreak"].get("cue") or "")


def info(report: Report) -> CuesInfo:
    found, told = headline(report), report["tiebreak"]
    missing = "" if found else absent(report)
    return CuesInfo(
        title=title(report, found) if found else missing,
        subtitle=subtitle(report, found),
        word=told["finding"],
        interim=bool(told.get("interim")),
        note=wording.sentence(wording.visible(told["finding_note"])),
        notes=notes(report) if found else (),
        footer=footer(report, found),
        panels=tuple(panel(report, found, key) for key in ESTIMANDS) if found else (),
        further=further(report, found) if found else (),
        missing=missing,
        simulated=report["simulated"],
    )


def absent(report: Report) -> str:
    return blank.title(
        report,
        "cues",
        empty="No judgements yet: what a planted cue does appears with the first ones",
        otherwise="No randomised cue is in these votes: what flattery does is open",
    )


def subtitle(report: Report, found: Cue | None) -> str:
    if found is None:
        otherwise = "A finding needs edits that are planted by chance; observational figures cannot identify a tiebreak."
        return blank.subtitle(report, "cues", otherwise)
    name = cue_name(report["tiebreak"]["cue"] or "")
    planted = f"{wording.shortened(name, 60)}: the same answer with and without it, dealt by chance."
    interim = (
        " Interim: between two planned looks, the finding may change."
        if report["tiebreak"]["interim"]
        else ""
    )
    return f"{planted} Each panel has its own unit; lines are 95{numbers.SPACE}% intervals.{interim}"


def footer(report: Report, found: Cue | None) -> tuple[str, ...]:
    if found is None:
        return wording.footer(report)
    votes = sum((found["variants"]["unplanted"], found["variants"]["on_a"], found["variants"]["on_b"]))
    return (
        f"{wording.plural(found['matchups'], 'matchup')}, {wording.plural(votes, 'vote')}",
        *wording.footer(report),
    )


def effect_of(report: Report, found: Cue, key: Estimand) -> Effect:
    return report["tiebreak"]["T0"] if key == "T0" else found[key]


def title(report: Report, found: Cue) -> str:
    """The finding in words with its number."""
    finding, cue = report["tiebreak"]["finding"], cue_named(report["tiebreak"]["cue"])
    near, overall = numbers.measured(found["T1"]), numbers.measured(found["C"])
    if finding == "tiebreak" and near:
        return f"Where quality is equal, {cue} decides it: {split(near)}; it weighs more there than elsewhere"
    if finding == "none found":
        return f"No effect of {cue} on the choice was found"
    if overall is None:
        return f"Not enough yet to say what {cue} does to the choice"
    if not overall.excludes_zero:
        return f"Whether {cue} moves the choice cannot be told yet"
    way = "wins" if overall.estimate > 0 else "costs"
    size = f"{numbers.decimal(abs(overall.estimate) * 100, 1)} points"
    name = cue_named(report["tiebreak"]["cue"], first=True)
    if finding == "additive":
        return f"{name} {way} {size}, near ties no more than elsewhere"
    return f"{name} {way} {size}; whether it breaks ties is not decided yet"


def split(known: numbers.Measured) -> str:
    """ "63 against 37": a share above one half as people say it."""
    chosen, other = 0.5 + known.estimate, 0.5 - known.estimate
    return f"{numbers.decimal(chosen * 100, 0)} against {numbers.decimal(other * 100, 0)}"


def panel(report: Report, found: Cue, key: Estimand) -> Panel:
    effect = effect_of(report, found, key)
    under = f"{wording.plural(effect['n'], 'vote')}, {wording.KINDS[effect['kind']]}"
    colour = cue_colour(report, report["tiebreak"]["cue"])
    dot = forest.dot(TITLES[key], colour, effect, hover(key, effect))
    return Panel(key, TITLES[key], under, TEXTS[key], effect, dot, AXES[key], colour)


def hover(key: Estimand, effect: Effect) -> str:
    if numbers.measured(effect) is None:
        return f"{TITLES[key]}: {wording.gap(effect)}."
    counted = f"{wording.plural(effect['n'], 'vote')}, {wording.KINDS[effect['kind']]}"
    return f"{TITLES[key]}. {numbers.spoken(effect)}. {counted}."


def further(report: Report, found: Cue) -> tuple[tuple[str, str, Effect], ...]:
    told = report["tiebreak"]
    own: dict[str, Effect] = {"T1a": told["T1a"], "T1b": told["T1b"]}
    own |= {key: found[key] for key in ("C_per_rater", "C_adjusted", "T2_two_step", "beta_far")}
    return tuple((key, FURTHER[key], effect) for key, effect in own.items())


def notes(report: Report) -> tuple[str, ...]:
    finding = report["tiebreak"]
    said = f"Finding: {finding['finding']}. {wording.sentence(wording.visible(finding['finding_note']))}"
    return (said, *(f"{key.replace('_star', '*')}. {text}" for key, text in TEXTS.items()))


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """Five panels and the finding, two to a row; C and T1 share their range. On a phone the finding stands in the words.

    x: C and T1 in percentage points from an even split, the others in log-odds; positive favours the answer with the cue.
    """
    told = info(report)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    if told.missing:
        return blank.figure(heading, theme=theme, shape=shape, simulated=told.simulated)
    drawing = Drawing()
    places = panels.places(len(told.panels) + (shape != "narrow"), shape)
    shared = forest.reach([one.dot for one in told.panels if one.key in ("C", "T1")])
    for number, (one, place) in enumerate(zip(told.panels, places, strict=False)):
        ends = shared if one.key in ("C", "T1") else None
        panels.add(drawing, one, place, number, theme=theme, shape=shape, ends=ends)
    for place in places[len(told.panels) :]:
        add_finding(drawing, told, place, theme=theme)
    edge = sheet.EDGE if shape == "sheet" else 4
    room = Room(panels.inner_height(len(places), shape), edge, edge, 10, 48)
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


def add_finding(drawing: Drawing, told: CuesInfo, place: Place, *, theme: Theme) -> None:
    ink, ink_2 = look.colour("ink", theme), look.colour("ink-2", theme)
    known = told.word != "not enough yet"
    accent = look.colour(told.panels[0].colour, theme) if known else ink_2
    panels.write(
        drawing,
        place,
        ("Finding", {"size": look.TEXT, "weight": 600, "color": ink}),
        (f"{told.word}{', interim' if told.interim else ''}", {"size": 15, "weight": 600, "color": accent}),
        *(
            (line, {"size": look.SMALLEST, "color": ink_2})
            for line in wording.lines(told.note, NOTE_COLUMNS)[:NOTE_LINES]
        ),
    )


def table(report: Report) -> Table:
    """One row an estimand, those without a panel last; the CSV keeps every digit."""
    told = info(report)
    rows = [(one.key, one.title, one.effect) for one in told.panels]
    return effects_table("effect", "estimate", [*rows, *told.further])
