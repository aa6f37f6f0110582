"""What can be learnt of model servers without asking a model: those that run here, their models, their queues."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection

from annotations.models import User
from annotations.services import audit
from vibes.models import Endpoint, Generation
from vibes.providers import discovery, registry
from vibes.providers.base import Health, Provider, ProviderError
from vibes.services import keys
from vibes.services.generations import queue, requests

T = TypeVar("T")
LIST_SECONDS = 10
HEALTH_SECONDS = 1.0
AT_ONCE = 16


@dataclass(frozen=True)
class FoundModel:
    kind: str
    base_url: str
    model: str
    known: bool


@dataclass(frozen=True)
class Condition:
    """What a server told of itself, or why it did not. Both empty: it was not asked, since vendors do not tell."""

    health: Health | None = None
    problem: str = ""


def found_servers() -> list[FoundModel]:
    """Asks the usual loopback ports; a fraction of a second, whatever listens there."""
    known = set(Endpoint.objects.filter(archived_at=None).values_list("base_url", "model"))
    return [
        FoundModel(server.kind, server.base_url, model, (server.base_url, model) in known)
        for server in discovery.discover()
        for model in server.models
    ]


def models_at(*, by: User, provider: str, base_url: str, key_variable: str = "") -> tuple[str, ...]:
    """The models that a server offers. Raises ProviderError. For admins alone: the address is whatever they typed, and
    the audit trail says so before the key goes there."""
    address, key = requests.reach(provider, base_url, key_variable)
    audit.record(by=by, verb="listed models", subject=by, base_url=address, key_variable=key_variable)
    let_go_of_database()
    client = registry.provider(provider)(address, key, LIST_SECONDS)
    return tuple(
        keys.redact(name) for name in asyncio.run(_closing(client, client.list_models, LIST_SECONDS))
    )


def conditions(endpoints: Iterable[Endpoint]) -> dict[int, Condition]:
    """What each endpoint's server tells now, by the endpoint's key; all asked at once, each for a second at most."""
    asked = [endpoint for endpoint in endpoints if _tells(endpoint)]
    clients = [_client(endpoint) for endpoint in asked]
    let_go_of_database()
    with ThreadPoolExecutor(AT_ONCE, "health") as pool:
        told = list(pool.map(_condition, clients))
    return dict(zip((endpoint.pk for endpoint in asked), told, strict=True))


def let_go_of_database() -> None:
    """Before a call that takes a while: nobody else need wait for this connection. Kept where a transaction is open."""
    if not connection.in_atomic_block:
        connection.close()


def _tells(endpoint: Endpoint) -> bool:
    """Vendors have no such page, and would count the call."""
    return bool(endpoint.base_url) or endpoint.provider == Endpoint.Provider.SCRIPTED


def _client(endpoint: Endpoint) -> Provider | ProviderError:
    row = Generation(endpoint=endpoint, snapshot=queue.snapshot(endpoint))
    try:
        return requests.provider_of(row)
    except ProviderError as error:
        return error


def _condition(client: Provider | ProviderError) -> Condition:
    if isinstance(client, ProviderError):
        return Condition(problem=keys.redact(str(client)))
    try:
        return Condition(health=asyncio.run(_closing(client, client.health, HEALTH_SECONDS)))
    except ProviderError as error:
        return Condition(problem=keys.redact(str(error)))


async def _closing(client: Provider, ask: Callable[[], Awaitable[T]], seconds: float) -> T:
    try:
        async with asyncio.timeout(seconds):
            return await ask()
    except TimeoutError:
        message = f"No reply within {seconds:g} s. Is the server up, and not overloaded?"
        raise ProviderError(message, permanent=False, kind="timeout") from None
    finally:
        await client.aclose()
