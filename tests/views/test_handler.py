"""How a request runs in the web server: in line for a thread, whole, and as a stream until somebody stops listening."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from typing import Any

import httpx2
import pytest
import uvicorn
from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from vibes.handler import ThreadedHandler
from vibes.views import access

Message = dict[str, Any]
running: list[str] = []
ended: list[str] = []
both, gate = threading.Event(), threading.Event()


def said(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("said", headers={"X-Thread": threading.current_thread().name})


def waited(request: HttpRequest) -> HttpResponse:
    running.append(request.GET["name"])
    if len(running) == 2:
        both.set()
    assert gate.wait(10)
    return HttpResponse(request.GET["name"])


def failing(_request: HttpRequest) -> HttpResponse:
    raise LookupError("on purpose")


def streamed(_request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[bytes]:
        try:
            for n in range(1_000_000):
                yield b"%d" % await sync_to_async(_one)(n)
        finally:
            ended.append("stream")

    return StreamingHttpResponse(parts())


def _one(n: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [n])
        return int(cursor.fetchone()[0])


def cut_short(_request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"some"
        raise LookupError("on purpose")

    return StreamingHttpResponse(parts())


urlpatterns = [
    path("said/", said, name="home"),
    path("waited/", waited, name="home"),
    path("failing/", failing, name="home"),
    path("streamed/", streamed, name="home"),
    path("cut_short/", cut_short, name="home"),
]


@pytest.fixture(autouse=True)
def _pages() -> Iterator[None]:
    assert access.ROLES["home"] == access.ANYONE
    running.clear()
    ended.clear()
    both.clear()
    gate.clear()
    with override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["testserver"]):
        yield


class Visitor:
    """One connection: what it sends, and what has come back."""

    def __init__(self, address: str, *, leaves_after: int = 0) -> None:
        where, _, query = address.partition("?")
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": where,
            "query_string": query.encode(),
            "headers": [(b"host", b"testserver")],
        }
        self.got: list[Message] = []
        self._leaves_after = leaves_after
        self._gone = asyncio.Event()
        self._asked = False

    async def receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.got.append(message)
        if len(self.got) == self._leaves_after:
            self._gone.set()
        await asyncio.sleep(0)

    @property
    def status(self) -> int:
        return int(self.got[0]["status"])

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.got[1:])


async def visit(handler: ThreadedHandler, address: str, *, leaves_after: int = 0) -> Visitor:
    visitor = Visitor(address, leaves_after=leaves_after)
    await handler(visitor.scope, visitor.receive, visitor.send)
    return visitor


def threads(number: int) -> ThreadedHandler:
    with override_settings(WEB_THREADS=number):
        return ThreadedHandler()


def test_a_page_comes_whole_from_a_thread_that_stays() -> None:
    handler = threads(1)

    async def twice() -> list[Visitor]:
        return [await visit(handler, "/said/") for _ in range(2)]

    found = asyncio.run(twice())
    assert [(one.status, one.body) for one in found] == [(200, b"said")] * 2
    assert not found[0].got[-1].get("more_body")
    names = {dict(one.got[0]["headers"])[b"X-Thread"] for one in found}
    assert names == {b"request_0"}


def test_those_who_wait_for_a_thread_are_served_in_the_order_in_which_they_came() -> None:
    handler = threads(1)

    async def three() -> list[Visitor]:
        tasks = []
        for name in "abc":
            tasks.append(asyncio.create_task(visit(handler, f"/waited/?name={name}")))
            await asyncio.sleep(0.02)
        assert running == ["a"]
        gate.set()
        return await asyncio.gather(*tasks)

    assert [one.body for one in asyncio.run(three())] == [b"a", b"b", b"c"]
    assert running == ["a", "b", "c"]


def test_two_threads_serve_two_at_once() -> None:
    handler = threads(2)

    async def two() -> None:
        tasks = [asyncio.create_task(visit(handler, f"/waited/?name={name}")) for name in "ab"]
        await asyncio.to_thread(both.wait, 10)
        gate.set()
        await asyncio.gather(*tasks)

    asyncio.run(asyncio.wait_for(two(), 10))


@override_settings(DEBUG_PROPAGATE_EXCEPTIONS=False)
def test_a_view_that_fails_gives_an_error_page_and_its_thread_goes_on() -> None:
    handler = threads(1)

    async def one_after_another() -> tuple[Visitor, Visitor]:
        return await visit(handler, "/failing/"), await visit(handler, "/said/")

    failed, after = asyncio.run(one_after_another())
    assert (failed.status, after.status) == (500, 200)


@pytest.mark.django_db(transaction=True)
def test_a_stream_ends_when_nobody_listens_any_more() -> None:
    handler = threads(1)
    visitor = asyncio.run(asyncio.wait_for(visit(handler, "/streamed/", leaves_after=5), 10))
    assert visitor.body.startswith(b"012")
    assert ended == ["stream"]


def test_a_stream_that_fails_is_not_ended_as_if_it_were_whole() -> None:
    """The server breaks the connection off, so that a download is seen to be cut."""
    visitor = Visitor("/cut_short/")
    with pytest.raises(LookupError):
        asyncio.run(threads(1)(visitor.scope, visitor.receive, visitor.send))
    assert visitor.body == b"some"
    assert visitor.got[-1]["more_body"]


def test_what_is_not_http_is_refused() -> None:
    with pytest.raises(ValueError, match="websocket"):
        asyncio.run(threads(1)({"type": "websocket"}, None, None))  # type: ignore[arg-type]


def test_who_leaves_before_having_asked_gets_nothing() -> None:
    visitor = Visitor("/said/")

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    asyncio.run(threads(1)(visitor.scope, gone, visitor.send))
    assert visitor.got == []


def test_what_is_written_leaves_at_once_where_processes_share_a_socket() -> None:
    """uvicorn makes that socket without naming the protocol, and asyncio then leaves Nagle's algorithm on."""
    handler, without_delay = threads(1), []

    async def application(scope: Message, receive: Any, send: Any) -> None:
        wire = send.__self__.transport.get_extra_info("socket")
        before = wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        await handler(scope, receive, send)
        without_delay.append((before, wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))

    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as shared:
        shared.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(application, log_level="critical", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [shared]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
            address = f"http://127.0.0.1:{shared.getsockname()[1]}/said/"
            assert httpx2.get(address, headers={"Host": "testserver"}).text == "said"
        finally:
            server.should_exit = True
            thread.join(10)
    assert without_delay == [(0, 1)]
