"""Results of a batch as they stream in: one JSON object a line, however long the file."""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2

from vibes.providers.base import ProviderError
from vibes.providers.failures import SdkErrors, clean, one_error, translated

Line = dict[str, Any]

# A file of 100 MB goes up in this time (seconds), or is tried again.
UPLOAD_S = 600.0
# The vendor's clock and ours may differ by this much.
CLOCKS = timedelta(minutes=10)
# Newest first, a hundred a page: who makes more batches than this between a crash and its mending?
MOST_LISTED = 2_000

# No answer is as long; a server that never ends its line is not read for ever.
_LONGEST_LINE = 64 * 1024 * 1024
# A file of 10,000 answers takes a minute or two; one that has not ended after an hour is asked for again.
_LONGEST_READ_S = 3600.0
_LONGEST_ID = 200
_ID = re.compile(r"[A-Za-z0-9_-]+")
# The SDKs' own sign that a body is to be left on the wire.
_UNREAD = {"X-Stainless-Raw-Response": "stream"}


async def results(
    sdk: Any, path: str, errors: SdkErrors, *, api_key: str, timeout_s: float
) -> AsyncGenerator[Line | ProviderError, None]:
    """The lines of the file at `path` of the SDK's own host; a ProviderError in place of a line that cannot be read.

    The vendor's answer also names an address for its results: that is not followed, since the key would go there.
    Raises ProviderError where the file cannot be had, or breaks off.
    """
    async with one_error(errors, api_key=api_key, timeout_s=timeout_s):
        response = await sdk.get(path, cast_to=httpx2.Response, options={"headers": _UNREAD})
    try:
        with translated(errors, api_key=api_key, timeout_s=timeout_s):
            async for line in objects(response.aiter_bytes()):
                yield line
    finally:
        await response.aclose()


async def objects(chunks: AsyncIterator[bytes]) -> AsyncIterator[Line | ProviderError]:
    """One object a line. Split at line feeds alone: the SDKs' readers also split at U+2028, which JSON may hold bare."""
    parts: list[bytes] = []
    length, end = 0, time.monotonic() + _LONGEST_READ_S
    async for chunk in chunks:
        first, *others = chunk.split(b"\n")
        parts.append(first)
        for piece in others:
            if line := b"".join(parts).strip():
                yield _object(line)
            parts, length = [piece], 0
        length += len(parts[-1])
        _check_bounds(length, end)
    if line := b"".join(parts).strip():
        yield _whole(_object(line))


def vendor_id(told: object) -> str:
    """What a vendor names a batch or a file: one segment of a path, and what a column can hold. Raises ProviderError."""
    text = str(told)
    if len(text) > _LONGEST_ID or not _ID.fullmatch(text):
        message = clean(f"The vendor named a batch or file {text[:40]!r}, which is no id.", "")
        raise ProviderError(message, permanent=False, kind="garbled")
    return text


def _check_bounds(length: int, end: float) -> None:
    if length > _LONGEST_LINE:
        raise _garbled("a line of more than 64 MB")
    if time.monotonic() > end:
        message = f"The results did not end within {_LONGEST_READ_S:g} s."
        raise ProviderError(message, permanent=False, kind="timeout")


def _object(line: bytes) -> Line | ProviderError:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return _garbled(f"a line that is not JSON ({error})")
    return value if isinstance(value, dict) else _garbled("a line that is not a JSON object")


def _whole(last: Line | ProviderError) -> Line:
    """The last line has no line feed to show that it is whole: where it cannot be read, the file was cut off."""
    if isinstance(last, ProviderError):
        raise last
    return last


def _garbled(what: str) -> ProviderError:
    return ProviderError(clean(f"The results hold {what}.", ""), permanent=False, kind="garbled")
