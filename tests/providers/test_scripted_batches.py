"""OpenAI's batches of the scripted server through the SDK, every reply checked by the SDK's own models."""

import json
import time

import openai
import pytest
from openai.types import Batch, FileObject
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

from tests.providers.loopback import (
    ANSWERS,
    CHAT,
    QUESTION,
    RESPONSES,
)
from vibes.providers.scripted_batches import Batch as Kept
from vibes.providers.scripted_batches import Item

pytestmark = pytest.mark.slow

PLAIN = ANSWERS[QUESTION]["scripted-plain"]
CHATS, ANSWERED = "/v1/chat/completions", "/v1/responses"


def line(number, body=CHAT, url=CHATS, **more):
    return {"custom_id": f"g-{number}", "method": "POST", "url": url, "body": {**body, **more}}


def upload(client, *lines):
    content = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines).encode()
    file = client.files.create(file=("requests.jsonl", content), purpose="batch")
    FileObject.model_validate(file.model_dump())
    assert client.files.content(file.id).content == content
    return file


def submit(client, *lines, endpoint=CHATS, **more):
    file = upload(client, *lines)
    batch = client.batches.create(
        input_file_id=file.id, endpoint=endpoint, completion_window="24h", metadata={"label": "x", **more}
    )
    return checked(batch)


def checked(batch):
    return Batch.model_validate(batch.model_dump())


def lines(client, file_id):
    return [json.loads(one) for one in client.files.content(file_id).text.splitlines()] if file_id else []


def finished(client, batch):
    """The batch once it is over."""
    deadline = time.monotonic() + 5
    while (batch := checked(client.batches.retrieve(batch.id))).status in (
        "validating",
        "in_progress",
        "cancelling",
    ):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return batch


@pytest.mark.parametrize(
    ("endpoint", "body", "model"), [(CHATS, CHAT, ChatCompletion), (ANSWERED, RESPONSES, Response)]
)
def test_openai_answers_a_batch(endpoint, body, model, vendors):
    client, _, served = vendors()
    batch = submit(client, *(line(n, body, endpoint) for n in range(3)), endpoint=endpoint)
    assert (batch.status, batch.metadata, batch.output_file_id) == ("validating", {"label": "x"}, None)
    batch = finished(client, batch)
    assert (batch.status, batch.error_file_id) == ("completed", None)
    assert batch.request_counts.model_dump() == {"completed": 3, "failed": 0, "total": 3}
    results = lines(client, batch.output_file_id)
    assert [result["custom_id"] for result in results] == ["g-2", "g-1", "g-0"]
    for result in results:
        assert result["response"]["status_code"] == 200 and result["error"] is None
        reply = model.model_validate(result["response"]["body"])
        assert (reply.output_text if model is Response else reply.choices[0].message.content) == PLAIN
    assert served.asked() == 3


def test_openai_tells_failed_requests_apart(vendors):
    client, _, _ = vendors("500:every=3")
    batch = finished(client, submit(client, line(0), line(1), line(2), line(3, vibes_fault="bad_request")))
    assert batch.request_counts.model_dump() == {"completed": 2, "failed": 2, "total": 4}
    assert [result["custom_id"] for result in lines(client, batch.output_file_id)] == ["g-1", "g-0"]
    failed = {one["custom_id"]: one["response"] for one in lines(client, batch.error_file_id)}
    assert {name: response["status_code"] for name, response in failed.items()} == {"g-2": 500, "g-3": 400}
    assert failed["g-3"]["body"]["error"]["code"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["{"], "invalid_request"),
        ([line(0), line(1, url="/v1/embeddings")], "invalid_request"),
        ([line(0), line(0)], "duplicate_custom_id"),
        ([line(0), line(1, model="scripted-slips")], "mismatched_model"),
        ([line(0, stream=True)], "invalid_request"),
        ([""], "empty_file"),
    ],
)
def test_openai_validates_the_file(given, code, vendors):
    client, _, served = vendors()
    batch = finished(client, submit(client, *given))
    assert (batch.status, batch.output_file_id) == ("failed", None)
    assert batch.errors.data[0].code == code
    assert served.asked() == 0


