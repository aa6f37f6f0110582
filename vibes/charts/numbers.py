"""Numbers as people read them. Rounding and unit conversion happen here, at the edge, and nowhere before."""

from collections.abc import Callable
from dataclasses import dataclass

from vibes.stats.results import Effect

MINUS = "\N{MINUS SIGN}"
SPACE = "\N{NO-BREAK SPACE}"
DASH = "\N{EN DASH}"
NOTHING = "\N{EM DASH}"


@dataclass(frozen=True)
class Scale:
    """How one unit is shown: stored values times `factor`, `digits` after the point, then `suffix`."""

    factor: float
    digits: int
    plus: bool
    suffix: str
    axis: str

    def shown(self, value: float) -> float:
        return value * self.factor

    def number(self, value: float) -> str:
        text = decimal(self.shown(value), self.digits)
        positive = self.plus and not text.startswith(MINUS) and float(text) > 0
        return f"+{text}" if positive else text

    def bare(self, value: float) -> str:
        return decimal(self.shown(value), self.digits)


LOG_ODDS = Scale(1, 2, True, "", "log-odds")
POINTS = Scale(100, 1, True, f"{SPACE}points", "percentage points above an even choice")
DIFFERENCE = Scale(100, 1, True, f"{SPACE}points", "percentage points")
PER_CENT = Scale(100, 1, False, f"{SPACE}%", "per cent")
ELO = Scale(1, 0, False, "", "Elo-like strength")
REFERENCE = Scale(1, 2, True, f"{SPACE}SD", "reference SDs")
UNITLESS = Scale(1, 3, False, "", "")


def scale(unit: str) -> Scale:
    """The scale of an effect's unit; one that is unknown is shown with three digits and its own name."""
    word = unit.casefold()
    if "log-odds" in word:
        return LOG_ODDS
    if any(half in word for half in ("½", "1/2", "0.5")):
        return POINTS
    if f" {MINUS} " in word:
        return DIFFERENCE
    if word.startswith("p(") or any(name in word for name in ("probability", "share", "proportion", "rate")):
        return PER_CENT
    if "elo" in word:
        return ELO
    if word == "reference sd":
        return REFERENCE
    return UNITLESS


def decimal(value: float, digits: int) -> str:
    """A number with a true minus; what rounds to zero has no sign."""
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        return text.removeprefix("-")
    return text.replace("-", MINUS)


def count(value: float) -> str:
    return f"{value:,.0f}"


def raters(value: float) -> str:
    """A number of effective raters: one digit below a hundred, none above."""
    return decimal(value, 0) if value >= 100 else decimal(value, 1).removesuffix(".0")


def percent(share: float, digits: int = 1) -> str:
    return f"{decimal(share * 100, digits)}{SPACE}%"


def elo(value: float) -> str:
    return decimal(value, 0)


def span(low: float, high: float, number: Callable[[float], str]) -> str:
    return f"{number(low)} to {number(high)}"


@dataclass(frozen=True)
class Measured:
    """An estimate that may be shown: it has its interval, in stored units."""

    estimate: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


def measured(effect: Effect) -> Measured | None:
    """The three numbers of an effect, or None where it may not be shown: no number goes out without its interval."""
    estimate, low, high = effect["estimate"], effect["low"], effect["high"]
    if effect["state"] != "ok" or estimate is None or low is None or high is None:
        return None
    return Measured(estimate, low, high)


def estimate_text(effect: Effect) -> str:
    """The estimate with its sign and unit word, or a dash where there is none."""
    known, unit = measured(effect), scale(effect["unit"])
    return unit.number(known.estimate) + unit.suffix if known else NOTHING


def interval_text(effect: Effect) -> str:
    """The 95 % interval as "low to high" with the unit word once, or a dash where there is none."""
    known, unit = measured(effect), scale(effect["unit"])
    return span(known.low, known.high, unit.bare) + unit.suffix if known else NOTHING


def spoken(effect: Effect) -> str:
    """Estimate and interval as a sentence has them: "+0.21 log-odds, 95 % interval 0.13 to 0.29"."""
    unit = " log-odds" if scale(effect["unit"]) is LOG_ODDS else ""
    return f"{estimate_text(effect)}{unit}, 95{SPACE}% interval {interval_text(effect)}"


def rank(low: int | None, high: int | None) -> str:
    if low is None or high is None:
        return NOTHING
    return str(low) if low == high else f"{low}{DASH}{high}"
