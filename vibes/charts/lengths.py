"""The length figure: how often the longer answer wins, over all prompts and in each class of them."""

from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import forest, numbers, wording
from vibes.charts.forest import Dot
from vibes.charts.sheet import Heading
from vibes.charts.table import Table, effects_table
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Effect, Report

__all__ = ["NAME", "LengthsInfo", "drawn", "figure", "info", "table"]

NAME = "lengths"
ALL, EVEN = "all", 0.5
MOST = 40
PITCH = {"wide": 32, "narrow": 50, "sheet": 32}
AXIS = "\u2190 the shorter wins   points from even   the longer wins \u2192"
PHONE_AXIS = "points from an even share"
SUBTITLE = "Share of decisive votes that go to the longer text, in characters. Lines are 95 % intervals; the middle is an even share."
READING = (
    "Classes of prompts may differ in sign: where brevity is asked for, the longer text can lose, and all prompts together then say little.",
    "Nothing was held constant: the longer answer may also be the better one. The effect of length beside all else stands in the figure "
    "of features, that of added length in the one of planted cues.",
)


@dataclass(frozen=True)
class Line:
    """One class of prompts; `key` is its name in the report."""

    key: str
    label: str
    effect: Effect
    dot: Dot


@dataclass(frozen=True)
class LengthsInfo:
    """`lines`: all prompts, then the classes by share, at most MOST of them in the figure."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    lines: tuple[Line, ...]
    simulated: int


def drawn(report: Report) -> bool:
    return bool(report["describe"]["longer_wins"])


def info(report: Report) -> LengthsInfo:
    found = report["describe"]["longer_wins"]
    classes = sorted((line(key, effect) for key, effect in found.items() if key != ALL), key=by_share)
    lines = [*([line(ALL, found[ALL])] if ALL in found else []), *classes]
    return LengthsInfo(
        title=title(lines),
        subtitle=SUBTITLE,
        notes=READING,
        footer=(*wording.footer(report), "observational"),
        lines=tuple(lines),
        simulated=report["simulated"],
    )


def line(key: str, effect: Effect) -> Line:
    label = "All prompts" if key == ALL else wording.visible(key)
    known, plain = numbers.measured(effect), forest.dot(label, "length", effect, hover(label, effect))
    if known is None:
        return Line(key, label, effect, plain)
    values = tuple((share - EVEN) * 100 for share in (known.estimate, known.low, known.high))
    return Line(key, label, effect, Dot(label, "length", values, plain.text, "", "", "", plain.hover))  # type: ignore[arg-type]


def hover(label: str, effect: Effect) -> str:
    if numbers.measured(effect) is None:
        return f"{label}: {wording.gap(effect)}."
    return f"{label}: the longer answer wins {numbers.spoken(effect)} of {wording.plural(effect['n'], 'decisive vote')}."


def by_share(one: Line) -> tuple[float, str]:
    known = numbers.measured(one.effect)
    return (-known.estimate if known else 1.0, one.label)


def title(lines: list[Line]) -> str:
    """All prompts in a sentence, and whether classes go opposite ways."""
    known = {one.key: found for one in lines if (found := numbers.measured(one.effect))}
    longer = [one for one in lines if one.key in known and one.key != ALL and known[one.key].low > EVEN]
    shorter = [one for one in lines if one.key in known and one.key != ALL and known[one.key].high < EVEN]
    if longer and shorter:
        first, last = longer[0], shorter[-1]
        told = (wording.quoted(first.label, 30), wording.quoted(last.label, 30))
        shares = (numbers.percent(known[one.key].estimate, 0) for one in (first, last))
        return "The longer answer wins {2} of votes on {0}, and {3} on {1}".format(*told, *shares)
    if ALL not in known:
        return "How often the longer answer wins cannot be told yet"
    share, low, high = known[ALL].estimate, known[ALL].low, known[ALL].high
    if low <= EVEN <= high:
        return "The longer answer wins about as often as the shorter one, as far as these votes can tell"
    return f"The {'longer' if share > EVEN else 'shorter'} answer wins {numbers.percent(max(share, 1 - share), 0)} of decisive votes"


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A row a class about an even share. x: percentage points from it, positive where the longer text wins."""
    told = info(report)
    dots = [one.dot for one in told.lines[:MOST]]
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    return forest.one_pane(
        dots,
        (AXIS, PHONE_AXIS),
        heading,
        PITCH[shape],
        (210, 176),
        theme=theme,
        shape=shape,
        simulated=told.simulated,
    )


def table(report: Report) -> Table:
    rows = [(one.key, one.label, one.effect) for one in info(report).lines]
    return effects_table("prompts", "longer wins", rows)
