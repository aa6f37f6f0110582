"""The exchange rate: how much better an answer has to be to make up for one unit of flattery, length or lists in the other."""

from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import forest, numbers, wording
from vibes.charts.families import feature_colour, feature_name
from vibes.charts.forest import Dot
from vibes.charts.sheet import Heading
from vibes.charts.table import Table, effects_table
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Effect, Report

__all__ = ["NAME", "ExchangeInfo", "drawn", "figure", "info", "table"]

NAME = "exchange"
PITCH = {"wide": 34, "narrow": 52, "sheet": 34}
AXIS = "\u2190 costs quality   units of quality   buys quality \u2192"
PHONE_AXIS = "units of quality"
READING = (
    "A rate is a ratio of two effects on the same votes. Where quality itself is hardly seen to matter, the ratio has no bounds, and "
    "is printed as not identified.",
)


@dataclass(frozen=True)
class Rate:
    key: str
    label: str
    effect: Effect
    dot: Dot


@dataclass(frozen=True)
class ExchangeInfo:
    """`rates`: the largest first, those that are not identified last. `quality`: what stands for it."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    rates: tuple[Rate, ...]
    quality: str
    simulated: int


def drawn(report: Report) -> bool:
    """Whether quality was measured beside the votes."""
    found = report.get("exchange")
    return bool(found and found["quality"] and found["buys"])


def info(report: Report) -> ExchangeInfo:
    found = report["exchange"]
    rates = sorted((rate(report, key, effect) for key, effect in found["buys"].items()), key=by_size)
    quality = wording.visible(found["quality"])
    return ExchangeInfo(
        title=title(rates),
        subtitle=f"Quality that one reference SD buys, quality by {quality}. Lines are 95 % intervals (Fieller).",
        notes=READING,
        footer=(*wording.footer(report), *sorted({wording.KINDS[one.effect["kind"]] for one in rates})),
        rates=tuple(rates),
        quality=quality,
        simulated=report["simulated"],
    )


def rate(report: Report, key: str, effect: Effect) -> Rate:
    label, colour = feature_name(report, key), feature_colour(report, key, "tone")
    said = numbers.spoken(effect) if numbers.measured(effect) else wording.gap(effect)
    return Rate(key, label, effect, forest.dot(label, colour, effect, f"{label} buys {said}."))


def by_size(one: Rate) -> tuple[float, str]:
    known = numbers.measured(one.effect)
    return (-abs(known.estimate) if known else 1.0, one.label)


def title(rates: list[Rate]) -> str:
    known = [(one, found) for one in rates if (found := numbers.measured(one.effect))]
    told = [(one, found) for one, found in known if found.excludes_zero]
    if not known:
        return "What flattery and formatting are worth in quality is not identified by these votes"
    if not told:
        return "No feature is seen to be worth any quality"
    first, found = told[0]
    way = "makes up for" if found.estimate > 0 else "costs"
    return f"One reference SD of {wording.quoted(first.label, 40)} {way} {numbers.decimal(abs(found.estimate), 2)} of quality"


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A row a feature about 0. x: units of quality, positive where more of the feature makes up for worse quality."""
    told = info(report)
    dots = [one.dot for one in told.rates]
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
    rows = [(one.key, one.label, one.effect) for one in info(report).rates]
    return effects_table("feature", "buys", rows)
