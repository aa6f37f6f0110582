"""The fault table: each fault on a real connection, streamed or not, is one ProviderError, after one request."""

import asyncio
import json
import time
from contextlib import aclosing

import pytest

from tests.providers.loopback import ask, connect
from vibes.providers.base import Piece, ProviderError, Reply, fault

pytestmark = pytest.mark.slow

NAMES = ("responses", "openai", "anthropic", "local")
WAYS = ("whole", "streamed")


async def told(provider, request, way) -> tuple[list[Piece], Reply]:
    """The pieces and the reply, by either way."""
    if way == "whole":
        return [], await provider.complete(request)
    said = [part async for part in provider.stream(request)]
    return said[:-1], said[-1]


async def failure(served, name, way, request, **connection) -> ProviderError:
    async with aclosing(connect(name, served.address, **connection)) as provider:
        with pytest.raises(ProviderError) as caught:
            await told(provider, request, way)
    return caught.value


# fault: (kind, permanent, seconds to wait, words of the mend)
STATUSES = {
    "bad_request": ("bad_request", True, None, "HTTP 400: The fault"),
    "auth": ("auth", True, None, "Look at the key that the endpoint names"),
    "forbidden": ("auth", True, None, "permissions"),
    "not_found": ("not_found", True, None, "HTTP 404"),
    "408": ("timeout", False, None, "HTTP 408"),
    "409": ("overloaded", False, None, "HTTP 409"),
    "too_large": ("bad_request", True, None, "too large for this server"),
    "422": ("bad_request", True, None, "further parameters"),
    "rate_limited": ("rate_limited", False, 2.0, "HTTP 429"),
    "rate_limited_silent": ("rate_limited", False, None, "HTTP 429"),
    "rate_limited_date": ("rate_limited", False, 2.0, "HTTP 429"),  # its clock is an hour fast
    "quota": ("quota", True, 2.0, "balance"),
    "500": ("overloaded", False, None, "HTTP 500"),
    "502": ("overloaded", False, None, "HTTP 502: <html>"),
    "503": ("overloaded", False, None, "HTTP 503"),
    "529": ("overloaded", False, None, "HTTP 529"),
    "redirect": ("redirected", True, None, "Redirects are not followed"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shown", STATUSES)
async def test_a_status_has_kind_permanence_wait_and_mend(shown, name, way, scripted):
    kind, permanent, wait, words = STATUSES[shown]
    before = scripted.asked()
    error = await failure(scripted, name, way, ask(shown))
    assert (error.kind, error.permanent, error.retry_after) == (kind, permanent, wait)
    assert words in error.message
    assert scripted.asked() == before + 1  # neither the SDK nor a redirect asked again


# fault: (kind, permanent, words whole, words streamed); a whole reply is garbled where a stream breaks off
BREAKS = {
    "drop": ("unreachable", False, "broke the connection", "broke the connection"),
    "reset": ("unreachable", False, "broke the connection", "broke the connection"),
    "garbled": ("garbled", False, "text that is not JSON", "text that is not JSON"),
    "not_utf8": ("garbled", False, "not UTF-8", "not UTF-8"),
    "shape": ("garbled", False, "another shape", "another shape"),
    "overloaded": ("overloaded", False, "HTTP 529", "broke off with an error: Overloaded"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shown", BREAKS)
async def test_what_breaks_in_the_middle(shown, name, way, scripted):
    kind, permanent, whole, streamed = BREAKS[shown]
    if (shown, name, way) == ("shape", "anthropic", "streamed"):  # events of unknown kinds are to be skipped
        kind, streamed = "unreachable", "broke the connection"
    error = await failure(scripted, name, way, ask(shown))
    assert (error.kind, error.permanent) == (kind, permanent)
    assert (whole if way == "whole" else streamed) in error.message


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shown", ["hang", "stall", "endless", "slow"])
async def test_no_server_takes_longer_than_the_time_limit(shown, name, way, scripted):
    began = time.monotonic()
    error = await failure(scripted, name, way, ask(shown, timeout_s=0.25))
    assert (error.kind, error.permanent) == ("timeout", False)
    assert "No whole reply within 0.25 s" in error.message
    assert ("after the first" in error.message) == (way == "streamed" and shown in ("stall", "endless"))
    assert 0.2 < time.monotonic() - began < 5


# fault: what it is called by the rule for replies that nobody should rate
REPLIES = {"empty": "empty", "length": "cut", "refused": "refused", "refusal": "refused"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shown", REPLIES)
async def test_a_reply_that_nobody_should_rate_has_a_fault(shown, name, way, scripted):
    async with aclosing(connect(name, scripted.address)) as provider:
        _, reply = await told(provider, ask(shown), way)
    assert fault(reply).kind == REPLIES[shown]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["responses", "openai", "local"])
async def test_a_content_filter_withholds_the_answer(name, way, scripted):
    async with aclosing(connect(name, scripted.address)) as provider:
        _, reply = await told(provider, ask("content_filter"), way)
    assert fault(reply).kind == "refused"


@pytest.mark.parametrize("way", WAYS)
async def test_anthropics_content_filter_is_an_error_that_says_so(way, scripted):
    error = await failure(scripted, "anthropic", way, ask("content_filter"))
    assert (error.kind, error.permanent) == ("refused", True)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
async def test_ten_megabytes_are_read(name, way, scripted):
    async with aclosing(connect(name, scripted.address, timeout_s=60)) as provider:
        _, reply = await told(provider, ask("huge", timeout_s=60.0), way)
    assert len(reply.text) >= 10_000_000 - 1
    assert fault(reply) is None


async def left(receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def for_ever(status: int, kind: bytes, chunk: bytes):
    """An app whose body ends when the client leaves."""

    async def app(scope, receive, send):
        headers = [(b"content-type", kind)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        gone = asyncio.create_task(left(receive))
        while not gone.done():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await asyncio.sleep(0)

    return app


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
async def test_more_than_sixteen_mebibytes_are_refused(name, way, serve):
    kind = b"text/event-stream" if way == "streamed" else b"application/json"
    served = serve(for_ever(200, kind, b"x" * 65536))
    error = await failure(served, name, way, ask(timeout_s=20.0), timeout_s=20)
    assert (error.kind, error.permanent) == ("garbled", True)
    assert "larger than 16 MiB" in error.message


def chatting(words: str, padding: str):
    """A chat of 2,176 chunks, each with these words, and with padding as OpenAI adds against eavesdroppers."""
    chunk = {"choices": [{"index": 0, "delta": {"content": words}}], "obfuscation": padding}
    ending = b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'

    async def app(scope, receive, send):
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for _ in range(17 * 128):
            event = f"data: {json.dumps(chunk)}\n\n".encode()
            await send({"type": "http.response.body", "body": event, "more_body": True})
        await send({"type": "http.response.body", "body": ending})

    return app


async def test_a_stream_is_refused_by_what_it_says(serve):
    served = serve(chatting("x" * 8192, ""))
    error = await failure(served, "openai", "streamed", ask())
    assert error.kind == "garbled" and "larger than 16 MiB" in error.message


async def test_a_stream_is_not_refused_by_how_it_says_it(serve):
    """Seventeen mebibytes of events for 22 kB of text: a token takes some 250 bytes on the wire."""
    served = serve(chatting("x" * 10, "o" * 8192))
    async with aclosing(connect("openai", served.address)) as provider:
        _, reply = await told(provider, ask(), "streamed")
    assert len(reply.text) == 17 * 128 * 10


async def test_an_error_as_long_as_a_book_is_read_to_its_beginning(serve):
    served = serve(for_ever(502, b"text/html", b"bad " * 16384))
    error = await failure(served, "openai", "whole", ask())
    assert error.kind == "overloaded" and error.message.startswith("HTTP 502: bad bad")
    assert len(error.message) <= 400


@pytest.mark.parametrize("name", NAMES)
async def test_a_stream_that_ends_without_an_end_was_broken_off(name, serve):
    async def half(scope, receive, send):
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b': ping\n\ndata: {"type": "ping"}\n\n'})

    error = await failure(serve(half), name, "streamed", ask())
    assert (error.kind, error.permanent) == ("unreachable", False)
    assert "before the answer had ended" in error.message


@pytest.mark.parametrize("name", NAMES)
async def test_a_web_page_is_not_a_reply(name, serve):
    async def page(scope, receive, send):
        headers = [(b"content-type", b"text/html")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"<!doctype html><title>Chat</title>"})

    error = await failure(serve(page), name, "whole", ask())
    assert error.kind == "garbled"
    assert "'<!doctype html>" in error.message and "Does the address end in /v1?" in error.message


async def test_a_consumer_that_leaves_closes_the_connection(scripted):
    async with aclosing(connect("openai", scripted.address)) as provider:
        async with aclosing(provider.stream(ask("stall"))) as parts:
            async for part in parts:
                assert isinstance(part, Piece)
                break
        pool = provider._http._transport._pool
        assert [connection for connection in pool.connections if not connection.is_idle()] == []


async def test_a_slow_consumer_is_not_struck_by_the_time_limit(scripted):
    """The limit is the server's: it may end the stream, but not in the middle of the consumer's own work."""
    done = []
    async with aclosing(connect("openai", scripted.address)) as provider:
        with pytest.raises(ProviderError, match="No whole reply"):
            async for _ in provider.stream(ask("stall", timeout_s=0.2)):
                await asyncio.sleep(0.3)
                done.append(1)
    assert done
