"""The Responses API of the scripted server through the openai SDK, every reply checked by the SDK's own models."""

import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from tests.providers.loopback import ANSWERS, LONG, QUESTION, RESPONSES, openai_sdk, post
from vibes.providers.scripted import count_tokens
from vibes.providers.scripted_server import create_app

PLAIN = ANSWERS[QUESTION]["scripted-plain"]
EVENT = TypeAdapter(ResponseStreamEvent)
THINKING = {"reasoning": {"effort": "medium", "summary": "auto"}}


def asked(served, **more):
    response = post(served, "/v1/responses", {**RESPONSES, **more})
    assert response.status_code == 200, response.text
    return Response.model_validate(response.json())


def stream(served, **more):
    """The events, each as the SDK reads it and checked."""
    with (
        openai_sdk(served) as client,
        client.responses.create(**RESPONSES, stream=True, extra_body=more) as events,
    ):
        return [EVENT.validate_python(event.model_dump()) for event in events]


def test_a_response(scripted):
    response = asked(scripted)
    assert (response.output_text, response.status) == (PLAIN, "completed")
    assert [item.type for item in response.output] == ["message"]
    assert response.usage.output_tokens == count_tokens(PLAIN)
    assert response.usage.output_tokens_details.reasoning_tokens == 0


def test_reasoning_comes_with_its_summary_and_its_tokens(scripted):
    response = asked(scripted, **THINKING)
    reasoning, message = response.output
    assert "The question begins" in reasoning.summary[0].text
    assert message.content[0].text == PLAIN
    tokens = response.usage.output_tokens_details.reasoning_tokens
    assert tokens == count_tokens(reasoning.summary[0].text)
    assert response.usage.output_tokens == tokens + count_tokens(PLAIN)
    silent = asked(scripted, reasoning={"effort": "medium"})
    assert silent.output[0].summary == []
    assert silent.usage == response.usage
    assert asked(scripted, reasoning={"effort": "none"}).output[0].type == "message"


@pytest.mark.slow
@pytest.mark.parametrize("more", [{}, THINKING, {"vibes_fault": "refusal"}, {"vibes_fault": "length"}])
def test_the_events_end_with_the_whole_response(more, scripted):
    events, whole = stream(scripted, **more), asked(scripted, **more)
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[0].type == "response.created"
    last = events[-1].response
    assert last.model_dump(exclude={"id", "output"}) == whole.model_dump(exclude={"id", "output"})
    assert [item.type for item in last.output] == [item.type for item in whole.output]
    for kind, text in (("output_text", whole.output_text), ("reasoning_summary_text", thoughts(whole))):
        deltas = [event.delta for event in events if event.type == f"response.{kind}.delta"]
        assert "".join(deltas) == text


def thoughts(response):
    return "".join(part.text for item in response.output if item.type == "reasoning" for part in item.summary)


def test_the_order_of_the_events(scripted):
    kinds = [event.type.removeprefix("response.") for event in stream(scripted, **THINKING)]
    once = [kind for place, kind in enumerate(kinds) if kind not in kinds[:place]]
    assert once == [
        "created",
        "in_progress",
        "output_item.added",
        "reasoning_summary_part.added",
        "reasoning_summary_text.delta",
        "reasoning_summary_text.done",
        "reasoning_summary_part.done",
        "output_item.done",
        "content_part.added",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "completed",
    ]


def test_a_refusal_is_a_part_of_its_own(scripted):
    response = asked(scripted, vibes_fault="refusal")
    assert (response.status, response.output_text) == ("completed", "")
    assert response.output[0].content[0].refusal.startswith("I am sorry")
    kinds = {event.type for event in stream(scripted, vibes_fault="refusal")}
    assert {"response.refusal.delta", "response.refusal.done"} <= kinds


@pytest.mark.parametrize(
    ("more", "reason", "kinds"),
    [
        ({"max_output_tokens": 5}, "max_output_tokens", ["message"]),
        ({"max_output_tokens": 5, **THINKING}, "max_output_tokens", ["reasoning"]),
        ({"vibes_fault": "content_filter"}, "content_filter", []),
    ],
)
def test_an_incomplete_response_says_why(more, reason, kinds, scripted):
    response = asked(scripted, **more)
    assert (response.status, response.incomplete_details.reason) == ("incomplete", reason)
    assert [item.type for item in response.output] == kinds
    assert stream(scripted, **more)[-1].type == "response.incomplete"


def test_a_conversation_with_instructions(scripted):
    turns = [
        {"role": "user", "content": "Hello"},
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"role": "assistant", "content": [{"type": "output_text", "text": "Hello."}]},
        {"role": "user", "content": [{"type": "input_text", "text": QUESTION}]},
    ]
    response = asked(scripted, instructions="Be short.", input=turns)
    assert response.output_text == PLAIN
    assert response.usage.input_tokens > asked(scripted).usage.input_tokens


@pytest.mark.parametrize("more", [{"seed": 1}, {"max_tokens": 9}, {"previous_response_id": "resp_1"}])
def test_what_responses_do_not_take(more, scripted):
    assert post(scripted, "/v1/responses", {**RESPONSES, **more}).status_code == 400


def test_a_long_input_that_came_before_is_cached(serve):
    served = serve(create_app(ANSWERS))
    cached = [asked(served, input=LONG).usage.input_tokens_details.cached_tokens for _ in range(2)]
    assert cached[0] == 0 and cached[1] >= 1024
