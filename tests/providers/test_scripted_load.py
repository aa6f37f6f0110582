"""The scripted server under load: its limits, what it tells of its queue, and what a request costs it."""

import asyncio
import json
import subprocess
import sys
import time

import httpx2
import psutil
import pytest

from tests.providers.loopback import ANSWERS, CHAT, get, post
from vibes.providers.scripted_limits import Gate, Limits
from vibes.providers.scripted_metrics import OWNERS
from vibes.providers.scripted_protocols import RefusalError
from vibes.providers.scripted_server import Pace, create_app
from vibes.providers.transport import tls

pytestmark = pytest.mark.slow


async def ask_many(address, count, connections=1000):
    """The statuses of so many requests, all at once."""
    limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
    async with httpx2.AsyncClient(verify=tls(), timeout=60, trust_env=False, limits=limits) as client:

        async def ask():
            return (await client.post(f"{address}/v1/chat/completions", json=CHAT)).status_code

        return await asyncio.gather(*(ask() for _ in range(count)))


async def test_more_at_once_than_the_limit_get_429(serve):
    served = serve(create_app(ANSWERS, pace=Pace(0.2), limits=Limits(at_once=3)))
    statuses = await ask_many(served.address, 8)
    assert sorted(statuses) == [200] * 3 + [429] * 5
    assert get(served, "/_load").json() == {"running": 0, "waiting": 0, "most": 3, "refused": 5}
    assert served.asked() == 3


def test_more_per_minute_than_the_limit_get_429_with_the_time_to_wait(serve):
    served = serve(create_app(ANSWERS, limits=Limits(per_minute=120)))
    replies = [post(served) for _ in range(4)]
    assert [reply.status_code for reply in replies] == [200, 200, 429, 429]
    assert replies[2].headers["retry-after"] == "1"
    assert 300 < int(replies[2].headers["retry-after-ms"]) <= 500
    time.sleep(int(replies[3].headers["retry-after-ms"]) / 1000)
    assert post(served).status_code == 200


async def test_the_bucket_fills_evenly():
    now = [0.0]
    gate = Gate(Limits(per_minute=60), clock=lambda: now[0])

    async def admitted():
        try:
            async with gate.place():
                return True
        except RefusalError:
            return False

    seen = []
    for second in (0, 0, 0.5, 1, 1.5, 100, 100):
        now[0] = second
        seen.append(await admitted())
    assert seen == [True, False, False, True, False, True, False]


NUMBERS = {
    "scripted": ("vllm:num_requests_running{", "vllm:num_requests_waiting{"),
    "vllm": ("vllm:num_requests_running{", "vllm:num_requests_waiting{"),
    "sglang": ("sglang:num_running_reqs{", "sglang:num_queue_reqs{"),
    "llama.cpp": ("llamacpp:requests_processing ", "llamacpp:requests_deferred "),
}


@pytest.mark.parametrize("like", OWNERS)
async def test_the_queue_is_told_in_each_manner(like, serve):
    served = serve(create_app(ANSWERS, pace=Pace(0.4), limits=Limits(slots=2), like=like))
    asking = asyncio.create_task(ask_many(served.address, 5))
    await asyncio.sleep(0.2)
    text = (await asyncio.to_thread(get, served, "/metrics")).text
    told = [
        float(line.split()[-1])
        for name in NUMBERS[like]
        for line in text.splitlines()
        if line.startswith(name)
    ]
    assert told == [2.0, 3.0]
    assert set(await asking) == {200}
    assert served.app.gate.most == 5
    after = (await asyncio.to_thread(get, served, "/metrics")).text
    assert f"{NUMBERS[like][0]}" in after and "2.0" not in after.splitlines()[2]


@pytest.mark.parametrize(
    ("like", "owner", "page", "said"),
    [
        ("scripted", "vibes", "/version", {"version": "scripted 1.0.0"}),
        ("vllm", "vllm", "/version", {"version": "1.0.0"}),
        ("sglang", "sglang", "/server_info", {"version": "1.0.0"}),
        ("sglang", "sglang", "/get_server_info", {"version": "1.0.0"}),
        ("llama.cpp", "llamacpp", "/props", {"build_info": "b1.0.0"}),
    ],
)
def test_who_the_server_says_it_is(like, owner, page, said, serve):
    served = serve(create_app(ANSWERS, like=like))
    assert get(served, page).json() == said
    assert get(served, "/v1/models").json()["data"][0]["owned_by"] == owner
    assert get(served, "/health").status_code == 200


async def test_a_client_that_leaves_frees_its_place(serve):
    served = serve(create_app(ANSWERS, pace=Pace(30), limits=Limits(slots=1)))
    async with httpx2.AsyncClient(verify=tls(), timeout=0.2, trust_env=False) as client:
        with pytest.raises(httpx2.TimeoutException):
            await client.post(f"{served.address}/v1/chat/completions", json=CHAT)
    for _ in range(100):
        if not served.app.gate.running:
            break
        await asyncio.sleep(0.02)
    assert (served.app.gate.running, served.app.log.counts()[0]["answered"]) == (0, 0)


@pytest.fixture
def process():
    """The server as it is run, each reply after 2 s: its address and the process."""
    command = [sys.executable, "-m", "vibes.providers.scripted_server", "--latency", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as started:
        try:
            yield json.loads(started.stdout.readline())["address"], psutil.Process(started.pid)
        finally:
            started.terminate()


async def ask_once(address):
    """One request over a socket of its own; an HTTP client's pool of 1,000 costs ten times what the server does."""
    body = json.dumps(CHAT).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    writer.write(head.encode() + body)
    line = await reader.readline()
    writer.close()
    return line


@pytest.mark.slow
async def test_a_thousand_at_once_are_all_answered_and_cheap(process):
    """The bound on the CPU is loose, for machines that do other things; the measured figure is 0.5 ms a request."""
    address, server = process
    before = server.cpu_times()
    began = time.monotonic()
    lines = await asyncio.gather(*(ask_once(address) for _ in range(1000)))
    assert set(lines) == {b"HTTP/1.1 200 OK\r\n"}
    assert 2 < time.monotonic() - began < 30
    after = server.cpu_times()
    assert httpx2.get(f"{address}/_load", trust_env=False).json()["most"] == 1000
    assert (after.user + after.system - before.user - before.system) / 1000 < 0.005
