"""How fast an endpoint may be asked, by all workers together: kept in Redis, where every worker sees it.

Requests and tokens a minute; calls at once, halved where the server says it is too much and grown again by successes; a
pause where it asks for one; and a circuit that opens where it does not answer at all, lets one call through after a
while, and closes when that succeeds. Without Redis fetching goes on, bounded by the endpoint's slots in the database.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.retry import Retry

from vibes.models import Endpoint
from vibes.providers.base import ProviderError
from vibes.services.generations import limit_scripts

logger = logging.getLogger(__name__)

# What a server says that wants fewer calls at once; what counts towards the circuit; what opens it at once.
SLOWER = ("rate_limited", "overloaded")
DOWN = ("unreachable", "timeout", "overloaded", "auth")
AT_ONCE = ("auth",)
LONGEST_PAUSE_SECONDS = 600
LONGEST_OPEN_SECONDS = 300
ANSWER_SECONDS = 1.0
# After a failure Redis is left alone for so long: to wait for it at every turn would slow the fetching down.
RESPITE_SECONDS = 2.0
FULL, RATE, PAUSED, OPEN = range(4)
# Redis names a script so.
TAKE_HASH = hashlib.sha1(limit_scripts.TAKE.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Ask:
    """What one worker wants of one endpoint. `tokens` is one call's estimate, `back` what calls did not use of theirs."""

    endpoint: Endpoint
    wanted: int
    flying: int
    tokens: int = 0
    back: int = 0
    successes: int = 0


@dataclass(frozen=True)
class Grant:
    """How many calls may begin; else how long to wait, in seconds (0: until another lands), and why."""

    calls: int
    wait: float = 0.0
    why: int = FULL


@dataclass(frozen=True)
class LimitState:
    """An endpoint's state as a page shows it. `open` holds from the opening of the circuit to the next success."""

    open: bool = False
    open_until: datetime | None = None
    reason: str = ""
    concurrency: int | None = None
    paused_until: datetime | None = None
    # Seconds from now, by Redis's clock, in which nothing will be granted.
    shut_for: float = 0.0


class _Outage:
    """Whether Redis was away at the last try; told in the log once, and once when it is back."""

    def __init__(self) -> None:
        self.until = 0.0
        self._lock = threading.Lock()

    def begins(self, error: Exception) -> None:
        with self._lock:
            if not self.until:
                logger.warning("Redis does not answer (%s): fetching goes on without rate limits.", error)
            self.until = time.monotonic() + RESPITE_SECONDS

    def ends(self) -> None:
        if self.until:
            with self._lock:
                self.until = 0.0
            logger.warning("Redis answers again: rate limits hold.")

    @property
    def now(self) -> bool:
        return time.monotonic() < self.until


_outage = _Outage()


@cache
def _client(url: str) -> redis.Redis:
    address = url.replace("redis+socket://", "unix://", 1)
    return redis.Redis.from_url(
        address,
        decode_responses=True,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),  # its own default waits for seconds between three tries
    )


def _keys(endpoint: int) -> list[str]:
    return [f"vibes:limit:{endpoint}", f"vibes:flights:{endpoint}"]


def take(*, worker: str, asks: Sequence[Ask]) -> list[Grant]:
    """Which calls may begin now; also tells the others how many this worker has under way."""
    if not _outage.now:
        try:
            grants = _take(worker, asks)
        except (RedisError, OSError, ValueError) as error:
            _outage.begins(error)
        else:
            _outage.ends()
            return grants
    return [Grant(max(0, min(ask.wanted, ask.endpoint.slots - ask.flying))) for ask in asks]


def _take(worker: str, asks: Sequence[Ask]) -> list[Grant]:
    """By the script's hash: it is sent whole only to a Redis that does not know it, such as one that was restarted."""
    client = _client(settings.BROKER_URL)
    pipeline = client.pipeline(transaction=False)
    for ask in asks:
        pipeline.evalsha(TAKE_HASH, 2, *_keys(ask.endpoint.pk), worker, *_numbers(ask))
    try:
        found = pipeline.execute()
    except NoScriptError:
        client.script_load(limit_scripts.TAKE)
        return _take(worker, asks)
    return [Grant(int(calls), int(wait) / 1000, int(why)) for calls, wait, why, _ in found]


def _numbers(ask: Ask) -> list[int]:
    endpoint = ask.endpoint
    limits = [endpoint.slots, endpoint.requests_per_minute or 0, endpoint.tokens_per_minute or 0]
    probe_ms = (endpoint.timeout_seconds + 5) * 1000
    return [ask.wanted, ask.flying, *limits, ask.tokens, ask.back, ask.successes, probe_ms]


def failed(*, endpoint: Endpoint, error: ProviderError, seconds: float) -> bool:
    """Takes note of a call that failed after `seconds`. True where the circuit was open already: it proves nothing new.

    A server that refuses a request has answered: that closes the circuit as a success does.
    """
    down = 2 if error.kind in AT_ONCE else int(error.kind in DOWN)
    slower = error.kind in SLOWER
    if _outage.now:
        return False
    pause = min(error.retry_after or 0, LONGEST_PAUSE_SECONDS) if slower else 0
    base = settings.GENERATION_CIRCUIT_SECONDS * 1000
    circuit: list[int | float | str] = [
        down,
        settings.GENERATION_CIRCUIT_FAILURES,
        base,
        LONGEST_OPEN_SECONDS * 1000,
        str(error),
    ]
    try:
        script = _client(settings.BROKER_URL).register_script(limit_scripts.FAILED)
        call = [endpoint.slots, int(seconds * 1000), int(slower), int(pause * 1000)]
        return bool(script(keys=_keys(endpoint.pk)[:1], args=[*call, *circuit]))
    except (RedisError, OSError, ValueError) as problem:
        _outage.begins(problem)
        return False


def leave(*, worker: str, endpoints: Iterable[int]) -> None:
    """A worker that ends counts no more."""
    try:
        for endpoint in endpoints:
            _client(settings.BROKER_URL).hdel(_keys(endpoint)[1], worker)
    except (RedisError, OSError, ValueError) as error:
        _outage.begins(error)


def reset(*, endpoint: int) -> None:
    """Forgets what was learnt of an endpoint: its settings or its key have changed, so the circuit closes."""
    try:
        _client(settings.BROKER_URL).delete(_keys(endpoint)[0])
    except (RedisError, OSError, ValueError) as error:
        _outage.begins(error)


def states(endpoints: Iterable[int]) -> dict[int, LimitState]:
    """Each endpoint's state now; empty while Redis is away."""
    ids = list(endpoints)
    if _outage.now:
        return {}
    try:
        pipeline = _client(settings.BROKER_URL).pipeline(transaction=False)
        pipeline.time()
        for endpoint in ids:
            pipeline.hgetall(_keys(endpoint)[0])
        (seconds, micros), *found = pipeline.execute()
    except (RedisError, OSError, ValueError) as error:
        _outage.begins(error)
        return {}
    return {endpoint: _state(raw, seconds + micros / 1e6) for endpoint, raw in zip(ids, found, strict=True)}


def _state(raw: dict[str, str], now: float) -> LimitState:
    open_until, paused_until = (float(raw.get(name, 0)) / 1000 for name in ("open_until", "paused_until"))
    return LimitState(
        open=open_until > 0,
        open_until=_moment(open_until),
        reason=raw.get("reason", ""),
        concurrency=int(float(raw["concurrency"])) if "concurrency" in raw else None,
        paused_until=_moment(paused_until) if paused_until > now else None,
        shut_for=max(0.0, open_until - now, paused_until - now),
    )


def _moment(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
