"""Requests through the real SDKs to a real server: replies, usage, and every failure as the right ProviderError."""

import asyncio
import time
from contextlib import aclosing

import pytest

from tests.providers.loopback import ANSWERS, QUESTION, ask, connect
from vibes.providers.base import ProviderError, fault
from vibes.providers.scripted import MODELS, count_tokens
from vibes.providers.scripted_command import listen
from vibes.providers.scripted_server import create_app

NAMES = ("openai", "anthropic", "local", "scripted")
PLAIN = ANSWERS[QUESTION]["scripted-plain"]


@pytest.mark.parametrize("name", NAMES)
async def test_a_reply_has_text_usage_and_its_whole_body(name, scripted):
    async with aclosing(connect(name, scripted.address)) as provider:
        reply = await provider.complete(ask())
    assert (reply.text, reply.thoughts, reply.finish_reason) == (PLAIN, "", "stop")
    assert reply.usage.tokens_in == count_tokens(QUESTION) + 4
    assert reply.usage.tokens_out == count_tokens(PLAIN)
    assert reply.served_model == "scripted-plain"
    assert 0 < reply.seconds < 5
    assert reply.first_token_seconds is None
    assert reply.raw["usage"] and reply.raw["id"]
    assert fault(reply) is None


@pytest.mark.parametrize("name", NAMES)
async def test_models_are_listed(name, scripted):
    async with aclosing(connect(name, scripted.address)) as provider:
        models = await provider.list_models()
    assert models == MODELS


@pytest.mark.parametrize("name", ["openai", "anthropic"])
@pytest.mark.parametrize(
    ("shown", "kind", "permanent", "retry_after"),
    [
        ("bad_request", "bad_request", True, None),
        ("auth", "auth", True, None),
        ("forbidden", "auth", True, None),
        ("not_found", "not_found", True, None),
        ("too_large", "bad_request", True, None),
        ("rate_limited", "rate_limited", False, 2.0),
        ("quota", "quota", True, 2.0),
        ("500", "overloaded", False, None),
        ("503", "overloaded", False, None),
        ("529", "overloaded", False, None),
        ("drop", "unreachable", False, None),
        ("garbled", "garbled", False, None),
        ("not_utf8", "garbled", False, None),
        ("shape", "garbled", False, None),
        ("redirect", "redirected", True, None),
    ],
)
async def test_a_failure_is_one_error_after_one_request(name, shown, kind, permanent, retry_after, scripted):
    before = scripted.asked()
    async with aclosing(connect(name, scripted.address)) as provider:
        with pytest.raises(ProviderError) as caught:
            await provider.complete(ask(shown))
    assert (caught.value.kind, caught.value.permanent) == (kind, permanent)
    assert caught.value.retry_after == retry_after
    assert scripted.asked() == before + 1  # neither the SDK nor a redirect asked again


@pytest.mark.parametrize("name", ["openai", "anthropic"])
@pytest.mark.parametrize(
    ("shown", "finish", "kind", "permanent"),
    [
        ("empty", "stop", "empty", False),
        ("length", "length", "cut", True),
        ("refused", "refused", "refused", True),
    ],
)
async def test_a_reply_that_nobody_should_rate_has_a_fault(name, shown, finish, kind, permanent, scripted):
    async with aclosing(connect(name, scripted.address)) as provider:
        reply = await provider.complete(ask(shown))
    error = fault(reply)
    assert reply.finish_reason == finish
    assert error is not None
    assert (error.kind, error.permanent) == (kind, permanent)


@pytest.mark.parametrize("name", ["openai", "anthropic"])
async def test_a_real_token_limit_cuts(name, scripted):
    async with aclosing(connect(name, scripted.address)) as provider:
        reply = await provider.complete(ask(max_tokens=5))
    assert reply.usage.tokens_out <= 5
    assert reply.text and PLAIN.startswith(reply.text)
    assert fault(reply).kind == "cut"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["openai", "anthropic"])
async def test_a_server_that_hangs_costs_the_time_limit_and_no_more(name, scripted):
    async with aclosing(connect(name, scripted.address)) as provider:
        began = time.monotonic()
        with pytest.raises(ProviderError) as caught:
            await provider.complete(ask("hang", timeout_s=0.3))
    assert (caught.value.kind, caught.value.permanent) == ("timeout", False)
    assert 0.25 < time.monotonic() - began < 5


@pytest.mark.slow
@pytest.mark.parametrize("name", ["openai", "anthropic"])
async def test_a_server_that_never_ends_costs_the_time_limit_too(name, serve):
    async def drip(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(500):
            await send({"type": "http.response.body", "body": b" ", "more_body": True})
            await asyncio.sleep(0.02)

    served = serve(drip)
    async with aclosing(connect(name, served.address)) as provider:
        began = time.monotonic()
        with pytest.raises(ProviderError) as caught:
            await provider.complete(ask(timeout_s=0.3))
    assert caught.value.kind == "timeout"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("name", ["openai", "anthropic"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_no_server_and_no_tls_are_unreachable(name, scheme, scripted):
    listener = listen(0)
    port = listener.getsockname()[1] if scheme == "http" else scripted.port
    listener.close()
    async with aclosing(connect(name, f"{scheme}://127.0.0.1:{port}")) as provider:
        with pytest.raises(ProviderError) as caught:
            await provider.complete(ask())
        with pytest.raises(ProviderError, match="cannot be reached"):
            await provider.list_models()
    assert (caught.value.kind, caught.value.permanent) == ("unreachable", False)


@pytest.mark.parametrize("name", ["openai", "anthropic"])
async def test_the_key_is_not_in_the_error_that_quotes_it(name, serve):
    served = serve(create_app(ANSWERS, api_key="the-right-one"))
    async with aclosing(connect(name, served.address, api_key="sk-wrong-987654")) as provider:
        with pytest.raises(ProviderError) as caught:
            await provider.complete(ask())
    assert caught.value.kind == "auth"
    assert "Incorrect API key provided: [key]" in str(caught.value)
    assert "987654" not in str(caught.value)
    async with aclosing(connect(name, served.address, api_key="the-right-one")) as provider:
        assert (await provider.complete(ask())).text == PLAIN


@pytest.mark.parametrize("name", ["openai", "anthropic"])
async def test_a_model_that_is_not_there_is_not_found(name, scripted):
    async with aclosing(connect(name, scripted.address)) as provider:
        with pytest.raises(ProviderError, match="scripted-nobody") as caught:
            await provider.complete(ask(model="scripted-nobody"))
    assert (caught.value.kind, caught.value.permanent) == ("not_found", True)


@pytest.mark.parametrize("name", ["openai", "anthropic"])
async def test_text_that_no_body_can_hold_is_said_so(name, scripted):
    async with aclosing(connect(name, scripted.address)) as provider:
        with pytest.raises(ProviderError, match="cannot be sent") as caught:
            await provider.complete(ask(question="half a \ud800 character"))
    assert (caught.value.kind, caught.value.permanent) == ("bad_request", True)


@pytest.mark.slow
async def test_many_requests_run_at_once(serve):
    from vibes.providers.scripted_server import Pace

    served = serve(create_app(ANSWERS, pace=Pace(0.3)))
    async with aclosing(connect("openai", served.address)) as provider:
        began = time.monotonic()
        replies = await asyncio.gather(*(provider.complete(ask()) for _ in range(40)))
    assert len(replies) == 40
    assert time.monotonic() - began < 8  # one after the other they take 12 s
