"""JSON Lines out: one row, one line of UTF-8."""

import json
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from datetime import date
from uuid import UUID

# Legal inside JSON, yet some readers end a line at them.
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def line(row: Mapping[str, object]) -> bytes:
    """One row as JSON in UTF-8 with its LF. Dates and times are ISO 8601.

    Raises ValueError for NaN, infinity and half characters, TypeError for a value that JSON does not know.
    """
    text = json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
    return text.translate(_LINE_ENDS).encode() + b"\n" if not text.isascii() else text.encode() + b"\n"


def lines(rows: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    """Every row as a line, one at a time."""
    return (line(row) for row in rows)


async def alines(rows: AsyncIterable[Mapping[str, object]]) -> AsyncIterator[bytes]:
    """`lines` for rows that arrive asynchronously."""
    async for row in rows:
        yield line(row)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")
