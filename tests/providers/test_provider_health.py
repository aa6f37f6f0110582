"""What servers tell of themselves, each in its own words."""

import json
from contextlib import aclosing

import pytest

from tests.providers.loopback import ANSWERS, connect
from vibes.providers.base import Health, ProviderError
from vibes.providers.scripted_server import create_app


class Pages:
    """An ASGI app with these pages: text as it is, the rest as JSON; a pair brings its status."""

    def __init__(self, **pages) -> None:
        self.pages, self.asked = pages, []

    async def __call__(self, scope, receive, send):
        self.asked.append(scope["path"])
        page = self.pages.get(scope["path"].replace("/", "_").replace(".", "_"), (404, "no"))
        status, content = page if isinstance(page, tuple) else (200, page)
        body = content if isinstance(content, str) else json.dumps(content)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": body.encode()})


def models(owner: str) -> dict[str, object]:
    return {"data": [{"id": "m", "owned_by": owner}]}


async def health(served, name="local") -> Health:
    async with aclosing(connect(name, served.address)) as provider:
        return await provider.health()


VLLM = """# HELP vllm:num_requests_running Number of requests.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="m"} 3.0
vllm:num_requests_running{engine="1",model_name="m"} 2.0
vllm:num_requests_waiting{engine="0",model_name="m"} 7.0
vllm:kv_cache_usage_perc{engine="0",model_name="m"} 0.25
vllm:kv_cache_usage_perc{engine="1",model_name="m"} 0.5
vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 9.0
vllm:e2e_request_latency_seconds_bucket{le="+Inf"} +Inf
"""


async def test_vllm(serve):
    pages = Pages(_v1_models=models("vllm"), _health="", _version={"version": "0.11.0"}, _metrics=VLLM)
    assert await health(serve(pages)) == Health(True, "vLLM 0.11.0", 5, 7, 0.5)


async def test_sglang(serve):
    metrics = (
        'sglang:num_running_reqs{a="}"} 4\nsglang:num_queue_reqs 1 1700000000000\nsglang:token_usage 0.1\n'
    )
    pages = Pages(
        _v1_models=models("sglang"), _health="", _metrics=metrics, _server_info={"version": "0.5.3"}
    )
    assert await health(serve(pages)) == Health(True, "SGLang 0.5.3", 4, 1, 0.1)


async def test_llama_cpp(serve):
    pages = Pages(
        _v1_models=models("llamacpp"),
        _health={"status": "ok"},
        _metrics="llamacpp:requests_processing 1\nllamacpp:requests_deferred 0\n",
        _props={"build_info": "b6800-abc"},
    )
    assert await health(serve(pages)) == Health(True, "llama.cpp b6800-abc", 1, 0)


async def test_llama_cpp_that_still_loads_and_has_no_metrics(serve):
    pages = Pages(
        _v1_models=models("llamacpp"),
        _health=(503, {"error": {"message": "Loading model"}}),
        _metrics=(501, "off"),
    )
    assert await health(serve(pages)) == Health(ok=False)


async def test_ollama_and_what_it_has_loaded(serve):
    pages = Pages(
        _v1_models=models("library"),
        _api_version={"version": "0.12.6"},
        _api_ps={"models": [{"name": "qwen3:8b", "size_vram": 1}, "odd"]},
    )
    assert await health(serve(pages)) == Health(True, "Ollama 0.12.6", loaded=("qwen3:8b",))


@pytest.mark.parametrize(
    ("readiness", "version"),
    [
        ({"status": "connected", "litellm_version": "1.78.0"}, "LiteLLM 1.78.0"),
        ({"status": "healthy", "db": "Not connected"}, "LiteLLM"),  # as 1.106 says it without a database
    ],
)
async def test_litellm_is_never_asked_for_its_costly_health(readiness, version, serve):
    pages = Pages(_v1_models=models("openai"), _health_readiness=readiness, _health={"healthy_endpoints": []})
    assert await health(serve(pages)) == Health(True, version)
    assert "/health" not in pages.asked


@pytest.mark.parametrize("owner", ["openai", "somebody", "vllm"])
async def test_what_is_not_known_to_be_without_cost_is_not_asked(owner, serve):
    ready = {"_health_readiness": "yes"} if owner == "vllm" else {}
    pages = Pages(_v1_models=models(owner), _health=(500, "paid"), **ready)
    assert await health(serve(pages)) == Health(ok=True)
    assert "/health" not in pages.asked


async def test_a_server_that_only_lists_its_models(serve):
    assert await health(serve(Pages(_v1_models=models("somebody")))) == Health(ok=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", ["<html>", {"data": []}, {"data": "none"}, {"data": [3]}, {"data": {}}, [], "3", "\x00"]
)
async def test_odd_pages_are_no_failure(page, serve):
    everywhere = Pages(
        _v1_models=page,
        _health=page,
        _health_readiness=page,
        _version=page,
        _props=page,
        _api_ps=page,
        _metrics="x y\nvllm:a NaN\n",
    )
    assert (await health(serve(everywhere))).ok is True


async def test_neither_health_nor_models(serve):
    assert await health(serve(Pages())) == Health(ok=False)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_is_not_taken_is_told(status, serve):
    with pytest.raises(ProviderError, match=f"HTTP {status}") as caught:
        await health(serve(Pages(_v1_models=(status, "no"))))
    assert caught.value.kind == "auth"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["responses", "openai", "anthropic", "local", "scripted"])
@pytest.mark.parametrize("like", ["vllm", "sglang", "llama.cpp", "scripted"])
async def test_the_scripted_server_like_each_of_them(like, name, serve):
    told = await health(serve(create_app(ANSWERS, like=like)), name)
    assert (told.ok, told.running, told.waiting) == (True, 0, 0)
    assert "1.0.0" in told.version


async def test_a_vendor_is_only_asked_for_its_models(serve, monkeypatch):
    from vibes.providers import sdk_provider

    monkeypatch.setattr(sdk_provider, "_VENDORS", ("127.0.0.1",))
    pages = Pages(_v1_models=models("openai"))
    assert await health(serve(pages), "openai") == Health(ok=True)
    assert pages.asked == ["/v1/models"]


@pytest.mark.slow
async def test_a_server_that_hangs(serve):
    import asyncio

    async def silent(scope, receive, send):
        await asyncio.sleep(0.6)

    async with aclosing(connect("local", serve(silent).address, timeout_s=0.2)) as provider:
        with pytest.raises(ProviderError) as caught:
            await provider.health()
    assert caught.value.kind == "timeout"
