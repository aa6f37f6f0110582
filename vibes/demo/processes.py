"""One process: started in a group of its own, waited for until it answers, ended by its id."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from vibes.demo import process_table
from vibes.demo.home import PROJECT
from vibes.demo.problems import DemoProblem, explained
from vibes.demo.process_table import Identity

READY_SECONDS = 60.0
TURN_SECONDS = 0.05
KILLED_SECONDS = 5.0
LOG_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True)
class Command:
    """What to start. `ready` says whether it answers; `grace` is how long it may take to end."""

    name: str
    title: str
    arguments: tuple[str, ...]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    inherited: tuple[int, ...] = ()
    grace: float = 8.0
    essential: bool = True


class Child:
    """A command that runs, with its log."""

    def __init__(self, command: Command, log: Path) -> None:
        self.command, self.log = command, log
        self._process: subprocess.Popen[bytes] | None = None
        self.identity: Identity | None = None
        self.began = 0.0

    def start(self) -> None:
        """In its own session: Ctrl-C at the terminal reaches the supervisor alone, which ends things in order."""
        self.clear()
        with explained(self.log):
            _make_room(self.log)
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(  # noqa: S603  our own words
                    self.command.arguments,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=PROJECT,
                    env=os.environ | self.command.environment,
                    pass_fds=self.command.inherited,
                    start_new_session=True,
                )
        self.began = time.monotonic()
        pid = self._process.pid
        self.identity = process_table.identify(self.command.name, pid, self.command.arguments)

    def status(self) -> int | None:
        """The exit status; None while it runs."""
        return self._process.poll() if self._process else 0

    def ready(self) -> bool:
        return self.status() is None and self.command.ready()

    def wait_ready(
        self, *, stop: Callable[[], bool] = lambda: False, seconds: float = READY_SECONDS
    ) -> float:
        """Seconds since its start. Raises DemoProblem where it ends or stays silent; returns early on `stop`."""
        end = time.monotonic() + seconds
        while not stop() and not self.ready():
            if self.status() is not None:
                raise DemoProblem(self.complaint(f"ended while starting (status {self.status()})"))
            if time.monotonic() > end:
                raise DemoProblem(self.complaint(f"does not answer after {seconds:.0f} s"))
            time.sleep(TURN_SECONDS)
        return time.monotonic() - self.began

    def complaint(self, what: str) -> str:
        return f"The {self.command.title} {what}: {last_line(self.log)} (all of it is in {self.log})"

    def ask_to_end(self) -> None:
        if self._process and self.status() is None:
            self._process.terminate()

    def clear(self) -> None:
        """Kills what is left of it, itself and what it forked, and returns when none of them runs."""
        if self.identity:
            _signal([self.identity], signal.SIGKILL)
        if self._process:
            self._process.wait()
        # A killed process goes on until the system gets to it, and only our own child can be waited for.
        if self.identity:
            _wait_until_gone([self.identity], KILLED_SECONDS)


def end_all(children: Iterable[Child], *, at_once: Callable[[], bool] = lambda: False) -> None:
    """Asks all of them, then gives each its grace; `at_once` cuts the waiting short."""
    asked, began = list(children), time.monotonic()
    for child in asked:
        child.ask_to_end()
    while not at_once() and any(_in_grace(child, began) for child in asked):
        time.sleep(TURN_SECONDS)
    for child in asked:
        child.clear()


def _in_grace(child: Child, began: float) -> bool:
    return child.status() is None and time.monotonic() < began + child.command.grace


def end_orphans(identities: Iterable[Identity], *, grace: float = 8.0) -> list[str]:
    """Ends what a killed supervisor has left behind; the names of what was there."""
    found = [identity for identity in identities if process_table.survivors(identity)]
    _signal(found, signal.SIGTERM)
    _wait_until_gone(found, grace)
    _signal(found, signal.SIGKILL)
    _wait_until_gone(found, KILLED_SECONDS)
    return [identity.name for identity in found]


def _wait_until_gone(identities: Iterable[Identity], seconds: float) -> None:
    asked, end = list(identities), time.monotonic() + seconds
    while any(process_table.survivors(identity) for identity in asked) and time.monotonic() < end:
        time.sleep(TURN_SECONDS)


def _signal(identities: Iterable[Identity], number: signal.Signals) -> None:
    """A leader ends those that it forked; they are asked themselves only where it is gone, or all must go."""
    for identity in identities:
        alive = process_table.survivors(identity)
        leader = [pid for pid in alive if pid == identity.pid and number == signal.SIGTERM]
        for pid in leader or alive:
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def last_line(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").split("\n")
    except OSError:
        return "it wrote nothing"
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "it wrote nothing")


def _make_room(log: Path) -> None:
    """Keeps one old log."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
