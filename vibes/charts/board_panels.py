"""The board in parts of the votes: by class of prompts, turns, and whose prompts, below one another on one range."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import forest, numbers, sheet, wording
from vibes.charts.drawing import Drawing
from vibes.charts.forest import Dot, Headed
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import Column, Raw, Table, table_of
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import BoardPanel, BoardRow, Report

__all__ = ["NAME", "BoardPanelsInfo", "drawn", "figure", "info", "table"]

NAME = "board-panels"
AVERAGE = 1000.0
# Models of a part in the figure; the table has all.
MOST = 8
PITCH = {"wide": 28, "narrow": 46, "sheet": 28}
AXIS = "\u2190 weaker   Elo-like points from the average of the part   stronger \u2192"
PHONE_AXIS = "points from the average of the part"
SUBTITLE = (
    f"Elo-like strength in each part of the votes by itself, about its own average; lines are 95{numbers.SPACE}% intervals. Plain "
    "boards: nothing is held constant."
)
READING = (
    "A strength is about the average of its part. A model that stands elsewhere in two parts may do so by chance: the sets of places say "
    "what is sure within a part.",
    "Each part is the plain board of a run with that filter; make that run for its controlled boards and its cues.",
)
RAW = ("part", "model", "strength", "low", "high", "rank_low", "rank_high", "state", "n")
PARTS = {
    "user_turns<=1": "One turn",
    "user_turns>=2": "Several turns",
    "authored=true": "Raters’ own prompts",
    "authored=false": "Others’ prompts",
}


@dataclass(frozen=True)
class BoardPanelsInfo:
    """`parts`: each with its name; `rows` of it the strongest first."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    parts: tuple[tuple[str, BoardPanel], ...]
    simulated: int


def drawn(report: Report) -> bool:
    return bool(report.get("board_panels"))


def info(report: Report) -> BoardPanelsInfo:
    parts = [(named(one), one) for one in report.get("board_panels", [])]
    return BoardPanelsInfo(
        title=title(parts),
        subtitle=SUBTITLE,
        notes=READING,
        footer=(*wording.footer(report), "observational"),
        parts=tuple(parts),
        simulated=report["simulated"],
    )


def named(panel: BoardPanel) -> str:
    known = PARTS.get(panel["where"])
    return known or wording.upper_first(wording.visible(panel["where"].partition("=")[2]))


def title(parts: Sequence[tuple[str, BoardPanel]]) -> str:
    """Who is surely first, and in how many parts; whether two parts have two leaders."""
    first = {name: row["model"] for name, one in parts for row in one["rows"] if row["rank_high"] == 1}
    if not first:
        return "In no part of the votes is one model surely ahead of all others"
    leaders = sorted(set(first.values()), key=lambda model: (-list(first.values()).count(model), model))
    names = [wording.quoted(wording.visible(model), 30) for model in leaders]
    if len(leaders) == 1:
        return f"{names[0]} is surely first in {len(first)} of {len(parts)} parts of the votes, and no other in any"
    where = [next(part for part, model in first.items() if model == leader) for leader in leaders[:2]]
    return f"{names[0]} is surely first in “{where[0]}”, {names[1]} in “{where[1]}”"


def dot(row: BoardRow) -> Dot:
    name = wording.visible(row["model"])
    strength, low, high = row["strength"], row["low"], row["high"]
    if strength is None or low is None or high is None:
        state, why = wording.STATES[row["state"]], row.get("note", "")
        return Dot(name, "ink", None, "", state, why, state, f"{name}: {state}.")
    place = places(row)
    told = f"{numbers.elo(strength)}, {place}" if place else numbers.elo(strength)
    between = numbers.span(low, high, numbers.elo)
    hover = f"{name}: {numbers.elo(strength)}, 95{numbers.SPACE}% interval {between}; {place}."
    return Dot(name, "ink", (strength - AVERAGE, low - AVERAGE, high - AVERAGE), told, "", "", "", hover)


def places(row: BoardRow) -> str:
    """As in "place 1" and "places 2 to 4"."""
    low, high = row["rank_low"], row["rank_high"]
    if low is None or high is None:
        return ""
    return f"place {low}" if low == high else f"places {low} to {high}"


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A heading a part, a row a model. x: points from the average of the part, positive where it is stronger."""
    told = info(report)
    drawing = Drawing()
    groups = [
        Headed(f"{name} · {one['n']:,} votes", "ink", tuple(map(dot, one["rows"][:MOST])))
        for name, one in told.parts
    ]
    axis = PHONE_AXIS if shape == "narrow" else AXIS
    inner = forest.add_headed(drawing, groups, PITCH[shape], axis, theme=theme, shape=shape)
    room = Room(inner, *((4, 4) if shape == "narrow" else (236, 150)), 4, 48)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


def table(report: Report) -> Table:
    rows = [(name, one["where"], row) for name, one in info(report).parts for row in one["rows"]]
    columns = [Column("part"), Column("model"), Column("strength", True), Column("95 % interval", True)]
    columns += [Column("places", True), Column("votes", True)]
    shown = [cells(name, row) for name, _, row in rows]
    return table_of(columns, shown, RAW, [raw(where, row) for _, where, row in rows])


def cells(part: str, row: BoardRow) -> list[str]:
    one = dot(row)
    strength = numbers.NOTHING if row["strength"] is None or one.state else numbers.elo(row["strength"])
    interval = one.state
    if row["low"] is not None and row["high"] is not None:
        interval = numbers.span(row["low"], row["high"], numbers.elo)
    return [
        part,
        one.label,
        strength,
        interval,
        places(row).removeprefix("places ").removeprefix("place "),
        numbers.count(row["n"]),
    ]


def raw(part: str, row: BoardRow) -> list[Raw]:
    return [
        part,
        row["model"],
        row["strength"],
        row["low"],
        row["high"],
        row["rank_low"],
        row["rank_high"],
        row["state"],
        row["n"],
    ]
