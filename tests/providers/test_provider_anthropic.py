"""Messages on the wire and as replies: thinking, caching, stop reasons, streams."""

from contextlib import aclosing
from dataclasses import replace

import pytest

from tests.providers.loopback import ask, connect
from tests.providers.test_provider_streams import saying, sse, streamed
from tests.providers.test_provider_wire import FULL, MESSAGE, replied
from vibes.providers.anthropic_api import key_headers
from vibes.providers.base import Message, ProviderError, Request, Usage, fault

ENABLED = {"type": "enabled", "budget_tokens": 2048}
ADAPTIVE = {"type": "adaptive", "display": "summarized"}


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({"thinking_tokens": 2048}, {"thinking": ENABLED}),
        ({"effort": "high"}, {"thinking": ADAPTIVE, "output_config": {"effort": "high"}}),
        (
            {"effort": "low", "thinking_tokens": 2048},
            {"thinking": ENABLED, "output_config": {"effort": "low"}},
        ),
        ({}, {}),
        ({"effort": "high", "extra": {"thinking": {"type": "disabled"}}},
         {"thinking": {"type": "disabled"}, "output_config": {"effort": "high"}}),
    ],
)  # fmt: skip
async def test_how_hard_it_thinks(fields, sent, serve):
    app, _ = await replied(serve, "anthropic", MESSAGE, replace(ask(max_tokens=4096), **fields))
    asked = {key: app.bodies[0][key] for key in ("thinking", "output_config") if key in app.bodies[0]}
    assert asked == sent


@pytest.mark.parametrize("way", ["complete", "stream"])
@pytest.mark.parametrize(("max_tokens", "extra"), [(2048, {}), (100, {}), (9999, {"max_tokens": 2000})])
async def test_a_budget_without_room_for_an_answer_is_not_sent(max_tokens, extra, way, scripted):
    before = scripted.asked()
    request = Request("m", (Message("user", "?"),), max_tokens=max_tokens, thinking_tokens=2048, extra=extra)
    async with aclosing(connect("anthropic", scripted.address)) as provider:
        with pytest.raises(ProviderError, match=r"thinking budget \(2048\): raise") as caught:
            called = getattr(provider, way)(request)
            await (anext(called) if way == "stream" else called)
    assert (caught.value.kind, caught.value.permanent) == ("bad_request", True)
    assert scripted.asked() == before


async def test_caching_marks_the_system_text_and_the_last_turn(serve):
    request = Request("m", FULL.messages, system="Be short.", cache=True)
    app, _ = await replied(serve, "anthropic", MESSAGE, request)
    mark = {"cache_control": {"type": "ephemeral"}}
    assert app.bodies[0]["system"] == [{"type": "text", "text": "Be short.", **mark}]
    *before, last = app.bodies[0]["messages"]
    assert last == {"role": "user", "content": [{"type": "text", "text": "Sure?", **mark}]}
    assert [turn["content"] for turn in before] == ["2+2?", "4"]


async def test_the_second_request_reads_what_the_first_wrote(scripted):
    long = "A question that has not been asked before, with quite some words. " * 300
    async with aclosing(connect("anthropic", scripted.address)) as provider:
        first = await provider.complete(ask(question=long, cache=True))
        again = await provider.complete(ask(question=long, cache=True))
    assert first.usage.tokens_cache_written > 0 and first.usage.tokens_cached == 0
    assert again.usage.tokens_cached == first.usage.tokens_cache_written
    assert first.usage.tokens_in == again.usage.tokens_in


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reason", "finish", "kind"),
    [
        ("end_turn", "stop", None),
        ("stop_sequence", "stop", None),
        ("max_tokens", "length", "cut"),
        ("model_context_window_exceeded", "length", "cut"),
        ("refusal", "refused", "refused"),
        ("pause_turn", "other", None),
        ("tool_use", "other", None),
        ("a_new_one", "other", None),
        (None, "unknown", None),
    ],
)
async def test_stop_reasons_whole_and_streamed(reason, finish, kind, serve):
    _, whole = await replied(serve, "anthropic", {**MESSAGE, "stop_reason": reason})
    _, reply = await streamed(serve(saying(events(stop_reason=reason))), "anthropic", ask())
    assert whole.finish_reason == reply.finish_reason == finish
    assert (fault(whole).kind if fault(whole) else None) == kind


def delta(index: int, **fields) -> dict[str, object]:
    return {"type": "content_block_delta", "index": index, "delta": fields}


def events(stop_reason="end_turn") -> bytes:
    usage = {
        "input_tokens": 10,
        "cache_read_input_tokens": 60,
        "cache_creation_input_tokens": 30,
        "output_tokens": 1,
    }
    started = {**MESSAGE, "content": [], "stop_reason": None, "usage": usage}
    return sse(
        {"type": "message_start", "message": started},
        {"type": "ping"},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
        delta(0, type="thinking_delta", thinking="2+"),
        delta(0, type="thinking_delta", thinking="2"),
        delta(0, type="signature_delta", signature="sig"),
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "redacted_thinking", "data": "x"}},
        {"type": "content_block_start", "index": 2, "content_block": {"type": "thinking", "thinking": ""}},
        delta(2, type="thinking_delta", thinking="is 4"),
        {"type": "content_block_start", "index": 3, "content_block": {"type": "text", "text": ""}},
        delta(3, type="text_delta", text="Fo"),
        delta(3, type="citations_delta", citation={}),
        delta(3, type="text_delta", text="ur."),
        {"type": "message_delta", "delta": {"stop_reason": stop_reason},
         "usage": {"output_tokens": 50, "input_tokens": None, "output_tokens_details": {"thinking_tokens": 20}}},
        {"type": "a_new_event"},
        {"type": "message_stop"},
    )  # fmt: skip


async def test_a_stream_becomes_the_message_that_it_would_have_been(serve):
    pieces, reply = await streamed(serve(saying(events())), "anthropic", ask())
    assert [(piece.text, piece.thought) for piece in pieces] == [
        ("2+", True),
        ("2", True),
        ("\n\nis 4", True),
        ("Fo", False),
        ("ur.", False),
    ]
    assert (reply.thoughts, reply.text, reply.finish_reason) == ("2+2\n\nis 4", "Four.", "stop")
    assert reply.usage == Usage(100, 50, 20, 60, 30)
    assert reply.raw["content"][:2] == [
        {"type": "thinking", "thinking": "2+2", "signature": "sig"},
        {"type": "redacted_thinking", "data": "x"},
    ]


async def test_overload_in_mid_stream(serve):
    body = sse({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})
    with pytest.raises(ProviderError, match="Overloaded") as caught:
        await streamed(serve(saying(body)), "anthropic", ask())
    assert (caught.value.kind, caught.value.permanent) == ("overloaded", False)


def test_anthropic_itself_gets_the_key_in_its_own_header_alone():
    assert key_headers("https://api.anthropic.com")("k") == {"x-api-key": "k"}
    assert key_headers("http://127.0.0.1:8080/v1")("k") == {"x-api-key": "k", "authorization": "Bearer k"}
