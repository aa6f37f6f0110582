"""The formatting figure: what length and each formatting feature do to the choice, and screen position apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import forest, numbers, sheet, wording
from vibes.charts.drawing import Drawing
from vibes.charts.forest import Dot, Pane
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import Table, effects_table
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import Effect, FeatureNote, Report

__all__ = ["NAME", "FormattingInfo", "figure", "info", "table"]

NAME = "formatting"


@dataclass(frozen=True)
class Side:
    """How position is said: its label, who gains where it is positive, and the two ends of its axis."""

    label: str
    who: str
    left: str
    right: str


COLOURS = {"length": "length", "formatting": "formatting", "position": "position"}
ELSEWHERE = ("tone", "stance")
POSITION = "position"
ON_SCREEN = Side("Standing on the left", "the answer on the left", "right side chosen", "left side chosen")
LISTED = Side("Being listed first", "the answer listed first", "second listed chosen", "first listed chosen")
NOTHING_MEASURED = Dot("", "unknown", None, "", "nothing measured yet", "", "", "Nothing measured yet.")
PITCH = {"wide": 34, "narrow": 52, "sheet": 36}
SUBTITLE = (
    "Change in the log-odds of being chosen when an answer has one reference SD more of it than the other. "
    "Lines are 95 % intervals."
)


@dataclass(frozen=True)
class Factor:
    """One effect: what it is called, what it is about, and how to draw it."""

    key: str
    label: str
    family: str
    effect: Effect
    dot: Dot


@dataclass(frozen=True)
class FormattingInfo:
    """`factors` from the largest effect down, those without a number last; `positions` apart from them."""

    title: str
    subtitle: str
    footer: tuple[str, ...]
    notes: tuple[str, ...]
    factors: tuple[Factor, ...]
    positions: tuple[Factor, ...]
    simulated: int


def drawn(report: Report) -> bool:
    """Always: without texts it says so."""
    return True


def info(report: Report) -> FormattingInfo:
    every = [factor(report, key, effect) for key, effect in report["effects"].items()]
    factors = sorted(
        (one for one in every if one.key != POSITION and one.family not in ELSEWHERE), key=by_size
    )
    return FormattingInfo(
        title=title(report, factors),
        subtitle=SUBTITLE,
        footer=(*wording.footer(report), *kinds(factors)),
        notes=notes(report, factors),
        factors=tuple(factors),
        positions=tuple(one for one in every if one.key == POSITION),
        simulated=report["simulated"],
    )


def factor(report: Report, key: str, effect: Effect) -> Factor:
    note = report["features"].get(key)
    family = POSITION if key == POSITION else note["family"] if note else "given"
    label = side(effect).label if key == POSITION else named(note, key, family)
    drawn = forest.dot(label, COLOURS.get(family, "ink-2"), effect, hover(label, family, effect))
    return Factor(key, label, family, effect, drawn)


def side(effect: Effect) -> Side:
    """Votes that do not say which side stood on the left have only the order in which the sides are listed."""
    return LISTED if effect.get("note", "").startswith("first listed") else ON_SCREEN


def named(note: FeatureNote | None, key: str, family: str) -> str:
    return wording.visible((note.get("label") if note else None) or plain_name(key, family))


def plain_name(key: str, family: str) -> str:
    name = wording.upper_first(key.removeprefix("x_").replace("_", " "))
    return f"{name}, per unit" if family == "given" else name


def by_size(one: Factor) -> tuple[float, str]:
    known = numbers.measured(one.effect)
    return (-abs(known.estimate) if known else 1.0, one.label)


def hover(label: str, family: str, effect: Effect) -> str:
    known = numbers.measured(effect)
    if known is None:
        return f"{label}: {wording.gap(effect)}."
    said = wording.upper_first(finding(favoured(label, family, effect), known))
    return f"{said}: {numbers.spoken(effect)}. {wording.judgements(effect['n'])}, {wording.KINDS[effect['kind']]}."


def favoured(label: str, family: str, effect: Effect) -> str:
    """The answer that a positive effect favours."""
    if family == POSITION:
        return side(effect).who
    return "the longer answer" if family == "length" else f"the answer with more {wording.lower_first(label)}"


def finding(who: str, known: numbers.Measured) -> str:
    """What one effect says: which answer is chosen more or less often, or that nothing can be told from 0."""
    if not known.excludes_zero:
        return f"{who} is chosen about as often as the other, as far as these votes can tell"
    return f"{who} is chosen {'more' if known.estimate > 0 else 'less'} often"


def title(report: Report, factors: Sequence[Factor]) -> str:
    found = [(one, known) for one in factors if (known := numbers.measured(one.effect))]
    told = [(one, known) for one, known in found if known.excludes_zero]
    if not report["n"]:
        return "No judgements yet: the effects of length and formatting appear with the first ones"
    if not factors:
        return "No length or formatting was measured: the votes came without the answers' text"
    if not found:
        return "Not enough yet to say what length and formatting do to the choice"
    if not told:
        return "Whether length and formatting win votes cannot be told yet"
    first, known = told[0]
    rest = len(told) - 1
    more = (
        f"; {rest} of {len(factors) - 1} other features also {'moves' if rest == 1 else 'move'} the choice"
        if rest
        else ""
    )
    return wording.upper_first(finding(favoured(first.label, first.family, first.effect), known)) + more


def kinds(factors: Sequence[Factor]) -> tuple[str, ...]:
    found = sorted({wording.KINDS[one.effect["kind"]] for one in factors})
    return (wording.listed(found),) if found else ()


def notes(report: Report, factors: Sequence[Factor]) -> tuple[str, ...]:
    """How to read it, and what one unit of each feature is."""
    units = [unit_note(report, one) for one in factors if one.family != "given"]
    reading = (
        "Right of the line, the answer with more of it is chosen more often; left of it, less often. Where nobody can tie, "
        "a log-odds of 0.2 is about 55 against 45 between answers that are otherwise even, 0.4 about 60 against 40.",
        "Each interval stands alone: of twenty features that do nothing, one misses 0 by chance.",
        "Nothing was randomised here, so a feature also carries whatever else goes with it.",
    )
    kept = reading if any(one.effect["kind"] == "observational" for one in factors) else reading[:2]
    return (*kept, *([f"One reference SD: {'; '.join(units)}."] if units else []))


def unit_note(report: Report, one: Factor) -> str:
    note = report["features"][one.key]
    size = numbers.decimal(note["reference_sd"], 3)
    return f"{wording.lower_first(one.label)} {size} ({wording.visible(note['unit'])}, version {wording.visible(note['version'])})"


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A row a feature, the largest effect first, about a zero line; screen position below on an axis of its own.

    x: log-odds of being chosen, positive favours the answer with more of it; of position, the left or first side.
    """
    told = info(report)
    drawing = Drawing()
    panes, room = layout(told, shape)
    for pane in panes:
        forest.add_pane(drawing, pane, theme=theme, shape=shape, labels=True)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


