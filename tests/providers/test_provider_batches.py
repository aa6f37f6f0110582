"""The batch APIs of both vendors through their real SDKs, against the scripted server: whole, in part, and broken."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.providers.loopback import ANSWERS, QUESTION, ask, running
from vibes.providers.base import Message, Missing, ProviderError, Reply, Request
from vibes.providers.batch_lines import objects
from vibes.providers.registry import UnknownProviderError, batch_provider
from vibes.providers.scripted_faults import parse_rule
from vibes.providers.scripted_server import create_app

pytestmark = pytest.mark.slow

VENDORS = ("openai", "responses", "anthropic")
KEY = "sk-test-0123456789"
LABEL = "5f0c8a52-1111-4222-8333-944444444444"


def connect(name: str, address: str, key: str = KEY):
    return batch_provider(name)(f"{address}/v1", key, 5.0)


def serve(*faults: str, seconds: float = 0.0, api_key: str = ""):
    rules = [parse_rule(fault) for fault in faults]
    return running(create_app(ANSWERS, faults=rules, batch_seconds=seconds, api_key=api_key))


def missing(**changed) -> Missing:
    whole = {
        "label": LABEL,
        "custom_id": "g1-1-abcdef01",
        "requests": 2,
        "since": datetime.now(UTC) - timedelta(minutes=1),
        "known": frozenset(),
    }
    return Missing(**{**whole, **changed})


async def ended(provider, batch_id: str) -> None:
    for _ in range(500):
        if (await provider.poll(batch_id)).state not in ("running", "cancelling"):
            return
        await asyncio.sleep(0.02)
    pytest.fail("the batch does not end")


async def collected(provider, batch_id: str) -> dict[str, Reply | ProviderError]:
    return {custom_id: outcome async for custom_id, outcome in provider.collect(batch_id)}


def one_model(count: int, **fields) -> list[tuple[str, Request]]:
    return [(f"g{n}-1-abcdef01", ask(**fields)) for n in range(count)]


@pytest.mark.parametrize("name", VENDORS)
async def test_answers_come_back_under_their_ids_with_their_usage(name: str) -> None:
    with serve() as server:
        provider = connect(name, server.address)
        batch_id = await provider.submit(one_model(3), label=LABEL)
        assert (await provider.poll(batch_id)).state in ("running", "ended")
        await ended(provider, batch_id)
        status = await provider.poll(batch_id)
        found = await collected(provider, batch_id)
        await provider.aclose()
    assert (status.state, status.answered, status.failed, status.problem) == ("ended", 3, 0, None)
    assert set(found) == {"g0-1-abcdef01", "g1-1-abcdef01", "g2-1-abcdef01"}
    for reply in found.values():
        assert isinstance(reply, Reply)
        assert reply.text == ANSWERS[QUESTION]["scripted-plain"]
        assert reply.finish_reason == "stop"
        assert reply.usage.tokens_out > 5
        assert reply.served_model == "scripted-plain"


@pytest.mark.parametrize("name", VENDORS)
async def test_a_batch_asks_for_the_same_as_a_live_call(name: str) -> None:
    """System prompt, limit, temperature and the server's own parameters: the answer is cut where a live one is."""
    request = ask(system="Be brief.", max_tokens=4, temperature=0.5)
    with serve() as server:
        provider = connect(name, server.address)
        live = await provider.complete(request)
        batch_id = await provider.submit([("g1-1-abcdef01", request)], label=LABEL)
        await ended(provider, batch_id)
        found = await collected(provider, batch_id)
        await provider.aclose()
    reply = found["g1-1-abcdef01"]
    assert isinstance(reply, Reply)
    assert (reply.text, reply.finish_reason, reply.usage) == (live.text, "length", live.usage)


