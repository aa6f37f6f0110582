"""A demo in a process and a folder of its own, seen from outside: its words, its processes, its database file."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
LINKS = re.compile(r"Lead\s+(http\S+).*?Rater\s+(http\S+)", re.S)
# What the test process was told must not reach a demo that stands for a newcomer's.
OURS = ("VIBES_", "DJANGO_", "PYTEST_")
PATIENCE = 120.0


class Demo:
    """A context manager: `with Demo(folder, "--latency", "2") as demo`. What it started is gone afterwards."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.folder, self.arguments = folder, arguments
        clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self.environment = clean | {"VIBES_STATE_DIR": str(folder)} | environment
        self._words = tempfile.TemporaryDirectory(prefix="vibes-words-")
        self._log = Path(self._words.name) / "demo.log"
        self._families: list[psutil.Process] = []

    def __enter__(self) -> "Demo":
        self.began = time.monotonic()
        with self._log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "vibes.demo", *self.arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        everyone = self.everyone()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for process in everyone:
            if process.is_running():
                process.kill()
        self._words.cleanup()

    @property
    def words(self) -> str:
        return self._log.read_text()

    def links(self) -> tuple[str, str]:
        """The lead's and the rater's; the time of their appearance is in `seconds`."""
        wait_for(lambda: LINKS.search(self.words) or self.process.poll() is not None, lambda: self.words)
        found = LINKS.search(self.words)
        assert found, self.words
        self.seconds = time.monotonic() - self.began
        return found[1], found[2]

    @property
    def address(self) -> str:
        return self.links()[0].partition("/sign-in/")[0]

    def everyone(self) -> list[psutil.Process]:
        """The supervisor and all that came of it, also those whose parent is gone."""
        try:
            me = psutil.Process(self.process.pid)
            now = [me, *me.children(recursive=True)]
        except psutil.NoSuchProcess:
            now = []
        self._families = alive({*self._families, *now})
        return self._families

    def pid(self, name: str) -> int:
        kept = json.loads((self.folder / "processes.json").read_text())
        return next(int(entry["pid"]) for entry in kept if entry["name"] == name)

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Its exit status once it has ended."""
        self.process.send_signal(number)
        return self.process.wait(40)

    def rows(self, query: str) -> list[Any]:
        connection = sqlite3.connect(f"file:{self.folder / 'vibes.sqlite3'}?mode=ro", uri=True, timeout=20)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def generations(self) -> dict[str, int]:
        return dict(self.rows("SELECT state, count(*) FROM vibes_generation GROUP BY state"))

    def requests(self) -> dict[tuple[str, str], int]:
        """What this demo's model server was asked: (model, hash of the prompt) → how often."""
        port = json.loads((self.folder / "ports.json").read_text())["scripted"]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_requests") as answer:
            return {(row["model"], row["prompt"]): row["asked"] for row in json.load(answer)["counts"]}


def alive(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Without zombies: they have ended, and only wait for somebody to notice."""
    return [process for process in processes if runs(process)]


def runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_for(true: Callable[[], object], said: Callable[[], object] = str, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, said()
        time.sleep(0.1)


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
