"""The pump: one asyncio loop in a worker process that keeps its slots filled with claimed rows.

The Celery message is only a wake-up; the rows say what there is to do. The loop ends when nothing waits, when its time
is up, or when the worker is told to stop; rows in flight then are finished, or given back.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections, connections

from vibes.models import Generation
from vibes.providers.base import Provider, ProviderError, fault
from vibes.services import pairing
from vibes.services.generations import claims, requests

logger = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

TURN_SECONDS = 0.25
ASSEMBLE_SECONDS = 1.0


@dataclass
class Pump:
    """One run of the loop. All database work goes through one thread, so that a run holds one connection."""

    slots: int
    seconds: float
    stopping: Callable[[], bool]
    token: uuid.UUID = field(default_factory=uuid.uuid4)
    flights: dict[asyncio.Task[None], Generation] = field(default_factory=dict)
    clients: dict[str, Provider] = field(default_factory=dict)
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "pump-database"))
    answered: set[int] = field(default_factory=set)
    stored: int = 0

    async def run(self) -> int:
        """Fetches until there is nothing to do; returns how many answers were stored."""
        keeper = asyncio.create_task(self._keep_leases())
        try:
            await self._database(claims.sweep)
            await self._loop()
        finally:
            keeper.cancel()
            await self._land()
            await self._database(self._assemble)
            for client in self.clients.values():
                await client.aclose()
            await self._database(connections.close_all)
            self.thread.shutdown()
        return self.stored

    async def _loop(self) -> None:
        end = time.monotonic() + self.seconds
        assembled = time.monotonic()
        while time.monotonic() < end and not self.stopping():
            await self._top_up()
            if not self.flights and not await self._database(claims.waiting):
                return
            await self._turn()
            if time.monotonic() - assembled > ASSEMBLE_SECONDS:
                await self._database(self._assemble)
                assembled = time.monotonic()

    async def _top_up(self) -> None:
        free = self.slots - len(self.flights)
        if free < 1:
            return
        for generation in await self._database(claims.claim, token=self.token, capacity=free):
            self.flights[asyncio.create_task(self._fetch(generation))] = generation

    async def _turn(self) -> None:
        """Waits for the next answer, or a moment."""
        if not self.flights:
            await asyncio.sleep(TURN_SECONDS)
            return
        done, _ = await asyncio.wait(self.flights, timeout=TURN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        self._forget(done)

    def _forget(self, done: set[asyncio.Task[None]]) -> None:
        for flight in done:
            generation = self.flights.pop(flight)
            if not flight.cancelled() and flight.exception():
                # Its lease runs out and the sweeper queues it again: nothing is lost by going on.
                logger.error(
                    "generation %s: %r", generation.pk, flight.exception(), exc_info=flight.exception()
                )

    async def _fetch(self, generation: Generation) -> None:
        """One call. The attempt is on record before it, no transaction is open during it."""
        attempt = await self._database(claims.begin_attempt, generation=generation)
        try:
            reply = await self._client(generation).complete(requests.request_of(generation))
            problem = fault(reply)
            if problem:
                raise problem
        except ProviderError as error:
            await self._database(
                claims.fail, generation=generation, token=self.token, attempt=attempt, error=error
            )
            return
        kept = await self._database(
            claims.store, generation=generation, token=self.token, attempt=attempt, reply=reply
        )
        self.stored += kept
        self.answered.add(generation.pk)

    def _client(self, generation: Generation) -> Provider:
        name = generation.snapshot_hash
        if name not in self.clients:
            self.clients[name] = requests.provider_of(generation)
        return self.clients[name]

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(settings.GENERATION_LEASE_SECONDS / 3)
            await self._database(claims.renew, token=self.token)

    async def _land(self) -> None:
        """Calls in flight are waited for: to their end, or a few seconds when the worker must stop."""
        while self.flights:
            grace = settings.GENERATION_STOP_SECONDS if self.stopping() else None
            done, late = await asyncio.wait(self.flights, timeout=grace or TURN_SECONDS)
            self._forget(done)
            if late and grace:
                unfinished = [self.flights[flight].pk for flight in late]
                for flight in late:
                    flight.cancel()
                await asyncio.gather(*late, return_exceptions=True)
                self.flights.clear()
                await self._database(claims.release, token=self.token, generations=unfinished)

    def _assemble(self) -> None:
        """Pairs whose answers are both here become comparisons."""
        answered, self.answered = self.answered, set()
        if answered:
            pairing.assemble_for(generations=answered)

    async def _database(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        def work() -> T:
            close_old_connections()
            return call(*args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self.thread, work)


def run(*, stopping: Callable[[], bool] = lambda: False) -> int:
    """Runs one pump in this process; returns how many answers it stored."""
    pump = Pump(slots=settings.GENERATION_SLOTS, seconds=settings.PUMP_SECONDS, stopping=stopping)
    return asyncio.run(pump.run())
