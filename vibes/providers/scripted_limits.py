"""How much the scripted server takes at once: requests in work and waiting, and its refusals of more."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from vibes.providers.scripted_protocols import RefusalError


@dataclass(frozen=True, slots=True)
class Limits:
    """0 is no limit. `slots`: so many are in work, the others wait; `at_once`, `per_minute`: more get 429.

    The minute is a bucket that fills evenly and holds one second's worth (at least one request).
    """

    slots: int = 0
    at_once: int = 0
    per_minute: float = 0.0


class Gate:
    """Lets requests in. `running` and `waiting` are true at every moment; `most` is the highest sum of both so far."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.running = self.waiting = self.most = self.refused = 0
        self._limits, self._clock = limits, clock
        self._free = asyncio.Semaphore(limits.slots) if limits.slots else None
        self._rate = limits.per_minute / 60
        self._tokens, self._filled = max(1.0, self._rate), clock()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place for one request, after its turn in the queue. Raises RefusalError (429)."""
        self._admit()
        self.waiting += 1
        self.most = max(self.most, self.running + self.waiting)
        try:
            if self._free:
                await self._free.acquire()
        finally:
            self.waiting -= 1
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1
            if self._free:
                self._free.release()

    def _admit(self) -> None:
        if self._limits.at_once and self.running + self.waiting >= self._limits.at_once:
            self._refuse(f"More than {self._limits.at_once} requests at once.")
        if self._rate:
            self._take_token()

    def _take_token(self) -> None:
        now = self._clock()
        self._tokens = min(max(1.0, self._rate), self._tokens + (now - self._filled) * self._rate)
        self._filled = now
        if self._tokens < 1:
            wait = (1 - self._tokens) / self._rate
            milliseconds = (b"retry-after-ms", str(math.ceil(wait * 1000)).encode())
            seconds = (b"retry-after", str(math.ceil(wait)).encode())
            self._refuse(f"More than {self._limits.per_minute:g} requests per minute.", milliseconds, seconds)
        self._tokens -= 1

    def _refuse(self, message: str, *headers: tuple[bytes, bytes]) -> None:
        self.refused += 1
        raise RefusalError(429, "rate_limit_exceeded", message, *headers)
