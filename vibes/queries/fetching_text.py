"""The progress of fetching as plain text, and as numbers for other programs."""

from collections.abc import Sequence
from decimal import Decimal

from vibes.models import Study
from vibes.queries.fetching_page import FetchingPage, Row

HEAD = ("endpoint", "state", "done", "failed", "running", "waiting", "batched", "tokens/s", "paid")
NAMES = 2
LONGEST_NAME = 40


def table(study: Study, page: FetchingPage) -> list[str]:
    """All that the page shows: a title, a line an endpoint, then pace, costs, troubles and batches."""
    pace = ", ".join(f"{value} {name}" for name, value in _counts(page))
    lines = [f"Study {study.pk}: {study.name}", page.title, *([page.note] if page.note else []), pace, ""]
    lines += _columns([HEAD, *(_cells(row) for row in page.rows)])
    lines += [f"  {row.name}: {row.note}" for row in page.rows if row.note]
    for told in (page.costs, page.troubles, page.batches):
        lines += ["", *(f"{name}: {value}" for name, value in told)] if told else []
    return [printable(line) for line in lines]


def line(page: FetchingPage) -> str:
    """The counts and the pace in one line."""
    return printable(", ".join(f"{value} {name}" for name, value in _counts(page)))


def numbers(study: Study, page: FetchingPage) -> dict[str, object]:
    """For scripts: US dollars as texts, so that none is rounded; None for what is not known."""
    progress = page.progress
    return {
        "study": study.pk,
        "state": page.state,
        **vars(progress.counts),
        "total": progress.counts.total,
        "never_asked": progress.missing,
        "tokens": progress.tokens,
        "tokens_per_second": round(progress.tokens_per_second, 2),
        "seconds_left": progress.seconds_left,
        "paid": _exactly(progress.paid),
        "forecast": _exactly(progress.forecast),
        "budget": _exactly(study.budget),
        "reused": progress.reused,
        "saved": _exactly(progress.saved),
        "endpoints": [
            {"name": row.name, "state": row.state, "note": row.note, **vars(row.counts)} for row in page.rows
        ],
        "troubles": [f"{name}: {told}" for name, told in page.troubles],
    }


def printable(text: str) -> str:
    """In one line and without control characters: a server's words must not steer a terminal."""
    return "".join(mark if mark.isprintable() else " " for mark in text)


def _exactly(dollars: Decimal | None) -> str | None:
    return None if dollars is None else f"{dollars.normalize():f}"


def _counts(page: FetchingPage) -> list[tuple[str, str]]:
    counts = page.progress.counts
    told = [("done", f"{counts.done:,}"), ("failed", f"{counts.failed:,}"), ("to come", f"{counts.left:,}")]
    return [*told, *page.pace]


def _cells(row: Row) -> tuple[str, ...]:
    counts = row.counts
    numbers = (counts.done, counts.failed, counts.running, row.waiting, counts.batched)
    return (row.name[:LONGEST_NAME], row.state, *(f"{n:,}" for n in numbers), row.tokens_per_second, row.cost)


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Words to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if n < NAMES else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