def layout(told: FormattingInfo, shape: Shape) -> tuple[list[Pane], Room]:
    """The pane of the features above that of position, with room between them for the first one's axis."""
    pitch, gap = PITCH[shape], 76 if told.positions else 0
    above, below = max(1, len(told.factors)) * pitch, len(told.positions) * pitch
    inner = above + gap + below
    share = below / inner
    dots = tuple(one.dot for one in told.factors) or (NOTHING_MEASURED,)
    panes = [
        Pane(
            "x",
            "y",
            (0, 1),
            (1 - above / inner, 1),
            "\u2190 chosen less   log-odds   chosen more \u2192",
            dots,
        )
    ]
    if told.positions:
        ends = side(told.positions[0].effect)
        title = f"\u2190 {ends.left}   log-odds   {ends.right} \u2192"
        panes.append(Pane("x2", "y2", (0, 1), (0, share), title, tuple(one.dot for one in told.positions)))
    sides = (4, 4) if shape == "narrow" else (210, 160)
    return panes, Room(inner, *sides, 10, 48)


def table(report: Report) -> Table:
    """One row an effect in the order of the figure, position last; the CSV keeps every digit."""
    told = info(report)
    rows = [(one.key, one.label, one.effect) for one in (*told.factors, *told.positions)]
    return effects_table("feature", "log-odds", rows)
