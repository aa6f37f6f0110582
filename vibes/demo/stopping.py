"""Ctrl-C, SIGTERM or a closed terminal: once to end in order, Ctrl-C again to end at once."""

import os
import signal
import threading
import time
from types import FrameType

# One Ctrl-C may arrive twice: from the terminal, and from whatever started us.
SAME_SECONDS = 0.5


class Stop:
    """Remembers what was asked. `install` makes the process listen."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._first = 0.0
        self._again = False

    def install(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if not self._event.is_set():
            self._first = now
            self._event.set()
            os.write(2, b"\nEnding every process; Ctrl-C again ends them at once.\n")
        elif number == signal.SIGINT and now - self._first > SAME_SECONDS:
            self._again = True

    def asked(self) -> bool:
        return self._event.is_set()

    def at_once(self) -> bool:
        return self._again

    def wait(self, seconds: float) -> bool:
        """Whether it has been asked; returns as soon as it is."""
        return self._event.wait(seconds)
