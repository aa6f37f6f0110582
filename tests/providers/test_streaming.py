"""Server-sent events out of bytes, however these are cut."""

import asyncio
import random

import pytest

from vibes.providers.base import ProviderError
from vibes.providers.streaming import DONE, drained, events, until, whole


async def chunks(*parts: bytes):
    for part in parts:
        yield part


async def read(*parts: bytes) -> list[object]:
    return [event async for event in events(chunks(*parts))]


BODY = (
    b': a comment\n\nevent: x\ndata: {"a": "\xc3\xa9"}\n\ndata:{"a":\r\ndata: 2}\r\n\r\nid: 3\n\n'
    b'data: {"a": "x: y"}\n\ndata: [DONE]\n\ndata: {"never": 1}\n\n'
)


@pytest.mark.parametrize("seed", range(20))
async def test_events_wherever_the_bytes_are_cut(seed):
    draw = random.Random(seed)
    cuts = sorted(draw.sample(range(1, len(BODY)), draw.randint(0, 40)))
    parts = [BODY[start:end] for start, end in zip([0, *cuts], [*cuts, len(BODY)], strict=True)]
    assert await read(*parts) == [{"a": "\u00e9"}, {"a": 2}, {"a": "x: y"}, DONE]


async def test_half_an_event_at_the_end_is_dropped():
    assert await read(b'data: {"a": 1}\n\ndata: {"a": ') == [{"a": 1}]
    assert await read(b'data: {"a": 1}\n\ndata: {"a": 2}') == [{"a": 1}, {"a": 2}]
    assert await read(b"data: [DONE]") == [DONE]
    assert await read() == []


@pytest.mark.parametrize("bad", [b"data: {\n\n", b"data: \xff\n\n", b"data: [1]\n\n", b"data: 3\n\n"])
async def test_what_is_no_object_raises(bad):
    with pytest.raises((ValueError, TypeError)):
        await read(bad)


async def test_one_endless_event_is_too_large():
    async def endless():
        while True:
            yield b"data: " + b"x" * 2**20

    with pytest.raises(ProviderError, match="16 MiB"):
        async for _ in events(endless()):
            pass


async def test_a_body_of_sixteen_mebibytes_is_read_and_no_more():
    parts = [b"x" * 2**20] * 16
    assert len(await whole(chunks(*parts))) == 16 * 2**20
    with pytest.raises(ProviderError, match="16 MiB") as caught:
        await whole(chunks(*parts, b"x"))
    assert (caught.value.kind, caught.value.permanent) == ("garbled", True)


async def test_until_strikes_however_steadily_chunks_come():
    async def steady():
        while True:
            yield b"x"
            await asyncio.sleep(0.01)

    loop = asyncio.get_running_loop()
    began, seen = loop.time(), 0
    with pytest.raises(TimeoutError):
        async for _ in until(began + 0.1, steady()):
            seen += 1
    assert 5 <= seen <= 11
    assert loop.time() - began < 0.5


@pytest.mark.slow
async def test_draining_waits_not_long():
    async def silent():
        yield b"x"
        await asyncio.sleep(10)

    began = asyncio.get_running_loop().time()
    await drained(silent())
    assert asyncio.get_running_loop().time() - began < 1
