"""`make demo-reset`: ends a running demo and deletes its folder, and nothing else."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from vibes.demo.home import Home, is_ours
from vibes.demo.lock import Holder, holder
from vibes.demo.problems import DemoProblem, explained
from vibes.demo.processes import end_orphans

NOBODY_TO_ASK = (
    "Nobody can be asked here: say YES=1 to delete {directory} with every study and judgement in it."
)


def reset(
    home: Home,
    *,
    yes: bool,
    ask: Callable[[str], str] | None,
    say: Callable[[str], None],
    patience: float = 30.0,
) -> None:
    """Raises DemoProblem where there is nobody to ask, the answer is no, or the folder is not the demo's."""
    if not home.directory.exists():
        say(f"There is nothing to reset: {home.directory} does not exist.")
        return
    if not is_ours(home.directory):
        raise DemoProblem(f"{home.directory} was not made by the demo: delete it yourself if you mean to.")
    running = holder(home.lock)
    if not yes:
        _confirm(home, running, ask)
    if running:
        _end(home, running, patience)
    end_orphans(home.processes())
    _delete(home)
    say(f"{home.directory} is gone. `make demo` starts over.")


def _confirm(home: Home, running: Holder | None, ask: Callable[[str], str] | None) -> None:
    if ask is None:
        raise DemoProblem(NOBODY_TO_ASK.format(directory=home.directory))
    first = "End the running demo and delete" if running else "Delete"
    if ask(f"{first} {home.directory} with every study and judgement in it? [y/N] ").strip().lower() not in (
        "y",
        "yes",
    ):
        raise DemoProblem("Nothing was deleted.")


def _end(home: Home, running: Holder, patience: float) -> None:
    """The lock is held, so its process is alive and is the one that wrote its number there."""
    end = time.monotonic() + patience
    with suppress(ProcessLookupError):
        if running.pid > 0:  # 0 would be this process's own group
            os.kill(running.pid, signal.SIGTERM)
    while holder(home.lock):
        if time.monotonic() > end:
            raise DemoProblem(
                f"The demo (process {running.pid}) does not end: end it yourself, then reset again."
            )
        time.sleep(0.1)


def _delete(home: Home) -> None:
    folder = home.recall("socket-folder")
    if isinstance(folder, str) and Path(folder).name.startswith("vibes-"):
        shutil.rmtree(folder, ignore_errors=True)
    with explained(home.directory):
        shutil.rmtree(home.directory)
