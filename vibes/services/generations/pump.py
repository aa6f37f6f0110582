"""The pump: one asyncio loop in a worker process that keeps its calls under way and its answers on their way to the rows.

The Celery message is only a wake-up; the rows say what there is to do. Parts that work side by side: the *clerk* writes how
calls ended and claims the next rows a little ahead, many at once; the *tower* lets calls begin and makes them; the
*keeper* renews the leases; pairs are made beside them. The loop ends when nothing can be fetched soon, when its time is
up, or when the worker is told to stop; calls under way are then finished, or given back.
"""

import asyncio
import logging
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import django.db
from django.conf import settings
from django.db import connection, connections

from vibes.models import Generation
from vibes.providers.base import ProviderError
from vibes.services import claims_readings, edit_replies, judge_replies, live, pairing
from vibes.services.generations import claims, landings, requests
from vibes.services.generations.flights import Flight, Landing
from vibes.services.generations.landings import Landed
from vibes.services.generations.tower import IDLE_SECONDS, NEVER, Tower, in_thread

logger = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

# The clerk's turns: answers wait so long at most for their row; less where slots stand empty.
TURN_SECONDS = 0.1
HASTE_SECONDS = 0.02
# Pairs are made at most so often, and take at most a tenth of the time.
PAIR_SECONDS = 1.0
PAIR_SHARE = 10
PAIR_RECENT_SECONDS = 60
# While the database is away the answers wait here.
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0)
# What a row that does not fit its columns raises, in the database or on the way there.
UNWRITABLE = (django.db.Error, ArithmeticError, ValueError, TypeError, RecursionError)
# The thread that writes rows waits so long for a busy loop; Python's own 5 ms come before each of its statements.
SWITCH_SECONDS = 0.0005


