"""A board in parts of the votes, below one another on one range: the drawing and the table that its figures share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

from vibes.charts import forest, numbers, sheet, wording
from vibes.charts.drawing import Drawing
from vibes.charts.forest import Dot, Headed
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import Column, Raw, Table, table_of
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import BoardPanel, BoardRow, Report

AVERAGE = 1000.0
# Models of a part in the figure, or parts of a model; the table has all.
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
TIME = "created_at"
PARTS = {
    "user_turns<=1": "One turn",
    "user_turns>=2": "Several turns",
    "authored=true": "Raters’ own prompts",
    "authored=false": "Others’ prompts",
}
Parts = tuple[tuple[str, BoardPanel], ...]


@dataclass(frozen=True)
class PartsInfo:
    """`parts`: each with its name; `rows` of it the strongest first. `groups`: what the figure shows under each heading."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    parts: Parts
    groups: tuple[Headed, ...]
    simulated: int


def panels(report: Report, kept: Callable[[str], bool]) -> Parts:
    """Those by the columns that are kept, each with its name."""
    return tuple((named(one), one) for one in report.get("board_panels", []) if kept(one["by"]))


def told(
    report: Report, parts: Parts, title: str, groups: Sequence[Headed], subtitle: str = SUBTITLE
) -> PartsInfo:
    return PartsInfo(
        title=title,
        subtitle=subtitle,
        notes=READING,
        footer=(*wording.footer(report), "observational"),
        parts=parts,
        groups=tuple(groups),
        simulated=report["simulated"],
    )


def by_part(parts: Parts) -> list[Headed]:
    """A heading a part, a row a model."""
    return [
        Headed(
            f"{name} · {one['n']:,} votes", "ink", tuple(dot(row, row["model"]) for row in one["rows"][:MOST])
        )
        for name, one in parts
    ]


def named(panel: BoardPanel) -> str:
    if panel["where"] in PARTS:
        return PARTS[panel["where"]]
    if panel["by"] == TIME:
        first, last = (
            date.fromisoformat(line.partition("=")[2][:10]) for line in panel["where"].splitlines()
        )
        return between(first, last)
    if panel["by"] == "prompt_class":
        return wording.upper_first(wording.visible(panel["where"].partition("=")[2]))
    return wording.visible(panel["where"].replace("<=", " \u2264 ").replace(">=", " \u2265 "))


def between(first: date, last: date) -> str:
    """As in "1 Mar 2026" and "1 to 7 Mar 2026"."""
    end = f"{last.day} {last:%b %Y}"
    if first == last:
        return end
    start = f"{first.day}"
    if (first.year, first.month) != (last.year, last.month):
        start += f" {first:%b}" if first.year == last.year else f" {first:%b %Y}"
    return f"{start} to {end}"


def surely_first(parts: Parts) -> str:
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


def dot(row: BoardRow, label: str) -> Dot:
    """`label`: of its row: the model, or the part."""
    name = wording.visible(label)
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


def figure(info: PartsInfo, run_label: str, theme: Theme, shape: Shape) -> go.Figure:
    """x: points from the average of the part, positive where it is stronger."""
    drawing = Drawing()
    axis = PHONE_AXIS if shape == "narrow" else AXIS
    inner = forest.add_headed(drawing, info.groups, PITCH[shape], axis, theme=theme, shape=shape)
    room = Room(inner, *((4, 4) if shape == "narrow" else (236, 150)), 4, 48)
    heading = Heading(info.title, info.subtitle, (*info.footer, run_label))
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=info.simulated)


def table(parts: Parts) -> Table:
    rows = [(name, one["where"], row) for name, one in parts for row in one["rows"]]
    columns = [Column("part"), Column("model"), Column("strength", True), Column("95 % interval", True)]
    columns += [Column("places", True), Column("votes", True)]
    shown = [cells(name, row) for name, _, row in rows]
    return table_of(columns, shown, RAW, [raw(where, row) for _, where, row in rows])


def cells(part: str, row: BoardRow) -> list[str]:
    one = dot(row, row["model"])
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
