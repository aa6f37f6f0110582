"""The power figure: how many votes there are, and how many an effect of a stated size would need."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import blank, hatch, numbers, sheet, wording
from vibes.charts import theme as look
from vibes.charts.drawing import Drawing
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import Column, Raw, Table, table_of
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Need, Report

__all__ = ["NAME", "PowerInfo", "drawn", "figure", "info", "table"]

NAME = "power"
PITCH = {"wide": 44, "narrow": 58, "sheet": 46}
HOVER_COLUMNS = 44
LABEL_COLUMNS, PHONE_COLUMNS = 30, 44
RAW = ("estimand", "effect", "unit", "votes", "se", "design_effect", "more_votes")
SUBTITLE = "Votes so far, and votes at which an effect of the stated size would be seen four times in five (80 % power, 5 % level). Log scale."
READING = (
    "How many votes are needed follows from the error of these data, so from how unevenly votes spread over raters and matchups; "
    "more raters help more than more votes by the same ones.",
    "The size is a stated one, not what these votes found: a real effect of half the size needs four times the votes.",
)


@dataclass(frozen=True)
class Line:
    """One estimand: votes now, votes in all that are needed (None where these data cannot say), and its words."""

    key: str
    size: str
    votes: int
    needed: int | None
    enough: bool
    said: str
    hover: str


@dataclass(frozen=True)
class PowerInfo:
    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    lines: tuple[Line, ...]
    missing: str
    simulated: int


def drawn(report: Report) -> bool:
    return bool(report.get("power"))


def info(report: Report) -> PowerInfo:
    lines = tuple(map(line, report.get("power", [])))
    missing = "" if lines else absent(report)
    otherwise = "How many more votes are needed can be said once some are in."
    return PowerInfo(
        title=missing or title(lines),
        subtitle=blank.subtitle(report, NAME, otherwise) if missing else SUBTITLE,
        notes=() if missing else READING,
        footer=wording.footer(report),
        lines=lines,
        missing=missing,
        simulated=report["simulated"],
    )


def absent(report: Report) -> str:
    return blank.title(
        report,
        NAME,
        empty="No judgements yet: how many votes are needed appears with the first ones",
        otherwise="Nothing to say yet about how many votes are needed",
    )


def line(need: Need) -> Line:
    key, votes, more = estimand(need), need["votes"], need["more_votes"]
    needed = None if more is None else votes + more
    said = "not known yet" if more is None else "enough" if more == 0 else f"{numbers.count(more)} more"
    return Line(key, size(need), votes, needed, more == 0, said, hover(need, key))


def estimand(need: Need) -> str:
    return wording.visible(need["estimand"]).replace("_star", "*")


def size(need: Need) -> str:
    unit = numbers.scale(need["unit"])
    name = " log-odds" if unit is numbers.LOG_ODDS else ""
    return f"{unit.number(need['effect'])}{unit.suffix}{name}"


def hover(need: Need, key: str) -> str:
    more, votes = need["more_votes"], wording.plural(need["votes"], "vote")
    if more is None:
        return f"{key}: {votes} so far; these data cannot say how many an effect of {size(need)} needs."
    if not more:
        said = f"{key}: {votes} are enough to see an effect of {size(need)} four times in five."
    else:
        said = f"{key}: {votes} so far; {wording.plural(more, 'more vote')} would show an effect of {size(need)} four times in five."
    return f"{said}{design(need)}"


def design(need: Need) -> str:
    found = need["design_effect"]
    return "" if found is None else f" Design effect {numbers.decimal(found, 1)}."


def title(lines: Sequence[Line]) -> str:
    """What is answered already, and what the nearest and the furthest of the rest need."""
    enough = [one for one in lines if one.enough]
    short = sorted(
        (one for one in lines if one.needed is not None and not one.enough),
        key=lambda one: (one.needed or 0) - one.votes,
    )
    have = f"Enough votes for {names(enough)}" if enough else ""
    if not short:
        rest = "; for the others it is not known yet" if len(enough) < len(lines) else ""
        return f"{have}{rest}" if have else "These data cannot say yet how many votes are needed"
    last = short[-1]
    lack = f"{shortened(last)} needs {last.said}"
    if len(short) > 1:
        lack = f"{lack}, {shortened(short[0])} {short[0].said}"
    return f"{have}; {lack}" if have else lack


def names(lines: Sequence[Line]) -> str:
    return wording.listed([shortened(one) for one in lines]) if len(lines) <= 3 else f"{len(lines)} questions"


def shortened(one: Line) -> str:
    return label(one, 48)


def label(one: Line, columns: int) -> str:
    """ "T2 of +0.50 log-odds" in so many columns: a long name gives way, the size does not."""
    size = f" of {one.size}"
    return f"{wording.shortened(one.key, max(8, columns - wording.width(size)))}{size}"


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A row an estimand: a filled mark at the votes so far, a hollow one at those needed, hatched where that is not known.

    x: votes, log scale. y: rows from 0 at the top.
    """
    told = info(report)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    if told.missing:
        return blank.figure(heading, theme=theme, shape=shape, simulated=told.simulated)
    drawing = Drawing()
    ends = reach(told.lines)
    axes(drawing, told, ends, shape=shape)
    for row, one in enumerate(told.lines):
        add_line(drawing, row, one, ends, theme=theme, shape=shape)
        add_words(drawing, row, one, theme=theme, shape=shape)
    add_key(drawing, told, theme=theme, shape=shape)
    sides = (16, 16) if shape == "narrow" else (236, 116)
    room = Room(len(told.lines) * PITCH[shape], *sides, 30, 48)
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


