"""The vibe profile of one endpoint, or of two beside each other: what their answers have more of than those they met."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import blank, forest, numbers, sheet, wording
from vibes.charts import theme as look
from vibes.charts.drawing import Drawing
from vibes.charts.families import feature_colour, feature_name
from vibes.charts.forest import Dot, Pane
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import EFFECT_COLUMNS, Column, Raw, Table, effect_values, table_of
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Profile, ProfileRow, Report

__all__ = ["NAME", "Beside", "VibeProfileInfo", "drawn", "figure", "info", "models", "table"]

NAME = "vibe-profile"
KEY = "profiles"
NAME_COLUMNS = 32
PITCH = {"wide": 34, "narrow": 54, "sheet": 34}
# How far the marks of two endpoints stand from the middle of their row.
APART = 0.17
AXIS = "\u2190 less of it than in those they met   reference SDs   more \u2192"
FAMILIES = ("length", "formatting", "tone", "stance", "manner")
MANY = 2
READING = (
    "The difference of each pair of answers is (f \u2212 f\u2032)/(f + f\u2032) over one reference SD of the feature, as where it is "
    "held constant: a profile times an effect is what it is worth in log-odds.",
    "A pair counts once however often it was judged. No vote is in it: it is what the answers are like, not what people like.",
    "Lines are 95 % intervals over prompts. \u201cStands out\u201d holds for all models and features looked at together.",
)


@dataclass(frozen=True)
class Row:
    """One feature: its name, its colour, and each chosen endpoint's difference."""

    name: str
    label: str
    family: str
    sides: tuple[ProfileRow, ...]
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class VibeProfileInfo:
    """`names`: of the chosen endpoints, at most two; `rows`: by family, within it the largest first."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    missing: str
    simulated: int


def models(report: Report) -> list[str]:
    """The endpoints that have a profile, the first of the plain board first."""
    known = [profile["model"] for profile in report.get("profiles", [])]
    board = [row["model"] for row in report["boards"]["plain"] if row["model"] in known]
    return [*board, *(name for name in known if name not in board)]


def drawn(report: Report) -> bool:
    return bool(report.get("profiles"))


def info(report: Report, chosen: Sequence[str] = ()) -> VibeProfileInfo:
    """`chosen`: one or two endpoints; without, the first of the board."""
    names = tuple(chosen or models(report)[:1])[:MANY]
    found = [profile for name in names for profile in report.get("profiles", []) if profile["model"] == name]
    rows = sorted(rows_of(report, found), key=place) if found else []
    empty = "No judgements yet: what each model\u2019s answers are like appears with the first ones"
    missing = (
        ""
        if found
        else blank.title(report, KEY, empty=empty, otherwise="The votes came without the answers\u2019 text")
    )
    return VibeProfileInfo(
        title=missing or title(found, rows),
        subtitle=blank.subtitle(report, KEY, missing) if missing else subtitle(found),
        notes=() if missing else READING,
        footer=(*wording.footer(report), *map(counted, found)),
        names=tuple(wording.visible(profile["model"]) for profile in found),
        rows=tuple(rows),
        missing=missing,
        simulated=report["simulated"],
    )


def rows_of(report: Report, found: Sequence[Profile]) -> list[Row]:
    """Features in which the answers of at least one of them differ from those they met."""
    names = [row["name"] for row in found[0]["features"]]
    rows = []
    for place, name in enumerate(names):
        sides = tuple(profile["features"][place] for profile in found)
        if any(side["difference"]["estimate"] for side in sides):
            rows.append(row_of(report, name, sides, found))
    return rows


def row_of(report: Report, name: str, sides: tuple[ProfileRow, ...], found: Sequence[Profile]) -> Row:
    note = report["features"].get(name)
    family = note["family"] if note else "other"
    label, colour = feature_name(report, name), feature_colour(report, name)
    dots = tuple(
        forest.dot(label, colour, side["difference"], hover(label, side, profile))
        for side, profile in zip(sides, found, strict=True)
    )
    return Row(name, label, family, sides, dots)


def hover(label: str, side: ProfileRow, profile: Profile) -> str:
    who, effect = wording.visible(profile["model"]), side["difference"]
    if numbers.measured(effect) is None:
        return f"{who}, {label}: {wording.gap(effect)}."
    stands = "; stands out" if side["told"] else ""
    return f"{who}, {label}: {numbers.spoken(effect)}, over {counted_words(profile)}{stands}."


def place(row: Row) -> tuple[int, float, str]:
    family = FAMILIES.index(row.family) if row.family in FAMILIES else len(FAMILIES)
    return (family, -abs(row.sides[0]["difference"]["estimate"] or 0.0), row.label)


def counted(profile: Profile) -> str:
    return f"{wording.visible(profile['model'])}: {counted_words(profile)}"


def counted_words(profile: Profile) -> str:
    return f"{wording.plural(profile['pairs'], 'pair')} on {wording.plural(profile['prompts'], 'prompt')}"


def subtitle(found: Sequence[Profile]) -> str:
    names = [wording.quoted(wording.visible(profile["model"]), NAME_COLUMNS) for profile in found]
    marks = f" Filled: {names[0]}. Hollow: {names[1]}." if len(names) == MANY else ""
    return f"How much more of each feature is in the answers than in those that they met, in reference SDs.{marks}"


def title(found: Sequence[Profile], rows: Sequence[Row]) -> str:
    """What stands out most of the first, and of how many features."""
    name = wording.quoted(wording.visible(found[0]["model"]), NAME_COLUMNS)
    told = [row for row in rows if row.sides[0]["told"]]
    if not told:
        return f"Nothing stands out in the answers of {name} beside those that they met"
    first = max(told, key=lambda row: abs(row.sides[0]["difference"]["estimate"] or 0.0))
    more = "more" if (first.sides[0]["difference"]["estimate"] or 0.0) > 0.0 else "less"
    others = f"; {len(told) - 1} of {len(rows) - 1} other features stand out" if len(told) > 1 else ""
    return f"What stands out most of {name}: {more} {wording.lower_first(first.label)} than in the answers it met{others}"


def figure(
    report: Report,
    run_label: str,
    theme: Theme = "light",
    shape: Shape = "sheet",
    chosen: Sequence[str] = (),
) -> go.Figure:
    """A row a feature about 0, filled and hollow marks for two endpoints. x: reference SDs; positive: more of it."""
    told = info(report, chosen)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    if told.missing or not told.rows:
        return blank.figure(heading, theme=theme, shape=shape, simulated=told.simulated)
    drawing = Drawing()
    every = tuple(dot for row in told.rows for dot in row.dots)
    ends = forest.reach(every)
    pane = Pane(
        "x",
        "y",
        (0, 1),
        (0, 1),
        AXIS if shape != "narrow" else "reference SDs",
        tuple(row.dots[0] for row in told.rows),
        ends,
    )
    forest.add_axes(drawing, pane, ends, theme=theme, shape=shape)
    for number, row in enumerate(told.rows):
        add_row(drawing, pane, number, row, ends, theme=theme, shape=shape)
    sides = (4, 4) if shape == "narrow" else (214, 176)
    room = Room(len(told.rows) * PITCH[shape], *sides, 10, 48)
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


def add_row(
    drawing: Drawing,
    pane: Pane,
    number: int,
    row: Row,
    ends: tuple[float, float],
    *,
    theme: Theme,
    shape: Shape,
) -> None:
    middle = forest.mark_row(number, shape)
    offsets = (-APART, APART) if len(row.dots) == MANY else (0.0,)
    known = [
        (dot, offset, which)
        for which, (dot, offset) in enumerate(zip(row.dots, offsets, strict=True))
        if dot.values
    ]
    for dot, offset, which in known:
        add_mark(drawing, pane, middle + offset, dot, hollow=which > 0, theme=theme)
    if not known:
        forest.add_band(drawing, pane, number, row.dots[0], ends, theme=theme, shape=shape, labels=True)
    forest.add_label(drawing, pane, number, row.dots[0], theme=theme, shape=shape)


def add_mark(drawing: Drawing, pane: Pane, y: float, dot: Dot, *, hollow: bool, theme: Theme) -> None:
    estimate, low, high = dot.values or (0.0, 0.0, 0.0)
    colour, on = look.colour(dot.colour, theme), {"xaxis": pane.x, "yaxis": pane.y}
    line = {"color": colour, "width": 1.75}
    drawing.trace("scatter", x=[low, high], y=[y, y], mode="lines", line=line, hoverinfo="skip", **on)
    fill = look.colour("sheet", theme) if hollow else colour
    marker = {"size": 10, "color": fill, "line": {"width": 2, "color": colour}}
    hovers = [wording.folded(dot.hover, forest.HOVER_COLUMNS)]
    drawing.trace(
        "scatter",
        x=[estimate],
        y=[y],
        mode="markers",
        marker=marker,
        hovertext=hovers,
        hoverinfo="text",
        **on,
    )


def table(report: Report, chosen: Sequence[str] = ()) -> Table:
    """One row a feature and endpoint; the CSV keeps every digit."""
    told = info(report, chosen)
    columns = [
        Column("feature"),
        Column("endpoint"),
        Column("difference", True),
        Column("95 % interval", True),
    ]
    columns += [Column("pairs", True), Column("stands out")]
    rows = [(row, name, side) for row in told.rows for name, side in zip(told.names, row.sides, strict=True)]
    names = ["feature", "endpoint", *EFFECT_COLUMNS[1:], "told"]
    return table_of(columns, [cells(*each) for each in rows], names, [raw(*each) for each in rows])


def cells(row: Row, name: str, side: ProfileRow) -> list[str]:
    effect = side["difference"]
    interval = numbers.interval_text(effect) if numbers.measured(effect) else wording.state(effect)
    stands = "yes" if side["told"] else ""
    return [row.label, name, numbers.estimate_text(effect), interval, numbers.count(effect["n"]), stands]


def raw(row: Row, name: str, side: ProfileRow) -> list[Raw]:
    return [row.name, name, *effect_values("", side["difference"])[1:], int(side["told"])]


@dataclass(frozen=True)
class Beside:
    """The chart of these endpoints, one or two."""

    chosen: tuple[str, ...]
    NAME: str = NAME

    def drawn(self, report: Report) -> bool:
        return drawn(report)

    def info(self, report: Report) -> VibeProfileInfo:
        return info(report, self.chosen)

    def figure(
        self, report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet"
    ) -> go.Figure:
        return figure(report, run_label, theme, shape, self.chosen)

    def table(self, report: Report) -> Table:
        return table(report, self.chosen)
