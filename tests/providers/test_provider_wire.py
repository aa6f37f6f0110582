"""What goes over the wire and how foreign bodies are read: parameters, headers, reasoning, usage."""

import json
from contextlib import aclosing

import pytest

from tests.providers.loopback import ask, connect
from vibes.providers.base import Message, Request, Usage, fault
from vibes.providers.openai_api import body

CHAT = {
    "id": "chatcmpl-1",
    "model": "served-name",
    "choices": [{"message": {"role": "assistant", "content": "Four."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 3},
}
MESSAGE = {
    "id": "msg_1",
    "model": "served-name",
    "content": [{"type": "text", "text": "Four."}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 9, "output_tokens": 3},
}


class Recorder:
    """An ASGI app that answers every request with one body and keeps what it was sent."""

    def __init__(self, content: object) -> None:
        self.content, self.bodies, self.headers = content, [], []

    async def __call__(self, scope, receive, send):
        content = b""
        while True:
            message = await receive()
            content += message["body"]
            if not message["more_body"]:
                break
        self.bodies.append(json.loads(content))
        self.headers.append({key.decode(): value.decode() for key, value in scope["headers"]})
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": json.dumps(self.content).encode()})


async def replied(serve, name, content, request=None):
    served = serve(Recorder(content))
    async with aclosing(connect(name, served.address)) as provider:
        return served.app, await provider.complete(request or ask())


FULL = Request(
    "a-model",
    (Message("user", "2+2?"), Message("assistant", "4"), Message("user", "Sure?")),
    system="Be short.",
    max_tokens=77,
    temperature=0.3,
    seed=5,
    extra={"top_k": 40},
)
TURNS = [
    {"role": "user", "content": "2+2?"},
    {"role": "assistant", "content": "4"},
    {"role": "user", "content": "Sure?"},
]


async def test_chat_completions_on_the_wire(serve):
    app, reply = await replied(serve, "openai", CHAT, FULL)
    assert app.bodies == [
        {
            "model": "a-model",
            "messages": [{"role": "system", "content": "Be short."}, *TURNS],
            "max_tokens": 77,
            "temperature": 0.3,
            "seed": 5,
            "top_k": 40,
        }
    ]
    assert reply.usage == Usage(tokens_in=9, tokens_out=3)
    assert reply.served_model == "served-name"


async def test_messages_on_the_wire_have_temperature_and_no_seed(serve):
    app, reply = await replied(serve, "anthropic", MESSAGE, FULL)
    assert app.bodies == [
        {
            "model": "a-model",
            "messages": TURNS,
            "system": "Be short.",
            "max_tokens": 77,
            "temperature": 0.3,
            "top_k": 40,
        }
    ]
    assert (reply.text, reply.usage) == ("Four.", Usage(tokens_in=9, tokens_out=3))


@pytest.mark.parametrize(("name", "content"), [("openai", CHAT), ("anthropic", MESSAGE)])
async def test_what_is_not_set_is_not_sent(name, content, serve):
    app, _ = await replied(serve, name, content)
    assert set(app.bodies[0]) == {"model", "messages", "max_tokens"}


@pytest.mark.parametrize(("name", "content"), [("openai", CHAT), ("anthropic", MESSAGE)])
async def test_extra_wins(name, content, serve):
    extra = {"max_tokens": 3, "stop": ["x"]}
    app, _ = await replied(serve, name, content, Request("m", (Message("user", "?"),), extra=extra))
    assert (app.bodies[0]["max_tokens"], app.bodies[0]["stop"]) == (3, ["x"])


def test_openai_itself_takes_another_name_for_the_limit():
    assert body(FULL, "https://api.openai.com/v1")["max_completion_tokens"] == 77
    assert "max_tokens" not in body(FULL, "https://eu.api.openai.com/v1")
    assert body(FULL, "https://openai.com.example.org/v1")["max_tokens"] == 77


@pytest.mark.parametrize(("name", "content"), [("openai", CHAT), ("anthropic", MESSAGE)])
async def test_nothing_from_the_environment_reaches_the_server(name, content, serve, monkeypatch):
    for variable in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(variable, "leak")
    for variable in ("OPENAI_CUSTOM_HEADERS", "ANTHROPIC_CUSTOM_HEADERS"):
        monkeypatch.setenv(variable, "X-Team: leak\nAuthorization: Bearer leak\nX-Api-Key: leak")
    app, _ = await replied(serve, name, content)
    assert "leak" not in " ".join(app.headers[0].values())
    assert app.headers[0]["authorization"] == "Bearer sk-test-0123456789"


@pytest.mark.parametrize(
    ("message", "thoughts", "text"),
    [
        ({"content": "4", "reasoning_content": "2+2"}, "2+2", "4"),
        ({"content": "\n\n4", "reasoning": "2+2"}, "2+2", "4"),
        ({"content": "<think>\n2+2\n</think>\n\n4"}, "2+2", "4"),
        ({"content": "Use <think> tags.", "reasoning": "hm"}, "hm", "Use <think> tags."),
        ({"content": "4", "reasoning_content": None}, "", "4"),
        ({"content": None, "reasoning_content": "2+2 is"}, "2+2 is", ""),
    ],
)
async def test_a_local_server_keeps_reasoning_apart(message, thoughts, text, serve):
    content = {**CHAT, "choices": [{"message": message, "finish_reason": "stop"}]}
    _, reply = await replied(serve, "local", content)
    assert (reply.thoughts, reply.text) == (thoughts, text)
    assert (fault(reply) is None) == bool(text)


async def test_thoughts_that_were_cut_are_no_answer(serve):
    choice = {"message": {"content": "<think>\n2+2"}, "finish_reason": "length"}
    _, reply = await replied(serve, "local", {**CHAT, "choices": [choice]})
    assert (reply.thoughts, reply.text) == ("2+2", "")
    assert "while still reasoning" in str(fault(reply))


async def test_openai_leaves_tags_in_an_answer(serve):
    message = {"content": "<think> is a tag."}
    _, reply = await replied(serve, "openai", {**CHAT, "choices": [{"message": message}]})
    assert (reply.text, reply.finish_reason) == ("<think> is a tag.", "unknown")


async def test_openai_usage_in_full(serve):
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 50,
        "prompt_tokens_details": {"cached_tokens": 64},
        "completion_tokens_details": {"reasoning_tokens": 20},
    }
    _, reply = await replied(serve, "openai", {**CHAT, "usage": usage})
    assert reply.usage == Usage(tokens_in=100, tokens_out=50, tokens_reasoning=20, tokens_cached=64)


async def test_no_usage_is_zero_usage(serve):
    _, reply = await replied(serve, "local", {key: CHAT[key] for key in ("choices", "model")})
    assert reply.usage == Usage()


async def test_a_refusal_of_openai_is_a_fault(serve):
    choice = {"message": {"content": None, "refusal": "I will not."}, "finish_reason": "stop"}
    _, reply = await replied(serve, "openai", {**CHAT, "choices": [choice]})
    assert fault(reply).kind == "refused"


async def test_anthropic_thinking_and_cache(serve):
    content = {
        **MESSAGE,
        "content": [
            {"type": "thinking", "thinking": "2+2", "signature": "s"},
            {"type": "redacted_thinking", "data": "x"},
            {"type": "text", "text": "Fo"},
            {"type": "text", "text": "ur."},
        ],
        "usage": {
            "input_tokens": 10,
            "cache_read_input_tokens": 60,
            "cache_creation_input_tokens": 30,
            "output_tokens": 50,
            "output_tokens_details": {"thinking_tokens": 20},
        },
    }
    _, reply = await replied(serve, "anthropic", content)
    assert (reply.thoughts, reply.text) == ("2+2", "Four.")
    assert reply.usage == Usage(
        tokens_in=100, tokens_out=50, tokens_reasoning=20, tokens_cached=60, tokens_cache_written=30
    )


@pytest.mark.parametrize(
    ("name", "reason", "finish"),
    [
        ("openai", "content_filter", "refused"),
        ("openai", "tool_calls", "other"),
        ("anthropic", "stop_sequence", "stop"),
        ("anthropic", "model_context_window_exceeded", "length"),
        ("anthropic", "refusal", "refused"),
        ("anthropic", "tool_use", "other"),
    ],
)
async def test_finish_reasons_in_our_words(name, reason, finish, serve):
    chat = {**CHAT, "choices": [{"message": {"content": "Four."}, "finish_reason": reason}]}
    _, reply = await replied(serve, name, {**MESSAGE, "stop_reason": reason} if name == "anthropic" else chat)
    assert reply.finish_reason == finish


async def test_loopback_does_not_go_through_a_proxy(serve, monkeypatch):
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)
    _, reply = await replied(serve, "local", CHAT)
    assert reply.text == "Four."
