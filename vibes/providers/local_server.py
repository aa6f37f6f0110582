"""Model servers on the team's own machines, through the openai SDK: vLLM, SGLang, Ollama, llama.cpp, LM Studio."""

from __future__ import annotations

from typing import Any

from vibes.providers.discovery import FoundServer, discover
from vibes.providers.openai_api import OpenAIProvider, reasoning_field
from vibes.providers.thoughts import split_thoughts

__all__ = ["FoundServer", "LocalServer", "discover"]


class LocalServer(OpenAIProvider):
    """A local model server. Reasoning is taken from its own field where the server parsed it, else from think tags."""

    def _thoughts_and_text(self, message: dict[str, Any]) -> tuple[str, str]:
        content, thoughts = message.get("content") or "", reasoning_field(message)
        return (thoughts, content.strip()) if thoughts else split_thoughts(content)
