"""Panels that each hold one estimand: words above, one dot with its interval below, an axis of its own."""

from dataclasses import dataclass

from vibes.charts import forest, wording
from vibes.charts import theme as look
from vibes.charts.drawing import Drawing
from vibes.charts.forest import Dot, Pane
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Effect

# Pixels: words above a panel's row, the row, from one panel's row to the next panel's words.
HEAD, ROW, GAP = 66, 52, 74
COLUMNS: tuple[tuple[float, float], ...] = ((0, 0.465), (0.535, 1))


@dataclass(frozen=True)
class Panel:
    """One estimand: its words, its state and how to draw it."""

    key: str
    title: str
    under: str
    text: str
    effect: Effect
    dot: Dot
    axis: str
    colour: str


@dataclass(frozen=True)
class Place:
    """Where one panel stands, as shares of the plotting area: its columns, its top, the top of its row."""

    columns: tuple[float, float]
    top: float
    row: tuple[float, float]


def places(count: int, shape: Shape) -> list[Place]:
    """Two side by side in each row, or on a phone one above the other."""
    across = 1 if shape == "narrow" else 2
    inner = inner_height(count, shape)
    found = []
    for number in range(count):
        top = inner - (number // across) * (HEAD + ROW + GAP)
        row = ((top - HEAD - ROW) / inner, (top - HEAD) / inner)
        found.append(Place((0, 1) if across == 1 else COLUMNS[number % 2], top / inner, row))
    return found


def inner_height(count: int, shape: Shape) -> int:
    rows = count if shape == "narrow" else (count + 1) // 2
    return rows * (HEAD + ROW) + (rows - 1) * GAP


def add(
    drawing: Drawing,
    one: Panel,
    place: Place,
    number: int,
    *,
    theme: Theme,
    shape: Shape,
    ends: tuple[float, float] | None = None,
) -> None:
    """Panel `number` from 0 on. `ends` fixes its axis, so that two panels of one unit can be compared."""
    x, y = ("x", "y") if number == 0 else (f"x{number + 1}", f"y{number + 1}")
    pane = Pane(x, y, place.columns, place.row, one.axis, (one.dot,), ends)
    forest.add_pane(drawing, pane, theme=theme, shape=shape, labels=False)
    ink, ink_2 = look.colour("ink", theme), look.colour("ink-2", theme)
    figures = look.colour(one.colour, theme) if one.dot.text else ink_2
    write(
        drawing,
        place,
        (one.title, {"size": look.TEXT, "weight": 600, "color": ink}),
        (one.dot.text or one.dot.state, {"size": 15, "color": figures}),
        (one.under, {"size": look.SMALLEST, "color": ink_2}),
    )


def write(drawing: Drawing, place: Place, *words: tuple[str, dict[str, object]]) -> None:
    """Lines of words from the top left of a place down."""
    at = {"x": place.columns[0], "xref": "paper", "xanchor": "left", "y": place.top, "yref": "paper"}
    for line, (text, font) in enumerate(words):
        drawing.annotate(
            text=wording.markup(text), font=font, yanchor="top", align="left", yshift=-line * 20, **at
        )
