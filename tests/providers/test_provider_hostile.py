"""What a hostile server can send: every bit of it ends as a reply or a ProviderError, and none of it holds the key."""

import json
from contextlib import aclosing

import pytest

from tests.providers.loopback import ask, connect
from vibes.providers.base import ProviderError, Usage
from vibes.providers.batch_lines import vendor_id
from vibes.providers.discovery import find
from vibes.providers.failures import clean, from_status
from vibes.providers.registry import batch_provider
from vibes.providers.waiting import retry_after

# Not like a vendor's, so that only knowing it takes it out.
KEY = "abcdef0123456789abcdef0123456789abcdef01"
JSON = {"content-type": "application/json"}
DEEP = "[" * 100_000


def saying(body: str, status: int = 200, **headers: str):
    async def app(scope, receive, send):
        named = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": named})
        await send({"type": "http.response.body", "body": body.encode()})

    return app


def chat(**changed: object) -> str:
    said = {"message": {"role": "assistant", "content": "Yes."}, "finish_reason": "stop"}
    return json.dumps({"model": "m", "choices": [said], **changed})


async def reply(served, name: str = "local"):
    async with aclosing(connect(name, served.address, api_key=KEY)) as provider:
        return await provider.complete(ask())


@pytest.mark.parametrize("name", ["local", "responses", "anthropic"])
@pytest.mark.parametrize("status", [300, 302, 304])
async def test_a_redirect_to_no_address_is_a_redirect(status, name, serve):
    with pytest.raises(ProviderError) as caught:
        await reply(serve(saying("", status, location="http://[")), name)
    assert caught.value.kind == "redirected"


@pytest.mark.parametrize("charset", ["rot13", "base64_codec", "idna", "undefined", "no-such"])
@pytest.mark.parametrize("name", ["local", "anthropic"])
async def test_an_error_in_a_charset_of_no_text_is_read_as_utf_8(charset, name, serve):
    with pytest.raises(ProviderError, match="No such thing") as caught:
        await reply(serve(saying("No such thing", 400, content_type=f"text/plain; charset={charset}")), name)
    assert caught.value.kind == "bad_request"


@pytest.mark.parametrize("before", range(190, 245, 9))
def test_no_part_of_the_key_is_left_where_a_message_is_cut(before):
    body = json.dumps({"error": {"message": "x" * before + " " + KEY}})
    assert KEY[:8] not in str(from_status(401, body, {}, api_key=KEY))


async def test_no_part_of_the_key_is_left_of_a_body_that_is_no_json(serve):
    with pytest.raises(ProviderError) as caught:
        await reply(serve(saying("y" * 35 + KEY, **JSON)))
    assert "[key]" in str(caught.value)
    assert KEY[:8] not in str(caught.value)


async def test_no_part_of_the_key_is_left_of_names_that_are_cut(serve):
    long = "z" * 180 + KEY
    found = await reply(serve(saying(chat(model=long), x_request_id=long, server=long)))
    assert all("[key]" in told for told in (found.served_model, found.request_id, found.server))
    assert KEY[:8] not in f"{found.served_model} {found.request_id} {found.server}"


def test_a_message_is_one_line_that_steers_nothing():
    assert clean("a\ud800b\x1b[31m\x00c\u202ed\ne", "") == "a b [31m c d e"


@pytest.mark.parametrize("told", ["12", -5, 10**30, float("inf"), float("nan"), [1], {"a": 1}, None])
async def test_a_usage_that_is_none_counts_as_none(told, serve):
    found = await reply(serve(saying(chat(usage={"prompt_tokens": told, "completion_tokens": 7}))))
    assert found.usage == Usage(tokens_out=7)


@pytest.mark.parametrize(
    "body", [DEEP, "vllm:num_requests_running 1.7e308\n" * 2, '{"version": "\\ud800", "data": []}']
)
async def test_a_server_cannot_break_the_page_of_states(body, serve):
    async with aclosing(connect("local", serve(saying(body)).address)) as provider:
        try:
            str(await provider.health()).encode()
        except ProviderError as error:
            assert error.kind == "garbled"


async def test_model_names_are_text_that_a_page_can_hold(serve):
    served = serve(saying('{"data": [{"id": "m\\ud800"}]}'))
    async with aclosing(connect("local", served.address)) as provider:
        assert await provider.list_models() == ("m\ufffd",)
    (found,) = await find(2.0, {served.port: "vllm"})
    assert found.models == ("m\ufffd",)


async def test_a_server_that_nests_for_ever_is_not_found(serve):
    assert await find(2.0, {serve(saying(DEEP)).port: "vllm"}) == ()


@pytest.mark.parametrize("name", ["openai", "responses", "anthropic"])
async def test_a_batchs_answer_that_is_no_text_is_garbled(name):
    """As a live one is: what stores it takes text alone."""
    messages = {"model": "m", "content": [{"type": "text", "text": ["no", "text"]}]}
    output = {"model": "m", "output": [{"type": "message", "content": [{"type": "output_text", "text": 7}]}]}
    body = json.loads(chat(choices=[{"message": {"content": ["no", "text"]}}])) | output
    line = {"custom_id": "g1", "response": {"status_code": 200, "body": body}}
    line |= {"result": {"type": "succeeded", "message": messages}}
    async with aclosing(batch_provider(name)("http://127.0.0.1:9/v1", KEY, 1.0)) as provider:
        custom_id, outcome = provider._outcome(line)
    assert custom_id == "g1"
    assert isinstance(outcome, ProviderError) and outcome.kind == "garbled"


def test_nobody_is_left_alone_for_ever():
    assert retry_after({"retry-after": "1e300"}) == 86_400


@pytest.mark.parametrize("told", ["", "a/../b", "a?b", "a\nb", "é", "x" * 201, {"a": 1}])
def test_a_batch_is_named_by_an_id(told):
    with pytest.raises(ProviderError, match="no id"):
        vendor_id(told)
    assert vendor_id("batch_68-aZ") == "batch_68-aZ"
