"""The win matrix: how often each model is chosen over each other one, from ochre through paper to navy."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import blank, hatch, numbers, sheet, wording
from vibes.charts import theme as look
from vibes.charts.drawing import Drawing, Part
from vibes.charts.pairs import Win, WinsInfo, drawn, info, interval
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import EFFECT_COLUMNS, Column, Raw, Table, effect_values, table_of
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Report

__all__ = ["NAME", "WinsInfo", "drawn", "figure", "info", "table"]

NAME = "wins"
# A phone has room for so many models; the first ones on the board stand there, the table has every pair.
PHONE = 12
# Up to here a cell has room for its number.
NUMBERED = {"wide": 16, "narrow": 12, "sheet": 16}
NAME_COLUMNS = {"wide": 26, "narrow": 14, "sheet": 26}
COLUMN_PIXELS = 7.6
TALLEST, LOWEST_ROW = 34, 15
HOVER_COLUMNS = 44
ROWS = 200
STEPS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
ENDS = {0.2: "\N{LESS-THAN OR EQUAL TO}", 0.8: "\N{GREATER-THAN OR EQUAL TO}"}


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """Rows and columns in the order of the board, numbered alike; x: columns from 0, y: rows from 0 at the top."""
    told = info(report)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    if told.missing:
        return blank.figure(heading, theme=theme, shape=shape, simulated=told.simulated)
    grid = Grid(told, told.models[:PHONE] if shape == "narrow" else told.models, theme, shape)
    drawing = Drawing()
    axes(drawing, grid)
    add_cells(drawing, grid)
    add_thin(drawing, grid)
    add_key(drawing, grid)
    add_left_out(drawing, grid)
    return sheet.finish(drawing, heading, room(grid), theme=theme, shape=shape, simulated=told.simulated)


@dataclass(frozen=True)
class Grid:
    """The models that are drawn, and how."""

    told: WinsInfo
    models: tuple[str, ...]
    theme: Theme
    shape: Shape

    @property
    def narrow(self) -> bool:
        return self.shape == "narrow"

    @property
    def numbered(self) -> bool:
        return len(self.models) <= NUMBERED[self.shape]

    @property
    def pitch(self) -> int:
        """The height of a row, in pixels."""
        return max(LOWEST_ROW, min(TALLEST, 900 // len(self.models)))

    def cells(self, *, known: bool) -> list[tuple[int, int, Win]]:
        """(column, row, cell) of the pairs with enough votes, or of those without."""
        places = {model: place for place, model in enumerate(self.models)}
        return [
            (places[one.over], places[one.model], one)
            for one in self.told.wins.values()
            if one.model in places and one.over in places and (one.share is not None) == known
        ]

    def name(self, model: str) -> str:
        return wording.shortened(self.told.names[model], NAME_COLUMNS[self.shape])

    def hover(self, one: Win) -> str:
        """A sheet is a picture: nobody points at it."""
        return "" if self.shape == "sheet" else wording.folded(one.hover, HOVER_COLUMNS)


def axes(drawing: Drawing, grid: Grid) -> None:
    """Names with their place on the left, places alone above: a name of any length has room there."""
    count = len(grid.models)
    every = 1 if count <= 30 else 5
    marked = [place for place in range(count) if every == 1 or place == 0 or (place + 1) % every == 0]
    drawing.layout["xaxis"] = {
        "range": [-0.5, count - 0.5],
        "side": "top",
        "tickvals": marked,
        "ticktext": [str(place + 1) for place in marked],
        "tickangle": 0,
        "fixedrange": True,
    }
    drawing.layout["yaxis"] = {
        "range": [count - 0.5, -0.5],
        "tickvals": list(range(count)),
        "ticktext": [
            f"{wording.markup(grid.name(model))}{wording.END_OF_NAME}  {place + 1}"
            for place, model in enumerate(grid.models)
        ],
        "tickfont": {"size": look.SMALLEST, "color": look.colour("ink", grid.theme)},
        "ticklabelstandoff": 6,
        "fixedrange": True,
    }
    drawing.layout["bargap"] = 0


def tiles(cells: Sequence[tuple[int, int, Win]], grid: Grid) -> Part:
    """One square a cell, as a bar from its left edge to its right one."""
    return {
        "orientation": "h",
        "base": [column - 0.5 for column, _, _ in cells],
        "x": [1] * len(cells),
        "y": [row for _, row, _ in cells],
        "width": 1,
        "hovertext": [grid.hover(one) for _, _, one in cells],
        "hoverinfo": "skip" if grid.shape == "sheet" else "text",
    }


def add_cells(drawing: Drawing, grid: Grid) -> None:
    cells = grid.cells(known=True)
    shares = [one.share or 0.0 for _, _, one in cells]
    fills = [look.diverging(share, grid.theme) for share in shares]
    edge = {"width": 1 if grid.numbered else 0.5, "color": look.colour("sheet", grid.theme)}
    words: Part = {}
    if grid.numbered:
        inks = [look.legible(fill) for fill in fills]
        words = {
            "text": [numbers.decimal(share * 100, 0) for share in shares],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "constraintext": "none",
            "insidetextfont": {"size": look.SMALLEST, "color": inks},
        }
    drawing.trace("bar", **tiles(cells, grid), marker={"color": fills, "line": edge}, **words)


def add_thin(drawing: Drawing, grid: Grid) -> None:
    if cells := grid.cells(known=False):
        drawing.trace("bar", **tiles(cells, grid), marker=hatch.marker(grid.theme))


def add_key(drawing: Drawing, grid: Grid) -> None:
    """The scale above the matrix. Cells hide a watermark, so that simulated votes are named beside it, too."""
    start, step = (4 - room(grid).left, 29) if grid.narrow else (0, 34)
    above = {"xref": "paper", "y": 1, "yref": "paper", "yanchor": "bottom"}
    for place, share in enumerate(STEPS):
        fill = look.diverging(share, grid.theme)
        drawing.annotate(
            text=f"{ENDS.get(share, '')}{numbers.decimal(share * 100, 0)}",
            font={"size": look.SMALLEST, "color": look.legible(fill)},
            bgcolor=fill,
            width=step - 4,
            borderpad=2,
            x=0,
            xanchor="left",
            xshift=start + place * step,
            yshift=30,
            **above,
        )
    if grid.told.simulated:
        font = {"size": look.SMALLEST, "weight": 600, "color": look.colour("ink-2", grid.theme)}
        drawing.annotate(text="simulated data", x=1, xanchor="right", yshift=32, font=font, **above)


def add_left_out(drawing: Drawing, grid: Grid) -> None:
    """On a phone that shows only some of the models, how many."""
    shown, every = len(grid.models), len(grid.told.models)
    if shown < every:
        text = f"The first {shown} of {every} models;<br>a wider screen shows all, the table every pair."
        below = {"x": 1, "xref": "paper", "xanchor": "right", "y": 0, "yref": "paper", "yanchor": "top"}
        drawing.annotate(text=text, align="right", yshift=-8, **below)


def room(grid: Grid) -> Room:
    longest = max(wording.width(grid.name(model)) for model in grid.models)
    left = round(longest * COLUMN_PIXELS) + 38
    below = 44 if len(grid.models) < len(grid.told.models) else 8
    return Room(len(grid.models) * grid.pitch, left, 4 if grid.narrow else 16, 62, below)


def table(report: Report) -> Table:
    """One row a pair, most votes first; past two hundred the rest is in the CSV, which has both orders and every digit."""
    told = info(report)
    places = {model: place for place, model in enumerate(told.models)}
    pairs = sorted(one_each(told, places), key=lambda one: -one.effect["n"])
    columns = [
        Column("model"),
        Column("against"),
        Column("chosen", True),
        Column("95 % interval", True),
        Column("decisive votes", True),
    ]
    rows = [cells(told, one) for one in pairs[:ROWS]]
    if len(pairs) > ROWS:
        rows.append([f"{numbers.count(len(pairs) - ROWS)} more pairs are in the CSV", "", "", "", ""])
    raw: list[list[Raw]] = [
        [one.model, one.over, *effect_values("", one.effect)[1:]] for one in told.wins.values()
    ]
    return table_of(columns, rows, ["model", "over", *EFFECT_COLUMNS[1:]], raw)


def one_each(told: WinsInfo, places: dict[str, int]) -> list[Win]:
    """Of the two orders of a pair the one whose row stands higher, or the one there is."""
    return [
        one
        for one in told.wins.values()
        if places[one.model] < places[one.over] or (one.over, one.model) not in told.wins
    ]


def cells(told: WinsInfo, one: Win) -> list[str]:
    known = numbers.measured(one.effect)
    shown = (
        [numbers.percent(known.estimate), interval(known)]
        if known
        else [numbers.NOTHING, wording.state(one.effect)]
    )
    return [told.names[one.model], told.names[one.over], *shown, numbers.count(one.effect["n"])]
