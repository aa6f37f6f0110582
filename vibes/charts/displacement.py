"""The displacement figure: each model's strength from the plain board to the controlled ones, as a slope chart."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import blank, labels, numbers, sheet, wording
from vibes.charts import theme as look
from vibes.charts.drawing import Drawing, Part
from vibes.charts.moves import BOARDS, Board, DisplacementInfo, Move, drawn, info, interval, signed
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import Column, Raw, Table, table_of
from vibes.charts.theme import ModelMark, Shape, Theme
from vibes.stats.results import Effect, Report

__all__ = ["NAME", "DisplacementInfo", "drawn", "figure", "info", "table"]

NAME = "displacement"
BRIEF: dict[Board, str] = {"plain": "plain", "style": "style", "sycophancy": "flattery", "both": "both"}
# Up to here every model has its name; above, those that move and the first places.
ALL_NAMED = 14
PITCH = 17
LOWEST, HIGHEST = 340, 900
NAME_COLUMNS = {"wide": 20, "narrow": 15, "sheet": 22}
COLUMN_PIXELS = 7.6
HOVER_COLUMNS = 44


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """One line a model over the boards; coloured where its move excludes 0, else grey.

    x: boards from plain to the last. y: Elo-like strength, the strongest at the top.
    """
    told = info(report)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    if told.missing:
        return blank.figure(heading, theme=theme, shape=shape, simulated=told.simulated)
    grid = grid_of(told, theme, shape)
    drawing = Drawing()
    axes(drawing, grid)
    add_still(drawing, grid)
    for one in grid.moving:
        add_moving(drawing, one, grid)
    add_names(drawing, grid)
    return sheet.finish(drawing, heading, room(grid), theme=theme, shape=shape, simulated=told.simulated)


@dataclass(frozen=True)
class Grid:
    """What is drawn and how high: `inner` pixels for strengths from `low` to `high`."""

    boards: tuple[Board, ...]
    moves: tuple[Move, ...]
    marks: dict[str, ModelMark]
    low: float
    high: float
    inner: int
    theme: Theme
    shape: Shape

    @property
    def narrow(self) -> bool:
        return self.shape == "narrow"

    @property
    def moving(self) -> list[Move]:
        return [one for one in self.moves if one.told]

    @property
    def pitch(self) -> float:
        """The height of a line of text, in points of strength."""
        return PITCH * (self.high - self.low) / self.inner

    def named(self, board: int) -> list[Move]:
        """The models whose name stands beside the first (0) or the last board (-1)."""
        rated = [one for one in self.moves if one.strengths[board] is not None]
        first = max(rated, key=lambda one: one.strengths[board] or 0.0, default=None)
        return [one for one in rated if len(self.moves) <= ALL_NAMED or one.told or one is first]


def grid_of(told: DisplacementInfo, theme: Theme, shape: Shape) -> Grid:
    every = [strength for one in told.moves for strength in one.strengths if strength is not None]
    low, high = min(every), max(every)
    air = max(12.0, (high - low) * 0.05)
    marks = look.model_marks([one.model for one in told.moves], theme)
    said = sum(one.told for one in told.moves) if len(told.moves) > ALL_NAMED else len(told.moves)
    inner = max(
        LOWEST,
        min(
            HIGHEST,
            (said + 4) * PITCH,
        ),
        min(560, 12 * len(told.moves)),
    )
    return Grid(told.boards, told.moves, marks, low - air, high + air, inner, theme, shape)


def axes(drawing: Drawing, grid: Grid) -> None:
    last = len(grid.boards) - 1
    names = BRIEF if grid.narrow else BOARDS
    drawing.layout["xaxis"] = {
        "range": [-0.04, last + 0.04],
        "side": "top",
        "tickvals": list(range(last + 1)),
        "ticktext": [names[board].replace(" ", "<br>") for board in grid.boards],
        "tickangle": 0,
        "tickfont": {"size": look.TEXT, "color": look.colour("ink", grid.theme)},
        "ticklabelstandoff": 6,
        "fixedrange": True,
    }
    drawing.layout["yaxis"] = {"range": [grid.low, grid.high], "visible": False, "fixedrange": True}
    for place in range(last + 1):
        post = {"color": look.colour("line", grid.theme), "width": 1}
        drawing.line(x0=place, x1=place, y0=0, y1=1, yref="paper", line=post)


def add_still(drawing: Drawing, grid: Grid) -> None:
    """The models whose move may be 0, in one grey trace, with small marks that can be pointed at."""
    still = [one for one in grid.moves if not one.told]
    grey = look.colour("faint", grid.theme)
    x: list[int | None] = []
    y: list[float | None] = []
    hover: list[str] = []
    for one in still:
        x += [*range(len(grid.boards)), None]
        y += [*one.strengths, None]
        hover += [*(wording.folded(said, HOVER_COLUMNS) for said in one.hovers), ""]
    if still:
        drawing.trace(
            "scatter",
            x=x,
            y=y,
            mode="lines+markers",
            cliponaxis=False,
            line={"color": grey, "width": 1.25},
            marker={"size": 5, "color": grey},
            hovertext=hover,
            hoverinfo="text",
        )


def add_moving(drawing: Drawing, one: Move, grid: Grid) -> None:
    mark = grid.marks[one.model]
    drawing.trace(
        "scatter",
        x=list(range(len(grid.boards))),
        y=list(one.strengths),
        mode="lines+markers",
        cliponaxis=False,
        line={"color": mark.edge, "width": 2},
        marker={
            "size": 9,
            "symbol": mark.symbol,
            "color": mark.fill,
            "line": {"width": 1, "color": mark.edge},
        },
        hovertext=[wording.folded(said, HOVER_COLUMNS) for said in one.hovers],
        hoverinfo="text",
    )


def add_names(drawing: Drawing, grid: Grid) -> None:
    """Strength and name left of the first board, name and move right of the last, moved apart where they would meet."""
    for board, said, side in ((0, before, "left"), (-1, after, "right")):
        named = grid.named(board)
        wanted = [one.strengths[board] or 0.0 for one in named]
        places = labels.apart(wanted, grid.pitch, grid.low, grid.high)
        for one, place in zip(named, places, strict=True):
            if abs(place - (one.strengths[board] or 0.0)) > grid.pitch / 3:
                drawing.line(**leader(one.strengths[board] or 0.0, place, side, grid))
            drawing.annotate(**beside(one, said(one, grid), place, side, grid))


def leader(end: float, place: float, side: str, grid: Grid) -> Part:
    """A thin line from where a model stands to its name, where that had to move."""
    outward, edge = (-1, 0) if side == "left" else (1, 1)
    pixels = {"xref": "paper", "xsizemode": "pixel", "xanchor": edge, "x0": 5 * outward, "x1": 13 * outward}
    return {**pixels, "y0": end, "y1": place, "line": {"color": look.colour("faint", grid.theme), "width": 1}}


def beside(one: Move, text: str, place: float, side: str, grid: Grid) -> Part:
    ink = {"size": look.SMALLEST, "color": look.colour("ink" if one.told else "ink-2", grid.theme)}
    at = (
        {"x": 0, "xanchor": "right", "xshift": -14}
        if side == "left"
        else {"x": 1, "xanchor": "left", "xshift": 14}
    )
    return {"text": wording.markup(text), "font": ink, "xref": "paper", "y": place, **at}


def before(one: Move, grid: Grid) -> str:
    strength = numbers.elo(one.start or 0.0)
    return strength if grid.narrow else f"{short(one, grid)}{wording.END_OF_NAME}  {strength}"


def after(one: Move, grid: Grid) -> str:
    known = numbers.measured(one.effect) if one.effect else None
    gone = f"{signed(known.estimate)} " if known else ""
    span = f"  ({numbers.span(known.low, known.high, signed)})" if known and not grid.narrow else ""
    return f"{gone}{short(one, grid)}{wording.END_OF_NAME}{span}"


def short(one: Move, grid: Grid) -> str:
    return wording.shortened(one.name, NAME_COLUMNS[grid.shape])


def room(grid: Grid) -> Room:
    longest = max((wording.width(short(one, grid)) for one in grid.moves), default=0)
    if grid.narrow:
        return Room(grid.inner, 44, round(longest * COLUMN_PIXELS + 46), 34, 10)
    left = round(longest * COLUMN_PIXELS + 68)
    return Room(grid.inner, left, left + 88, 48, 10)


def table(report: Report) -> Table:
    """One row a model by place on the plain board: the move on each controlled board with its interval.

    The CSV has the strengths and places on every board, too.
    """
    told = info(report)
    controlled = told.boards[1:]
    columns = [Column("place", True), Column("model"), Column("plain", True)]
    columns += [Column(f"move, {BOARDS[board]}", True) for board in controlled]
    names = [f"{kind}_{board}" for board in told.boards for kind in ("strength", "rank")]
    names += [f"moved_{board}{end}" for board in controlled for end in ("", "_low", "_high", "_state")]
    rows = [cells(one, controlled) for one in told.moves]
    return table_of(columns, rows, ["model", *names], [raw(one, controlled) for one in told.moves])


def cells(one: Move, controlled: Sequence[Board]) -> list[str]:
    place = numbers.NOTHING if one.ranks[0] is None else str(one.ranks[0])
    plain = numbers.NOTHING if one.start is None else numbers.elo(one.start)
    return [place, one.name, plain, *(move_cell(one.moved.get(board)) for board in controlled)]


def move_cell(effect: Effect | None) -> str:
    known = numbers.measured(effect) if effect else None
    if known is None:
        return wording.state(effect) if effect else numbers.NOTHING
    return f"{signed(known.estimate)} ({interval(known)})"


def raw(one: Move, controlled: Sequence[Board]) -> list[Raw]:
    pairs: list[Raw] = [value for pair in zip(one.strengths, one.ranks, strict=True) for value in pair]
    for board in controlled:
        found = one.moved.get(board)
        pairs += [found["estimate"], found["low"], found["high"], found["state"]] if found else [None] * 4
    return [one.model, *pairs]
