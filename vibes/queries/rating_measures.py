"""How far a study's raters can be relied on, in words: every number with its n and interval, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotations.models import Protocol
from vibes.charts.numbers import SPACE, Measured, decimal, measured, percent, raters
from vibes.stats.results import Effect, Shown

if TYPE_CHECKING:
    from vibes.queries.rating_statistics import Reliability

NOT_ENOUGH = "not enough yet"


@dataclass(frozen=True)
class Measure:
    """One figure. Where `value` is empty, `state` says why in a word. `note` has its n, and what is missing."""

    name: str
    value: str
    interval: str
    state: str
    note: str


def measures(reliability: Reliability, protocol: Protocol) -> tuple[Measure, ...]:
    half = f"Expected: 50{SPACE}%."
    chance = "1 is full agreement, 0 is chance."
    gold, repeats = reliability.gold, reliability.consistent
    found = (
        _measure("Gold comparisons answered as expected", gold, protocol.gold_rate),
        _measure("Repeats answered as before", repeats, protocol.repeat_rate),
        _measure(
            "Left chosen of two identical answers", reliability.identical, protocol.identical_rate, half
        ),
        _measure("Agreement, Krippendorff’s α (nominal)", reliability.alpha, 1.0, chance),
    )
    return (*found, _recognised(reliability.recognised)) if reliability.recognised else found


def _recognised(share: Shown) -> Measure:
    """A vote by somebody who knows the model is no blind one: few of them are to be hoped for."""
    name, n = "A model was recognised", f"n = {share['n']:,} votes after which it was answered."
    if share["rate"] is None or share["low"] is None or share["high"] is None:
        return Measure(name, "", "", NOT_ENOUGH, n)
    interval = f"{decimal(share['low'] * 100, 0)} to {percent(share['high'], 0)}"
    return Measure(name, percent(share["rate"], 0), f"95{SPACE}% interval {interval}", "", n)


def _measure(name: str, effect: Effect | None, rate: float, reading: str = "") -> Measure:
    """A number goes out with its interval or not at all. `rate`: how often the study asks for what it is made of."""
    n = effect["n"] if effect else 0
    if effect is None or not n:
        if not rate:
            return Measure(name, "", "", "not asked", "")
        return Measure(name, "", "", NOT_ENOUGH, "n = 0.")
    effective = effect["effective_raters"]
    told = f"n = {n:,}" + (f", {raters(effective)} effective raters." if effective else ".")
    known = measured(effect)
    if known is None:
        return Measure(name, "", "", NOT_ENOUGH, f"{told} {_sentence(effect.get('note', ''))}".strip())
    if effect["unit"] == "alpha":
        value, interval = _alpha(known)
    else:
        value = percent(known.estimate, 0)
        interval = f"{decimal(known.low * 100, 0)} to {percent(known.high, 0)}"
    return Measure(name, value, f"95{SPACE}% interval {interval}", "", f"{told} {reading}".strip())


def _alpha(known: Measured) -> tuple[str, str]:
    return decimal(known.estimate, 2), f"{decimal(known.low, 2)} to {decimal(known.high, 2)}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') or not text else '.'}"
