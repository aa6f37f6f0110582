"""A streamed reply: its pieces join to the reply, which is the one that comes in one piece."""

import asyncio
import json
from contextlib import aclosing
from dataclasses import replace

import pytest

from tests.providers.loopback import ANSWERS, QUESTION, ask, connect
from vibes.providers.base import Message, Piece, ProviderError, Reply, Request, Usage
from vibes.providers.scripted_server import Pace, create_app

pytestmark = pytest.mark.slow

NAMES = ("responses", "openai", "anthropic", "local", "scripted")
PLAIN = ANSWERS[QUESTION]["scripted-plain"]


async def streamed(served, name, request) -> tuple[list[Piece], Reply]:
    async with aclosing(connect(name, served.address)) as provider:
        *pieces, reply = [part async for part in provider.stream(request)]
    assert all(isinstance(piece, Piece) and piece.text for piece in pieces)
    return pieces, reply


def joined(pieces, *, thought: bool) -> str:
    return "".join(piece.text for piece in pieces if piece.thought is thought)


def thinking(name: str) -> Request:
    """A request that makes the scripted server show thoughts. OpenAI's Chat Completions shows none by itself."""
    request = ask(effort="high")
    return (
        request
        if name in ("responses", "anthropic")
        else replace(request, extra={"vibes_thoughts": "reasoning"})
    )


@pytest.mark.parametrize("name", NAMES)
async def test_the_pieces_join_to_the_reply_that_comes_whole(name, scripted):
    request = thinking(name)
    pieces, reply = await streamed(scripted, name, request)
    async with aclosing(connect(name, scripted.address)) as provider:
        whole = await provider.complete(request)
    assert len(pieces) > 3
    assert joined(pieces, thought=False) == reply.text == whole.text == PLAIN
    assert joined(pieces, thought=True) == reply.thoughts == whole.thoughts != ""
    assert reply.usage == whole.usage
    assert reply.usage.tokens_out > reply.usage.tokens_reasoning > 0
    assert (reply.finish_reason, reply.served_model) == ("stop", "scripted-plain")
    assert 0 < reply.first_token_seconds <= reply.seconds < 5
    assert whole.first_token_seconds is None


@pytest.mark.parametrize("name", NAMES)
async def test_the_first_token_is_timed_apart_from_the_last(name, serve):
    served = serve(create_app(ANSWERS, pace=Pace(0.1, piece_s=0.05)))
    _, reply = await streamed(served, name, ask())
    assert reply.first_token_seconds >= 0.1
    assert reply.seconds > reply.first_token_seconds + 0.1


@pytest.mark.parametrize("name", NAMES)
async def test_a_connection_is_used_again_after_a_stream(name, serve):
    app, ports = create_app(ANSWERS), set()

    async def counting(scope, receive, send):
        ports.add(scope["client"][1])
        await app(scope, receive, send)

    async with aclosing(connect(name, serve(counting).address)) as provider:
        for _ in range(3):
            assert [part async for part in provider.stream(ask())]
    assert len(ports) == 1


async def test_many_streams_at_once(scripted):
    async with aclosing(connect("openai", scripted.address)) as provider:

        async def last() -> Reply:
            return [part async for part in provider.stream(ask())][-1]

        replies = await asyncio.gather(*(last() for _ in range(40)))
    assert {reply.text for reply in replies} == {PLAIN}


def sse(*events: object) -> bytes:
    return b"".join(f"data: {e if isinstance(e, str) else json.dumps(e)}\n\n".encode() for e in events)


