"""How the web server runs a request: whole, in one of a few threads that stay, with their database connections.

Django's own handler makes a thread for each request, and goes back and forth between it and the event loop for the start,
the view and the end: a third of the CPU of a small page, and on SQLite a new connection each time. What waits for a thread
here waits in line, in the order in which it came. Streams are sent as Django sends them.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Any, cast

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.db import close_old_connections, connections
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ThreadedHandler(ASGIHandler):
    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(settings.WEB_THREADS, thread_name_prefix="request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Only HTTP is served here, not {scope['type']}.")
        _without_delay(send)
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        response = await self._in_thread(self._respond, scope, body)
        if response.streaming:
            await self._stream(response, receive, send)
        else:
            await self.send_response(response, send)

    def _respond(self, scope: Scope, body: SpooledTemporaryFile[bytes]) -> HttpResponseBase:
        """The response; closed already, with the request's connection, where it is no stream."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, error = self.create_request(scope, body)
        response = self.get_response(request) if request else cast(HttpResponseBase, error)
        response._resource_closers.append(body.close)  # type: ignore[attr-defined]
        response._handler_class = self.__class__  # type: ignore[attr-defined]
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if response.streaming:
            close_old_connections()
        else:
            response.close()
        return response

    async def _stream(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        """Until its end, or until nobody listens any more. What it asks of the database, it asks in a thread of its own."""
        async with ThreadSensitiveContext():
            gone = asyncio.create_task(self.listen_for_disconnect(receive))
            sent = asyncio.create_task(self.send_response(response, send))
            try:
                await asyncio.wait([gone, sent], return_when=asyncio.FIRST_COMPLETED)
            finally:
                gone.cancel()
                sent.cancel()
                _, failed = await asyncio.gather(gone, sent, return_exceptions=True)
                await sync_to_async(_end)(response)
            if isinstance(failed, Exception):
                raise failed

    async def _in_thread(self, call: Callable[..., Any], *args: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *args)


def _without_delay(send: Send) -> None:
    """Sends what is written at once (TCP_NODELAY).

    asyncio sees to that for the sockets that it opens itself. Those that uvicorn shares among several processes are made without
    naming their protocol, and stay as they are: the body of each answer on a kept connection then waits 40 ms for the other
    side to acknowledge the head. ASGI knows no sockets: `send` is a method of uvicorn's object that holds it.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    connection = transport.get_extra_info("socket") if transport else None
    if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):  # it is gone already
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _end(response: HttpResponseBase) -> None:
    """In the stream's own thread, which ends with it."""
    response.close()
    connections.close_all()
