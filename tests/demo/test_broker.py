"""The embedded broker: durable, private, and honest about the messages of dead workers."""

import json
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real import running
from vibes.demo import broker


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short enough for a socket, whatever pytest's own folder is called."""
    with tempfile.TemporaryDirectory(prefix="vibes-") as made:
        yield Path(made)


@pytest.mark.slow
def test_messages_survive_a_restart(folder: Path):
    command = broker.command(folder / "socket", folder)
    with running([command], folder / "logs"), broker.client(folder / "socket") as client:
        client.rpush("jobs", "message")
    with running([command], folder / "logs"), broker.client(folder / "socket") as client:
        assert client.lrange("jobs", 0, -1) == ["message"]


def test_only_its_user_may_open_it_and_no_port_is(folder: Path):
    with running([broker.command(folder / "socket", folder)], folder / "logs"):
        assert stat.S_IMODE((folder / "socket").stat().st_mode) == 0o700
        with broker.client(folder / "socket") as client:
            assert client.config_get("port") == {"port": "0"}
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


@pytest.mark.slow
def test_a_dead_workers_messages_are_due_at_once(folder: Path):
    socket = folder / "socket"
    with running([broker.command(socket, folder)], folder / "logs"), broker.client(socket) as client:
        for tag, queue in (("1", "pump"), ("2", "jobs"), ("3", "pump")):
            client.hset("unacked", tag, json.dumps([{}, "", queue]))
            client.zadd("unacked_index", {tag: 1e10})
        client.hset("unacked", "4", "not a message")
        assert broker.redeliver(socket, ["pump"]) == 2
        assert client.zrange("unacked_index", 0, -1, withscores=True) == [("1", 0.0), ("3", 0.0), ("2", 1e10)]


@pytest.mark.slow
def test_a_log_that_cannot_be_read_is_set_aside(folder: Path):
    assert broker.set_aside(folder) is None
    (folder / "appendonlydir").mkdir()
    (folder / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense")
    aside = broker.set_aside(folder)
    assert aside and (aside / "appendonly.aof.manifest").exists()
    with running([broker.command(folder / "socket", folder)], folder / "logs"):
        assert broker.answers(folder / "socket")
