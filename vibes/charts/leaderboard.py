"""The leaderboard: strength of each model, plain and with style controlled, each with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import hatch, numbers, sheet, wording
from vibes.charts import theme as look
from vibes.charts.drawing import Drawing, Part
from vibes.charts.sheet import Heading, Room
from vibes.charts.standings import AVERAGE, Board, LeaderboardInfo, Line, Standing, controlled, drawn, info
from vibes.charts.table import Column, Table, table_of
from vibes.charts.theme import ModelMark, Shape, Theme
from vibes.stats.results import BoardRow, Report

__all__ = ["NAME", "LeaderboardInfo", "drawn", "figure", "info", "table"]

NAME = "leaderboard"
BOARDS: dict[Board, str] = {"plain": "plain", "style": "style controlled"}
OFFSET: dict[Board, float] = {"plain": -0.15, "style": 0.19}
OFFSET_NARROW: dict[Board, float] = {"plain": 0.02, "style": 0.28}
NAME_COLUMNS = {"wide": 30, "narrow": 36, "sheet": 30}
PITCH = {"wide": 38, "narrow": 54, "sheet": 38}
PITCH_TALL = {"wide": 30, "narrow": 50, "sheet": 30}
COLUMN_PIXELS = 7.9
# The share of the axis that the longer of the two board names takes.
NAME_SHARE = {"wide": 0.13, "narrow": 0.34, "sheet": 0.13}
HOVER_COLUMNS = 44
TALL = 16
WAITING_DRAWN = 12
NOBODY = Line("", "", 0, (), "", "no models yet")
RAW = ("model", "state", "n", "strength", "low", "high", "simultaneous_low", "simultaneous_high", "rank_low", "rank_high", "both_bad_rate")  # fmt: skip
RAW_STYLE = RAW[1:-1]


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """One row a model: a filled mark for the plain board, a hollow one below it for style controlled.

    x: Elo-like strength. y: rows from 0 at the top; models without a rating are hatched rows at the bottom.
    """
    told = info(report)
    lines = (*told.rated, *standing_by(told.waiting)) or (NOBODY,)
    grid = Grid(reach(told.rated), len(told.rated), max(1, len(lines)), bool(told.controlled), theme, shape)
    drawing = Drawing()
    axes(drawing, lines, grid)
    for board in BOARDS:
        add_board(drawing, board, told, grid)
    add_waiting(drawing, lines[grid.rated :], grid)
    add_words(drawing, lines, grid)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    return sheet.finish(
        drawing, heading, room(lines, grid), theme=theme, shape=shape, simulated=told.simulated
    )


@dataclass(frozen=True)
class Grid:
    """Where things stand: `reach` of the x axis, how many rows are rated, how many there are, whether in two boards."""

    reach: tuple[float, float]
    rated: int
    rows: int
    both: bool
    theme: Theme
    shape: Shape

    @property
    def narrow(self) -> bool:
        return self.shape == "narrow"

    @property
    def tall(self) -> bool:
        return self.rows > TALL

    def row(self, place: int, board: Board) -> float:
        if self.narrow:
            return place + OFFSET_NARROW[board]
        return place + (OFFSET[board] if self.both else 0.0)

    def colour(self, name: str) -> str:
        return look.colour(name, self.theme)


def standing_by(waiting: Sequence[Line]) -> tuple[Line, ...]:
    """The rows without a rating that are drawn: past a dozen, one row stands for the rest."""
    if len(waiting) <= WAITING_DRAWN:
        return tuple(waiting)
    rest = len(waiting) - WAITING_DRAWN
    more = Line("", f"{rest} more", 0, (), "not rated", "not rated; the table names them")
    return (*waiting[:WAITING_DRAWN], more)


def reach(rated: Sequence[Line]) -> tuple[float, float]:
    """The x range that holds every interval and the average, with some air."""
    ends = [end for line in rated for one in line.standings for end in (one.wide_low, one.wide_high)]
    low, high = min([*ends, AVERAGE - 40]), max([*ends, AVERAGE + 40])
    air = (high - low) * 0.04
    return low - air, high + air


def add_board(drawing: Drawing, board: Board, told: LeaderboardInfo, grid: Grid) -> None:
    """The pale simultaneous intervals, the 95 % intervals and the marks of one board."""
    marks = look.model_marks([line.model for line in (*told.rated, *told.waiting)], grid.theme)
    found = [
        (grid.row(place, board), line, one)
        for place, line in enumerate(told.rated)
        if (one := line.on(board))
    ]
    if not found:
        return
    wide = [(row, one.wide_low, one.wide_high) for row, _, one in found]
    near = [(row, one.low, one.high) for row, _, one in found]
    drawing.trace("scatter", **segments(wide, grid.colour("faint"), 1.25))
    drawing.trace("scatter", **segments(near, grid.colour("ink-3"), 1.5))
    drawing.trace(
        "scatter",
        **dots(found, [marks[line.model] for _, line, _ in found], hollow=board == "style", grid=grid),
    )


def segments(spans: Sequence[tuple[float, float, float]], colour: str, thick: float) -> Part:
    """Horizontal lines (row, from, to) in one trace."""
    x = [value for _, low, high in spans for value in (low, high, None)]
    y = [value for row, _, _ in spans for value in (row, row, None)]
    return {"x": x, "y": y, "mode": "lines", "line": {"color": colour, "width": thick}, "hoverinfo": "skip"}


def dots(
    found: Sequence[tuple[float, Line, Standing]], marks: Sequence[ModelMark], *, hollow: bool, grid: Grid
) -> Part:
    paper = grid.colour("sheet")
    return {
        "x": [one.strength for _, _, one in found],
        "y": [row for row, _, _ in found],
        "mode": "markers",
        "marker": {
            "size": 9 if hollow else 10,
            "symbol": [mark.symbol for mark in marks],
            "color": [paper if hollow else mark.fill for mark in marks],
            "line": {"width": 1.75 if hollow else 1, "color": [mark.edge for mark in marks]},
        },
        "hovertext": [wording.folded(one.hover, HOVER_COLUMNS) for _, _, one in found],
        "hoverinfo": "text",
    }


def add_waiting(drawing: Drawing, waiting: Sequence[Line], grid: Grid) -> None:
    if not waiting:
        return
    rows = [place + (0.16 if grid.narrow else 0.0) for place in range(grid.rated, grid.rated + len(waiting))]
    hover = [
        wording.folded(": ".join(filter(None, [line.name, line.waiting])), HOVER_COLUMNS) for line in waiting
    ]
    drawing.trace("bar", **hatch.bands(rows, *grid.reach, thick=0.5, hover=hover, theme=grid.theme))
    for row, line in zip(rows, waiting, strict=True):
        words = wording.clipped(line.waiting, 46 if grid.narrow else 90)
        hatch.label(drawing, row, sum(grid.reach) / 2, words, theme=grid.theme, columns=100)


def add_words(drawing: Drawing, lines: Sequence[Line], grid: Grid) -> None:
    """Places at the right, on a phone the names above their rows, and the two boards named at the top row."""
    for place, line in enumerate(lines):
        plain = line.on("plain")
        if grid.narrow:
            add_name_above(drawing, place, line, grid)
        if plain:
            drawing.annotate(**place_label(place, plain.rank, grid))
    if grid.rated:
        drawing.annotate(
            **place_label(0, "place", grid)
            | {"y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 28 if grid.narrow and grid.tall else 4}
        )
        add_board_names(drawing, lines[0], grid)


def place_label(row: float, text: str, grid: Grid) -> Part:
    at = {"x": 1, "xref": "paper", "y": row - 0.28 if grid.narrow else row, "text": text}
    return at | ({"xanchor": "right"} if grid.narrow else {"xanchor": "left", "xshift": 10})


def add_name_above(drawing: Drawing, place: int, line: Line, grid: Grid) -> None:
    name = wording.markup(wording.shortened(line.name, NAME_COLUMNS[grid.shape]))
    font = {"size": look.TEXT, "color": grid.colour("ink")}
    drawing.annotate(x=0, xref="paper", xanchor="left", y=place - 0.28, text=name, font=font)


def add_board_names(drawing: Drawing, first: Line, grid: Grid) -> None:
    """Direct labels instead of a legend, on the side of the top row that has more room, or at its mark for want of any."""
    if not first.on("style"):
        return
    for one in first.standings:
        drawing.annotate(y=grid.row(0, one.board), text=BOARDS[one.board], **beside(one, grid))


def beside(one: Standing, grid: Grid) -> dict[str, object]:
    """Where a board's name stands: outside its interval, else above or below the mark."""
    before, after = one.wide_low - grid.reach[0], grid.reach[1] - one.wide_high
    up = 1 if one.board == "plain" else -1
    if max(before, after) < NAME_SHARE[grid.shape] * (grid.reach[1] - grid.reach[0]):
        return {"x": one.strength, "xanchor": "center", "yshift": 12 * up}
    if before > after:
        return {"x": one.wide_low, "xanchor": "right", "xshift": -6, "yshift": 2 * up}
    return {"x": one.wide_high, "xanchor": "left", "xshift": 6, "yshift": 2 * up}


