"""Model servers that already run on this machine, found by asking the usual loopback ports for their models."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import httpx2

from vibes.providers.sdk_provider import sound
from vibes.providers.transport import tls

# The port that each server takes unless told otherwise.
USUAL_PORTS: Mapping[int, str] = MappingProxyType(
    {11434: "ollama", 8080: "llama.cpp", 1234: "lm-studio", 8000: "vllm", 30000: "sglang"}
)

# What each server writes into `owned_by` of its model list: surer than the port.
_OWNERS: Mapping[str, str] = MappingProxyType(
    {
        "library": "ollama",
        "llamacpp": "llama.cpp",
        "organization_owner": "lm-studio",
        "vllm": "vllm",
        "sglang": "sglang",
        "vibes": "scripted",
    }
)


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A model server that answered: its kind (by its own word, else by its port), address up to /v1, and models."""

    kind: str
    base_url: str
    models: tuple[str, ...]


def discover(timeout_s: float = 0.4, ports: Mapping[int, str] = USUAL_PORTS) -> tuple[FoundServer, ...]:
    """The model servers on these loopback ports (port: presumed kind), in the order of the ports.

    Returns within about `timeout_s` seconds, whatever listens there. Never raises for what it finds, never leaves
    127.0.0.1, never follows a redirect. Not for use inside a running event loop: there, await `find`.
    """
    return asyncio.run(find(timeout_s, ports))


async def find(timeout_s: float = 0.4, ports: Mapping[int, str] = USUAL_PORTS) -> tuple[FoundServer, ...]:
    """`discover` for async callers."""
    async with httpx2.AsyncClient(
        verify=tls(), trust_env=False, follow_redirects=False, timeout=timeout_s
    ) as client:
        asked = [_ask(client, port, kind, timeout_s) for port, kind in ports.items()]
        return tuple(found for found in await asyncio.gather(*asked) if found)


async def _ask(client: httpx2.AsyncClient, port: int, kind: str, timeout_s: float) -> FoundServer | None:
    base_url = f"http://127.0.0.1:{port}/v1"
    try:
        async with asyncio.timeout(timeout_s):
            response = await client.get(f"{base_url}/models")
            models = _models(response.json()) if response.status_code == 200 else []
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, ValueError, OSError, RecursionError):
        return None
    return _found(kind, base_url, models)


def _found(kind: str, base_url: str, models: list[dict[str, Any]]) -> FoundServer | None:
    if not models:
        return None
    owner = str(models[0].get("owned_by"))
    return FoundServer(_OWNERS.get(owner, kind), base_url, tuple(model["id"] for model in models))


def _models(answer: object) -> list[dict[str, Any]]:
    """The entries of a model list; none where the answer is not one."""
    entries = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(entries, list):
        return []
    named = [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)]
    return [entry | {"id": sound(entry["id"])} for entry in named]
