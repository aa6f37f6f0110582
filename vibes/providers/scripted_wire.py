"""One client of the scripted server: its body read, JSON and events sent to it, its connection broken on purpose."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from vibes.providers.scripted_protocols import RefusalError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

JSON = (b"content-type", b"application/json")
EVENTS = (b"content-type", b"text/event-stream")
_TEXT = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Client:
    """The three sides of an ASGI request."""

    scope: Scope
    receive: Receive
    send: Send

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    def header(self, name: bytes) -> str:
        """A header of the request; empty where it is missing."""
        return next((value.decode("latin-1") for key, value in self.scope["headers"] if key == name), "")

    async def body(self, most: int) -> bytes:
        """The body of the request. Raises RefusalError (413) above `most` bytes."""
        body = bytearray()
        while True:
            message = await self.receive()
            body += message.get("body", b"")
            if len(body) > most:
                mebibytes = most // 1024 // 1024
                raise RefusalError(413, "request_too_large", f"The body is larger than {mebibytes} MiB.")
            if not message.get("more_body"):
                return bytes(body)

    async def gone(self) -> None:
        """Returns when the client has gone."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def left(self, seconds: float) -> bool:
        """Waits so many seconds; True, at once, where the client does not."""
        if seconds <= 0:
            return False
        try:
            async with asyncio.timeout(seconds):
                await self.gone()
        except TimeoutError:
            return False
        return True

    async def json(self, content: object, status: int = 200, headers: Iterable[Header] = ()) -> None:
        """JSON as a whole reply."""
        await self.whole(json.dumps(content, ensure_ascii=False).encode(), status, (JSON, *headers))

    async def page(self, content: object) -> None:
        """Text as text, None as an empty page, anything else as JSON."""
        if content is None or isinstance(content, str):
            await self.whole((content or "").encode(), 200, (_TEXT,))
        else:
            await self.json(content)

    async def whole(self, body: bytes, status: int, headers: Iterable[Header]) -> None:
        """A whole reply."""
        await self.start((*headers, (b"content-length", str(len(body)).encode())), status)
        await self.send({"type": "http.response.body", "body": body})

    async def events(self, events: Iterator[bytes], seconds: float, headers: Iterable[Header]) -> bool:
        """A stream with `seconds` after each event; False where the client left before its end."""
        await self.start((EVENTS, (b"cache-control", b"no-store"), *headers))
        for event in events:
            await self.more(event)
            if await self.left(seconds):
                return False
        await self.send({"type": "http.response.body", "body": b""})
        return True

    async def start(self, headers: Iterable[Header], status: int = 200) -> None:
        """The head of a reply. The date is ours to send: a fault has another one."""
        given = list(headers)
        if not any(name == b"date" for name, _ in given):
            given.append((b"date", formatdate(time.time(), usegmt=True).encode()))
        await self.send({"type": "http.response.start", "status": status, "headers": given})

    async def more(self, body: bytes) -> None:
        """A piece of a body. An app that returns after one makes the server close the connection."""
        await self.send({"type": "http.response.body", "body": body, "more_body": True})

    def reset(self) -> None:
        """Ends the connection with a TCP reset. ASGI knows none: `send` is a method of uvicorn's object that holds it."""
        transport: asyncio.Transport = self.send.__self__.transport  # type: ignore[attr-defined]  # said above
        no_lingering = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_lingering)
        transport.abort()