@pytest.mark.parametrize("name", VENDORS)
async def test_part_of_a_batch_fails_and_the_rest_is_there(name: str) -> None:
    requests = [
        ("g1-1-abcdef01", ask()),
        ("g2-1-abcdef01", ask(fault="bad_request")),
        ("g3-1-abcdef01", ask(fault="529")),
        ("g4-1-abcdef01", ask(fault="refused")),
    ]
    with serve() as server:
        provider = connect(name, server.address)
        batch_id = await provider.submit(requests, label=LABEL)
        await ended(provider, batch_id)
        found = await collected(provider, batch_id)
        await provider.aclose()
    first, second, third, fourth = (found[custom_id] for custom_id, _ in requests)
    assert isinstance(first, Reply) and first.finish_reason == "stop"
    assert isinstance(second, ProviderError) and (second.kind, second.permanent) == ("bad_request", True)
    assert isinstance(third, ProviderError) and (third.kind, third.permanent) == ("overloaded", False)
    assert isinstance(fourth, Reply) and fourth.finish_reason == "refused"


@pytest.mark.parametrize("name", VENDORS)
async def test_an_expired_batch_has_answers_and_requests_that_were_never_asked(name: str) -> None:
    with serve("batch_expired") as server:
        provider = connect(name, server.address)
        batch_id = await provider.submit(one_model(4), label=LABEL)
        await ended(provider, batch_id)
        outcomes = list((await collected(provider, batch_id)).values())
        await provider.aclose()
    errors = [outcome for outcome in outcomes if isinstance(outcome, ProviderError)]
    assert len(outcomes) == 4 and len(errors) == 2
    assert {(error.kind, error.permanent) for error in errors} == {("overloaded", False)}


@pytest.mark.parametrize("name", VENDORS)
async def test_a_cancelled_batch_ends_soon_and_keeps_what_it_answered(name: str) -> None:
    with serve(seconds=2.0) as server:
        provider = connect(name, server.address)
        batch_id = await provider.submit(one_model(10), label=LABEL)
        await provider.poll(batch_id)
        await asyncio.sleep(0.6)
        assert (await provider.poll(batch_id)).state == "running"
        await provider.cancel(batch_id)
        assert (await provider.poll(batch_id)).state == "cancelling"
        await ended(provider, batch_id)
        outcomes = list((await collected(provider, batch_id)).values())
        await provider.aclose()
    answered = [outcome for outcome in outcomes if isinstance(outcome, Reply)]
    assert 0 < len(answered) < 10
    assert all(isinstance(outcome, Reply) or not outcome.permanent for outcome in outcomes)


async def test_openai_refuses_a_whole_batch_and_says_why() -> None:
    with serve("batch_invalid") as server:
        provider = connect("openai", server.address)
        batch_id = await provider.submit(one_model(2), label=LABEL)
        await ended(provider, batch_id)
        status = await provider.poll(batch_id)
        await provider.aclose()
    assert status.state == "failed"
    assert status.problem is not None
    assert (status.problem.kind, status.problem.permanent) == ("bad_request", True)
    assert "batch_invalid" in str(status.problem) and "line 1" in str(status.problem)


async def test_anthropic_refuses_a_whole_batch_at_once() -> None:
    with serve("batch_invalid") as server:
        provider = connect("anthropic", server.address)
        with pytest.raises(ProviderError, match="batch_invalid") as caught:
            await provider.submit(one_model(2), label=LABEL)
        await provider.aclose()
    assert caught.value.permanent


@pytest.mark.parametrize("name", ["openai", "responses"])
async def test_openais_batch_is_found_by_its_label_even_while_it_runs(name: str) -> None:
    with serve("batch_lost:first=1", seconds=60.0) as server:
        provider = connect(name, server.address)
        with pytest.raises(ProviderError) as caught:
            await provider.submit(one_model(2), label=LABEL)
        await provider.submit(one_model(2), label="another")
        found = await provider.find(missing())
        assert await provider.find(missing(label="never sent")) is None
        await provider.aclose()
    assert not caught.value.permanent
    assert found