def test_openai_fails_a_whole_batch_on_demand(vendors):
    client, _, _ = vendors("batch_invalid:first=1")
    assert finished(client, submit(client, line(0))).status == "failed"
    assert finished(client, submit(client, line(0))).status == "completed"
    assert finished(client, submit(client, line(0), vibes_fault="batch_invalid")).status == "failed"


def test_openai_expires_half_done(vendors):
    client, _, served = vendors("batch_expired")
    batch = finished(client, submit(client, *(line(n) for n in range(4))))
    assert (batch.status, served.asked()) == ("expired", 2)
    assert len(lines(client, batch.output_file_id)) == 2
    errors = lines(client, batch.error_file_id)
    assert [(one["error"]["code"], one["response"]) for one in errors] == [("batch_expired", None)] * 2


def test_openai_cancels_in_mid_way(vendors):
    client, _, served = vendors(seconds=0.6)
    batch = submit(client, *(line(n) for n in range(100)))
    assert client.batches.retrieve(batch.id).status == "validating"
    while not checked(client.batches.retrieve(batch.id)).request_counts.completed:
        time.sleep(0.02)
    assert client.batches.cancel(batch.id).status == "cancelling"
    batch = finished(client, batch)
    done, cancelled = lines(client, batch.output_file_id), lines(client, batch.error_file_id)
    assert batch.status == "cancelled"
    assert 0 < len(done) == served.asked() < 100 == len(done) + len(cancelled)
    assert {one["error"]["code"] for one in cancelled} == {"batch_cancelled"}
    with pytest.raises(openai.ConflictError):
        client.batches.cancel(batch.id)


def test_openai_lists_the_newest_first_page_by_page(vendors):
    client, _, _ = vendors()
    made = [submit(client, line(n), number=str(n)).id for n in range(5)]
    assert [batch.id for batch in client.batches.list(limit=2)] == made[::-1]
    assert client.batches.list(limit=2).has_more


def test_a_batch_that_was_taken_and_whose_reply_was_lost_is_in_the_list(vendors):
    client, _, _ = vendors("batch_lost:first=1")
    with pytest.raises(openai.APIConnectionError):
        submit(client, line(0))
    assert [batch.metadata["label"] for batch in client.batches.list()] == ["x"]


def test_faults_of_the_addresses_themselves(vendors):
    client, _, served = vendors("503:first=1:model=batches")
    with pytest.raises(openai.InternalServerError):
        upload(client, line(0))
    assert client.files.create(file=b"{}", purpose="batch").id
    assert served.app.managed.counts()[0]["asked"] == 2
    assert served.asked() == 0


def test_files_can_be_deleted(vendors):
    client, _, _ = vendors()
    file = upload(client, line(0))
    assert client.files.delete(file.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda client: client.files.create(file=b"{}", purpose="assistants"),
        lambda client: client.batches.create(input_file_id="file-0", endpoint=CHATS, completion_window="24h"),
        lambda client: client.batches.create(
            input_file_id="file-0", endpoint="/v1/embeddings", completion_window="24h"
        ),
        lambda client: client.batches.retrieve("batch_0"),
        lambda client: client.batches.list(after="batch_0"),
    ],
)
def test_openai_refuses(attempt, vendors):
    client, _, _ = vendors()
    with pytest.raises((openai.BadRequestError, openai.NotFoundError)):
        attempt(client)


def kept(count=10, seconds=100.0, **more):
    return Kept("b", CHATS, [Item(str(n), {}) for n in range(count)], created=0.0, seconds=seconds, **more)


def test_a_batch_keeps_time():
    batch, asked = kept(), []
    assert batch.status(50) == "validating"
    batch.looked_at = True
    states = []
    for now in (5, 50, 99, 100):
        batch.catch_up(now, lambda path, body: asked.append(path) or (200, {}))
        states.append((batch.status(now), len(batch.outcomes)))
    assert states == [("validating", 0), ("running", 5), ("running", 9), ("ended", 10)]
    assert asked == [CHATS] * 10


def test_a_cancelled_batch_stops_where_it_was():
    batch = kept(looked_at=True)
    batch.catch_up(40, lambda path, body: (200, {}))
    assert batch.cancel(40)
    assert (batch.status(45), batch.status(50)) == ("cancelling", "ended")
    batch.catch_up(60, lambda path, body: (200, {}))
    assert [outcome.end for outcome in batch.outcomes] == [""] * 4 + ["cancelled"] * 6
    assert not batch.cancel(61)
