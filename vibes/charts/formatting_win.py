"""What it would take to win by formatting alone: how much more of one feature would make the runner-up even with the leader."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import plotly.graph_objects as go

from vibes.charts import forest, numbers, sheet, wording
from vibes.charts.drawing import Drawing
from vibes.charts.families import feature_colour, feature_name
from vibes.charts.forest import Dot, Pane
from vibes.charts.sheet import Heading, Room
from vibes.charts.table import Column, Raw, Table, table_of
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import FormattingNeed, FormattingWin, Report

__all__ = ["NAME", "FormattingWinInfo", "drawn", "figure", "info", "table"]

NAME = "formatting-win"
PITCH = {"wide": 34, "narrow": 52, "sheet": 36}
NAME_COLUMNS = 32
END, EDGE = 1.1, 1.18
# Where as many times as much lies on the axis: (r − 1)/(r + 1).
TICKS = ((-1.0, "none"), (-1 / 3, "½"), (0.0, "as many"), (1 / 3, "2×"), (0.6, "4×"), (1.0, "no end"))
AXIS = "\u2190 fewer   beside a usual answer of the leader   more \u2192"
PHONE_AXIS = "times as many as the leader"
NO_AMOUNT, NOT_EVEN_NONE, FAR = "no amount", "not even none", "over 20 times"
# Where 20 times as many lies: a count beyond it is a number that nobody can picture.
TOO_FAR = 19 / 21
READING = (
    "Each row asks of one feature alone: with all else equal, how much of it would make people choose the runner-up as often as the "
    "leader. A usual answer is the median of those that have any of it.",
    "“No amount” means that even all of it against none would not do. Where the interval of the feature’s own effect holds 0, no "
    "amount would surely do, and there is no number. An interval that holds 0 means that the two may be level already.",
    "Nothing was randomised here. An answer made longer on purpose need not be liked as much as one that came longer, and quality may "
    "suffer: this says how much a lead is worth in formatting, and is no advice to write so.",
)
RAW = (
    "model", "feature", "leader", "usual", "more", "more_low", "more_high", "difference", "difference_low",
    "difference_high", "n", "effective_raters", "kind", "state",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One feature: what the runner-up would need of it. `counted`: what is counted; `amount`: how many more of these, in words,
    empty where there is no number."""

    key: str
    label: str
    counted: str
    need: FormattingNeed
    amount: str
    dot: Dot


