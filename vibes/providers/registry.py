"""Provider names and their classes. Only what is chosen is imported: each SDK costs half a second or more."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from vibes.providers.base import Provider

PROVIDERS: Mapping[str, tuple[str, str]] = {
    "openai": ("vibes.providers.openai_api", "OpenAIProvider"),
    "anthropic": ("vibes.providers.anthropic_api", "AnthropicProvider"),
    "local": ("vibes.providers.local_server", "LocalServer"),
    "scripted": ("vibes.providers.openai_api", "OpenAIProvider"),
}


class UnknownProviderError(ValueError):
    """No provider has this name."""


def provider(name: str) -> type[Provider]:
    """The provider class of that name. Raises UnknownProviderError, naming those that exist."""
    if name not in PROVIDERS:
        raise UnknownProviderError(f"Unknown provider {name!r}: choose one of {', '.join(PROVIDERS)}.")
    module, class_name = PROVIDERS[name]
    return cast(type[Provider], getattr(import_module(module), class_name))
