"""Provider names and their classes. Only what is chosen is imported: each SDK costs half a second or more."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from vibes.providers.base import BatchProvider, Provider

PROVIDERS: Mapping[str, tuple[str, str]] = {
    "responses": ("vibes.providers.responses_api", "ResponsesProvider"),
    "openai": ("vibes.providers.openai_api", "OpenAIProvider"),
    "anthropic": ("vibes.providers.anthropic_api", "AnthropicProvider"),
    "local": ("vibes.providers.local_server", "LocalServer"),
    # Asks no vendor where its address is missing.
    "scripted": ("vibes.providers.local_server", "LocalServer"),
}


class UnknownProviderError(ValueError):
    """No provider has this name."""


def provider(name: str) -> type[Provider]:
    """The provider class of that name. Raises UnknownProviderError, naming those that exist."""
    if name not in PROVIDERS:
        raise UnknownProviderError(f"Unknown provider {name!r}: choose one of {', '.join(PROVIDERS)}.")
    module, class_name = PROVIDERS[name]
    return cast(type[Provider], getattr(import_module(module), class_name))


# Those whose vendor has a batch API. "openai" also stands for servers that only speak OpenAI's protocol, and have none.
BATCH_PROVIDERS: Mapping[str, tuple[str, str]] = {
    "responses": ("vibes.providers.batches_openai", "ResponsesBatches"),
    "openai": ("vibes.providers.batches_openai", "ChatBatches"),
    "anthropic": ("vibes.providers.batches_anthropic", "AnthropicBatches"),
}


def batch_provider(name: str) -> type[BatchProvider]:
    """The batch provider class of that name. Raises UnknownProviderError, naming those that exist."""
    if name not in BATCH_PROVIDERS:
        raise UnknownProviderError(f"{name!r} takes no batches: {', '.join(BATCH_PROVIDERS)} do.")
    module, class_name = BATCH_PROVIDERS[name]
    return cast(type[BatchProvider], getattr(import_module(module), class_name))
