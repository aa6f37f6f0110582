"""The demo from its start to its end: the database, the processes, the links; then it watches; then it ends them all."""

import json
import os
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from typing import TypeVar

from django.conf import settings
from django.db import connections

from vibes.demo import broker, crew, database, home, links, ports, small_model, static_files
from vibes.demo.home import Home
from vibes.demo.lock import Lock, holder
from vibes.demo.problems import DemoProblem, explained
from vibes.demo.processes import Child, Command, end_orphans
from vibes.demo.stopping import Stop
from vibes.demo.story import Story
from vibes.demo.watch import STEP, Stopped, Watch
from vibes.probes import behaviours
from vibes.providers import discovery
from vibes.seeds import bank, release
from vibes.services.seeding import Seeded, seed_demo

T = TypeVar("T")
WATCH_SECONDS = 0.3
WORKERS = ("pump", "jobs")
# The broker last: workers say goodbye to it.
ENDING_ORDER = (WORKERS, ("web", "scripted", "model"), ("broker",))


@dataclass(frozen=True)
class Options:
    """`latency`: mean seconds that a scripted character takes over an answer, to see a queue at work."""

    model: bool = False
    latency: float = 0.0


class Supervisor:
    """One demo in one folder. `say` prints a line."""

    def __init__(self, place: Home, options: Options, *, say: Callable[[str], None]) -> None:
        self.home, self.options, self.say = place, options, say
        self.stop, self.lock = Stop(), Lock(place.lock)
        self.watch = Watch(place, self.stop, say)
        self.story = Story(say)
        self.socket = home.broker_socket(os.environ)

    def run(self) -> None:
        """Returns when it has been ended. Raises DemoProblem; whatever happens, no process stays behind."""
        if not self.lock.take():
            self._point_to_the_other()
            return
        self.stop.install()
        try:
            with closing(self._open_door()) as door:
                self._start(door)
                while not self.stop.wait(WATCH_SECONDS):
                    self.watch.tend()
                    self.story.tend()
        except Stopped:
            pass
        finally:
            self.watch.end(ENDING_ORDER)
            self.lock.release()
        self.say(links.ENDED.format(directory=self.home.directory))

    def _point_to_the_other(self) -> None:
        other = holder(self.home.lock)
        if other is None or not other.address:
            self.say(links.STARTING)
        else:
            self.say(links.already(seed_demo(), other.address, other.pid))

    def _open_door(self) -> socket.socket:
        """The web server's address, ours before anything else starts."""
        self._clear_the_last_start()
        last = self.home.ports().get("web")
        door = ports.listen([*([last] if last else []), *ports.WEB_PORTS])
        self.home.keep_port("web", ports.number(door))
        return door

    def _clear_the_last_start(self) -> None:
        gone = end_orphans(self.home.processes())
        if gone:
            self.say(f"  ended what the last start left behind: {', '.join(gone)}")
        self.home.keep_processes([])

    def _start(self, door: socket.socket) -> None:
        self._step("database", database.migrate)
        self._step("static files", lambda: static_files.gather(self.home))
        address = f"http://{ports.LOOPBACK}:{ports.number(door)}"
        with ThreadPoolExecutor(2) as threads:
            searching = threads.submit(discovery.discover)
            self._start_broker()
            servers = [self.watch.launch(command) for command in self._servers(door)]
            seeded = self._step("demo study", seed_demo)
            self.story.begin(seeded)
            # A new study waits for its answers; a known one for its pages, and nothing may slow those down.
            workers = self._launch_workers() if seeded.new else []
            crew.wake()
            # The links need all addresses, and those all pages' code: loaded while the web server does the same.
            threads.submit(import_module, settings.ROOT_URLCONF)
            for child in servers:
                self.watch.await_ready(child)
            self._tell_of_models(seeded, searching.result())
        self.say(links.ready(seeded, address, self.home.directory))
        self.lock.say(address)
        connections.close_all()
        for child in workers or self._launch_workers():
            self.watch.await_ready(child, silent=True)

    def _launch_workers(self) -> list[Child]:
        """The message that wakes the first waits in the broker until it is there."""
        return [self.watch.launch(command) for command in (crew.pump(), crew.jobs())]

    def _step(self, title: str, action: Callable[[], T]) -> T:
        began = time.monotonic()
        done = action()
        self.say(STEP.format(title=title, seconds=time.monotonic() - began))
        if self.stop.asked():
            raise Stopped
        return done

    def _start_broker(self) -> None:
        command = broker.command(self.socket, self.home.broker_data)
        try:
            self.watch.await_ready(self.watch.launch(command))
        except DemoProblem:
            aside = broker.set_aside(self.home.broker_data)
            if aside is None:
                raise
            self.say(
                f"  the broker could not read its own log, which is now in {aside}; no answer is lost with it"
            )
            self.watch.children.clear()
            self.watch.await_ready(self.watch.launch(command))
        broker.redeliver(self.socket, WORKERS)
        for name in WORKERS:
            self.watch.before[name] = lambda name=name: broker.redeliver(self.socket, [name])  # type: ignore[misc]
            self.watch.after[name] = crew.wake
        self.watch.after["broker"] = crew.wake

    def _servers(self, door: socket.socket) -> list[Command]:
        self._write_answers()
        port = home.scripted_port(os.environ)
        self.home.keep_port("scripted", port)
        commands = [
            crew.scripted(self.home, port, self.options.latency),
            crew.web(ports.number(door), door.fileno()),
        ]
        return (
            [*commands, crew.small_model(self.home, self._model_port())] if self.options.model else commands
        )

    def _write_answers(self) -> None:
        with explained(self.home.answers):
            self.home.answers.write_text(
                json.dumps(
                    bank.answers_for_scripted()
                    | behaviours.answers_for_scripted()
                    | release.answers_for_scripted()
                )
            )

    def _model_port(self) -> int:
        port = ports.free(self.home.ports().get("model"))
        self.home.keep_port("model", port)
        return port

    def _tell_of_models(self, seeded: Seeded, found: tuple[discovery.FoundServer, ...]) -> None:
        ours = set()
        if self.options.model:
            ours.add(small_model.offer(by=seeded.lead, port=self.home.ports()["model"]).base_url)
        for line in links.found_lines(found, ours):
            self.say(line)
