"""The board by class of prompts, turns, and whose prompts."""

import plotly.graph_objects as go

from vibes.charts import board_parts
from vibes.charts.board_parts import Parts, PartsInfo
from vibes.charts.table import Table
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Report

__all__ = ["NAME", "drawn", "figure", "info", "table"]

NAME = "board-panels"
COLUMNS = ("prompt_class", "user_turns", "authored")


def parts(report: Report) -> Parts:
    return board_parts.panels(report, COLUMNS.__contains__)


def drawn(report: Report) -> bool:
    return bool(parts(report))


def info(report: Report) -> PartsInfo:
    found = parts(report)
    return board_parts.told(report, found, board_parts.surely_first(found), board_parts.by_part(found))


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A heading a part, a row a model."""
    return board_parts.figure(info(report), run_label, theme, shape)


def table(report: Report) -> Table:
    return board_parts.table(parts(report))
