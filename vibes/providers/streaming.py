"""Bodies as they come in: bounded in size and time, whole or as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import suppress
from typing import Any, Final

import httpx2

from vibes.providers.base import ProviderError

# No answer that somebody rates is larger than this, nor is a single event; in bytes.
LARGEST = 16 * 1024 * 1024

# A token takes some 250 bytes as an event, so a stream is many times larger than what it says.
_LARGEST_STREAM = 16 * LARGEST

_DRAIN_S = 0.2

Event = Mapping[str, Any]

# What OpenAI and its like send when all is said.
DONE: Final[Event] = {"object": "[DONE]"}


async def whole(chunks: AsyncIterator[bytes]) -> bytes:
    """All of a body. Raises ProviderError where it is too large."""
    content = bytearray()
    async for chunk in chunks:
        content += chunk
        if len(content) > LARGEST:
            raise too_large()
    return bytes(content)


async def until(deadline: float, chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The same chunks; raises TimeoutError at the deadline (on the loop's clock), however steadily they come.

    A time limit around the whole loop would strike the consumer's code, which runs between two chunks.
    """
    while True:
        async with asyncio.timeout_at(deadline):
            chunk = await anext(chunks, None)
        if chunk is None:
            return
        yield chunk


async def drained(chunks: AsyncIterator[bytes]) -> None:
    """Reads what little may follow the last event: only a connection that was read to its end can be used again."""
    with suppress(TimeoutError, httpx2.HTTPError):
        async with asyncio.timeout(_DRAIN_S):
            async for _ in chunks:
                pass


async def events(chunks: AsyncIterator[bytes]) -> AsyncIterator[Event]:
    """The JSON objects in a stream of server-sent events, up to and with DONE; a half event at the end is dropped.

    Raises ValueError or TypeError for what is no JSON object, ProviderError for what is too large.
    """
    line, data, size = bytearray(), bytearray(), 0
    async for chunk in chunks:
        size += len(chunk)
        if size > _LARGEST_STREAM or len(line) + len(data) > LARGEST:
            raise too_large()
        *complete, rest = chunk.split(b"\n")
        for end in complete:
            line += end
            event = _event(line, data)
            line.clear()
            if event is not None:
                yield event
                if event is DONE:
                    return
        line += rest
    with suppress(ValueError):
        last = _event(line, data) or _event(bytearray(), data)
        if last is not None:
            yield last


async def one_event(chunks: AsyncIterator[bytes]) -> AsyncIterator[Event]:
    """A body that is no stream, as a stream of one event."""
    yield _object(await whole(chunks))


def _event(line: bytearray, data: bytearray) -> Event | None:
    """Takes one line in. An empty line ends an event; of other lines only `data:` counts: the type is in the JSON too."""
    line = line.removesuffix(b"\r")
    if line.startswith(b"data:"):
        data += line[5:].removeprefix(b" ")
        return None
    if line or not data:
        return None
    content = bytes(data)
    data.clear()
    return DONE if content.startswith(b"[DONE]") else _object(content)


def _object(content: bytes) -> Event:
    value = json.loads(content)
    if not isinstance(value, dict):
        raise TypeError(f"an event is a {type(value).__name__}")
    return value


def too_large() -> ProviderError:
    """The error for a reply past the limit."""
    message = f"The reply is larger than {LARGEST // 2**20} MiB and was not read on: lower max_tokens."
    return ProviderError(message, permanent=True, kind="garbled")
