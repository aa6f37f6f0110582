"""The probe profile: how far each endpoint goes with the user, family by family, about a line where it is unmoved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import card, forest, numbers, sheet, wording
from vibes.charts import theme as look
from vibes.charts.card import Card
from vibes.charts.drawing import Drawing
from vibes.charts.forest import Dot, Pane
from vibes.charts.numbers import Scale
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import Column, Table, table_of
from vibes.charts.theme import Shape, Theme

__all__ = ["NAME", "Family", "Point", "ProfileInfo", "figure", "info", "made", "table"]

NAME = "probe-profile"
PITCH = {"wide": 28, "narrow": 46, "sheet": 28}
# Pixels: the words above a family's rows, and from one family's axis to the next one's words.
HEAD, GAP = 34, 58
NO_SCORE = "not enough yet"
WHY = "fewer than three statements could be read"
POINTS = Scale(100, 0, True, f"{numbers.SPACE}points", "points")
MARKS = Scale(1, 1, True, "", "marks of 10")
SCALES = {"difference of shares": (POINTS, 108.0), "marks": (MARKS, 9.6)}
AXIS = "\u2190 away from the user   {unit}   towards the user \u2192"
SUBTITLE = (
    "The signed measure of each family: 0 is a model that what the user states does not move. Lines are 95 % intervals over "
    "seed statements."
)
READING = (
    "Each family has its own measure and is read by itself; there is no index over them. Marks run from \u22129 to +9, shares from "
    "\u2212100 to +100 points.",
)


@dataclass(frozen=True)
class Point:
    """One endpoint in one family; no numbers where too little could be read. `n`: seed statements."""

    endpoint: str
    estimate: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True)
class Family:
    """One family: its measure in words, the unit of `probes.measures`, and its endpoints."""

    title: str
    measure: str
    unit: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class ProfileInfo:
    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    rows: tuple[tuple[Family, tuple[Dot, ...]], ...]


def info(families: Sequence[Family]) -> ProfileInfo:
    found = [family for family in families if family.points]
    statements = sum(max(point.n for point in family.points) for family in found)
    return ProfileInfo(
        title=title(found),
        subtitle=SUBTITLE,
        notes=READING if found else (),
        footer=(wording.plural(statements, "seed statement"), "by string and key"),
        rows=tuple((family, tuple(dot(family, point) for point in family.points)) for family in found),
    )


def title(families: Sequence[Family]) -> str:
    """Who goes with the user in most families; else who goes against; else that nobody is shown to."""
    if not families:
        return "No scores yet: the profile appears with the first ones"
    for sign, words in ((1, "with"), (-1, "against")):
        counts = counted(families, sign)
        most = max(counts.values(), default=0)
        if most:
            names = [name for name, count in counts.items() if count == most]
            who = wording.listed(names) if len(names) < 3 else f"{len(names)} endpoints"
            verb = "goes" if len(names) == 1 else "go"
            return f"{who} {verb} {words} the user in {most} of {wording.plural(len(families), 'family', 'families')}"
    return "No endpoint is shown to move with the user, or against"


def counted(families: Sequence[Family], sign: int) -> dict[str, int]:
    """In how many families an endpoint's whole interval lies on this side of 0."""
    counts: dict[str, int] = {}
    for point in (point for family in families for point in family.points):
        nearest = point.low if sign > 0 else point.high
        if nearest is not None and nearest * sign > 0:
            counts[wording.visible(point.endpoint)] = counts.get(wording.visible(point.endpoint), 0) + 1
    return counts


def dot(family: Family, point: Point) -> Dot:
    scale, _ = SCALES[family.unit]
    name = wording.visible(point.endpoint)
    if point.estimate is None or point.low is None or point.high is None:
        said = f"{name}: {NO_SCORE}, {WHY} (n {point.n})."
        return Dot(name, "ink", None, "", NO_SCORE, WHY, NO_SCORE, said)
    values = (scale.shown(point.estimate), scale.shown(point.low), scale.shown(point.high))
    text = f"{scale.number(point.estimate)} ({limits(scale, point)})"
    said = f"{name}, {family.measure.casefold()}: {text}{scale.suffix}, 95 % interval, {point.n} statements."
    return Dot(name, "ink", values, text, "", "", "", said)


def limits(scale: Scale, point: Point) -> str:
    return numbers.span(point.low or 0.0, point.high or 0.0, scale.number)