async def test_anthropics_batch_is_found_by_a_custom_id_once_it_has_ended() -> None:
    with serve("batch_lost:first=1", seconds=0.3) as server:
        provider = connect("anthropic", server.address)
        with pytest.raises(ProviderError):
            await provider.submit(one_model(2), label=LABEL)
        other = await provider.submit([("other-1", ask()), ("other-2", ask())], label="another")
        with pytest.raises(ProviderError, match="perhaps received") as caught:
            await provider.find(missing(known=frozenset({other})))
        assert not caught.value.permanent
        # Batches of another size or of before are somebody else's: nothing to wait for.
        assert await provider.find(missing(requests=7)) is None
        later = datetime.now(UTC) + timedelta(hours=1)
        assert await provider.find(missing(since=later)) is None
        await asyncio.sleep(0.35)
        found = await provider.find(missing())
        assert await provider.find(missing(custom_id="g77-1-abcdef01")) is None
        await provider.aclose()
    assert found and found != other


@pytest.mark.parametrize("name", VENDORS)
async def test_an_unknown_batch_and_a_wrong_key_are_told_apart(name: str) -> None:
    with serve(api_key="right") as server:
        stranger, owner = connect(name, server.address), connect(name, server.address, "right")
        with pytest.raises(ProviderError) as wrong_key:
            await stranger.poll("batch_000001")
        with pytest.raises(ProviderError) as unknown:
            await owner.poll("batch_000001")
        await stranger.aclose()
        await owner.aclose()
    assert wrong_key.value.kind == "auth" and KEY not in str(wrong_key.value)
    assert unknown.value.kind == "not_found"


@pytest.mark.parametrize("name", VENDORS)
@pytest.mark.parametrize("fault", ["503", "garbled", "shape", "drop"])
async def test_trouble_while_polling_passes(name: str, fault: str) -> None:
    with serve(f"{fault}:every=1:model=batches") as server:
        provider = connect(name, server.address)
        with pytest.raises(ProviderError) as caught:
            await provider.poll("batch_000001")
        await provider.aclose()
    assert not caught.value.permanent


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_lines_are_split_at_line_feeds_alone_wherever_a_chunk_ends() -> None:
    said = {"a": "line\u2028separator\x85next\u2029 \N{GRINNING FACE}"}
    written = json.dumps(said, ensure_ascii=False).encode() + b"\r\n\n" + b'{"b": 1}'
    found = [line async for line in objects(chunks(*(written[n : n + 1] for n in range(len(written)))))]
    assert found == [said, {"b": 1}]


async def test_a_line_that_cannot_be_read_is_told_and_a_file_that_breaks_off_raises() -> None:
    found = [line async for line in objects(chunks(b'{"a": 1}\nnonsense\n[1]\n{"b": 2}\n'))]
    assert found[0] == {"a": 1} and found[3] == {"b": 2}
    assert [type(line) for line in found[1:3]] == [ProviderError, ProviderError]
    with pytest.raises(ProviderError) as caught:
        async for _ in objects(chunks(b'{"a": 1}\n{"b": "cut of')):
            pass
    assert not caught.value.permanent


async def test_a_line_without_end_is_not_read_for_ever() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1_048_576

    with pytest.raises(ProviderError, match="64 MB"):
        async for _ in objects(endless()):
            pass


async def test_what_holds_any_text_is_sent_as_it_is() -> None:
    """Line ends and quotation marks in a prompt do not break the file of requests."""
    words = 'one\ntwo\r\n"three"\u2028four \N{GRINNING FACE}'
    request = Request("scripted-plain", (Message("user", words),), timeout_s=5.0)
    with serve() as server:
        provider = connect("openai", server.address)
        batch_id = await provider.submit([("g1-1-abcdef01", request)], label=LABEL)
        await ended(provider, batch_id)
        found = await collected(provider, batch_id)
        await provider.aclose()
        assert isinstance(found["g1-1-abcdef01"], Reply)


def test_others_take_no_batches() -> None:
    with pytest.raises(UnknownProviderError, match="takes no batches"):
        batch_provider("local")
