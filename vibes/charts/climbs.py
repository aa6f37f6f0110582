"""What the over-optimisation figure says: where quality turns while the score that is climbed still rises, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from vibes.charts import amounts, blank, numbers, wording
from vibes.stats.results import Effect, Form, OverOptimisation, Ratio, Report
from vibes.stats.scaling_forms import FormName, gain

KEY: Final = "overoptimisation"
STEPS = 48
FINDINGS = 3
NAME_COLUMNS = 40
FORMS: dict[FormName, str] = {"best_of_n": "d(\u03b1 \u2212 \u03b2d)", "rl": "d(\u03b1 \u2212 \u03b2 ln d)"}
READING = (
    "The distance is that of the policy which takes the best of n samples, or of a checkpoint, from where it started: the square root of "
    "the KL divergence.",
    "Gold is quality by a measure that the score never saw. Where it bends down while the score goes on rising, more optimisation buys "
    "worse answers. Lines are two fitted forms (Gao, Schulman and Hilton 2022), the turn is that of the unbroken one.",
)
Point = tuple[float, float]


@dataclass(frozen=True)
class Step:
    """One point of a curve: its distance, its name ("best of 8"), gold over the start, or None where it has no interval."""

    distance: float
    n: int
    name: str
    gold: numbers.Measured | None
    ratio: Ratio
    hover: str


@dataclass(frozen=True)
class Climb:
    """One model or series. `fits`: each form with its line in (distance, gold); `turn`: that of the first form.

    `strips`: what else was measured along the way, each as (name, line), the score first.
    """

    model: str
    name: str
    steps: tuple[Step, ...]
    fits: tuple[tuple[Form, tuple[Point, ...]], ...]
    turn: numbers.Measured | None
    turn_text: str
    why: str
    strips: tuple[tuple[str, tuple[Point, ...]], ...]
    unit: str
    series: bool
    finding: str


@dataclass(frozen=True)
class OverOptimisationInfo:
    """`climbs`: those with a turn first, by where it is."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    climbs: tuple[Climb, ...]
    missing: str
    simulated: int


def drawn(report: Report) -> bool:
    return any(one["curve"] for one in report.get(KEY, []))


def info(report: Report) -> OverOptimisationInfo:
    climbs = tuple(sorted((climb(one) for one in report.get(KEY, []) if one["curve"]), key=by_turn))
    missing = "" if climbs else absent(report)
    otherwise = (
        "It takes a file of samples with a score and gold, several a prompt, or a series of checkpoints."
    )
    return OverOptimisationInfo(
        title=missing or title(climbs),
        subtitle=blank.subtitle(report, KEY, otherwise) if missing else subtitle(climbs),
        notes=() if missing else (*findings(climbs), *READING),
        footer=(*wording.footer(report), *counted(report)),
        climbs=climbs,
        missing=missing,
        simulated=report["simulated"],
    )


def absent(report: Report) -> str:
    otherwise = "No scored samples are in this run: whether optimisation goes too far is not seen"
    return blank.title(report, KEY, empty=otherwise, otherwise=otherwise)


def subtitle(climbs: Sequence[Climb]) -> str:
    what = "training goes on" if all(one.series for one in climbs) else "the score is climbed"
    units = {one.unit for one in climbs} - {"gold"}
    unit = f" ({units.pop()})" if len(units) == 1 and len({one.unit for one in climbs}) == 1 else ""
    return (
        f"Gain in gold{unit} over the start as {what}, by distance d = \u221aKL; under it the score and what else was measured. "
        f"Intervals are 95{numbers.SPACE}%."
    )


def counted(report: Report) -> tuple[str, ...]:
    """How many samples, and on how many prompts: over models, the most of one."""
    rows = report.get(KEY, [])
    samples, prompts = sum(one["samples"] for one in rows), max((one["prompts"] for one in rows), default=0)
    if not samples:
        return ()
    on = f" on {wording.plural(prompts, 'prompt')}" if prompts else ""
    return (f"{wording.plural(samples, 'sample')}{on}",)


def by_turn(one: Climb) -> tuple[float, str]:
    return (one.turn.estimate if one.turn else float("inf"), one.name)


