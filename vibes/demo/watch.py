"""The demo's processes together: launched, waited for, started again when they fall, ended in order."""

import time
from collections import Counter
from collections.abc import Callable, Sequence

from vibes.demo import processes
from vibes.demo.home import Home
from vibes.demo.problems import DemoProblem
from vibes.demo.processes import Child, Command
from vibes.demo.stopping import Stop

RESTARTS = 3
# A process that has lived this long fell for a reason of its own, not because it cannot start.
SETTLED_SECONDS = 60.0
STEP = "  {title:<24}{seconds:5.1f} s"


class Stopped(Exception):
    """Somebody pressed Ctrl-C while things were starting."""


class Watch:
    """Who is here, and how often each has fallen. `before` and `after` a restart are named by process."""

    def __init__(self, home: Home, stop: Stop, say: Callable[[str], None]) -> None:
        self.home, self.stop, self.say = home, stop, say
        self.children: list[Child] = []
        self.before: dict[str, Callable[[], object]] = {}
        self.after: dict[str, Callable[[], object]] = {}
        self._falls: Counter[str] = Counter()

    def launch(self, command: Command) -> Child:
        """Starts it; its id is on disk before anything else happens, for the next start to find."""
        child = Child(command, self.home.log(command.name))
        self.children.append(child)
        self._start(child)
        return child

    def await_ready(self, child: Child, *, silent: bool = False) -> None:
        seconds = child.wait_ready(stop=self.stop.asked)
        if self.stop.asked():
            raise Stopped
        if not silent:
            self.say(STEP.format(title=child.command.title, seconds=seconds))

    def tend(self) -> None:
        """One look at all of them."""
        for child in list(self.children):
            if child.status() is not None and not self.stop.asked():
                self._revive(child)

    def _revive(self, child: Child) -> None:
        command = child.command
        if time.monotonic() - child.began > SETTLED_SECONDS:
            self._falls[command.name] = 0
        self._falls[command.name] += 1
        what = f"ended (status {child.status()})"
        if self._falls[command.name] > RESTARTS:
            self._give_up(child, f"{what} {RESTARTS + 1} times in a row")
            return
        self.say(
            f"The {command.title} {what}; starting it again ({self._falls[command.name]} of {RESTARTS})."
        )
        self._again(child)

    def _again(self, child: Child) -> None:
        name = child.command.name
        self.before.get(name, _nothing)()
        self._start(child)
        try:
            self.await_ready(child, silent=True)
        except Stopped:
            return
        except DemoProblem as problem:
            self.say(str(problem))
            return
        self.say(f"The {child.command.title} is back.")
        self.after.get(name, _nothing)()

    def _give_up(self, child: Child, what: str) -> None:
        if child.command.essential:
            raise DemoProblem(child.complaint(what))
        self.say(f"{child.complaint(what)}. The rest goes on without it.")
        self.children.remove(child)

    def end(self, order: Sequence[Sequence[str]]) -> None:
        """Ends them by name, group after group, then whoever was not named."""
        named = [[child for child in self.children if child.command.name in names] for names in order]
        rest = [child for child in self.children if not any(child in group for group in named)]
        for group in (*named, rest):
            processes.end_all(group, at_once=self.stop.at_once)
        self.home.keep_processes([])

    def _start(self, child: Child) -> None:
        child.start()
        self.home.keep_processes([other.identity for other in self.children if other.identity])


def _nothing() -> None:
    """What most processes need around a restart."""
