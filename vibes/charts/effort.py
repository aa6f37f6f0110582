"""The effort figure: the share of tokens on easy prompts a model a row, then tokens by difficulty a panel a model."""

import math
from collections.abc import Sequence
from dataclasses import replace

import plotly.graph_objects as go

from vibes.charts import amounts, blank, multiples, numbers, sheet, wording
from vibes.charts.drawing import Drawing, Part
from vibes.charts.effort_plan import (
    BODY,
    FOOT,
    HEAD,
    INSET,
    KEY_HEIGHT,
    STRONG,
    Plan,
    add_shares,
    left_out,
    planned,
    row_text,
    thinned,
)
from vibes.charts.multiples import Slot
from vibes.charts.sheet import Heading, Room
from vibes.charts.spending import EffortInfo, Spending, drawn, info, steepness
from vibes.charts.table import EFFECT_COLUMNS, Column, Raw, Table, effect_values, table_of
from vibes.charts.theme import Shape, Theme
from vibes.stats.results import EffortPoint, Report

__all__ = ["NAME", "EffortInfo", "drawn", "figure", "info", "table"]

NAME = "effort"
HOVER_COLUMNS = 44
OVER = "overthinks: over twice the others"


def figure(report: Report, run_label: str, theme: Theme = "light", shape: Shape = "sheet") -> go.Figure:
    """Above, a row a model: per cent of its tokens on easy prompts. Below, a panel a model.

    x of a panel: difficulty, share of samples wrong, in per cent. y: tokens of a sample, the same on every panel.
    """
    told = info(report)
    heading = Heading(told.title, told.subtitle, (*told.footer, run_label))
    if told.missing:
        return blank.figure(heading, theme=theme, shape=shape, simulated=told.simulated)
    plan = planned(told, theme, shape)
    drawing = Drawing()
    add_shares(drawing, plan)
    if plan.panels:
        add_key(drawing, plan)
    places = multiples.slots(
        len(plan.panels), plan.across, HEAD + BODY + FOOT, plan.inner, above=plan.above, inset=INSET[shape]
    )
    for number, (one, slot) in enumerate(zip(plan.panels, places, strict=True), start=2):
        add_panel(drawing, one, slot, number, plan)
    add_left_out(drawing, plan)
    edge = sheet.EDGE if shape == "sheet" else 8
    room = Room(plan.inner, edge, edge + 18, 4, 10 + 18 * len(below(plan)))
    return sheet.finish(drawing, heading, room, theme=theme, shape=shape, simulated=told.simulated)


def add_key(drawing: Drawing, plan: Plan) -> None:
    """What the two marks of the panels are, each in its colour."""
    y = 1 - (plan.above - KEY_HEIGHT) / plan.inner
    at = {"xref": "paper", "xanchor": "left", "y": y, "yref": "paper", "yanchor": "top", "x": 0}
    scale = ", log scale" if plan.log else ""
    words = [("Tokens a sample, by difficulty" + scale, "ink-2", 0)] if plan.shape != "narrow" else []
    start = 230 if plan.shape != "narrow" else 0
    words += [
        ("\N{BLACK CIRCLE} visible", "length", start),
        ("\N{WHITE DIAMOND} reasoning", "ink", start + 80),
    ]
    if plan.shape == "narrow":
        words.append((f"tokens a sample{scale}", "ink-2", start + 182))
    for text, token, shift in words:
        drawing.annotate(text=text, font=multiples.small_font(plan.theme, token), xshift=shift, **at)


def add_panel(drawing: Drawing, one: Spending, slot: Slot, number: int, plan: Plan) -> None:
    """Words, axes and the marks of one model."""
    x, y = multiples.axis(number, "x"), multiples.axis(number, "y")
    drawing.layout[multiples.key(number, "x")] = difficulties(slot, y, plan)
    drawing.layout[multiples.key(number, "y")] = amounts_axis(slot, x, plan)
    multiples.write(drawing, slot, panel_words(one, plan))
    shown = thinned(one.points)
    on = {"xaxis": x, "yaxis": y}
    add_marks(drawing, [(point, point["visible_tokens"]) for point in shown], "visible", on, plan)
    reasoning = [(point, found) for point in shown if (found := point["reasoning_tokens"]) is not None]
    if reasoning:
        add_marks(drawing, reasoning, "reasoning", on, plan)


