"""Amounts in the words of a page or a terminal: numbers, money, spans of time."""

from decimal import Decimal

MINUTE, HOUR, DAY = 60, 3600, 86400
LEAST = Decimal("0.0001")


def counted(number: int, noun: str) -> str:
    """As in 1 answer, 1,200 answers, 0 answers."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def percent(part: int, whole: int) -> int:
    """Whole per cent, rounded down; 0 of nothing."""
    return 100 * part // whole if whole else 0


def money(dollars: Decimal) -> str:
    """US dollars, to the cent; below ten cents to the hundredth of a cent."""
    if not dollars:
        return "$0"
    if abs(dollars) < LEAST:
        return f"less than ${LEAST}"
    return f"${dollars:,.4f}" if abs(dollars) < Decimal("0.1") else f"${dollars:,.2f}"


def span(seconds: float) -> str:
    """How long, as a person would say it."""
    if seconds < MINUTE:
        return "less than a minute"
    if seconds < 2 * HOUR:
        return f"about {counted(round(seconds / MINUTE), 'minute')}"
    if seconds < 2 * DAY:
        return f"about {counted(round(seconds / HOUR), 'hour')}"
    return f"about {counted(round(seconds / DAY), 'day')}"


def rate(per_second: float) -> str:
    """A number a second, with a decimal where it is small."""
    return f"{per_second:,.1f}" if 0 < per_second < 10 else f"{per_second:,.0f}"
