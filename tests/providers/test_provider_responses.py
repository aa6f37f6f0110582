"""Responses on the wire and as replies."""

from contextlib import aclosing
from dataclasses import replace

import pytest

from tests.providers.loopback import ask, connect
from tests.providers.test_provider_streams import saying, sse, streamed
from tests.providers.test_provider_wire import FULL, TURNS, Recorder, replied
from vibes.providers.base import ProviderError, Usage, fault

TEXT = {"type": "message", "content": [{"type": "output_text", "text": "Four."}]}
RESPONSE = {
    "id": "resp_1",
    "model": "served-name",
    "status": "completed",
    "output": [TEXT],
    "usage": {"input_tokens": 9, "output_tokens": 3},
}


async def test_responses_on_the_wire_store_nothing_and_have_no_seed(serve):
    app, reply = await replied(serve, "responses", RESPONSE, FULL)
    assert app.bodies == [
        {
            "model": "a-model",
            "input": TURNS,
            "instructions": "Be short.",
            "max_output_tokens": 77,
            "temperature": 0.3,
            "store": False,
            "top_k": 40,
        }
    ]
    assert (reply.text, reply.served_model) == ("Four.", "served-name")
    assert reply.usage == Usage(tokens_in=9, tokens_out=3)


async def test_effort_asks_for_a_summary(serve):
    app, _ = await replied(serve, "responses", RESPONSE, ask(effort="high"))
    assert app.bodies[0]["reasoning"] == {"effort": "high", "summary": "auto"}
    assert "instructions" not in app.bodies[0] and "temperature" not in app.bodies[0]


async def test_extra_wins(serve):
    request = replace(FULL, effort="low", extra={"reasoning": {"effort": "max"}, "store": True})
    app, _ = await replied(serve, "responses", RESPONSE, request)
    assert (app.bodies[0]["reasoning"], app.bodies[0]["store"]) == ({"effort": "max"}, True)


async def test_a_stream_asks_for_a_stream_and_no_more(serve):
    served = serve(Recorder(RESPONSE))
    await streamed(served, "responses", ask())
    assert served.app.bodies[0]["stream"] is True
    assert "stream_options" not in served.app.bodies[0]


async def test_summaries_reasoning_and_every_kind_of_token(serve):
    summaries = [{"type": "summary_text", "text": "Two"}, {"type": "summary_text", "text": "and two"}]
    open_model = {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "2+2"}]}
    content = {
        **RESPONSE,
        "output": [{"type": "reasoning", "summary": summaries}, open_model, TEXT],
        "usage": {
            "input_tokens": 100,
            "output_tokens": 50,
            "input_tokens_details": {"cached_tokens": 64, "cache_write_tokens": 8},
            "output_tokens_details": {"reasoning_tokens": 20},
        },
    }
    _, reply = await replied(serve, "responses", content)
    assert reply.thoughts == "Two\n\nand two\n\n2+2"
    assert reply.usage == Usage(100, 50, 20, 64, 8)


@pytest.mark.parametrize(
    ("changed", "finish", "kind"),
    [
        ({}, "stop", None),
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, "length", "cut"),
        ({"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}, "refused", "refused"),
        ({"status": "incomplete", "incomplete_details": {"reason": "steered"}}, "other", None),
        ({"status": "cancelled"}, "other", None),
        (
            {"output": [{"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}]},
            "refused",
            "refused",
        ),
        ({"output": [{"type": "reasoning", "summary": []}]}, "stop", "empty"),
    ],
)
async def test_how_a_response_ends(changed, finish, kind, serve):
    _, reply = await replied(serve, "responses", {**RESPONSE, **changed})
    assert reply.finish_reason == finish
    assert (fault(reply).kind if fault(reply) else None) == kind


FAILED = {**RESPONSE, "status": "failed", "output": [], "error": {"code": "server_error", "message": "Oh"}}


async def test_a_failed_response_is_an_error_though_the_status_is_200(serve):
    with pytest.raises(ProviderError, match="Oh") as caught:
        await replied(serve, "responses", FAILED)
    assert (caught.value.kind, caught.value.permanent) == ("overloaded", False)


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        ([{"type": "response.failed", "response": FAILED}], "overloaded"),
        ([{"type": "error", "code": "rate_limit_exceeded", "message": "Oh", "param": None}], "rate_limited"),
        ([{"type": "error", "error": {"type": "invalid_request_error", "message": "Oh"}}], "bad_request"),
    ],
)
async def test_errors_in_a_stream(events, kind, serve):
    with pytest.raises(ProviderError, match="Oh") as caught:
        await streamed(serve(saying(sse(*events))), "responses", ask())
    assert caught.value.kind == kind


async def test_events_that_bring_summary_and_text(serve):
    whole = {
        **RESPONSE,
        "output": [{"type": "reasoning", "summary": [{"text": "Two"}, {"text": "and two"}]}, TEXT],
    }
    thought = "response.reasoning_summary_text.delta"
    events = [
        {"type": "response.created", "response": {}},
        {"type": thought, "output_index": 0, "summary_index": 0, "delta": "Tw"},
        {"type": thought, "output_index": 0, "summary_index": 0, "delta": "o"},
        {"type": thought, "output_index": 0, "summary_index": 1, "delta": "and two"},
        {"type": "response.output_text.delta", "output_index": 1, "delta": "Four."},
        {"type": "response.completed", "response": whole},
    ]
    pieces, reply = await streamed(serve(saying(sse(*events))), "responses", ask())
    thoughts = "".join(piece.text for piece in pieces if piece.thought)
    assert thoughts == reply.thoughts == "Two\n\nand two"
    assert reply.text == "Four." and reply.raw == whole


@pytest.mark.parametrize("last", ["response.incomplete", "response.completed"])
async def test_a_refusal_is_not_shown_and_is_told(last, serve):
    refused = {
        **RESPONSE,
        "output": [{"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}],
    }
    events = [{"type": "response.refusal.delta", "delta": "No."}, {"type": last, "response": refused}]
    pieces, reply = await streamed(serve(saying(sse(*events))), "responses", ask())
    assert (pieces, reply.finish_reason) == ([], "refused")


async def test_the_key_is_not_in_an_event_that_quotes_it(serve):
    event = {"type": "error", "message": "Key sk-test-0123456789 and sk-proj-abcdefgh123 are wrong"}
    with pytest.raises(ProviderError) as caught:
        await streamed(serve(saying(sse(event))), "responses", ask())
    assert str(caught.value).endswith("Key [key] and [key] are wrong")


async def test_models_come_from_the_same_address(scripted):
    async with aclosing(connect("responses", scripted.address)) as provider:
        assert "scripted-plain" in await provider.list_models()