@dataclass(eq=False)
class Pump:
    """One run of the loop. `slots`: calls under way of one endpoint. All rows go through one thread and one connection."""

    slots: int
    seconds: float
    stopping: Callable[[], bool]
    call_help: Callable[[], None] = lambda: None
    token: uuid.UUID = field(default_factory=uuid.uuid4)
    ended: set[int] = field(default_factory=set)
    replies: set[int] = field(default_factory=set)
    stored: int = 0
    helped: bool = False
    # Whether the last claim found rows; whether something has happened since that makes room for more.
    found: bool = True
    news: bool = False

    async def run(self) -> int:
        """Fetches until there is nothing to do; returns how many answers were stored."""
        names = ("rows", "pairs", "judges")
        self.rows, self.pairs, self.judges = (ThreadPoolExecutor(1, f"pump-{name}") for name in names)
        self.tower = Tower(str(self.token), lambda row: self._surely(requests.provider_of, row))
        try:
            async with self._beside(self.tower.work(), self._keeper(), self._pairer(), self._judge()):
                await self._surely(claims.sweep)
                await self._clerk()
                await self._land()
            await self._pair()
            await self._take_over()
        finally:
            await self._close()
        return self.stored

    @asynccontextmanager
    async def _beside(self, *parts: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
        self.parts = [asyncio.create_task(part) for part in parts]
        try:
            yield
        finally:
            for task in self.parts:
                task.cancel()
            for ended in await asyncio.gather(*self.parts, return_exceptions=True):
                if isinstance(ended, Exception):
                    logger.error("pump: %r", ended, exc_info=ended)

    @property
    def _whole(self) -> bool:
        """No part ends by itself: without one the pump would hold its rows and do nothing."""
        return not any(part.done() for part in self.parts)

    async def _close(self) -> None:
        await self.tower.aclose()
        for thread in (self.rows, self.pairs, self.judges):
            await in_thread(thread, connections.close_all)
            thread.shutdown()

    async def _clerk(self) -> None:
        """Writes what has ended and claims what is next, until there is nothing to do."""
        end, claimed = time.monotonic() + self.seconds, NEVER
        while time.monotonic() < end and self._whole and not self.stopping():
            await self._write()
            if self.found or self.news or time.monotonic() - claimed > IDLE_SECONDS:
                self.news = False
                self.found, claimed = await self._claim(), time.monotonic()
            nothing = self.tower.idle and not self.found
            if nothing and not await self._surely(claims.expected, settings.PUMP_PATIENCE):
                return
            await asyncio.sleep(self._rest())

    def _rest(self) -> float:
        """Till the next turn: soon where calls could begin, else when a good handful has landed."""
        if self.tower.idle:
            return IDLE_SECONDS
        hungry = self.found and self.tower.landed and self.tower.starving(self.slots)
        return HASTE_SECONDS if hungry else TURN_SECONDS

    async def _write(self) -> None:
        if self.tower.returned:
            given, self.tower.returned = self.tower.returned, []
            await self._surely(claims.release, token=self.token, flights=given)
        if self.tower.landed:
            ended, self.tower.landed = self.tower.landed, []
            await self._write_together(ended)
            self.news = True

    async def _write_together(self, ended: Sequence[Landing]) -> None:
        try:
            self._note(await self._surely(landings.land, token=self.token, landings=ended))
        except UNWRITABLE:
            for landing in ended:
                await self._write_alone(landing)

    async def _write_alone(self, landing: Landing) -> None:
        """Beside a row that cannot be written: the others are stored, and that one fails and says why."""
        try:
            landed = await self._surely(landings.land, token=self.token, landings=[landing])
        except UNWRITABLE as error:
            logger.exception("generation %s cannot be stored", landing.flight.generation.pk)
            problem = ProviderError(f"The answer cannot be stored: {error}", permanent=True, kind="garbled")
            failed = [Landing(landing.flight, error=problem)]
            landed = await self._surely(landings.land, token=self.token, landings=failed)
        self._note(landed)

    def _note(self, landed: Landed) -> None:
        self.stored += len(landed.stored)
        self.ended.update(landed.stored, landed.failed)
        self.replies.update(landed.stored, landed.failed)
        self.tower.line_up(landed.onward, first=True)

    async def _claim(self) -> bool:
        carried = {key: gate.carried for key, gate in self.tower.gates.items()}
        flights = await self._surely(claims.claim, token=self.token, capacity=self.slots, carried=carried)
        self.tower.line_up(flights)
        await self._perhaps_call_help(flights)
        return bool(flights)

    async def _perhaps_call_help(self, flights: Sequence[Flight]) -> None:
        """Once: an endpoint has more slots than one process fills."""
        if not self.helped and any(flight.endpoint.slots > self.slots for flight in flights):
            self.helped = True
            await in_thread(self.tower.thread, self.call_help)

    async def _keeper(self) -> None:
        while True:
            await asyncio.sleep(settings.GENERATION_LEASE_SECONDS / 3)
            await self._surely(claims.renew, token=self.token)

    async def _land(self) -> None:
        """Gives back what has not begun; waits for the calls under way: to their end, or a moment where it must stop."""
        stop: float | None = None
        while not self.tower.idle:
            self.tower.send_back()
            if self.stopping() and stop is None:
                stop = time.monotonic() + settings.GENERATION_STOP_SECONDS
            if stop is not None and time.monotonic() > stop:
                await self.tower.abandon()
            await self._write()
            if self.tower.flights:
                await asyncio.wait(self.tower.flights, timeout=TURN_SECONDS)

    async def _pairer(self) -> None:
        while True:
            began = time.monotonic()
            await self._pair()
            await asyncio.sleep(max(PAIR_SECONDS, PAIR_SHARE * (time.monotonic() - began)))

    async def _pair(self) -> None:
        """Pairs whose answers are both here become comparisons."""
        ended, self.ended = self.ended, set()
        if not ended:
            return
        try:
            await in_thread(self.pairs, _fresh, _meet, list(ended))
        except django.db.Error:
            logger.exception("The pairs of %s answers are made at the next turn.", len(ended))
            self.ended |= ended

    async def _judge(self) -> None:
        while True:
            await self._take_over()
            await asyncio.sleep(PAIR_SECONDS)

    async def _take_over(self) -> None:
        """What judges replied becomes judgements: beside the pairs, which are made many at once and would wait for it."""
        replies, self.replies = self.replies, set()
        if not replies:
            return
        try:
            await in_thread(self.judges, lambda: _fresh(judge_replies.settle, generations=list(replies)))
        except django.db.Error:
            logger.exception("The replies of judges among %s are taken over at the next turn.", len(replies))
            self.replies |= replies

    async def _surely(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """In the rows' thread, again and again while the database is away: an answer that is paid for is not let go."""
        pauses = iter(RETRY_SECONDS)
        pause = RETRY_SECONDS[0]
        while True:
            try:
                return await in_thread(self.rows, lambda: _fresh(call, *args, **kwargs))
            except (django.db.OperationalError, django.db.InterfaceError) as error:
                pause = next(pauses, pause)
                logger.warning("The database does not answer (%s): again in %g s.", error, pause)
                await asyncio.sleep(pause)


def _fresh(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """On this thread's connection, or a new one after a failure."""
    try:
        return call(*args, **kwargs)
    except django.db.Error:
        connection.close()
        raise


def _meet(ended: list[int]) -> int:
    edit_replies.collect(generations=ended)
    claims_readings.collect(generations=ended)
    met = live.settle(generations=ended) + pairing.assemble_for(generations=ended)
    # What an endpoint edited belongs to another study than the one that was just paired.
    claims_readings.ask()
    return met


def pair_recent() -> int:
    """Makes the pairs of what a pump stored shortly before it was killed; nothing while one is at work."""
    if claims.alive():
        return 0
    ended = Generation.objects.filter(finished_at__gte=claims.later(-PAIR_RECENT_SECONDS))
    return _meet(list(ended.values_list("pk", flat=True)))


def run(*, stopping: Callable[[], bool] = lambda: False, call_help: Callable[[], None] = lambda: None) -> int:
    """Runs one pump in this process; returns how many answers it stored. `call_help` wakes another process."""
    pump = Pump(settings.GENERATION_SLOTS, settings.PUMP_SECONDS, stopping, call_help)
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        return asyncio.run(pump.run())
    finally:
        sys.setswitchinterval(before)
