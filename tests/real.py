"""Real servers and workers as processes, for as long as a test needs them."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from vibes.demo import broker, crew
from vibes.demo.processes import Child, Command, end_all
from vibes.probes import behaviours
from vibes.seeds import bank


def truthy(name: str) -> bool:
    return os.environ.get(name, "").lower() not in ("", "0", "false", "no")


@contextmanager
def running(commands: Sequence[Command], logs: Path) -> Iterator[list[Child]]:
    """Started together, waited for, and ended together."""
    logs.mkdir(parents=True, exist_ok=True)
    children = [Child(command, logs / f"{command.name}-{os.getpid()}.log") for command in commands]
    try:
        for child in children:
            child.start()
        for child in children:
            child.wait_ready()
        yield children
    finally:
        end_all(children)


@contextmanager
def running_broker(socket: Path, folder: Path) -> Iterator[Child]:
    with running([broker.command(socket, folder, durable=False)], folder) as children:
        yield children[0]


@contextmanager
def running_workers(logs: Path, scripted_url: str) -> Iterator[list[Child]]:
    """The demo's two workers, on the database that Django uses in this process now."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "vibes.settings",
        "VIBES_DATABASE_URL": database_url(),
        "VIBES_SCRIPTED_URL": scripted_url,
        "VIBES_LOG_LEVEL": "INFO",
    }
    with running([crew.pump(environment), crew.jobs(environment)], logs) as children:
        yield children


def database_url() -> str:
    """The address of the test database, for other processes."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    server, _, query = os.environ["VIBES_DATABASE_URL"].partition("?")
    return f"{server.rpartition('/')[0]}/{name}?{query}"


class ScriptedServer:
    """The scripted model server in a process of its own; a context manager."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._answers = folder / "answers.json"
        self._arguments = arguments

    def __enter__(self) -> "ScriptedServer":
        self._answers.write_text(json.dumps(bank.answers_for_scripted() | behaviours.answers_for_scripted()))
        command = [sys.executable, "-m", "vibes.providers.scripted_server", "--answers", str(self._answers)]
        self._process = subprocess.Popen([*command, *self._arguments], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        said = json.loads(self._process.stdout.readline())
        self.address, self.base_url, self.pid = said["address"], said["base_url"], said["pid"]
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)
        assert self._process.stdout
        self._process.stdout.close()

    def requests(self) -> list[dict[str, Any]]:
        """One row per model and prompt: how often asked, how often answered."""
        with urllib.request.urlopen(f"{self.address}/_requests") as answer:
            counts: list[dict[str, Any]] = json.load(answer)["counts"]
        return counts
