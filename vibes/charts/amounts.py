"""Amounts of no fixed unit: tokens, prices, scores of any scale, in as many digits as their size needs."""

import math

from vibes.charts import numbers

DIGITS = 3


def amount(value: float) -> str:
    """Three significant digits, thousands apart: 1,250, 12.5, 0.125; a whole number stays one."""
    if not math.isfinite(value):
        return numbers.NOTHING
    if value == 0:
        return "0"
    digits = max(0, DIGITS - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(digits, 8)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", numbers.MINUS)


def signed(value: float) -> str:
    """The same with a plus where it is positive."""
    text = amount(value)
    return f"+{text}" if value > 0 else text


def span(low: float, high: float) -> str:
    return numbers.span(low, high, amount)


def plain(value: float) -> str:
    """A tick of an axis: as many digits as it has, no thousands mark."""
    return f"{value:.6g}".replace("-", numbers.MINUS)


def whole(value: float) -> str:
    """Tokens, votes, samples: no digits after the point from ten on."""
    return numbers.count(value) if abs(value) >= 10 else amount(value)
