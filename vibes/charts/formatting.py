"""The formatting figure: what length and each formatting feature do to the choice; the same as the arena counts, and screen
position, apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vibes.charts import forest, numbers, sheet, wording
from vibes.charts.drawing import Drawing
from vibes.charts.forest import Dot, Headed, Pane
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
ARENA = "As the arena counts"
ARENA_NOTE = (
    "As the arena counts: Chatbot Arena’s style control on these votes. Words (for its tokens), and headings, list items and bold by "
    "its own expressions, each (A − B)/(A + B + 1) over its SD in these votes; a tie is half a win, which shrinks all effects, and position is left out. Its SD is "
    "that of the votes at hand, ours a fixed one: signs can be compared across the two, sizes only after the change of unit."
)
AXIS = "\u2190 chosen less   log-odds   chosen more \u2192"
ARENA_AXIS = "\u2190 chosen less   log-odds per SD of these votes   chosen more \u2192"
PHONE_ARENA_AXIS = "log-odds per SD of these votes"
GAP, ARENA_GAP = 76, 60 + forest.HEADING
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
    """`factors` from the largest effect down, those without a number last; `arena`: those that the arena counts too, as it does,
    in the same order, empty where none has a number; `positions` apart from them."""

    title: str
    subtitle: str
    footer: tuple[str, ...]
    notes: tuple[str, ...]
    factors: tuple[Factor, ...]
    arena: tuple[Factor, ...]
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
        notes=(*notes(report, factors), *([ARENA_NOTE] if (found := as_the_arena(report, factors)) else [])),
        factors=tuple(factors),
        arena=found,
        positions=tuple(one for one in every if one.key == POSITION),
        simulated=report["simulated"],
    )


def as_the_arena(report: Report, factors: Sequence[Factor]) -> tuple[Factor, ...]:
    """A run frozen before this was asked has none of it."""
    counted = report.get("effects_arena", {})
    found = tuple(factor(report, one.key, counted[one.key]) for one in factors if one.key in counted)
    return found if any(numbers.measured(one.effect) for one in found) else ()


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
    """A row a feature, the largest effect first, about a zero line; below, each on an axis of its own, the same as the arena
    counts, and screen position.

    x: log-odds of being chosen, positive favours the answer with more of it; of position, the left or first side.
    """
    told = info(report)
    drawing = Drawing()
    rooms = blocks(told, shape)
    inner = sum(one.height for one in rooms)
    top = float(inner)
    for number, one in enumerate(rooms, 1):
        top -= one.gap
        if one.name:
            named = Headed(one.name, "ink-2", one.dots)
            forest.add_heading(drawing, named, (top + forest.HEADING) / inner, theme=theme, shape=shape)
        foot = max(0.0, top - one.rows)
        place = "" if number == 1 else str(number)
        pane = Pane(f"x{place}", f"y{place}", (0, 1), (foot / inner, top / inner), one.axis, one.dots)
        forest.add_pane(drawing, pane, theme=theme, shape=shape, labels=True)
        top = foot
    room = Room(inner, *((4, 4) if shape == "narrow" else (210, 160)), 10, 48)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


@dataclass(frozen=True)
class Block:
    """Rows on one axis. `rows`, `gap`: pixels of the rows, and of what stands between them and the rows above."""

    dots: tuple[Dot, ...]
    axis: str
    rows: int
    gap: int = 0
    name: str = ""

    @property
    def height(self) -> int:
        return self.rows + self.gap


def blocks(told: FormattingInfo, shape: Shape) -> list[Block]:
    """The features, the arena's view of them where there is one, position where it was measured."""
    pitch = PITCH[shape]
    dots = tuple(one.dot for one in told.factors) or (NOTHING_MEASURED,)
    found = [Block(dots, AXIS, len(dots) * pitch)]
    if told.arena:
        axis = PHONE_ARENA_AXIS if shape == "narrow" else ARENA_AXIS
        dots = tuple(one.dot for one in told.arena)
        found.append(Block(dots, axis, len(dots) * pitch, ARENA_GAP, ARENA))
    if told.positions:
        ends = side(told.positions[0].effect)
        axis = f"\u2190 {ends.left}   log-odds   {ends.right} \u2192"
        dots = tuple(one.dot for one in told.positions)
        found.append(Block(dots, axis, len(dots) * pitch, GAP))
    return found


def table(report: Report) -> Table:
    """One row an effect in the order of the figure, position last; the CSV keeps every digit."""
    told = info(report)
    arena = [
        (f"arena:{one.key}", f"{one.label}, {wording.lower_first(ARENA)}", one.effect) for one in told.arena
    ]
    ours, positions = (
        [(one.key, one.label, one.effect) for one in some] for some in (told.factors, told.positions)
    )
    return effects_table("feature", "log-odds", [*ours, *arena, *positions])
