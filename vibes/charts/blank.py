"""What a chart draws and says when its report has nothing for it: a hatched place with the reason in it."""

import plotly.graph_objects as go

from vibes.charts import hatch, sheet
from vibes.charts import theme as look
from vibes.charts.drawing import Drawing
from vibes.charts.sheet import Heading, Room
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Report

OLDER = "This run was made before this figure existed"
AGAIN = "A new run over the same votes has it."
HEIGHT = 72


def title(report: Report, key: str, *, empty: str, otherwise: str) -> str:
    """Why there is nothing under `key`: an older run, no judgements yet (`empty`), or `otherwise`."""
    if key not in report:
        return OLDER
    return otherwise if report["n"] else empty


def subtitle(report: Report, key: str, otherwise: str) -> str:
    return otherwise if key in report else AGAIN


def figure(heading: Heading, *, theme: Theme, shape: Shape, simulated: int) -> go.Figure:
    """One hatched band across the figure; why there is nothing stands in the heading."""
    said = "not in this run" if heading.title == OLDER else "nothing to draw yet"
    drawing = Drawing()
    hidden = {"visible": False, "fixedrange": True}
    drawing.layout |= {"xaxis": {"range": [0, 1], **hidden}, "yaxis": {"range": [0.5, -0.5], **hidden}}
    drawing.trace("bar", **hatch.bands([0.0], 0, 1, thick=0.9, hover=[""], theme=theme))
    drawing.traces[-1]["hoverinfo"] = "skip"
    hatch.label(drawing, 0, 0.5, said, theme=theme, columns=40)
    drawing.annotations[-1]["font"]["size"] = look.TEXT
    edge = sheet.EDGE if shape == "sheet" else 4
    room = Room(HEIGHT, edge, edge, 4, 4)
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=simulated)
