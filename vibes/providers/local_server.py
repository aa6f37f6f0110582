"""Model servers on the team's own machines, through the openai SDK: vLLM, SGLang, Ollama, llama.cpp, LM Studio."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from vibes.providers.assembling import Assembly
from vibes.providers.base import Piece, Reply
from vibes.providers.discovery import FoundServer, discover
from vibes.providers.openai_api import ChatAssembly, OpenAIProvider
from vibes.providers.streaming import DONE, Event
from vibes.providers.thoughts import ThoughtSplitter, split_thoughts

__all__ = ["FoundServer", "LocalServer", "discover"]


class LocalServer(OpenAIProvider):
    """A local model server. Reasoning is taken from its own field where the server parsed it, else from think tags."""

    vendor: ClassVar[str] = ""

    def _read(self, raw: dict[str, Any], seconds: float = 0.0) -> Reply:
        reply = super()._read(raw, seconds)
        if reply.thoughts:
            return replace(reply, text=reply.text.strip())
        thoughts, text = split_thoughts(reply.text)
        return replace(reply, thoughts=thoughts, text=text)

    def _assembly(self) -> Assembly:
        return TaggedAssembly(self._api_key)


class TaggedAssembly(ChatAssembly):
    """A chat.completion whose content may begin with tagged thoughts."""

    def __init__(self, api_key: str = "") -> None:
        super().__init__(api_key)
        self._splitter: ThoughtSplitter | None = ThoughtSplitter()

    def take(self, event: Event) -> Iterator[Piece]:
        """The text in one chunk, as far as it is clear by now whether it is thought."""
        yield from super().take(event)
        if self._splitter and (event is DONE or self.ended):
            yield from self._splitter.close()
            self._splitter = None

    def _said(self, delta: Mapping[str, Any]) -> Iterator[Piece]:
        for piece in super()._said(delta):
            if piece.thought:  # the server takes them apart itself: what looks like a tag is text
                self._splitter = None
            yield from self._splitter.feed(piece.text) if self._splitter and not piece.thought else (piece,)