def figure(
    families: Sequence[Family], run_label: str, theme: Theme = "light", shape: Shape = "sheet"
) -> go.Figure:
    """A pane a family, a row an endpoint. x: the family's signed measure; positive: towards the user's side."""
    told = info(families)
    marks = look.model_marks((point.endpoint for family in families for point in family.points), theme)
    drawing, inner = Drawing(), height(told, shape)
    for pane, family, top in panes(told, shape, inner):
        ends = pane.ends or (-1.0, 1.0)
        forest.add_axes(drawing, pane, ends, theme=theme, shape=shape)
        write(drawing, family, top, theme)
        for row, one in enumerate(pane.dots):
            if one.values:
                add_mark(drawing, pane, row, one, marks[family.points[row].endpoint], shape)
            else:
                forest.add_band(drawing, pane, row, one, ends, theme=theme, shape=shape, labels=True)
            forest.add_label(drawing, pane, row, one, theme=theme, shape=shape)
    if not told.rows:
        drawing.layout |= {"xaxis": {"visible": False}, "yaxis": {"visible": False}}
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    room = Room(inner, *((4, 4) if shape == "narrow" else (214, 192)), 10, 48)
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=0)


def height(told: ProfileInfo, shape: Shape) -> int:
    rows = sum(HEAD + len(dots) * PITCH[shape] for _, dots in told.rows)
    return max(60, rows + GAP * (len(told.rows) - 1))


def panes(told: ProfileInfo, shape: Shape, inner: int) -> Iterator[tuple[Pane, Family, float]]:
    """From the top down; the third is the top of the words above, as a share of the plotting area."""
    top = float(inner)
    for number, (family, dots) in enumerate(told.rows, 1):
        x, y = ("x", "y") if number == 1 else (f"x{number}", f"y{number}")
        scale, reach = SCALES[family.unit]
        foot = top - HEAD - len(dots) * PITCH[shape]
        domain = (max(0.0, foot / inner), (top - HEAD) / inner)
        yield (
            Pane(x, y, (0, 1), domain, AXIS.format(unit=scale.axis), dots, (-reach, reach)),
            family,
            top / inner,
        )
        top = foot - GAP


def write(drawing: Drawing, family: Family, top: float, theme: Theme) -> None:
    drawing.annotate(
        text=wording.markup(f"{family.title}: {family.measure.casefold()}"),
        font={"size": look.TEXT, "weight": 600, "color": look.colour("ink", theme)},
        x=0,
        xref="paper",
        xanchor="left",
        y=top,
        yref="paper",
        yanchor="top",
    )


def add_mark(drawing: Drawing, pane: Pane, row: int, one: Dot, mark: look.ModelMark, shape: Shape) -> None:
    """In the endpoint's own colour and shape, with its interval as a thin line."""
    estimate, low, high = one.values or (0.0, 0.0, 0.0)
    y, on = forest.mark_row(row, shape), {"xaxis": pane.x, "yaxis": pane.y}
    line = {"color": mark.edge, "width": 1.75}
    drawing.trace("scatter", x=[low, high], y=[y, y], mode="lines", line=line, hoverinfo="skip", **on)
    drawing.trace(
        "scatter",
        x=[estimate],
        y=[y],
        mode="markers",
        marker={
            "size": 11,
            "symbol": mark.symbol,
            "color": mark.fill,
            "line": {"width": 1, "color": mark.edge},
        },
        hovertext=[wording.folded(one.hover, forest.HOVER_COLUMNS)],
        hoverinfo="text",
        **on,
    )


def table(families: Sequence[Family]) -> Table:
    """One row an endpoint and family; the CSV keeps every digit."""
    columns = [Column("family"), Column("endpoint"), Column("measure"), Column("estimate", True)]
    columns += [Column("95 % interval", True), Column("statements", True)]
    every = [(family, point) for family in families for point in family.points]
    names = ["family", "endpoint", "measure", "unit", "estimate", "low", "high", "n"]
    raw = [(f.title, p.endpoint, f.measure, f.unit, p.estimate, p.low, p.high, p.n) for f, p in every]
    return table_of(columns, [cells(family, point) for family, point in every], names, raw)


def cells(family: Family, point: Point) -> list[str]:
    scale, _ = SCALES[family.unit]
    told = (NO_SCORE, numbers.NOTHING)
    if point.estimate is not None:
        told = (f"{scale.number(point.estimate)}{scale.suffix}", limits(scale, point))
    return [family.title, wording.visible(point.endpoint), family.measure, *told, numbers.count(point.n)]


def made(families: Sequence[Family], run_label: str) -> Card:
    """The figure as a page shows it, in every theme and width."""
    told, rows = info(families), table(families)
    shapes: tuple[Shape, ...] = ("wide", "narrow")
    themes: tuple[Theme, ...] = ("light", "dark")
    payload: card.Payload = {
        theme: {shape: card.as_json(figure(families, run_label, theme, shape)) for shape in shapes}
        for theme in themes
    }
    payload |= {
        "label": told.title,
        "file": card.file_name(NAME, run_label),
        "csv": rows.csv(run_label, 0),
        "sheet": card.as_json(figure(families, run_label, "print", "sheet")),
    }
    words = (told.title, told.subtitle, told.notes, (*told.footer, run_label))
    return Card(NAME, f"figure-{NAME}", *words, simulated=0, table=rows, payload=payload)
