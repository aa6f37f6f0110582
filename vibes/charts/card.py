"""A card: one chart as a page shows it. Words, figure as JSON for static/js/charts.js, table, CSV."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import plotly.graph_objects as go

from vibes.charts import (
    agreement,
    arms,
    board_columns,
    board_panels,
    board_times,
    cues,
    displacement,
    effort,
    exchange,
    formatting,
    formatting_win,
    gate,
    goldilocks,
    leaderboard,
    lengths,
    overoptimisation,
    own_prompts,
    power,
    releases,
    susceptibility,
    tiebreak,
    tiebreak_curve,
    traits,
    vibe_profile,
    win,
    wins,
)
from vibes.charts.table import Table
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Report

Payload = dict[str, Any]


class Info(Protocol):
    """What every chart's info has in common."""

    @property
    def title(self) -> str: ...
    @property
    def subtitle(self) -> str: ...
    @property
    def notes(self) -> tuple[str, ...]: ...
    @property
    def footer(self) -> tuple[str, ...]: ...
    @property
    def simulated(self) -> int: ...


class Chart(Protocol):
    """A chart module: its name and its functions. `drawn` says whether a report has anything for it."""

    @property
    def NAME(self) -> str: ...  # noqa: N802 - in a module it is a constant
    def drawn(self, report: Report) -> bool: ...
    def info(self, report: Report) -> Info: ...
    def figure(
        self, report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet"
    ) -> go.Figure: ...
    def table(self, report: Report) -> Table: ...


CHARTS: Mapping[str, Chart] = {
    chart.NAME: chart
    for chart in (
        gate,
        win,
        leaderboard,
        board_panels,
        board_times,
        board_columns,
        displacement,
        cues,
        tiebreak_curve,
        tiebreak,
        arms,
        own_prompts,
        exchange,
        formatting,
        formatting_win,
        lengths,
        traits,
        vibe_profile,
        wins,
        susceptibility,
        agreement,
        power,
        overoptimisation,
        effort,
        goldilocks,
        releases,
    )
}
"""Every figure, in the order of a page: the gate where one was asked for, who leads, what flattery does, what formatting does, the raters, the plan."""


@dataclass(frozen=True)
class Card:
    """`payload` goes into the page with json_script under the id `figure_id`; nothing in it is HTML."""

    name: str
    figure_id: str
    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    simulated: int
    table: Table
    payload: Payload


def card(name: str, report: Report, run_label: str) -> Card:
    return card_of(CHARTS[name], report, run_label)


def card_of(chart: Chart, report: Report, run_label: str) -> Card:
    def figure(theme: Theme, shape: Shape) -> go.Figure:
        return chart.figure(report, run_label, theme, shape)

    return made(chart.NAME, chart.info(report), chart.table(report), figure, run_label)


def made(
    name: str, told: Info, table: Table, figure: Callable[[Theme, Shape], go.Figure], run_label: str
) -> Card:
    """The card of a figure that `figure` draws, whether of one report or of two."""
    return Card(
        name=name,
        figure_id=f"figure-{name}",
        title=told.title,
        subtitle=told.subtitle,
        notes=told.notes,
        footer=(*told.footer, run_label),
        simulated=told.simulated,
        table=table,
        payload=payload(name, told, table, figure, run_label),
    )


def cards(report: Report, run_label: str) -> list[Card]:
    """The cards that this report has something for; a run frozen before a figure existed goes without it."""
    return [card(name, report, run_label) for name in drawn(report)]


def drawn(report: Report) -> list[str]:
    """The names of the charts that have something to show, in the order of a page."""
    return [name for name, chart in CHARTS.items() if chart.drawn(report)]


def payload(
    name: str, told: Info, table: Table, figure: Callable[[Theme, Shape], go.Figure], run_label: str
) -> Payload:
    """Every variant of the figure, so that a page changes theme or width without asking the server again."""
    shapes: tuple[Shape, ...] = ("wide", "narrow")
    themes: tuple[Theme, ...] = ("light", "dark")
    drawn: Payload = {theme: {shape: as_json(figure(theme, shape)) for shape in shapes} for theme in themes}
    return {
        "label": told.title,
        "file": file_name(name, run_label, told.simulated),
        "csv": table.csv(run_label, told.simulated),
        "sheet": as_json(figure("print", "sheet")),
        **drawn,
    }


def as_json(figure: go.Figure) -> Payload:
    """The figure as plain JSON values."""
    plain: Payload = json.loads(figure.to_json())
    return plain


def file_name(name: str, run_label: str, simulated: int = 0) -> str:
    """A plain name without an ending; it says so where simulated votes are in the file."""
    mark = "-SIMULATED" if simulated else ""
    words = re.sub(r"[^a-z0-9]+", "-", run_label.casefold()).strip("-")[:60]
    return (f"{name}-{words}" if words else name) + mark
