"""One demo per folder. The system frees the lock when its holder dies, however it dies."""

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from vibes.demo.problems import explained


@dataclass(frozen=True)
class Holder:
    """Who runs here. `address` is empty while it is still starting."""

    pid: int
    address: str


class Lock:
    """`take` it, `say` where the demo is, and let the process end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Whether it is ours now; False where another process holds it."""
        with explained(self._path):
            file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        self.say("")
        return True

    def say(self, address: str) -> None:
        if self._file is None:
            raise RuntimeError("take the lock first")
        with explained(self._path):
            self._file.seek(0)
            self._file.truncate()
            json.dump({"pid": os.getpid(), "address": address}, self._file)
            self._file.flush()

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def holder(path: Path) -> Holder | None:
    """Who holds the lock now; None where nobody does."""
    try:
        file = path.open()
    except FileNotFoundError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(file)
    return None


def _read(file: IO[str]) -> Holder:
    try:
        found = json.load(file)
        return Holder(int(found["pid"]), str(found["address"]))
    except (ValueError, KeyError, TypeError):
        return Holder(0, "")
