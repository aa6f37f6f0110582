"""The board by each column that a file of judgements brings beside the known ones, such as a language."""

import plotly.graph_objects as go

from vibes.charts import board_panels, board_parts
from vibes.charts.board_parts import SUBTITLE, Parts, PartsInfo
from vibes.charts.table import Table
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Report

__all__ = ["NAME", "drawn", "figure", "info", "table"]

NAME = "board-columns"
# Parts in the figure; the table has all.
MOST = 12


def parts(report: Report) -> Parts:
    return board_parts.panels(report, lambda by: by not in (*board_panels.COLUMNS, board_parts.TIME))


def drawn(report: Report) -> bool:
    return bool(parts(report))


def info(report: Report) -> PartsInfo:
    found = parts(report)
    more = f" The first {MOST} of {len(found)} parts; the table has all." if len(found) > MOST else ""
    groups = board_parts.by_part(found[:MOST])
    return board_parts.told(report, found, board_parts.surely_first(found), groups, SUBTITLE + more)


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A heading a part, a row a model."""
    return board_parts.figure(info(report), run_label, theme, shape)


def table(report: Report) -> Table:
    return board_parts.table(parts(report))
