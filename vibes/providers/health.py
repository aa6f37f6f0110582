"""What a model server tells of itself: whether it is well, its version, how many requests run and wait."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from vibes.providers.base import Health
from vibes.providers.failures import from_status, without_key
from vibes.providers.streaming import whole

# What each server calls these numbers in its /metrics; a name that is not here is not known.
_RUNNING = frozenset({"vllm:num_requests_running", "sglang:num_running_reqs", "llamacpp:requests_processing"})
_WAITING = frozenset({"vllm:num_requests_waiting", "sglang:num_queue_reqs", "llamacpp:requests_deferred"})
_CACHE = frozenset(
    {"vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc", "sglang:token_usage"}
    | {"llamacpp:kv_cache_usage_ratio"}
)
_SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{.*\})?\s+([^\s]+)(?:\s+\d+)?$")

# Whose server it is, by what it writes into `owned_by` of its model list.
_OWNERS: Mapping[str, str] = {
    "vllm": "vllm",
    "sglang": "sglang",
    "llamacpp": "llama.cpp",
    "library": "ollama",
    "vibes": "scripted",
}

# What harms nobody; only LiteLLM answers the first of them.
_FIRST = ("/health/readiness", "/metrics", "/version")

# What to ask next, by whose server it is. LiteLLM's /health asks every model behind it, for money: none but those that are
# known to be without cost are asked for it.
_NEXT: Mapping[str, tuple[str, ...]] = {
    "vllm": ("/health",),
    "sglang": ("/health", "/server_info"),
    "llama.cpp": ("/health", "/props"),
    "ollama": ("/api/version", "/api/ps"),
    "scripted": ("/health",),
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one address answered; status 0: nothing that can be read."""

    status: int = 0
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def object(self) -> Mapping[str, Any]:
        """The JSON object in it, empty where there is none."""
        try:
            value = json.loads(self.body) if self.status == 200 else {}
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


_NONE = _Answer()


async def ask_server(http: httpx2.AsyncClient, base_url: str, api_key: str) -> Health:
    """Asks the server at this address, with two rounds of small requests.

    Raises httpx2's error where it cannot be reached, ProviderError where it does not take the key.
    """
    root = base_url.rstrip("/").removesuffix("/v1")
    try:
        models = await _get(http, f"{root}/v1/models", api_key)
    except httpx2.RemoteProtocolError:
        # A kept connection that the server has closed since: a new one is opened.
        models = await _get(http, f"{root}/v1/models", api_key)
    if models.status in (401, 403):
        raise from_status(models.status, models.body, models.headers, api_key=api_key)
    first = await _ask(http, root, _FIRST, api_key)
    then = await _ask(http, root, _NEXT.get(_whose(models, first), ()), api_key)
    return _health({"/v1/models": models, **first, **then})


async def _ask(http: httpx2.AsyncClient, root: str, paths: Iterable[str], api_key: str) -> dict[str, _Answer]:
    async def quietly(path: str) -> _Answer:
        try:
            return await _get(http, root + path, api_key)
        except (httpx2.HTTPError, httpx2.StreamError, ValueError):
            return _NONE

    paths = tuple(paths)
    return dict(zip(paths, await asyncio.gather(*map(quietly, paths)), strict=True))


async def _get(http: httpx2.AsyncClient, address: str, api_key: str) -> _Answer:
    async with http.stream("GET", address) as response:
        body = (await whole(response.aiter_bytes())).decode(errors="replace")
        return _Answer(response.status_code, without_key(body, api_key), response.headers)


def _whose(models: _Answer, first: Mapping[str, _Answer]) -> str:
    if first["/health/readiness"].status == 200:
        return "litellm"
    entries = models.object.get("data")
    listed = entries[0] if isinstance(entries, list) and entries else {}
    return _OWNERS.get(str(listed.get("owned_by")), "") if isinstance(listed, dict) else ""


def _health(answers: Mapping[str, _Answer]) -> Health:
    numbers = _numbers(answers["/metrics"].body if answers["/metrics"].status == 200 else "")
    return Health(
        ok=_is_well(answers),
        version=_version(answers),
        running=_sum(numbers, _RUNNING),
        waiting=_sum(numbers, _WAITING),
        cache_share=max((value for name, value in numbers if name in _CACHE), default=None),
        loaded=_loaded(answers.get("/api/ps", _NONE)),
    )


def _is_well(answers: Mapping[str, _Answer]) -> bool:
    """By its own word where it has one (llama.cpp and vLLM answer 503 while they load), else if it lists its models."""
    said = answers.get("/health", _NONE).status
    return said == 200 if said in (200, 500, 503) else answers["/v1/models"].status == 200


def _version(answers: Mapping[str, _Answer]) -> str:
    readiness, props = answers["/health/readiness"].object, answers.get("/props", _NONE).object
    told = (
        ("LiteLLM", readiness.get("litellm_version", "" if "db" in readiness else None)),
        ("Ollama", answers.get("/api/version", _NONE).object.get("version")),
        ("llama.cpp", props.get("build_info")),
        ("SGLang", answers.get("/server_info", _NONE).object.get("version")),
        (_engine(answers["/metrics"].body), answers["/version"].object.get("version")),
    )
    return next((f"{name} {value}".strip()[:80] for name, value in told if isinstance(value, str)), "")


def _engine(metrics: str) -> str:
    """vLLM tells a version without a name; its metrics have it."""
    return "vLLM" if "vllm:" in metrics else ""


def _numbers(metrics: str) -> list[tuple[str, float]]:
    """(name, value) of each sample in Prometheus' text format."""
    found = [match for line in metrics.splitlines() if (match := _SAMPLE.match(line))]
    return [(match[1], value) for match in found if (value := _number(match[2])) is not None]


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _sum(numbers: Iterable[tuple[str, float]], names: frozenset[str]) -> int | None:
    """Over all engines of the server, each of which has a sample of its own."""
    values = [value for name, value in numbers if name in names]
    return round(sum(values)) if values else None


def _loaded(running: _Answer) -> tuple[str, ...]:
    models = running.object.get("models")
    named = models if isinstance(models, list) else []
    return tuple(str(model["name"]) for model in named if isinstance(model, dict) and "name" in model)
