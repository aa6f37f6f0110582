"""The prompt caches of the two vendors: what was sent before costs less, by itself or where the caller marks it."""

from __future__ import annotations

from vibes.providers.scripted import Turn, prompt_hash
from vibes.providers.scripted_protocols import Asked, turn_tokens

# OpenAI caches by itself, from this length on and in blocks of this size.
_LEAST, _BLOCK = 1024, 128


class PromptCache:
    """The beginnings of conversations that each model has seen."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def look(self, asked: Asked) -> tuple[int, int]:
        """Tokens read from the cache and tokens written to it; the next request finds what this one wrote."""
        if asked.cached_turns is None:
            return self._by_itself(asked), 0
        return self._where_marked(asked, asked.cached_turns)

    def _by_itself(self, asked: Asked) -> int:
        if turn_tokens(asked.turns) < _LEAST:
            return 0
        known = self._known(asked, len(asked.turns))
        for length in range(1, len(asked.turns) + 1):
            self._seen.add(_name(asked, length))
        return known // _BLOCK * _BLOCK if known >= _LEAST else 0

    def _where_marked(self, asked: Asked, length: int) -> tuple[int, int]:
        """Any length: Anthropic has a least one too, but a test of the bill should not need a long prompt."""
        if not length:
            return 0, 0
        known = self._known(asked, length)
        self._seen.add(_name(asked, length))
        return known, turn_tokens(asked.turns[:length]) - known

    def _known(self, asked: Asked, longest: int) -> int:
        for length in range(longest, 0, -1):
            if _name(asked, length) in self._seen:
                return turn_tokens(asked.turns[:length])
        return 0


def _name(asked: Asked, length: int) -> str:
    return prompt_hash((*asked.turns[:length], Turn("model", asked.model)))