def climb(row: OverOptimisation) -> Climb:
    curve, forms = row["curve"], row["forms"]
    turn = forms[0]["turn"] if forms else None
    known = numbers.measured(turn) if turn else None
    series = all(one["n"] == 1 for one in curve)
    why = "" if known else no_turn(curve, turn)
    return Climb(
        model=row["model"],
        name=wording.visible(row["model"]),
        steps=tuple(step(one, series=series) for one in curve),
        fits=tuple((form, line(form, curve)) for form in forms),
        turn=known,
        turn_text=f"turns at d = {turned(known)}" if known else why,
        why=why,
        strips=strips(curve),
        unit=wording.visible(curve[0]["gold"]["unit"]),
        series=series,
        finding=wording.sentence(wording.visible(row["finding"])) if row["finding"] else "",
    )


def no_turn(curve: Sequence[Ratio], turn: Effect | None) -> str:
    """Why no turn is drawn, in a few words."""
    if turn is None:
        return "not enough yet: fewer than three distances"
    if turn["state"] == "not_identified":
        return wording.clipped(wording.why(turn), 90)
    return wording.clipped(wording.gap(turn), 90)


def turned(known: numbers.Measured) -> str:
    return f"{numbers.decimal(known.estimate, 2)} ({numbers.decimal(known.low, 2)} to {numbers.decimal(known.high, 2)})"


def step(one: Ratio, *, series: bool) -> Step:
    known, distance = numbers.measured(one["gold"]), numbers.decimal(one["distance"], 2)
    name = "checkpoint" if series else f"best of {numbers.count(one['n'])}"
    where = f"{wording.upper_first(name)} at d = {distance}"
    gold = wording.gap(one["gold"])
    if known:
        between = amounts.span(known.low, known.high)
        gold = f"gold {amounts.signed(known.estimate)}, 95{numbers.SPACE}% interval {between}"
    return Step(
        one["distance"], one["n"], name, known, one, f"{where}: {gold}; score {amounts.signed(one['score'])}."
    )


def line(form: Form, curve: Sequence[Ratio]) -> tuple[Point, ...]:
    """A fitted form from the start to the last distance; none where its numbers have no interval."""
    alpha, beta = numbers.measured(form["alpha"]), numbers.measured(form["beta"])
    far = max(one["distance"] for one in curve)
    if alpha is None or beta is None or far <= 0:
        return ()
    grid = np.linspace(0.0, far, STEPS)
    fitted = gain(form["form"], grid, alpha.estimate, beta.estimate)
    return tuple(zip(grid.tolist(), fitted.tolist(), strict=True))


def strips(curve: Sequence[Ratio]) -> tuple[tuple[str, tuple[Point, ...]], ...]:
    names = list(dict.fromkeys(name for one in curve for name in one["others"]))
    others = [
        (name, tuple((one["distance"], one["others"][name]) for one in curve if name in one["others"]))
        for name in names
    ]
    return (("score", tuple((one["distance"], one["score"]) for one in curve)), *others)


def findings(climbs: Sequence[Climb]) -> tuple[str, ...]:
    said = [f"{short(one)}: {one.finding}" for one in climbs if one.finding]
    return tuple(said) if len(said) <= FINDINGS else ()


def short(one: Climb) -> str:
    return wording.shortened(one.name, NAME_COLUMNS)


def title(climbs: Sequence[Climb]) -> str:
    """In how many the quality turns, and where it does first."""
    turning = [one for one in climbs if one.turn]
    if not any(one.gold for each in climbs for one in each.steps):
        return "Not enough yet to say whether optimising the score goes too far"
    if not turning:
        who = short(climbs[0]) if len(climbs) == 1 else f"any of {numbers.count(len(climbs))} models"
        return f"No turn of quality is seen in {who} as far as the score was climbed"
    first = turning[0]
    at = numbers.decimal(first.turn.estimate if first.turn else 0.0, 2)
    if len(climbs) == 1:
        return f"Past d = {at} a higher score means worse answers from {short(first)}"
    count = f"{numbers.count(len(turning))} of {numbers.count(len(climbs))} models"
    return f"In {count} a higher score means worse answers past a point; first in {short(first)}, at d = {at}"
