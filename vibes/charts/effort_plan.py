"""The plan of the effort figure, and its rows: the share of tokens that each model spends on easy prompts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vibes.charts import forest, multiples, numbers, onesided, wording
from vibes.charts import theme as look
from vibes.charts.drawing import Drawing
from vibes.charts.forest import Dot, Pane
from vibes.charts.spending import SHARE_COLOUR, EffortInfo, Spending
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import EffortPoint

PITCH = {"wide": 30, "narrow": 50, "sheet": 30}
CROWDED, CLOSE = 20, 20
# A phone has room for so many rows.
PHONE = 15
# Panels that are drawn, and marks in each: the share of every model is in the rows above, the rest in the table.
PANELS = {"wide": 12, "narrow": 6, "sheet": 12}
MOST_POINTS = 120
AXIS, KEY_HEIGHT = 52, 34
HEAD, BODY, FOOT = 80, 150, 54
# Shares of the width: where the numbers of the panels' axes stand, where names end and figures begin.
INSET = {"wide": 0.055, "narrow": 0.13, "sheet": 0.055}
ROWS: tuple[float, float] = (0.24, 0.66)
NAME_COLUMNS = 24
LOG_FROM = 12
OVERTHINKS = "overthinks"
STRONG = {"weight": 600}


@dataclass(frozen=True)
class Plan:
    """The rows and the panels, and where they stand; `ends`: tokens on every panel's y axis."""

    told: EffortInfo
    spendings: tuple[Spending, ...]
    panels: tuple[Spending, ...]
    ends: tuple[float, float]
    log: bool
    theme: Theme
    shape: Shape

    @property
    def rows(self) -> int:
        """Pixels of the rows above."""
        close = self.shape != "narrow" and len(self.spendings) > CROWDED
        return len(self.spendings) * (CLOSE if close else PITCH[self.shape])

    @property
    def above(self) -> int:
        return self.rows + AXIS + (KEY_HEIGHT if self.panels else 0)

    @property
    def across(self) -> int:
        return multiples.side_by_side(len(self.panels), self.shape)

    @property
    def inner(self) -> int:
        each = HEAD + BODY + FOOT
        return self.above + multiples.height(len(self.panels), self.across, each)

    def colour(self, token: str) -> str:
        return look.colour(token, self.theme)


def planned(told: EffortInfo, theme: Theme, shape: Shape) -> Plan:
    """The models that have a panel: those that overthink first, then in the order of the rows."""
    with_points = [one for one in told.spendings if one.points]
    panels = sorted(with_points, key=lambda one: not one.overthinks)[: PANELS[shape]]
    every = [value for one in with_points for point in one.points for value in tokens(point)]
    high, low = max(every, default=1.0), min(every, default=0.0)
    middle = sorted(every)[len(every) // 2] if every else 1.0
    log = low > 0 and high > LOG_FROM * middle
    ends = (low * 0.8, high * 1.25) if log else (-0.04 * high, high * 1.06 or 1.0)
    rows = told.spendings[:PHONE] if shape == "narrow" else told.spendings
    return Plan(told, rows, tuple(panels), ends, log, theme, shape)


def tokens(point: EffortPoint) -> list[float]:
    """Visible tokens, and those of reasoning where they are known."""
    reasoning = point["reasoning_tokens"]
    return [point["visible_tokens"], *([] if reasoning is None else [reasoning])]


def thinned(points: Sequence[EffortPoint]) -> Sequence[EffortPoint]:
    """All of them, or so many at even steps of their difficulty, both ends among them."""
    if len(points) <= MOST_POINTS:
        return points
    return [points[round(step * (len(points) - 1) / (MOST_POINTS - 1))] for step in range(MOST_POINTS)]


def left_out(plan: Plan) -> str:
    """Which models and prompts have no mark below, in a sentence."""
    every = len(plan.told.spendings)
    parts = [("rows", len(plan.spendings)), ("panels", len(plan.panels))]
    short = [f"{number} {name}" for name, number in parts if number < every]
    said = (
        f"{wording.upper_first(wording.listed(short))} for {every} models; the table has all. "
        if short
        else ""
    )
    longest = max((len(one.points) for one in plan.panels), default=0)
    if longest > MOST_POINTS:
        said += f"Up to {MOST_POINTS} of {numbers.count(longest)} prompts a panel are drawn, at even steps of their difficulty."
    return said.strip()


def add_shares(drawing: Drawing, plan: Plan) -> None:
    """A row a model: the share on easy prompts with its interval, who overthinks in words beside it."""
    narrow = plan.shape == "narrow"
    dots = [
        replace(
            forest.dot(row_name(one), SHARE_COLOUR, one.row["easy_share"], one.hover),
            text=row_text(one, narrow=narrow),
        )
        for one in plan.spendings
    ]
    foot = 1 - plan.rows / plan.inner
    columns = (0.0, 1.0) if narrow else ROWS
    title = "per cent of tokens on prompts everyone gets right"
    pane = Pane("x", "y", columns, (max(0.0, foot), 1.0), title, tuple(dots), reach(dots))
    onesided.add_pane(drawing, pane, theme=plan.theme, shape=plan.shape, labels=narrow)
    if not narrow:
        for row, one in enumerate(plan.spendings):
            add_row_words(drawing, row, one, plan)


def reach(dots: Sequence[Dot]) -> tuple[float, float]:
    """Per cent from 0 to past the largest share, at most to all."""
    far = min(100.0, max((one.values[2] for one in dots if one.values), default=100.0) * 1.1)
    return -0.02 * far, 1.02 * far


def row_name(one: Spending) -> str:
    return one.name


def row_text(one: Spending, *, narrow: bool) -> str:
    if one.easy is None:
        return ""
    low, high = (numbers.decimal(end * 100, 0) for end in (one.easy.low, one.easy.high))
    figures = f"{numbers.percent(one.easy.estimate, 0)} ({low} to {high})"
    if not one.overthinks:
        return figures
    return f"{OVERTHINKS}, {figures}" if narrow else f"{figures}, {OVERTHINKS}"


def add_row_words(drawing: Drawing, row: int, one: Spending, plan: Plan) -> None:
    at = {"xref": "paper", "yref": "y", "y": row}
    name = wording.markup(wording.shortened(one.name, NAME_COLUMNS))
    ink = {"size": look.TEXT, "color": plan.colour("ink")}
    drawing.annotate(text=name, font=ink, x=ROWS[0], xanchor="right", xshift=-12, **at)
    said = row_text(one, narrow=False)
    font = {"size": look.SMALLEST, "color": plan.colour("ink" if one.overthinks else "ink-2")}
    weight = STRONG if one.overthinks else {}
    drawing.annotate(text=said, font=font | weight, x=ROWS[1], xanchor="left", xshift=12, **at)
