"""A real demo, as `make demo` starts it, in a folder of its own, driven from outside like a newcomer would."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINKS = re.compile(r"Lead\s+(http\S+).*?Rater\s+(http\S+)", re.S)
COMMAND = [sys.executable, "-m", "vibes.demo"]
# Settings of the test process must not leak into the demo that a newcomer would start.
OURS = ("VIBES_", "DJANGO_", "PYTEST_")


@dataclass(frozen=True)
class Demo:
    lead: str
    rater: str
    process: subprocess.Popen[str]
    environment: dict[str, str]

    @property
    def address(self) -> str:
        return self.lead.split("/sign-in/")[0]

    def fresh_link(self) -> str:
        """A link that nobody has spent: a second start of a running demo prints one."""
        again = subprocess.run(
            COMMAND, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True
        )
        found = LINKS.search(again.stdout)
        assert found, again.stdout
        return found[1]


@contextmanager
def running(folder: Path, *arguments: str, seconds: float = 120) -> Iterator[Demo]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    environment |= {"VIBES_STATE_DIR": str(folder), "PYTHONUNBUFFERED": "1"}
    log = folder.parent / f"{folder.name}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    try:
        yield Demo(*_links(log, process, seconds), process, environment)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(30)


def _links(log: Path, process: subprocess.Popen[str], seconds: float) -> tuple[str, str]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = LINKS.search(log.read_text())
        if found:
            return found[1], found[2]
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise TimeoutError(log.read_text())
