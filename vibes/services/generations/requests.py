"""From a row to a provider's request. The row's own snapshot speaks, not the endpoint as it is by now."""

import os

from django.conf import settings

from vibes.models import Generation
from vibes.providers import registry
from vibes.providers.base import Message, Provider, ProviderError, Request


def request_of(generation: Generation) -> Request:
    frozen = generation.snapshot
    return Request(
        model=frozen["model"],
        messages=tuple(Message(turn["role"], turn["content"]) for turn in generation.prompt.turns),
        system=frozen["system"],
        max_tokens=frozen["max_tokens"],
        temperature=frozen["temperature"],
        timeout_s=float(frozen["timeout_seconds"]),
    )


def provider_of(generation: Generation) -> Provider:
    """A client for the row's endpoint. Raises ProviderError where its key is not in the environment."""
    frozen = generation.snapshot
    chosen = registry.provider(frozen["provider"])
    return chosen(
        address(frozen["provider"], frozen["base_url"]),
        api_key(frozen["key_variable"]),
        float(frozen["timeout_seconds"]),
    )


def address(provider: str, base_url: str) -> str:
    """The endpoint's address. The demo's own server has a new port at each start, so its rows name none."""
    return settings.SCRIPTED_URL if provider == "scripted" and not base_url else base_url


def api_key(variable: str) -> str:
    """The key in the named environment variable; a placeholder where the endpoint needs none."""
    if not variable:
        return "none"
    key = os.environ.get(variable, "")
    if not key:
        message = f"{variable} is not set in the environment of the Celery worker."
        raise ProviderError(message, permanent=True, kind="auth")
    return key
