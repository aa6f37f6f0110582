"""The paper round a figure: margins, the title and footer of a picture that leaves the page, the watermark.

On a page the card holds title and footer, so "wide" and "narrow" figures carry none. A "sheet" is what PNG and SVG
downloads show: it stands alone, so it carries both.
"""

from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import theme as look
from vibes.charts import wording
from vibes.charts.drawing import Drawing
from vibes.charts.theme import Shape, Theme

SHEET_WIDTH = 1000
EDGE = 28
TITLE, SUBTITLE = 21, 14
TITLE_COLUMNS, SUBTITLE_COLUMNS, FOOTER_COLUMNS = 80, 122, 136
LINE = 1.35
WATERMARK_EVERY = 440


@dataclass(frozen=True)
class Heading:
    """The words of a figure: the finding, what is drawn, and n, rules and run."""

    title: str
    subtitle: str
    footer: tuple[str, ...]


@dataclass(frozen=True)
class Room:
    """Pixels: `inner` is the height of the plotting area, the others are the margins that labels need."""

    inner: int
    left: int
    right: int
    top: int
    bottom: int


def finish(
    drawing: Drawing, heading: Heading, room: Room, *, theme: Theme, shape: Shape, simulated: int
) -> go.Figure:
    """The figure with its size, look, watermark and, on a sheet, its title and footer."""
    above, below = (headroom(heading), footroom(heading)) if shape == "sheet" else (0, 0)
    margin = {"l": room.left, "r": room.right, "t": room.top + above, "b": room.bottom + below, "pad": 0}
    height = room.inner + margin["t"] + margin["b"]
    # Hatched bars come one trace each: beside one another they would leave their rows.
    drawing.layout |= {
        "template": look.template(theme),
        "margin": margin,
        "height": height,
        "barmode": "overlay",
    }
    if simulated:
        stamp(drawing, room, theme=theme, shape=shape)
    if shape == "sheet":
        frame(drawing, heading, room, theme=theme)
    return drawing.figure()


def title_lines(heading: Heading) -> list[str]:
    return wording.balanced(heading.title, TITLE_COLUMNS)


def subtitle_lines(heading: Heading) -> list[str]:
    return wording.balanced(heading.subtitle, SUBTITLE_COLUMNS)


def headroom(heading: Heading) -> int:
    title, subtitle = len(title_lines(heading)), len(subtitle_lines(heading))
    return round(EDGE + title * TITLE * LINE + 6 + subtitle * SUBTITLE * LINE + 8)


def footer_text(heading: Heading) -> str:
    return " · ".join(heading.footer)


def footroom(heading: Heading) -> int:
    return round(len(wording.lines(footer_text(heading), FOOTER_COLUMNS)) * look.SMALLEST * LINE + EDGE + 14)


def frame(drawing: Drawing, heading: Heading, room: Room, *, theme: Theme) -> None:
    paper = look.colour("sheet", theme)
    drawing.layout |= {"width": SHEET_WIDTH, "paper_bgcolor": paper}
    top = room.top + headroom(heading) - EDGE
    below_title = round(len(title_lines(heading)) * TITLE * LINE + 6)
    words = {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "xshift": EDGE - room.left,
        "xanchor": "left",
        "align": "left",
    }
    drawing.annotate(
        **words,
        y=1,
        yshift=top,
        yanchor="top",
        text=wording.broken(title_lines(heading)),
        font={"size": TITLE, "weight": 600, "color": look.colour("ink", theme)},
    )
    drawing.annotate(
        **words,
        y=1,
        yshift=top - below_title,
        yanchor="top",
        text=wording.broken(subtitle_lines(heading)),
        font={"size": SUBTITLE, "color": look.colour("ink-2", theme)},
    )
    drawing.annotate(
        **words,
        y=0,
        yshift=-room.bottom - 14,
        yanchor="top",
        text=wording.folded(footer_text(heading), FOOTER_COLUMNS),
        font={"size": look.SMALLEST, "color": look.colour("ink-2", theme)},
    )


def stamp(drawing: Drawing, room: Room, *, theme: Theme, shape: Shape) -> None:
    """The diagonal words over a figure with simulated votes, again every few hundred pixels of a tall one."""
    times = max(1, round(room.inner / WATERMARK_EVERY))
    size = max(24, min(26 if shape == "narrow" else 44, room.inner // 4))
    for place in range(times):
        drawing.annotate(
            xref="paper",
            yref="paper",
            x=0.5,
            y=(place + 0.5) / times,
            text=wording.WATERMARK,
            textangle=-18 if room.inner > 160 else -12,
            opacity=0.24,
            font={"size": size, "weight": 700, "color": look.colour("unknown", theme)},
        )