def reach(lines: Sequence[Line]) -> tuple[float, float]:
    """The whole decades of votes that hold every mark; a row without votes begins at the left end."""
    every = [number for one in lines for number in (one.votes, one.needed) if number] or [100]
    low, high = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))
    return 10.0**low, 10.0 ** max(high, low + 1)


def axes(drawing: Drawing, told: PowerInfo, ends: tuple[float, float], *, shape: Shape) -> None:
    drawing.layout["xaxis"] = {
        "type": "log",
        "range": [math.log10(ends[0]) - 0.05, math.log10(ends[1]) + 0.05],
        "dtick": 1,
        "tickformat": "~s" if shape == "narrow" else ",d",
        "tickangle": 0,
        "title": {"text": "votes on the estimand, log scale"},
        "showgrid": True,
        "fixedrange": True,
    }
    drawing.layout["yaxis"] = {
        "range": [len(told.lines) - 0.5, -0.5],
        "visible": False,
        "fixedrange": True,
    }


def mark_row(row: int, shape: Shape) -> float:
    return row + 0.16 if shape == "narrow" else float(row)


def add_line(
    drawing: Drawing, row: int, one: Line, ends: tuple[float, float], *, theme: Theme, shape: Shape
) -> None:
    y, hover = mark_row(row, shape), [wording.folded(one.hover, HOVER_COLUMNS)]
    colour = look.colour("accent", theme)
    start = float(one.votes or ends[0])
    if one.needed is None:
        drawing.trace("bar", **hatch.bands([y], start, ends[1], thick=0.34, hover=hover, theme=theme))
    elif not one.enough:
        missing = {"color": colour, "width": 1.75, "dash": "dot"}
        drawing.trace(
            "scatter", x=[start, one.needed], y=[y, y], mode="lines", line=missing, hoverinfo="skip"
        )
        add_mark(drawing, one.needed, y, look.colour("sheet", theme), colour, hover)
    if one.votes:
        add_mark(drawing, one.votes, y, colour, colour, hover)


def add_mark(drawing: Drawing, x: float, y: float, fill: str, edge: str, hover: list[str]) -> None:
    marker = {"size": 11, "color": fill, "line": {"width": 2.25, "color": edge}}
    drawing.trace("scatter", x=[x], y=[y], mode="markers", marker=marker, hovertext=hover, hoverinfo="text")


def add_words(drawing: Drawing, row: int, one: Line, *, theme: Theme, shape: Shape) -> None:
    narrow = shape == "narrow"
    at = {"y": row - 0.27 if narrow else row, "xref": "paper"}
    ink = {"size": look.TEXT, "color": look.colour("ink", theme)}
    left = {"x": 0, "xanchor": "left"} if narrow else {"x": 0, "xanchor": "right", "xshift": -12}
    right = {"x": 1, "xanchor": "right"} if narrow else {"x": 1, "xanchor": "left", "xshift": 12}
    room = PHONE_COLUMNS - wording.width(one.said) if narrow else LABEL_COLUMNS
    name = label(one, room)
    ground = {"bgcolor": look.colour("sheet", theme)} if narrow else {}
    drawing.annotate(text=wording.markup(name), font=ink, **left, **at, **ground)
    drawing.annotate(text=wording.markup(one.said), **right, **at, **ground)


def add_key(drawing: Drawing, told: PowerInfo, *, theme: Theme, shape: Shape) -> None:
    """What the two marks are, in the colour that they have."""
    text = "\N{BLACK CIRCLE} votes so far   \N{WHITE CIRCLE} votes needed"
    font = {"size": look.SMALLEST, "color": look.colour("accent", theme)}
    drawing.annotate(
        text=text, x=0, xref="paper", xanchor="left", y=1, yref="paper", yanchor="bottom", yshift=6, font=font
    )


def table(report: Report) -> Table:
    """One row an estimand; the CSV keeps every digit."""
    needs = report.get("power", [])
    columns = [
        Column("estimand"),
        Column("effect to be seen", True),
        Column("votes so far", True),
        Column("more votes", True),
        Column("design effect", True),
    ]
    return table_of(columns, map(cells, needs), RAW, map(raw, needs))


def cells(need: Need) -> list[str]:
    told, found = line(need), need["design_effect"]
    deff = numbers.NOTHING if found is None else numbers.decimal(found, 1)
    return [told.key, size(need), numbers.count(need["votes"]), told.said.removesuffix(" more"), deff]


def raw(need: Need) -> list[Raw]:
    return [need[name] for name in RAW]  # type: ignore[literal-required]