def panel_words(one: Spending, plan: Plan) -> list[multiples.Word]:
    """The model, how much more it spends where it is difficult, and what is to be said of it beside."""
    columns = multiples.columns(plan.across, plan.shape)
    small, bold = multiples.small_font(plan.theme), multiples.name_font(plan.theme)
    said: list[multiples.Word] = [
        (wording.shortened(one.name, multiples.name_columns(plan.across, plan.shape)), bold)
    ]
    said += [("easiest to hardest prompt:", small), (wording.clipped(one.slope_text, columns), small)]
    if one.overthinks:
        said.append(
            (
                wording.clipped(OVER, columns),
                {**small, **STRONG, "color": plan.colour("ink")},
            )
        )
    elif one.silent:
        said.append(("reports no reasoning tokens", small))
    return said


def difficulties(slot: Slot, y: str, plan: Plan) -> Part:
    return {
        "domain": slot.columns,
        "anchor": y,
        "range": [-5, 105],
        "tickvals": [0, 50, 100],
        "ticktext": ["easy", f"50{numbers.SPACE}% wrong", "all wrong"],
        "tickangle": 0,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": plan.colour("line-2"),
        "fixedrange": True,
    }


def amounts_axis(slot: Slot, x: str, plan: Plan) -> Part:
    low, high = plan.ends
    scale: Part = {"range": [low, high], "nticks": 4, "tickformat": "~s"}
    if plan.log:
        scale = {"type": "log", "range": [math.log10(low), math.log10(high)], "dtick": 1, "tickformat": "~s"}
    return {"domain": slot.rows(HEAD, BODY), "anchor": x, "showgrid": True, "fixedrange": True, **scale}


def add_marks(
    drawing: Drawing, points: Sequence[tuple[EffortPoint, float]], which: str, on: Part, plan: Plan
) -> None:
    filled = which == "visible"
    colour = plan.colour("length" if filled else "ink")
    clear = {"symbol": "circle", "color": colour, "opacity": 0.75}
    hollow = {"symbol": "diamond-open", "color": colour, "opacity": 0.75, "line": {"width": 1.25}}
    drawing.trace(
        "scatter",
        x=[point["difficulty"] * 100 for point, _ in points],
        y=[found for _, found in points],
        mode="markers",
        cliponaxis=False,
        marker={"size": 6, **(clear if filled else hollow)},
        hovertext=[hover(point, found, which) for point, found in points] if plan.shape != "sheet" else None,
        hoverinfo="text" if plan.shape != "sheet" else "skip",
        **on,
    )


def hover(point: EffortPoint, found: float, which: str) -> str:
    name = wording.shortened(wording.visible(point["prompt_id"]), 36)
    text = f"{name}, {numbers.percent(point['difficulty'], 0)} wrong: {amounts.whole(found)} {which} tokens"
    return wording.folded(text, HOVER_COLUMNS)


def below(plan: Plan) -> list[str]:
    """What is not drawn, in lines."""
    text = left_out(plan)
    return wording.balanced(text, 46 if plan.shape == "narrow" else 112) if text else []


def add_left_out(drawing: Drawing, plan: Plan) -> None:
    if not (parts := below(plan)):
        return
    at = {"x": 0, "xref": "paper", "xanchor": "left", "y": 0, "yref": "paper", "yanchor": "top"}
    drawing.annotate(text=wording.broken(parts), align="left", yshift=-4, **at)


def table(report: Report) -> Table:
    """One row a model, the largest share on easy prompts first; the CSV keeps every digit."""
    told = info(report)
    columns = [
        Column("model"),
        Column("visible tokens", True),
        Column("reasoning tokens", True),
        Column("on easy prompts", True),
        Column("easiest to hardest", True),
        Column("prompts", True),
        Column("overthinks"),
    ]
    names = ["model", "prompts", "visible_tokens", "reasoning_tokens", "overthinks", "note"]
    names += [f"{kind}_{end}" for kind in ("easy_share", "slope") for end in EFFECT_COLUMNS[1:]]
    return table_of(columns, map(cells, told.spendings), names, map(raw, told.spendings))


def cells(one: Spending) -> list[str]:
    row, slope = one.row, numbers.measured(one.row["slope"])
    reasoning = "not reported" if row["reasoning_tokens"] is None else amounts.whole(row["reasoning_tokens"])
    steep = wording.state(row["slope"])
    if slope:
        steep = steepness(slope)
    easy = row_text(replace(one, overthinks=False), narrow=False) or wording.state(row["easy_share"])
    over = "yes" if one.overthinks else "no"
    return [
        one.name,
        amounts.whole(row["visible_tokens"]),
        reasoning,
        easy,
        steep,
        numbers.count(row["prompts"]),
        over,
    ]


def raw(one: Spending) -> list[Raw]:
    row = one.row
    known: list[Raw] = [row["model"], row["prompts"], row["visible_tokens"], row["reasoning_tokens"]]
    return [
        *known,
        int(row["overthinks"]),
        row["note"],
        *effect_values("", row["easy_share"])[1:],
        *effect_values("", row["slope"])[1:],
    ]
