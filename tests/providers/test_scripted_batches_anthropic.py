"""Anthropic's batches of the scripted server through the SDK, every reply checked by the SDK's own models."""

import time

import anthropic
import httpx2
import pytest
from anthropic.types.messages import MessageBatch, MessageBatchIndividualResponse

from tests.providers.loopback import ANSWERS, MESSAGES, QUESTION, get

PLAIN = ANSWERS[QUESTION]["scripted-plain"]


def requests(count, **more):
    return [{"custom_id": f"g-{n}", "params": {**MESSAGES, **more}} for n in range(count)]


def ended(client, batch):
    deadline = time.monotonic() + 5
    while (batch := client.messages.batches.retrieve(batch.id)).processing_status != "ended":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return MessageBatch.model_validate(batch.model_dump())


def results(client, batch):
    found = client.messages.batches.results(batch.id)
    return {
        one.custom_id: MessageBatchIndividualResponse.model_validate(one.model_dump()).result for one in found
    }


@pytest.mark.slow
def test_anthropic_answers_a_batch(vendors):
    _, client, served = vendors(seconds=0.2)
    batch = client.messages.batches.create(requests=requests(3))
    assert (batch.processing_status, batch.results_url) == ("in_progress", None)
    assert get(served, f"/v1/messages/batches/{batch.id}/results").status_code == 404
    batch = ended(client, batch)
    assert batch.request_counts.succeeded == 3
    assert batch.results_url.startswith(served.address)
    found = results(client, batch)
    assert list(found) == ["g-2", "g-1", "g-0"]
    assert {result.message.content[0].text for result in found.values()} == {PLAIN}


@pytest.mark.slow
def test_anthropic_tells_errors_apart(vendors):
    _, client, _ = vendors("529:every=3")
    asked = [*requests(3), {"custom_id": "bad", "params": {"model": "scripted-plain", "messages": []}}]
    batch = ended(client, client.messages.batches.create(requests=asked))
    counts = batch.request_counts
    assert (counts.succeeded, counts.errored, counts.processing) == (2, 2, 0)
    found = results(client, batch)
    assert found["g-2"].error.error.type == "overloaded_error"
    assert "max_tokens" in found["bad"].error.error.message


def test_anthropic_expires_half_done(vendors):
    _, client, served = vendors("batch_expired")
    batch = ended(client, client.messages.batches.create(requests=requests(4)))
    assert (batch.request_counts.succeeded, batch.request_counts.expired, served.asked()) == (2, 2, 2)
    assert [result.type for result in results(client, batch).values()] == ["expired"] * 2 + ["succeeded"] * 2


@pytest.mark.slow
def test_anthropic_cancels_in_mid_way(vendors):
    _, client, served = vendors(seconds=0.6)
    batch = client.messages.batches.create(requests=requests(100))
    time.sleep(0.25)
    batch = client.messages.batches.cancel(batch.id)
    assert batch.processing_status == "canceling" and batch.cancel_initiated_at
    batch = ended(client, batch)
    counts = batch.request_counts
    assert 0 < counts.succeeded == served.asked() < 100
    assert counts.succeeded + counts.canceled == 100
    with pytest.raises(anthropic.BadRequestError):
        client.messages.batches.cancel(batch.id)


@pytest.mark.parametrize(
    "asked", [[], requests(1) * 2, [{"custom_id": "not good", "params": MESSAGES}], [{"custom_id": "g"}]]
)
def test_anthropic_refuses_a_batch_at_once(asked, vendors):
    _, client, _ = vendors()
    with pytest.raises(anthropic.BadRequestError):
        client.messages.batches.create(requests=asked)


@pytest.mark.slow
def test_anthropic_refuses_on_demand_and_lists(vendors):
    _, client, _ = vendors("batch_invalid:first=1")
    with pytest.raises(anthropic.BadRequestError, match="batch_invalid"):
        client.messages.batches.create(requests=requests(1))
    made = [client.messages.batches.create(requests=requests(1)).id for _ in range(3)]
    assert [batch.id for batch in client.messages.batches.list(limit=2)] == made[::-1]
    with pytest.raises(anthropic.NotFoundError):
        client.messages.batches.retrieve("msgbatch_0")


def test_a_batch_whose_reply_was_lost_is_in_the_list(vendors):
    _, client, _ = vendors("batch_lost:first=1")
    with pytest.raises((anthropic.APIConnectionError, httpx2.TransportError)):
        client.messages.batches.create(requests=requests(1))
    assert len(list(client.messages.batches.list())) == 1


def test_faults_of_the_address_itself(vendors):
    _, client, served = vendors("503:first=1:model=batches")
    with pytest.raises(anthropic.InternalServerError):
        client.messages.batches.create(requests=requests(1))
    assert client.messages.batches.create(requests=requests(1)).id
    assert served.asked() == 0
