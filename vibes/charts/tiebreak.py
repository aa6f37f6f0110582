"""The tiebreak figure: does measured flattery go with being chosen (T0), and where a rater calls it a tie (T1a)?"""

from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go

from vibes.charts import forest, numbers, panels, sheet, wording
from vibes.charts.drawing import Drawing
from vibes.charts.panels import Panel
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import Table, effects_table
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Effect, Finding, Report

__all__ = ["NAME", "TiebreakInfo", "figure", "info", "table"]

Estimand = Literal["T0", "T1a"]
NAME = "tiebreak"
COLOUR = "sycophancy"
ESTIMANDS: tuple[Estimand, ...] = ("T0", "T1a")
PANEL_TITLES: dict[Estimand, str] = {
    "T0": "T0: in every comparison",
    "T1a": "T1a: after a tie, pressed to send one",
}
AXES: dict[Estimand, str] = {
    "T0": "\u2190 less flattery   log-odds   more flattery \u2192",
    "T1a": "\u2190 less flattery   points from even   more flattery \u2192",
}
TEXTS: dict[Estimand, str] = {
    "T0": "The log-odds effect of measured flattery on the choice, over all comparisons, with position corrected. "
    "Nothing was randomised: whatever else goes with flattery is in this number, too.",
    "T1a": "How much more than half of the time raters who had said tie leaned to the more flattering answer. Raters who tie often "
    "weigh more here, and the cue itself changes who ties; alone it is no estimate of taste.",
}
FOUND: dict[Finding, str] = {
    "tiebreak": "Where quality is tied, the more flattering answer is chosen more often than chance, and more so than elsewhere",
    "additive": "Flattery moves the choice, near ties no more than elsewhere",
    "taste; tiebreak not decided": "Flattery moves the choice; whether it breaks ties is not decided yet",
    "none found": "No effect of flattery on the choice was found",
}
SUBTITLE = (
    "Flattery measured from the text by a word list. Each panel has its own unit; lines are 95 % intervals."
)


@dataclass(frozen=True)
class TiebreakInfo:
    """`word` is the finding's name, `note` says why it is that one."""

    title: str
    subtitle: str
    word: Finding
    note: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    panels: tuple[Panel, ...]
    simulated: int


def drawn(report: Report) -> bool:
    """Where no cue was planted; the figure of the cue shows the same and more."""
    return report["tiebreak"].get("cue") is None


def info(report: Report) -> TiebreakInfo:
    told = report["tiebreak"]
    return TiebreakInfo(
        title=FOUND.get(told["finding"]) or open_title(report),
        subtitle=SUBTITLE,
        word=told["finding"],
        note=wording.sentence(wording.visible(told["finding_note"])),
        notes=tuple(f"{key}. {TEXTS[key]}" for key in ESTIMANDS),
        footer=wording.footer(report),
        panels=tuple(panel(key, told[key]) for key in ESTIMANDS),
        simulated=report["simulated"],
    )


def open_title(report: Report) -> str:
    """The title while there is no finding: what the observational number says, and that it is no finding."""
    effect = report["tiebreak"]["T0"]
    known = numbers.measured(effect)
    if not report["n"]:
        return "No judgements yet: whether flattery wins votes is open"
    if known is None:
        return f"Not enough yet to say whether flattery wins votes: {wording.rater_count(report)}"
    if not known.excludes_zero:
        return "Whether flattery wins votes cannot be told yet, nor whether it breaks ties"
    often = "more" if known.estimate > 0 else "less"
    return f"More flattering answers are chosen {often} often; whether flattery breaks ties is open"


def panel(key: Estimand, effect: Effect) -> Panel:
    under = f"{wording.plural(effect['n'], 'tie' if key == 'T1a' else 'judgement')}, {wording.KINDS[effect['kind']]}"
    drawn = forest.dot(PANEL_TITLES[key], COLOUR, effect, hover(key, effect))
    return Panel(key, PANEL_TITLES[key], under, TEXTS[key], effect, drawn, AXES[key], COLOUR)


def hover(key: Estimand, effect: Effect) -> str:
    known = numbers.measured(effect)
    if known is None:
        return f"{PANEL_TITLES[key]}: {wording.gap(effect)}."
    return f"{said(key, known)}: {numbers.spoken(effect)}. {wording.judgements(effect['n'])}, {wording.KINDS[effect['kind']]}."


def said(key: Estimand, known: numbers.Measured) -> str:
    who = "The more flattering answer" if key == "T0" else "After a tie, the more flattering answer"
    if not known.excludes_zero:
        return f"{who} is chosen about as often as the other, as far as these votes can tell"
    return f"{who} is chosen {'more' if known.estimate > 0 else 'less'} often"


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """Two panels, each with its own axis, unit and zero line; a panel without enough votes is hatched.

    x: T0 in log-odds, T1a in percentage points from an even split; positive favours the more flattering answer.
    """
    told = info(report)
    drawing = Drawing()
    for number, (one, place) in enumerate(zip(told.panels, panels.places(2, shape), strict=True)):
        panels.add(drawing, one, place, number, theme=theme, shape=shape)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    edge = sheet.EDGE if shape == "sheet" else 4
    room = Room(panels.inner_height(2, shape), edge, edge, 10, 48)
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


def table(report: Report) -> Table:
    """One row an estimand, with its text; the CSV keeps every digit."""
    told = info(report)
    rows = [(one.key, one.title, one.effect) for one in told.panels]
    return effects_table("effect", "estimate", rows)