@dataclass(frozen=True)
class FormattingWinInfo:
    """`rows`: of the runner-up, the smallest difference first, those without a number last."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    rows: tuple[Row, ...]
    simulated: int


def drawn(report: Report) -> bool:
    """Whether a board held formatting constant, and two models of it have an interval."""
    return bool(found(report)["needs"])


def found(report: Report) -> FormattingWin:
    """A run frozen before this was asked has nothing of it."""
    return report.get("formatting_win") or FormattingWin(leader=None, needs=[])


def info(report: Report) -> FormattingWinInfo:
    told = found(report)
    first = told["needs"][0]["model"] if told["needs"] else ""
    rows = sorted((row(report, one) for one in told["needs"] if one["model"] == first), key=by_size)
    leader, runner_up = (
        wording.quoted(wording.visible(one or ""), NAME_COLUMNS) for one in (told["leader"], first)
    )
    return FormattingWinInfo(
        title=title(rows, runner_up, leader),
        subtitle=f"More, or fewer, that an answer of {runner_up} would need to be chosen as often as one of {leader}, with all else equal. "
        "Lines are 95 % intervals (Fieller).",
        notes=READING,
        footer=(
            *wording.footer(report),
            *sorted({wording.KINDS[one.need["difference"]["kind"]] for one in rows}),
        ),
        rows=tuple(rows),
        simulated=report["simulated"],
    )


def row(report: Report, need: FormattingNeed) -> Row:
    label, colour = feature_name(report, need["feature"]), feature_colour(report, need["feature"])
    said = amount(need)
    effect = need["difference"]
    hover = f"{said}, {wording.judgements(effect['n'])}" if said else wording.gap(effect)
    dot = forest.dot(label, colour, effect, f"{label}: {hover}.")
    note = report["features"].get(need["feature"])
    counted = wording.visible(note["unit"]) if note else wording.lower_first(label)
    return Row(need["feature"], label, counted, need, said, replace(dot, values=within(dot), text=said))


def within(dot: Dot) -> tuple[float, float, float] | None:
    """Where it is drawn: what no amount reaches stands at the end of the axis."""
    if dot.values is None:
        return None
    middle, low, high = (max(-END, min(END, end)) for end in dot.values)
    return middle, low, high


def amount(need: FormattingNeed) -> str:
    """ "+130 (+40 to no amount)": the count and its interval; empty where there is none."""
    known = numbers.measured(need["difference"])
    if known is None:
        return ""
    most, low, high = (
        more(count, difference)
        for count, difference in (
            (need["more"], known.estimate),
            (need["low"], known.low),
            (need["high"], known.high),
        )
    )
    return NO_AMOUNT if most == low == high == NO_AMOUNT else f"{most} ({low} to {high})"


def more(count: float | None, difference: float) -> str:
    if count is None:
        return NO_AMOUNT if difference > 0 else NOT_EVEN_NONE
    if TOO_FAR < difference < 1:
        return FAR
    digits = 0 if abs(count) >= 10 else 1
    size = f"{abs(count):,.{digits}f}".removesuffix(".0")
    text = f"{numbers.MINUS if count < 0 else ''}{size}"
    return f"+{text}" if count > 0 else text


def by_size(one: Row) -> tuple[float, str]:
    known = numbers.measured(one.need["difference"])
    return (abs(known.estimate) if known else float("inf"), one.label)


def title(rows: Sequence[Row], runner_up: str, leader: str) -> str:
    told = [(one, known) for one in rows if (known := numbers.measured(one.need["difference"]))]
    if not told:
        if all(one.need["difference"]["state"] == "not_enough" for one in rows):
            return f"Not enough yet to say what {runner_up} would need to draw level with {leader} by formatting alone"
        return f"Whether {runner_up} could draw level with {leader} by formatting alone is not identified by these votes"
    if not any(known.excludes_zero for _, known in told):
        return f"{wording.upper_first(runner_up)} may be level with {leader} already: no formatting is surely needed"
    one, known = told[0]
    if one.need["more"] is None:
        return f"No amount of length or formatting alone would make {runner_up} level with {leader}"
    if known.estimate > TOO_FAR:
        return f"{runner_up} would need {FAR} as many {one.counted} an answer to draw level with {leader}"
    many = f"{more(abs(one.need['more']), 0.0).removeprefix('+')} {'more' if known.estimate > 0 else 'fewer'}"
    unsure = "; perhaps no amount would do" if None in (one.need["low"], one.need["high"]) else ""
    return f"{runner_up} would need about {many} {one.counted} an answer to draw level with {leader}{unsure}"


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """A row a feature about 0. x: normalised difference, ticked as times as many; from 1 on, no amount does."""
    told = info(report)
    drawing, dots = Drawing(), tuple(one.dot for one in told.rows)
    narrow = shape == "narrow"
    pane = Pane("x", "y", (0, 1), (0, 1), PHONE_AXIS if narrow else AXIS, dots, (-EDGE, EDGE))
    forest.add_pane(drawing, pane, theme=theme, shape=shape, labels=True)
    places, names = zip(*TICKS, strict=True)
    drawing.layout["xaxis"] |= {"tickmode": "array", "tickvals": list(places), "ticktext": list(names)}
    sides = (4, 4) if narrow else (190, 236)
    room = Room(max(1, len(dots)) * PITCH[shape], *sides, 10, 48)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


def table(report: Report) -> Table:
    """One row a model and feature: the runner-up in the order of the figure, then the models after it."""
    told, first = found(report), [one.need for one in info(report).rows]
    needs = [*first, *(one for one in told["needs"] if first and one["model"] != first[0]["model"])]
    columns = (
        Column("model"),
        Column("feature"),
        Column("needed (95 % interval)", True),
        Column("usual answer", True),
        Column("kind"),
        Column("judgements", True),
    )
    return table_of(
        columns, [cells(report, one) for one in needs], RAW, [raw(told["leader"], one) for one in needs]
    )


def cells(report: Report, need: FormattingNeed) -> list[str]:
    effect, usual = need["difference"], need["usual"]
    return [
        wording.visible(need["model"]),
        feature_name(report, need["feature"]),
        amount(need) or wording.state(effect),
        numbers.NOTHING if usual is None else more(usual, 0.0).removeprefix("+"),
        wording.KINDS[effect["kind"]],
        numbers.count(effect["n"]),
    ]


def raw(leader: str | None, need: FormattingNeed) -> list[Raw]:
    effect = need["difference"]
    return [
        *(need["model"], need["feature"], leader, need["usual"], need["more"], need["low"], need["high"]),
        *(effect["estimate"], effect["low"], effect["high"], effect["n"], effect["effective_raters"]),
        *(effect["kind"], effect["state"]),
    ]
