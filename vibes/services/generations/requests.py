"""From a row to a provider's request. The row's own snapshot speaks, not the endpoint as it is by now."""

from vibes.models import Endpoint, Generation
from vibes.providers import registry
from vibes.providers.base import Provider, Request
from vibes.providers.prices import Prices
from vibes.services import addresses, keys
from vibes.services.generations.conversation import Talk


def request_of(generation: Generation) -> Request:
    """The request for the first open turn that has no answer yet."""
    request = Talk.of(generation).request()
    if request is None:
        raise ValueError(f"{generation} has all its answers")
    return request


def provider_of(generation: Generation) -> Provider:
    """A client for the row's endpoint. Raises ProviderError where its address may not be asked any more, or its key is
    missing or belongs to another host.

    To whom a key belongs is read from the database, and the name server is asked: not for use inside a running event loop.
    """
    frozen = generation.snapshot
    address, key = reach(frozen["provider"], frozen["base_url"], frozen["key_variable"])
    return registry.provider(frozen["provider"])(address, key, float(frozen["timeout_seconds"]))


def reach(provider: str, base_url: str, key_variable: str) -> tuple[str, str]:
    """The address that a call goes to and its key, both checked anew. Raises ProviderError, as `provider_of` says."""
    address = addresses.of(provider, base_url)
    addresses.check(address)
    return address, keys.key(key_variable, address)


def prices_of(endpoint: Endpoint) -> Prices | None:
    """The endpoint's prices as they are now; None where one of the two that every call has is not set."""
    if endpoint.price_in is None or endpoint.price_out is None:
        return None
    return Prices(endpoint.price_in, endpoint.price_out, endpoint.price_cached, endpoint.price_cache_write)
