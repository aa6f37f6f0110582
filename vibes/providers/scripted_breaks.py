"""Faults of a connection and of its bytes, shown in place of an answer or in the middle of a stream."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from email.utils import formatdate
from types import MappingProxyType

from vibes.providers.scripted_faults import STATUS_FAULTS
from vibes.providers.scripted_protocols import RefusalError, Wire
from vibes.providers.scripted_wire import EVENTS, JSON, Client, Header

_BODIES: Mapping[str, bytes] = MappingProxyType(
    {
        "garbled": b'{"choices": [{"message": {"content": "half',
        "not_utf8": b'{"choices": "\xff\xfe"}',
        "shape": b'{"choices": [], "content": null, "output": 3}',
    }
)
_BEGINNING = b'{"choices": ['
_ENDLESS_SECONDS = 0.005
_READING_SECONDS = 0.05
_ENDLESS_BODY = b" " * 65536
_CLOCK_AHEAD = 3600
_WAIT = 2
_HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


def refuse(fault: str, path: str) -> None:
    """Raises RefusalError for a fault that is an HTTP status."""
    if fault == "redirect":
        raise RefusalError(307, "moved", "Elsewhere.", (b"location", path.encode()))
    if fault == "502":
        raise RefusalError(502, "bad_gateway", "", (b"content-type", b"text/html"), body=_HTML)
    if fault == "content_filter" and path == "/v1/messages":
        raise RefusalError(400, "invalid_request_error", "Output blocked by content filtering policy")
    if fault in STATUS_FAULTS:
        status, code = STATUS_FAULTS[fault]
        raise RefusalError(status, code, f"The fault {fault} was asked for.", *_waits(fault))


def _waits(fault: str) -> tuple[Header, ...]:
    """When to come again, as each fault of too many requests says it."""
    if fault == "rate_limited_date":
        theirs = time.time() + _CLOCK_AHEAD
        until = (b"retry-after", formatdate(theirs + _WAIT, usegmt=True).encode())
        return until, (b"date", formatdate(theirs, usegmt=True).encode())
    return ((b"retry-after", str(_WAIT).encode()),) if fault in ("rate_limited", "quota") else ()


async def show(fault: str, client: Client) -> bool:
    """Shows a fault in place of a whole reply; False where it is none of these. Raises RefusalError."""
    refuse("529" if fault == "overloaded" else fault, client.path)
    if fault in _BODIES:
        await client.whole(_BODIES[fault], 200, (JSON,))
    elif fault == "hang":
        await client.gone()
    elif fault in _GOES_ON:
        length = () if fault == "endless" else ((b"content-length", b"1000"),)
        await client.start((JSON, *length))
        await client.more(_BEGINNING)
        await _GOES_ON[fault](_ENDLESS_BODY, client)
    else:
        return False
    return True


async def show_streamed(fault: str, client: Client, events: Iterator[bytes], wire: Wire) -> bool:
    """Shows a fault in a stream, after its first token; False where it is none of these. Raises RefusalError."""
    refuse(fault, client.path)
    if fault == "hang":
        await client.gone()
        return True
    if fault not in (*_GOES_ON, *_SPOILT, "overloaded"):
        return False
    event = b""
    await client.start((EVENTS,))
    for event in _to_first_token(events, wire.mark):
        await client.more(event)
    if fault in _GOES_ON:
        await _GOES_ON[fault](event, client)
    elif fault == "overloaded":
        await client.more(wire.trouble("Overloaded", "overloaded_error"))
    else:
        # What spoils a stream does not end it: a client that reads on finds the connection closed.
        await client.more(_SPOILT[fault](event))
    return True


def _to_first_token(events: Iterator[bytes], mark: bytes) -> Iterator[bytes]:
    for event in events:
        yield event
        if mark in event:
            return


async def _stall(event: bytes, client: Client) -> None:
    await client.gone()


async def _drop(event: bytes, client: Client) -> None:
    """Returning in mid-body makes the server close the connection."""


async def _reset(event: bytes, client: Client) -> None:
    # The client must have read the beginning: a reset throws away what waits to be read.
    await asyncio.sleep(_READING_SECONDS)
    client.reset()


async def _go_on(event: bytes, client: Client) -> None:
    while not await client.left(_ENDLESS_SECONDS):
        await client.more(event)


_GOES_ON: Mapping[str, Callable[[bytes, Client], Awaitable[None]]] = MappingProxyType(
    {"stall": _stall, "endless": _go_on, "drop": _drop, "reset": _reset}
)


def _data(event: bytes) -> tuple[bytes, bytes]:
    head, data, content = event.rpartition(b"data: ")
    return head + data, content


def _half(event: bytes) -> bytes:
    head, content = _data(event)
    return head + content[: len(content) // 2] + b"\n\n"


def _latin(event: bytes) -> bytes:
    head, content = _data(event)
    return head + b'{"\xff\xfe": 1, ' + content[1:]


def _other_shape(event: bytes) -> bytes:
    head, _ = _data(event)
    return head + b'{"type": "response.output_text.delta", "choices": 3, "delta": 3}\n\n'


_SPOILT: Mapping[str, Callable[[bytes], bytes]] = MappingProxyType(
    {"garbled": _half, "not_utf8": _latin, "shape": _other_shape}
)
