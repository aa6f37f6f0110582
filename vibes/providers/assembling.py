"""A streamed reply put together again: events in, pieces out, and at the end the body that it would have been whole."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from typing import Any, Protocol

from vibes.providers.base import Piece, ProviderError, Reply
from vibes.providers.failures import as_promised
from vibes.providers.streaming import LARGEST, Event, drained, too_large


class Assembly(Protocol):
    """One reply in the making."""

    @property
    def ended(self) -> bool:
        """Whether the answer came to its end: a stream that closes before was broken off."""

    @property
    def closed(self) -> bool:
        """Whether nothing more is to come, usage and all."""

    def take(self, event: Event) -> Iterator[Piece]:
        """The text in one event. Raises ProviderError where the event is an error."""

    def raw(self) -> dict[str, Any]:
        """The body."""


class InOnePiece:
    """A reply that came whole though it was asked for as a stream."""

    def __init__(self, read: Callable[[dict[str, Any]], Reply]) -> None:
        self._read, self._raw = read, dict[str, Any]()
        self.ended = self.closed = False

    def take(self, event: Event) -> Iterator[Piece]:
        """All there is."""
        self._raw, self.ended, self.closed = dict(event), True, True
        reply = self._read(self._raw)
        if reply.thoughts:
            yield Piece(reply.thoughts, thought=True)
        if reply.text:
            yield Piece(reply.text)

    def raw(self) -> dict[str, Any]:
        """The body."""
        return self._raw


async def pieces_of(
    said: AsyncIterator[Event], assembly: Assembly, chunks: AsyncIterator[bytes], *, api_key: str
) -> AsyncGenerator[Piece, None]:
    """The pieces of one reply. Raises ProviderError where it is not what was promised or stops too early.

    `chunks` is what `said` is read from: when all is said, its rest is read too.
    """
    length = 0
    with as_promised(api_key):
        async for event in said:
            for piece in assembly.take(event):
                length += len(piece.text)
                if length > LARGEST:
                    raise too_large()
                yield piece
            if assembly.closed:
                await drained(chunks)
                return
    if not assembly.ended:
        message = "The server closed the stream before the answer had ended."
        raise ProviderError(message, permanent=False, kind="unreachable")
