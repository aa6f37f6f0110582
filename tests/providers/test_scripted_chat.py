"""Chat Completions of the scripted server through the openai SDK, every reply checked by the SDK's own models."""

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from tests.providers.loopback import ANSWERS, CHAT, LONG, QUESTION, openai_sdk, post
from vibes.providers.scripted import count_tokens
from vibes.providers.scripted_server import create_app

PLAIN = ANSWERS[QUESTION]["scripted-plain"]


def asked(served, **more):
    response = post(served, body={**CHAT, **more})
    assert response.status_code == 200, response.text
    return ChatCompletion.model_validate(response.json())


def stream(served, **more):
    """The chunks, each as the SDK reads it and checked."""
    with (
        openai_sdk(served) as client,
        client.chat.completions.create(
            **CHAT, stream=True, stream_options={"include_usage": True}, extra_body=more
        ) as chunks,
    ):
        return [ChatCompletionChunk.model_validate(chunk.model_dump()) for chunk in chunks]


def joined(chunks, field="content"):
    deltas = [chunk.choices[0].delta.model_dump() for chunk in chunks if chunk.choices]
    return "".join(delta.get(field) or "" for delta in deltas)


def test_a_reply_and_its_stream_are_the_same(scripted):
    whole, chunks = asked(scripted), stream(scripted)
    assert whole.choices[0].message.content == joined(chunks) == PLAIN
    assert len(chunks) > 5
    assert whole.choices[0].finish_reason == chunks[-2].choices[0].finish_reason == "stop"
    assert whole.usage == chunks[-1].usage
    assert whole.usage.completion_tokens == count_tokens(PLAIN)
    assert whole.id != asked(scripted).id


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_thoughts_in_a_field_of_their_own(field, scripted):
    whole, chunks = asked(scripted, vibes_thoughts=field), stream(scripted, vibes_thoughts=field)
    thoughts = whole.choices[0].message.model_dump()[field]
    assert "The question begins: Is a hot dog" in thoughts
    assert joined(chunks, field) == thoughts
    assert whole.choices[0].message.content == joined(chunks) == PLAIN
    details = whole.usage.completion_tokens_details
    assert details.reasoning_tokens == count_tokens(thoughts)
    assert whole.usage.completion_tokens == count_tokens(thoughts) + count_tokens(PLAIN)


@pytest.mark.parametrize(
    ("manner", "begins", "ends"),
    [
        ("tags", "<think>\nThe question", f"\n</think>\n\n{PLAIN}"),
        ("lone", "The question", f"\n</think>\n\n{PLAIN}"),
        ("unclosed", "<think>\nThe question", "changes it."),
    ],
)
def test_thoughts_in_the_content(manner, begins, ends, scripted):
    whole = asked(scripted, vibes_thoughts=manner)
    content = whole.choices[0].message.content
    assert content.startswith(begins) and content.endswith(ends)
    assert content == joined(stream(scripted, vibes_thoughts=manner))
    assert whole.choices[0].finish_reason == ("length" if manner == "unclosed" else "stop")


def test_a_server_can_show_thoughts_unasked(serve):
    served = serve(create_app(ANSWERS, thoughts="reasoning"))
    assert asked(served).choices[0].message.model_dump()["reasoning"]


def test_an_unknown_way_of_showing_thoughts_is_refused(scripted):
    assert post(scripted, body={**CHAT, "vibes_thoughts": "aloud"}).status_code == 400


def test_effort_costs_tokens_that_are_not_shown(scripted):
    low, high = asked(scripted, reasoning_effort="low"), asked(scripted, reasoning_effort="high")
    tokens = [reply.usage.completion_tokens_details.reasoning_tokens for reply in (low, high)]
    assert 0 < tokens[0] < tokens[1]
    assert low.choices[0].message.content == high.choices[0].message.content == PLAIN
    assert asked(scripted, reasoning_effort="none").usage.completion_tokens_details.reasoning_tokens == 0


def test_the_limit_counts_thoughts_too(scripted):
    reply = asked(scripted, reasoning_effort="high", max_completion_tokens=10)
    assert (reply.choices[0].message.content, reply.choices[0].finish_reason) == ("", "length")
    assert reply.usage.completion_tokens <= 10
    cut = asked(scripted, vibes_thoughts="tags", max_tokens=10).choices[0].message.content
    assert cut.startswith("<think>") and "</think>" not in cut


@pytest.mark.parametrize(
    ("fault", "finish", "content", "refusal"),
    [("refusal", "stop", None, True), ("content_filter", "content_filter", "", False)],
)
def test_a_refusal_and_a_filter_differ(fault, finish, content, refusal, scripted):
    choice = asked(scripted, vibes_fault=fault).choices[0]
    assert (choice.finish_reason, choice.message.content) == (finish, content)
    assert bool(choice.message.refusal) == refusal
    assert bool(joined(stream(scripted, vibes_fault=fault), "refusal")) == refusal


def test_a_long_beginning_that_came_before_is_cached(serve):
    served = serve(create_app(ANSWERS))
    first = {"role": "user", "content": LONG}
    more = [first, {"role": "assistant", "content": "Yes."}, {"role": "user", "content": "And?"}]
    cached = [
        asked(served, messages=messages, model=model).usage.prompt_tokens_details.cached_tokens
        for messages, model in [
            ([first], "scripted-plain"),
            (more, "scripted-plain"),
            (more, "scripted-slips"),
            (CHAT["messages"], "scripted-plain"),
            (CHAT["messages"], "scripted-plain"),
        ]
    ]
    assert cached[0] == cached[2] == cached[3] == cached[4] == 0
    assert cached[1] >= 1024 and cached[1] % 128 == 0