def axes(drawing: Drawing, lines: Sequence[Line], grid: Grid) -> None:
    names = [wording.markup(wording.shortened(line.name, NAME_COLUMNS[grid.shape])) for line in lines]
    drawing.layout["yaxis"] = {
        "range": [grid.rows - 0.5, -0.5],
        "tickvals": list(range(len(lines))),
        "ticktext": names,
        "showticklabels": not grid.narrow,
        "tickfont": {"size": look.TEXT, "color": grid.colour("ink")},
        "showgrid": grid.both and not grid.narrow,
        "ticklabelstandoff": 8,
        "fixedrange": True,
    }
    drawing.layout["xaxis"] = {
        "range": list(grid.reach),
        "visible": bool(grid.rated),
        "nticks": 5 if grid.narrow else 8,
        "tickformat": "d",
        "side": "top" if grid.tall else "bottom",
        "title": {"text": f"Elo-like strength, average {AVERAGE}"},
        "fixedrange": grid.narrow,
    }
    drawing.layout["dragmode"] = False if grid.narrow else "zoom"
    if grid.rated:
        average = {"color": grid.colour("line-2"), "width": 1}
        drawing.line(x0=AVERAGE, x1=AVERAGE, y0=0, y1=1, yref="paper", line=average)


def room(lines: Sequence[Line], grid: Grid) -> Room:
    inner = grid.rows * (PITCH_TALL if grid.tall else PITCH)[grid.shape]
    axis, other = (44, 10) if grid.rated else (4, 4)
    top, bottom = (axis + 18, other) if grid.tall else (other + 18, axis)
    if grid.narrow:
        return Room(inner, 4, 4, top, bottom)
    longest = max(
        (wording.width(wording.shortened(line.name, NAME_COLUMNS[grid.shape])) for line in lines), default=0
    )
    return Room(inner, round(max(64, longest * COLUMN_PIXELS + 18)), 64, top, bottom)


