"""Faults as they come over the wire: statuses and their headers, broken connections, streams that break in the middle."""

import asyncio
import time
from email.utils import parsedate_to_datetime

import httpx2
import openai
import pytest

from tests.providers.loopback import ANSWERS, CHAT, MESSAGES, RESPONSES, openai_sdk, post
from vibes.providers.scripted_faults import STATUS_FAULTS
from vibes.providers.scripted_server import create_app
from vibes.providers.transport import tls

pytestmark = pytest.mark.slow

BODIES = {"/v1/chat/completions": CHAT, "/v1/messages": MESSAGES, "/v1/responses": RESPONSES}
paths = pytest.mark.parametrize("path", BODIES)


@paths
@pytest.mark.parametrize("fault", STATUS_FAULTS)
@pytest.mark.parametrize("stream", [False, True])
def test_statuses(fault, path, stream, scripted):
    status, code = STATUS_FAULTS[fault]
    response = post(scripted, path, {**BODIES[path], "vibes_fault": fault, "stream": stream})
    assert response.status_code == status
    assert code in response.text or (fault == "502" and response.text.startswith("<html>"))
    assert response.headers.get_list("date")[1:] == []


def test_what_a_429_says_of_waiting(scripted):
    said = {
        fault: post(scripted, **{"x-vibes-fault": fault})
        for fault in ("rate_limited", "rate_limited_silent", "rate_limited_date")
    }
    assert said["rate_limited"].headers["retry-after"] == "2"
    assert "retry-after" not in said["rate_limited_silent"].headers
    until, theirs = (
        parsedate_to_datetime(said["rate_limited_date"].headers[name]).timestamp()
        for name in ("retry-after", "date")
    )
    assert until - theirs == 2
    assert theirs - time.time() == pytest.approx(3600, abs=5)
    ours = parsedate_to_datetime(said["rate_limited"].headers["date"]).timestamp()
    assert ours == pytest.approx(time.time(), abs=5)


async def read(served, path, fault, *, stream, seconds=5.0):
    """Everything that came before the end, and what the end was: an error's name, `timeout`, or nothing."""
    came = bytearray()
    body = {**BODIES[path], "vibes_fault": fault, "stream": stream}
    try:
        async with (
            httpx2.AsyncClient(verify=tls(), timeout=5, trust_env=False) as client,
            asyncio.timeout(seconds),
            client.stream("POST", served.address + path, json=body) as response,
        ):
            async for piece in response.aiter_raw():
                came += piece
    except TimeoutError:
        return bytes(came), "timeout"
    except httpx2.TransportError as error:
        return bytes(came), type(error).__name__
    return bytes(came), ""


@paths
@pytest.mark.parametrize(
    ("fault", "end"),
    [
        ("stall", "timeout"),
        ("endless", "timeout"),
        ("drop", "RemoteProtocolError"),
        ("reset", "ReadError"),
        ("overloaded", "RemoteProtocolError"),
        ("garbled", "RemoteProtocolError"),
        ("not_utf8", "RemoteProtocolError"),
        ("shape", "RemoteProtocolError"),
    ],
)
async def test_streams_that_break_after_the_first_token(fault, end, path, scripted):
    came, ended = await read(scripted, path, fault, stream=True, seconds=0.4 if end == "timeout" else 5)
    assert ended == end
    assert came.count(b"No. It is a") == 1 or fault in ("endless", "not_utf8")
    assert b"hot dog**" not in came
    assert (b"\xff\xfe" in came) == (fault == "not_utf8")
    assert (b"overloaded_error" in came) == (fault == "overloaded")


@paths
@pytest.mark.parametrize(
    ("fault", "end"),
    [("stall", "timeout"), ("endless", "timeout"), ("drop", "RemoteProtocolError"), ("reset", "ReadError")],
)
async def test_whole_replies_that_break(fault, end, path, scripted):
    came, ended = await read(scripted, path, fault, stream=False, seconds=0.4 if end == "timeout" else 5)
    assert ended == end
    assert came.startswith(b'{"choices": [')
    assert (len(came) > 500_000) == (fault == "endless")


@paths
@pytest.mark.parametrize("stream", [False, True])
async def test_a_hang_shows_nothing(path, stream, scripted):
    assert await read(scripted, path, "hang", stream=stream, seconds=0.3) == (b"", "timeout")


@pytest.mark.slow
@paths
@pytest.mark.parametrize("stream", [False, True])
async def test_a_huge_answer_is_ten_megabytes_and_whole(path, stream, scripted):
    came, ended = await read(scripted, path, "huge", stream=stream, seconds=30)
    assert ended == ""
    # A streamed response says its text again in each of four closing events.
    assert 10_000_000 < len(came) < (11_000_000 if path != "/v1/responses" or not stream else 55_000_000)


def test_slow_waits_and_answers(scripted):
    began = time.monotonic()
    response = post(scripted, body={**CHAT, "vibes_fault": "slow:seconds=0.2"})
    assert response.status_code == 200
    assert 0.2 < time.monotonic() - began < 5


async def test_an_endless_stream_ends_with_its_reader(serve):
    served = serve(create_app(ANSWERS))
    await read(served, "/v1/chat/completions", "endless", stream=True, seconds=0.3)
    for _ in range(100):
        if not served.app.gate.running:
            return
        await asyncio.sleep(0.02)
    pytest.fail("the server still streams")


def test_an_error_in_a_stream_is_an_error_of_the_sdk(scripted):
    with (
        openai_sdk(scripted) as client,
        client.chat.completions.create(
            **CHAT, stream=True, extra_body={"vibes_fault": "overloaded"}
        ) as stream,
        pytest.raises(openai.APIError, match="Overloaded"),
    ):
        list(stream)


@pytest.mark.parametrize("fault", ["nonsense", "slow:second=3"])
def test_a_fault_that_does_not_exist_is_refused(fault, scripted):
    assert post(scripted, body={**CHAT, "vibes_fault": fault}).status_code == 400
