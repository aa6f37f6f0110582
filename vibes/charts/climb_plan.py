"""The plan of the over-optimisation figure: its panels and axes, and the strips that stand under gold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vibes.charts import amounts, multiples, numbers, wording
from vibes.charts import theme as look
from vibes.charts.climbs import Climb, OverOptimisationInfo, Point, Step
from vibes.charts.drawing import Drawing, Part
from vibes.charts.multiples import Slot
from vibes.charts.theme import Shape, Theme

# Panels that are drawn, strips under each: the table has all.
PANELS = {"wide": 12, "narrow": 6, "sheet": 12}
STRIPS = 4
# Pixels: words above, gold, one strip and the room above it, numbers of the axis below.
HEAD, GOLD, STRIP, STRIP_GAP, FOOT = 80, 190, 26, 24, 58
TICKS = 5
COLOURS: Mapping[str, str] = {
    "score": "ink",
    "sycophancy": "sycophancy",
    "tone": "sycophancy",
    "praise": "sycophancy",
    "stance": "stance",
    "length": "length",
    "visible_tokens": "length",
    "reasoning_tokens": "length",
    "formatting": "formatting",
}


@dataclass(frozen=True)
class Panels:
    """The climbs that are drawn, and where."""

    told: OverOptimisationInfo
    climbs: tuple[Climb, ...]
    theme: Theme
    shape: Shape

    @property
    def strips(self) -> int:
        return min(STRIPS, max(len(one.strips) for one in self.climbs))

    @property
    def each(self) -> int:
        return HEAD + GOLD + self.strips * (STRIP + STRIP_GAP) + FOOT

    def foot(self, one: Climb) -> int:
        """Pixels from the top of a panel to the axis under its last strip."""
        return HEAD + GOLD + min(self.strips, len(one.strips)) * (STRIP + STRIP_GAP)

    @property
    def across(self) -> int:
        return multiples.side_by_side(len(self.climbs), self.shape)

    @property
    def inner(self) -> int:
        return multiples.height(len(self.climbs), self.across, self.each)

    def colour(self, token: str) -> str:
        return look.colour(token, self.theme)


def distances(one: Climb, slot: Slot, last: str, panels: Panels) -> Part:
    """The x axis: d, and under it the n that it stands for."""
    far = max((step.distance for step in one.steps), default=1.0) or 1.0
    marked = spread(one.steps, far)
    words = [numbers.decimal(step.distance, 1) for step in marked]
    words[0] = "d = 0" if marked[0].distance == 0 else f"d = {words[0]}"
    if not one.series:
        words = [f"{word}<br>n {numbers.count(step.n)}" for word, step in zip(words, marked, strict=True)]
    return {
        "domain": slot.columns,
        "anchor": last,
        "range": [-0.05 * far, 1.08 * far],
        "tickvals": [step.distance for step in marked],
        "ticktext": words,
        "tickangle": 0,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": panels.colour("line-2"),
        "fixedrange": True,
    }


def spread(steps: Sequence[Step], far: float) -> list[Step]:
    """The first step, then those that leave room for their numbers."""
    found: list[Step] = []
    for step in steps:
        if not found or step.distance - found[-1].distance >= far / TICKS:
            found.append(step)
    return found


def gold_ends(one: Climb) -> tuple[float, float]:
    every = [end for step in one.steps if step.gold for end in (step.gold.low, step.gold.high)]
    every += [value for _, line in one.fits for _, value in line]
    low, high = min([0.0, *every]), max([0.0, *every])
    air = (high - low) * 0.08 or 1.0
    return low - air, high + air


def drawn_line(line: Sequence[Point]) -> Part:
    return {"x": [place for place, _ in line], "y": [value for _, value in line]}


def add_strip(
    drawing: Drawing,
    name: str,
    line: Sequence[Point],
    slot: Slot,
    axes: tuple[str, int],
    place: int,
    panels: Panels,
) -> None:
    """A thin line with its name above and its last value beside the name."""
    x, row = axes
    down = HEAD + GOLD + place * (STRIP + STRIP_GAP) + STRIP_GAP
    values = [value for _, value in line]
    low, high = min([0.0, *values]), max([0.0, *values])
    air = (high - low) * 0.1 or 1.0
    drawing.layout[multiples.key(row, "y")] = {
        "domain": slot.rows(down, STRIP),
        "anchor": x,
        "range": [low - air, high + air],
        "showticklabels": False,
        "fixedrange": True,
    }
    y, token = multiples.axis(row, "y"), COLOURS.get(name, "ink-2")
    far = max((one for one, _ in line), default=1.0)
    base = {"color": panels.colour("line-2"), "width": 1}
    drawing.line(x0=0, x1=far, y0=0, y1=0, xref=x, yref=y, line=base)
    style = {"color": panels.colour(token), "width": 1.5}
    drawing.trace("scatter", **drawn_line(line), mode="lines", line=style, hoverinfo="skip", xaxis=x, yaxis=y)
    add_strip_name(drawing, name, values[-1], (slot.columns[0], slot.y(down)), panels)


def add_strip_name(
    drawing: Drawing, name: str, last: float, corner: tuple[float, float], panels: Panels
) -> None:
    shown = wording.shortened(wording.visible(name).replace("_", " "), 24)
    drawing.annotate(
        text=wording.markup(f"{shown} {amounts.signed(last)}"),
        font=multiples.small_font(panels.theme, COLOURS.get(name, "ink-2")),
        bgcolor=panels.colour("sheet"),
        x=corner[0],
        xref="paper",
        xanchor="left",
        y=corner[1],
        yref="paper",
        yanchor="bottom",
    )
