"""The tower: lets calls begin as the limits allow, makes them, and keeps what has come of them until it is written."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from vibes.models import Endpoint, Generation
from vibes.providers.base import Provider, ProviderError, Reply, fault
from vibes.services.generations import limits
from vibes.services.generations.claims import Carried
from vibes.services.generations.flights import Flight, Landing
from vibes.services.generations.limits import Ask, Grant
from vibes.services.generations.lines import Lines
from vibes.services.generations.publishing import Voice

logger = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

# It asks again so often while others hold the calls that it waits for, and tells of its own at least so often.
POLL_SECONDS = 0.1
IDLE_SECONDS = 0.25
BEAT_SECONDS = 4.0
# Rows in hand of an endpoint that is shut for longer are given back.
PATIENCE_SECONDS = 2.0
NEVER = float("-inf")


async def in_thread(thread: ThreadPoolExecutor, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return await asyncio.get_running_loop().run_in_executor(thread, lambda: call(*args, **kwargs))


@dataclass(eq=False)
class Gate:
    """One endpoint in this worker: rows in hand, calls under way, and what is to be told of it."""

    endpoint: Endpoint
    ready: deque[Flight] = field(default_factory=deque)
    flying: int = 0
    back: int = 0
    successes: int = 0
    told: float = NEVER
    shut_until: float = NEVER

    @property
    def carried(self) -> Carried:
        return Carried(self.flying + len(self.ready), len(self.ready))

    def has_to_ask(self, now: float) -> bool:
        wants = self.ready and now >= self.shut_until
        tells = self.successes or self.back or (self.flying and now - self.told > BEAT_SECONDS)
        return bool(wants or tells)

    def ask(self) -> Ask:
        tokens = self.ready[0].tokens if self.ready else 0
        asked = Ask(self.endpoint, len(self.ready), self.flying, tokens, self.back, self.successes)
        self.back = self.successes = 0
        return asked


class Tower:
    """The gates of one worker. `landed` and `returned` are the clerk's to take away and write."""

    def __init__(self, worker: str, dial: Callable[[Generation], Awaitable[Provider]]) -> None:
        self.worker = worker
        self.gates: dict[int, Gate] = {}
        self.flights: dict[asyncio.Task[None], Flight] = {}
        self.landed: list[Landing] = []
        self.returned: list[Flight] = []
        self.thread = ThreadPoolExecutor(1, "pump-limits")
        # Beside the calls, for who waits for one: it starts no thread before somebody does.
        self.voices = ThreadPoolExecutor(1, "pump-voices")
        self._lines = Lines(dial)
        self._signal = asyncio.Event()

    @property
    def idle(self) -> bool:
        return not (
            self.flights or self.landed or self.returned or any(gate.ready for gate in self.gates.values())
        )

    def starving(self, most: int) -> bool:
        """Whether calls could begin that no row is in hand for."""
        return any(
            not gate.ready and gate.flying < min(most, gate.endpoint.slots) for gate in self.gates.values()
        )

    def line_up(self, flights: Iterable[Flight], *, first: bool = False) -> None:
        """Rows whose call may begin; `first` those that go on with a conversation."""
        for flight in reversed(list(flights)) if first else flights:
            gate = self.gates.setdefault(flight.endpoint.pk, Gate(flight.endpoint))
            # With the endpoint's limits as the last claim has read them.
            gate.endpoint = flight.endpoint
            (gate.ready.appendleft if first else gate.ready.append)(flight)
        self._signal.set()

    def send_back(self) -> None:
        """No further call begins."""
        for gate in self.gates.values():
            self.returned.extend(gate.ready)
            gate.ready.clear()

    async def abandon(self) -> None:
        """Ends the calls under way."""
        under_way = list(self.flights)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def work(self) -> None:
        wait = POLL_SECONDS
        while True:
            try:
                async with asyncio.timeout(wait):
                    await self._signal.wait()
            except TimeoutError:
                pass
            self._signal.clear()
            wait = await self._let_begin()

    async def aclose(self) -> None:
        await self._lines.aclose()
        await in_thread(self.thread, limits.leave, worker=self.worker, endpoints=list(self.gates))
        self.thread.shutdown()
        self.voices.shutdown(wait=False, cancel_futures=True)

    async def _let_begin(self) -> float:
        """Begins what the limits allow; how long until something may have changed."""
        now = time.monotonic()
        gates = [gate for gate in self.gates.values() if gate.has_to_ask(now)]
        if gates:
            asks = [gate.ask() for gate in gates]
            grants = await in_thread(self.thread, limits.take, worker=self.worker, asks=asks)
            for gate, grant in zip(gates, grants, strict=True):
                self._begin(gate, grant, now)
        waiting = any(gate.ready for gate in self.gates.values())
        return POLL_SECONDS if waiting else IDLE_SECONDS

    def _begin(self, gate: Gate, grant: Grant, now: float) -> None:
        gate.told = now
        # Rows may have been sent back while the limits were asked.
        for _ in range(min(grant.calls, len(gate.ready))):
            flight = gate.ready.popleft()
            flight.begin()
            gate.flying += 1
            task = asyncio.create_task(self._fly(gate, flight))
            self.flights[task] = flight
            task.add_done_callback(self._gone)
        gate.shut_until = now + grant.wait if grant.wait else NEVER
        if grant.why in (limits.PAUSED, limits.OPEN) and grant.wait > PATIENCE_SECONDS:
            self.returned.extend(gate.ready)
            gate.ready.clear()

    def _gone(self, task: asyncio.Task[None]) -> None:
        flight = self.flights.pop(task)
        if task.cancelled() or task.exception():
            self.returned.append(flight)

    async def _fly(self, gate: Gate, flight: Flight) -> None:
        """One call. Its attempt is on record before it, no transaction is open during it."""
        try:
            landing = await self._call(flight)
            if landing.error:
                await self._learn(gate, landing, landing.error)
            else:
                gate.successes += 1
        finally:
            gate.flying -= 1
        gate.back += flight.tokens - _used(landing.reply)
        self.landed.append(landing)
        self._signal.set()

    async def _learn(self, gate: Gate, landing: Landing, error: ProviderError) -> None:
        flight = landing.flight
        if error.kind == "auth":
            self._lines.drop(flight)
        landing.free = await in_thread(
            self.thread, limits.failed, endpoint=gate.endpoint, error=error, seconds=flight.seconds
        )

    async def _call(self, flight: Flight) -> Landing:
        channel = flight.generation.channel
        if not channel:
            return await self._landing(flight, None)
        voice, landing = Voice(channel, self.voices), None
        try:
            landing = await self._landing(flight, voice)
        finally:
            voice.close(landing.reply if landing and not landing.error else None)
        return landing

    async def _landing(self, flight: Flight, voice: Voice | None) -> Landing:
        reply = None
        try:
            reply = await self._reply(flight, voice)
            problem = fault(reply)
            if problem is None:
                return Landing(flight, reply=reply)
        except ProviderError as error:
            problem = error
        except Exception as error:  # whatever it is, the row must not stay claimed
            logger.exception("generation %s", flight.generation.pk)
            problem = ProviderError(f"{type(error).__name__}: {error}", permanent=False, kind="garbled")
        return Landing(flight, reply=reply, error=problem)

    async def _reply(self, flight: Flight, voice: Voice | None) -> Reply:
        async with self._lines.line(flight) as client:
            if not flight.generation.snapshot.get("stream"):
                return await client.complete(flight.request)
            async for piece in client.stream(flight.request):
                if isinstance(piece, Reply):
                    return piece
                if voice:
                    voice.say(piece)
        raise ProviderError("The stream ended before the reply was whole.", permanent=False, kind="garbled")


def _used(reply: Reply | None) -> int:
    return reply.usage.tokens_in + reply.usage.tokens_out if reply else 0
