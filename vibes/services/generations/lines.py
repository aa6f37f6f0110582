"""Lines to model servers: clients that keep their connections, several to one place where many calls are under way.

For each request the SDKs' HTTP library looks through all connections of its client: a thousand calls through one client
spend most of their time there. So a client carries few calls at once, and the next is opened when all are full.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from vibes.models import Generation
from vibes.providers.base import Provider
from vibes.services.generations.flights import Flight

CALLS_A_CLIENT = 20
Destination = tuple[str, ...]
PARTS = ("provider", "base_url", "key_variable", "timeout_seconds")


@dataclass(eq=False)
class _Line:
    client: Provider
    calls: int = 0


@dataclass(eq=False)
class Lines:
    """All lines of one worker. `dial` makes a client for a row; it may raise ProviderError."""

    dial: Callable[[Generation], Awaitable[Provider]]
    _open: dict[Destination, list[_Line]] = field(default_factory=dict)
    _dropped: list[_Line] = field(default_factory=list)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def line(self, flight: Flight) -> AsyncIterator[Provider]:
        """A client with room for this call."""
        line = self._free(flight) or await self._opened(flight)
        line.calls += 1
        try:
            yield line.client
        finally:
            line.calls -= 1

    def _free(self, flight: Flight) -> _Line | None:
        lines = self._open.get(_destination(flight), [])
        return next((line for line in lines if line.calls < CALLS_A_CLIENT), None)

    async def _opened(self, flight: Flight) -> _Line:
        async with self._opening:
            line = self._free(flight)
            if line is None:
                line = _Line(await self.dial(flight.generation))
                self._open.setdefault(_destination(flight), []).append(line)
            return line

    def drop(self, flight: Flight) -> None:
        """The key was refused: it may have been replaced since it was read. Calls under way keep their lines."""
        self._dropped += self._open.pop(_destination(flight), [])

    async def aclose(self) -> None:
        for lines in (*self._open.values(), self._dropped):
            for line in lines:
                await line.client.aclose()


def _destination(flight: Flight) -> Destination:
    frozen = flight.generation.snapshot
    return tuple(str(frozen[part]) for part in PARTS)
