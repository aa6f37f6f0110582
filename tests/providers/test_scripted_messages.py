"""Messages of the scripted server through the anthropic SDK, every reply checked by the SDK's own models."""

import anthropic
import pytest
from anthropic.types import Message, RawMessageStreamEvent
from pydantic import TypeAdapter

from tests.providers.loopback import ANSWERS, MESSAGES, QUESTION, anthropic_sdk, post
from vibes.providers.scripted import count_tokens
from vibes.providers.scripted_server import create_app

PLAIN = ANSWERS[QUESTION]["scripted-plain"]
EVENT = TypeAdapter(RawMessageStreamEvent)
THINKING = {"thinking": {"type": "enabled", "budget_tokens": 2000}}


def asked(served, **more):
    response = post(served, "/v1/messages", {**MESSAGES, **more})
    assert response.status_code == 200, response.text
    return Message.model_validate(response.json())


def stream(served, **more):
    """The events, each as the SDK reads it and checked."""
    with (
        anthropic_sdk(served) as client,
        client.messages.create(**MESSAGES, stream=True, extra_body=more) as events,
    ):
        return [EVENT.validate_python(event.model_dump()) for event in events]


def accumulated(served, **more):
    """The message that the SDK itself makes of the events."""
    with (
        anthropic_sdk(served) as client,
        client.messages.stream(**MESSAGES, extra_body=more) as events,
    ):
        return events.get_final_message()


def test_a_message(scripted):
    message = asked(scripted)
    assert [block.text for block in message.content] == [PLAIN]
    assert (message.stop_reason, message.stop_details) == ("end_turn", None)
    assert message.usage.output_tokens == count_tokens(PLAIN)


@pytest.mark.slow
@pytest.mark.parametrize(
    "more", [{}, THINKING, {"max_tokens": 5}, {"vibes_fault": "refusal"}, {"vibes_fault": "empty"}]
)
def test_the_events_make_the_same_message(more, scripted):
    kinds = [event.type for event in stream(scripted, **more)]
    assert (kinds[0], kinds[-2:]) == ("message_start", ["message_delta", "message_stop"])
    whole, made = asked(scripted, **more), accumulated(scripted, **more)
    assert made.stop_reason == whole.stop_reason
    assert [block.type for block in made.content] == [block.type for block in whole.content]
    assert [getattr(block, "text", "") for block in made.content] == [
        getattr(block, "text", "") for block in whole.content
    ]
    assert made.usage.output_tokens == whole.usage.output_tokens
    assert made.usage.input_tokens == whole.usage.input_tokens


def test_thinking_is_signed_and_counted(scripted):
    thought, said = asked(scripted, **THINKING).content
    assert "The question begins" in thought.thinking and thought.signature
    assert said.text == PLAIN
    usage = asked(scripted, **THINKING).usage
    assert usage.output_tokens_details.thinking_tokens == count_tokens(thought.thinking)
    assert usage.output_tokens == count_tokens(thought.thinking) + count_tokens(PLAIN)
    deltas = [
        event.delta.type for event in stream(scripted, **THINKING) if event.type == "content_block_delta"
    ]
    assert deltas.index("thinking_delta") < deltas.index("signature_delta") < deltas.index("text_delta")


def test_thinking_that_is_not_to_be_shown_is_signed_and_billed(scripted):
    hidden = {"thinking": {"type": "adaptive", "display": "omitted"}, "output_config": {"effort": "low"}}
    thought, said = asked(scripted, **hidden).content
    assert (thought.thinking, said.text) == ("", PLAIN)
    assert thought.signature
    assert asked(scripted, **hidden).usage.output_tokens_details.thinking_tokens > 0


def test_a_larger_budget_thinks_longer(scripted):
    tokens = [
        asked(
            scripted, max_tokens=40_000, thinking={"type": "enabled", "budget_tokens": budget}
        ).usage.output_tokens_details.thinking_tokens
        for budget in (1024, 32_000)
    ]
    assert tokens[0] < tokens[1]


@pytest.mark.parametrize(
    "more",
    [
        {"max_tokens": None},
        {"thinking": {"type": "enabled", "budget_tokens": 100}},
        {"thinking": {"type": "enabled", "budget_tokens": 5000}},
    ],
)
def test_what_the_vendor_does_not_take(more, scripted):
    response = post(scripted, "/v1/messages", {**MESSAGES, **more})
    assert (response.status_code, response.json()["error"]["type"]) == (400, "invalid_request_error")
    assert "tokens" in response.json()["error"]["message"]


def cached(text):
    return [{"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}]


def usage(served, **more):
    used = asked(served, **more).usage
    return used.input_tokens, used.cache_read_input_tokens, used.cache_creation_input_tokens


def test_what_is_marked_is_written_once_and_read_after(serve):
    served = serve(create_app(ANSWERS))
    system = {"system": cached("Be short, please.")}
    whole = usage(served, system="Be short, please.")[0]
    first, second = usage(served, **system), usage(served, **system)
    assert first[1] == second[2] == 0
    assert first[2] == second[1] > 0
    assert sum(first) == sum(second) == whole
    assert usage(served)[1:] == (0, 0)


def test_a_growing_conversation_reads_what_it_wrote(serve):
    served = serve(create_app(ANSWERS))
    turns = [{"role": "user", "content": cached(QUESTION)}]
    first = usage(served, messages=turns)
    turns += [{"role": "assistant", "content": "No."}, {"role": "user", "content": cached("And a burger?")}]
    assert usage(served, messages=turns)[1] == first[2] > 0
    by_itself = usage(served, messages=turns, cache_control={"type": "ephemeral"})
    assert by_itself[0] == by_itself[2] == 0 and by_itself[1] > first[2]


def test_a_refusal_and_a_filter_differ(scripted):
    refused = asked(scripted, vibes_fault="refusal")
    assert (refused.stop_reason, refused.stop_details.type) == ("refusal", "refusal")
    response = post(scripted, "/v1/messages", {**MESSAGES, "vibes_fault": "content_filter"})
    assert response.status_code == 400 and "filtering" in response.text


def test_an_overloaded_server_says_so_in_mid_stream(scripted):
    seen = []
    with (
        anthropic_sdk(scripted) as client,
        client.messages.create(**MESSAGES, stream=True, extra_body={"vibes_fault": "overloaded"}) as events,
        pytest.raises(anthropic.APIStatusError, match="overloaded_error"),
    ):
        seen.extend(event.type for event in events)
    assert "content_block_delta" in seen
    assert post(scripted, "/v1/messages", {**MESSAGES, "vibes_fault": "overloaded"}).status_code == 529
