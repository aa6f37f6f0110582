"""The table under the over-optimisation figure: each model’s turns, then its curve."""

from vibes.charts import amounts, numbers, wording
from vibes.charts.climbs import FORMS, Climb, Step, info
from vibes.charts.table import EFFECT_COLUMNS, Column, Raw, Table, effect_values, table_of
from vibes.stats.results import Form, Report

ROWS = 200


def table(report: Report) -> Table:
    """Each model's turns, then its curve; past two hundred rows the rest is in the CSV."""
    told = info(report)
    columns = [Column("model"), Column("at"), Column("d", True), Column("score", True)]
    columns += [Column("gold", True), Column("95 % interval", True)]
    rows = [row for one in told.climbs for row in cells(one)]
    if len(rows) > ROWS:
        more = f"{numbers.count(len(rows) - ROWS)} more rows are in the CSV"
        rows = [*rows[:ROWS], [more, *[""] * 5]]
    raw = [line for one in told.climbs for line in raw_lines(one)]
    names = ["model", "at", "distance", "score", *EFFECT_COLUMNS[1:], "others"]
    return table_of(columns, rows, names, raw)


def cells(one: Climb) -> list[list[str]]:
    """The turn of each form with its interval, then one row a distance."""
    return [*(form_cells(one, form) for form, _ in one.fits), *(step_cells(one, step) for step in one.steps)]


def form_cells(one: Climb, form: Form) -> list[str]:
    turn, known = form["turn"], numbers.measured(form["turn"])
    at = f"turn of {FORMS[form['form']]}"
    if known is None:
        # The reason is a sentence, which a column of numbers would cut.
        return [one.name, f"{at}: {wording.why(turn)}", numbers.NOTHING, "", "", wording.state(turn)]
    interval = numbers.span(known.low, known.high, distance)
    return [one.name, at, distance(known.estimate), "", "", interval]


def step_cells(one: Climb, step: Step) -> list[str]:
    gold = [numbers.NOTHING, wording.state(step.ratio["gold"])]
    if step.gold:
        gold = [amounts.signed(step.gold.estimate), amounts.span(step.gold.low, step.gold.high)]
    return [one.name, step.name, distance(step.distance), amounts.signed(step.ratio["score"]), *gold]


def distance(value: float) -> str:
    return numbers.decimal(value, 2)


def raw_lines(one: Climb) -> list[list[Raw]]:
    turns: list[list[Raw]] = [
        [one.model, f"turn {form['form']}", None, None, *effect_values("", form["turn"])[1:], ""]
        for form, _ in one.fits
    ]
    return turns + [raw_step(one, step) for step in one.steps]


def raw_step(one: Climb, step: Step) -> list[Raw]:
    ratio = step.ratio
    others = "; ".join(f"{name}={value!r}" for name, value in ratio["others"].items())
    at = step.name if one.series else f"best of {step.n}"
    return [one.model, at, step.distance, ratio["score"], *effect_values("", ratio["gold"])[1:], others]