def table(report: Report) -> Table:
    """One row a model, rated ones first in the order of the figure; the CSV keeps every digit."""
    told = info(report)
    style = controlled(report)
    plain = {row["model"]: row for row in report["boards"]["plain"]}
    order = [*told.rated, *told.waiting]
    columns = [Column("place", True), Column("model"), Column("plain", True), Column("95 % interval", True)]
    columns += [Column("style controlled", True), Column("95 % interval", True)] if style else []
    columns += [Column("both bad", True), Column("judgements", True)]
    rows = [cells(one, plain[one.model], with_style=bool(style)) for one in order]
    raw = [[*board_values(plain[one.model]), *style_values(style.get(one.model))] for one in order]
    return table_of(columns, rows, [*RAW, *(f"style_{name}" for name in RAW_STYLE)], raw)


RAW = ("model", "state", "n", "strength", "low", "high", "simultaneous_low", "simultaneous_high", "rank_low", "rank_high", "both_bad_rate")  # fmt: skip
RAW_STYLE = RAW[1:-1]


def board_values(row: BoardRow) -> list[str | float | None]:
    return [row[name] for name in RAW]  # type: ignore[literal-required]


def style_values(row: BoardRow | None) -> list[str | float | None]:
    return [row[name] if row else None for name in RAW_STYLE]  # type: ignore[literal-required]


def cells(one: Line, row: BoardRow, *, with_style: bool) -> list[str]:
    plain = one.on("plain")
    front = [plain.rank if plain else numbers.NOTHING, one.name]
    first = standing_cells(plain) if plain else [one.state, ""]
    bad = row["both_bad_rate"]
    tail = [numbers.NOTHING if bad is None else numbers.percent(bad), numbers.count(one.n)]
    return [*front, *first, *(standing_cells(one.on("style")) if with_style else []), *tail]


def standing_cells(found: Standing | None) -> list[str]:
    if found is None:
        return [numbers.NOTHING, numbers.NOTHING]
    return [numbers.elo(found.strength), numbers.span(found.low, found.high, numbers.elo)]