def saying(body: bytes, kind: bytes = b"text/event-stream", *headers):
    async def app(scope, receive, send):
        sent = [(b"content-type", kind), *headers]
        await send({"type": "http.response.start", "status": 200, "headers": sent})
        for start in range(0, len(body), 7):  # every event in many chunks
            await send({"type": "http.response.body", "body": body[start : start + 7], "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app


def chunk(finish=None, **delta):
    return {"id": "c1", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
async def test_reasoning_in_a_field_of_its_own(field, serve):
    body = sse(
        chunk(role="assistant", content=""),
        chunk(**{field: "2+"}),
        chunk(**{field: "2"}),
        chunk(content="<think> is a tag: 4"),
        chunk("stop"),
        {"id": "c1", "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 5}},
        "[DONE]",
    )
    for name in ("openai", "local"):
        pieces, reply = await streamed(serve(saying(body)), name, ask())
        assert [(piece.text, piece.thought) for piece in pieces] == [
            ("2+", True),
            ("2", True),
            ("<think> is a tag: 4", False),
        ]
        assert (reply.thoughts, reply.text) == ("2+2", "<think> is a tag: 4")
        assert reply.usage == Usage(tokens_in=3, tokens_out=5)
        assert reply.raw["choices"][0]["message"][field] == "2+2"


@pytest.mark.parametrize(
    ("contents", "thoughts", "text"),
    [
        (["<th", "ink>2", "+2</thi", "nk>\n\n4", "."], "2+2", "4."),
        (["  <think>", "2+2"], "2+2", ""),  # never closed
        (["So: <think>", "4"], "", "So: <think>4"),
        (["<b>4", "</b>"], "", "<b>4</b>"),
        (["<thi"], "", "<thi"),
    ],
)
async def test_tags_over_chunks(contents, thoughts, text, serve):
    body = sse(*(chunk(content=content) for content in contents), chunk("stop"), "[DONE]")
    pieces, reply = await streamed(serve(saying(body)), "local", ask())
    assert (reply.thoughts, reply.text) == (thoughts, text)
    assert (joined(pieces, thought=True), joined(pieces, thought=False)) == (thoughts, text)


async def test_a_lone_closing_tag_comes_too_late_for_the_pieces_and_in_time_for_the_reply(serve):
    body = sse(chunk(content="2+2"), chunk(content="\n</think>\n4"), chunk("stop"), "[DONE]")
    pieces, reply = await streamed(serve(saying(body)), "local", ask())
    assert joined(pieces, thought=False) == "2+2\n</think>\n4"
    assert (reply.thoughts, reply.text) == ("2+2", "4")


async def test_a_server_that_ends_without_done_or_usage(serve):
    body = sse(chunk(content="4"), chunk("length"))
    _, reply = await streamed(serve(saying(body)), "openai", ask())
    assert (reply.text, reply.finish_reason, reply.usage) == ("4", "length", Usage())


@pytest.mark.parametrize("name", NAMES)
async def test_a_server_that_does_not_stream_answers_in_one_piece(name, scripted, serve):
    request = thinking(name)
    async with aclosing(connect(name, scripted.address)) as provider:
        whole = await provider.complete(request)
    served = serve(saying(json.dumps(whole.raw).encode(), b"application/json"))
    pieces, reply = await streamed(served, name, request)
    assert pieces == [Piece(whole.thoughts, thought=True), Piece(whole.text)]
    assert (reply.text, reply.thoughts, reply.usage, reply.raw) == (
        whole.text,
        whole.thoughts,
        whole.usage,
        whole.raw,
    )
    assert 0 < reply.first_token_seconds <= reply.seconds


@pytest.mark.parametrize(
    ("error", "kind", "permanent"),
    [
        ({"message": "m", "type": "BadRequestError", "code": 400}, "bad_request", True),
        ({"message": "m", "type": "server_error"}, "overloaded", False),
        ({"message": "m", "code": "rate_limit_exceeded"}, "rate_limited", False),
        ({"message": "m", "code": "insufficient_quota"}, "quota", True),
        ({"message": "m", "type": "authentication_error"}, "auth", True),
        ("m", "overloaded", False),
    ],
)
async def test_an_error_in_mid_stream(error, kind, permanent, serve):
    served = serve(saying(sse(chunk(content="4"), {"error": error})))
    with pytest.raises(ProviderError, match="m") as caught:
        await streamed(served, "openai", ask())
    assert (caught.value.kind, caught.value.permanent) == (kind, permanent)


async def test_an_error_in_a_body_that_says_200(serve):
    served = serve(saying(b'{"error": {"message": "No credits", "code": 402}}', b"application/json"))
    async with aclosing(connect("openai", served.address)) as provider:
        with pytest.raises(ProviderError, match="No credits") as caught:
            await provider.complete(ask())
    assert (caught.value.kind, caught.value.permanent) == ("quota", True)


@pytest.mark.parametrize(
    ("headers", "request_id", "server"),
    [
        ([(b"x-request-id", b"req_1"), (b"server", b"llama.cpp")], "req_1", "uvicorn llama.cpp fp_1"),
        ([(b"request-id", b"req_2")], "req_2", "uvicorn fp_1"),
        ([(b"x-request-id", b"r" * 999)], "r" * 200, "uvicorn fp_1"),
        ([], "", "uvicorn fp_1"),
    ],
)
async def test_what_the_headers_tell(headers, request_id, server, serve):
    body = sse({**chunk("stop", content="4"), "system_fingerprint": "fp_1"}, "[DONE]")
    _, reply = await streamed(serve(saying(body, b"text/event-stream", *headers)), "openai", ask())
    assert reply.request_id == request_id
    assert reply.server.replace(", ", " ") == server


async def test_halves_of_characters_join_and_lone_ones_are_replaced(serve):
    escaped = [chunk(content="\ud83d"), chunk(content="\ude00 and \udfff"), chunk("stop"), "[DONE]"]
    _, reply = await streamed(serve(saying(sse(*escaped))), "openai", ask())
    assert reply.text == "\U0001f600 and \ufffd"
    assert reply.text.encode()


async def test_turns_go_out_in_a_stream_too(scripted):
    turns = (Message("user", "Hi"), Message("assistant", "Hello."), Message("user", QUESTION))
    _, reply = await streamed(scripted, "responses", replace(ask(), messages=turns))
    assert reply.text
