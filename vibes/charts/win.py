"""The win figure: of the lead of the first model, how much formatting, flattery, and neither explains."""

from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import forest, numbers, wording
from vibes.charts.forest import Dot
from vibes.charts.sheet import Heading
from vibes.charts.table import Table, effects_table
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Effect, Report, Win

__all__ = ["NAME", "WinInfo", "drawn", "figure", "info", "table"]

NAME = "win"
NAME_COLUMNS = 40
PITCH = {"wide": 38, "narrow": 54, "sheet": 38}
AXIS = "\u2190 the win is larger without it   per cent of the lead   explained by it \u2192"
PHONE_AXIS = "per cent of the lead"
# key in the report, label, meaning colour, and how a sentence names it
PARTS = (
    ("rest", "Quality, and all else", "quality", "neither of them explains"),
    ("formatting", "Length and formatting", "formatting", "length and formatting explain"),
    ("sycophancy", "Flattery", "sycophancy", "flattery explains"),
)
READING = (
    "The three add up to the lead. Below 0, a model wins in spite of it: held constant, its lead grows.",
    "Quality is what neither length, formatting nor flattery explains: with it stands whatever else was not measured.",
    "The model is the one that leads by the estimate. Nothing was randomised here; what planted edits do stands under Tiebreak "
    "and Formatting.",
)


@dataclass(frozen=True)
class Part:
    """One part of the win and how to draw it."""

    key: str
    label: str
    words: str
    effect: Effect
    dot: Dot


@dataclass(frozen=True)
class WinInfo:
    """`parts`: quality, formatting, flattery. `lead`: Elo points above the average of the board."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    parts: tuple[Part, ...]
    lead: Effect
    simulated: int


def drawn(report: Report) -> bool:
    """Whether there is a first model, and something to hold constant."""
    return _win(report) is not None


def _win(report: Report) -> Win | None:
    found = report.get("displacement")
    return found.get("win") if found else None


def info(report: Report) -> WinInfo:
    win = _win(report)
    if win is None:
        raise ValueError("This report has no win to tell the parts of.")
    name = wording.quoted(wording.visible(win["model"]), NAME_COLUMNS)
    parts = tuple(part(win, *one) for one in PARTS)
    return WinInfo(
        title=title(win, name, parts),
        subtitle=f"Share of the lead of {name} over the average of the board, {lead_words(win['plain'])}. Lines are 95 % intervals.",
        notes=READING,
        footer=(*wording.footer(report), wording.KINDS[win["rest"]["kind"]]),
        parts=parts,
        lead=win["plain"],
        simulated=report["simulated"],
    )


def lead_words(lead: Effect) -> str:
    known = numbers.measured(lead)
    if known is None:
        return wording.gap(lead)
    return f"{numbers.elo(known.estimate)} Elo-like points ({numbers.interval_text(lead)})"


def part(win: Win, key: str, label: str, colour: str, words: str) -> Part:
    effect: Effect = win[key]  # type: ignore[literal-required]
    return Part(key, label, words, effect, forest.dot(label, colour, effect, hover(label, words, effect)))


def hover(label: str, words: str, effect: Effect) -> str:
    known = numbers.measured(effect)
    if known is None:
        return f"{label}: {wording.gap(effect)}."
    said = wording.upper_first(f"{words} {numbers.spoken(effect)} of the lead")
    return f"{said}. {wording.judgements(effect['n'])}, {wording.KINDS[effect['kind']]}."


def title(win: Win, name: str, parts: tuple[Part, ...]) -> str:
    known = [(one, found) for one in parts if (found := numbers.measured(one.effect))]
    if not known:
        return f"How much of the lead of {name} is formatting or flattery cannot be told yet"
    said = [f"{one.words} {numbers.percent(found.estimate, 0)}" for one, found in known if one.key != "rest"]
    surely = [one for one, found in known if one.key != "rest" and found.excludes_zero]
    if not said:
        return f"What formatting and flattery have to do with the lead of {name} was not measured"
    if not surely:
        return f"Neither formatting nor flattery is seen to explain the lead of {name}"
    return f"Of the lead of {name}, {wording.listed(said)}"


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A row a part about a zero line. x: per cent of the lead, positive where it explains some of it."""
    told = info(report)
    dots = [one.dot for one in told.parts]
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    return forest.one_pane(
        dots,
        (AXIS, PHONE_AXIS),
        heading,
        PITCH[shape],
        (196, 168),
        theme=theme,
        shape=shape,
        simulated=told.simulated,
    )


def table(report: Report) -> Table:
    """The three parts, then the lead itself."""
    told = info(report)
    rows = [(one.key, one.label, one.effect) for one in told.parts]
    return effects_table(
        "part of the win", "share", [*rows, ("lead", "The lead itself, in points", told.lead)]
    )
