"""The board over time: each model's strength in one stretch of days after the other."""

from collections.abc import Iterator

import plotly.graph_objects as go

from vibes.charts import board_parts, numbers, wording
from vibes.charts.board_parts import MOST, TIME, Parts, PartsInfo
from vibes.charts.forest import Headed
from vibes.charts.table import Table
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import BoardRow, Report

__all__ = ["NAME", "drawn", "figure", "info", "table"]

NAME = "board-times"
SUBTITLE = (
    "Elo-like strength in each stretch of days by itself (UTC), about the average of the models that were rated in it; lines are "
    f"95{numbers.SPACE}% intervals. Plain boards: nothing is held constant."
)


def parts(report: Report) -> Parts:
    return board_parts.panels(report, TIME.__eq__)


def drawn(report: Report) -> bool:
    return bool(parts(report))


def info(report: Report) -> PartsInfo:
    found = parts(report)
    return board_parts.told(report, found, title(found), by_model(report, found), SUBTITLE)


def by_model(report: Report, found: Parts) -> list[Headed]:
    """The strongest of all votes first: a heading each, a row a stretch of days in which it was rated."""
    groups = []
    for ranked in report["boards"]["plain"][:MOST]:
        dots = [board_parts.dot(row, name) for name, row in of_model(found, ranked["model"])]
        if dots:
            groups.append(Headed(wording.shortened(wording.visible(ranked["model"]), 40), "ink", tuple(dots)))
    return groups


def of_model(found: Parts, model: str) -> Iterator[tuple[str, BoardRow]]:
    return ((name, row) for name, one in found for row in one["rows"] if row["model"] == model)


def title(found: Parts) -> str:
    """Who stands elsewhere at the end than at the start, by intervals that hold for all models of a part at once."""
    first, last = ({row["model"]: row for row in one["rows"]} for _, one in (found[0], found[-1]))
    moved = {model: way(first[model], last[model]) for model in first if model in last}
    known = {model: said for model, said in moved.items() if said is not None}
    if not known:
        return "Whether models moved over time cannot be told yet"
    sure = [(model, said) for model, said in known.items() if said]
    if not sure:
        return "No model stands surely higher or lower at the end than at the start"
    if len(sure) > 1:
        return f"{len(sure)} of {len(known)} models stand surely higher or lower at the end than at the start"
    model, said = sure[0]
    return f"{wording.quoted(wording.visible(model), 40)} stands surely {said} at the end than at the start"


def way(before: BoardRow, after: BoardRow) -> str | None:
    """ "higher", "lower" or neither; None where one of them has no interval."""
    ends = [one[key] for one in (before, after) for key in ("simultaneous_low", "simultaneous_high")]
    low, high, later_low, later_high = ends
    if low is None or high is None or later_low is None or later_high is None:
        return None
    return "higher" if later_low > high else "lower" if later_high < low else ""


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A heading a model, a row a stretch of days."""
    return board_parts.figure(info(report), run_label, theme, shape)


def table(report: Report) -> Table:
    return board_parts.table(parts(report))
