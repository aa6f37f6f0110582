"""From `make demo` in a fresh clone to the first rated pair, and the time of a second start.

    python -m bench.demo_start [--quick]

The clone is made of this working tree; packages come through pip's or uv's cache, so run it once to warm that. With
`--quick` nothing is installed: this tree's own environment serves a new, empty state folder.
"""

import argparse
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from bench.next_pair import KEY

ROOT = Path(__file__).resolve().parent.parent
RATER = re.compile(r"Rater\s+(http://[\d.:]+)(/r/[^/\s]+/)")
PATIENCE = 600.0


@dataclass
class Clock:
    """Seconds since the start, by name."""

    began: float = field(default_factory=time.monotonic)
    marks: dict[str, float] = field(default_factory=dict)

    def mark(self, name: str) -> None:
        self.marks[name] = round(time.monotonic() - self.began, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="install nothing")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory(prefix="vibes-bench-") as folder:
        place = ROOT if quick else clone(Path(folder) / "vibes")
        state = Path(folder) / "state"
        command = [sys.executable, "-m", "vibes.demo"] if quick else ["make", "demo"]
        first = walk(command, place, state, rate=True)
        second = walk(command, place, state, rate=False)
    print(f"first start: links after {first['links']} s, first pair rated after {first['rated']} s")
    print(f"second start: links after {second['links']} s")
    print(json.dumps({"bench": "demo_start", "quick": quick, "first": first, "second": second, **machine()}))


def clone(target: Path) -> Path:
    """The working tree as git sees it, tracked and new files alike."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def walk(command: list[str], place: Path, state: Path, *, rate: bool) -> dict[str, float]:
    """One start, and with `rate` one verdict of one rater; then Ctrl-C."""
    clock = Clock()
    with demo(command, place, state) as output:
        address, link = links(output, clock)
        if rate:
            first_pair(address, link, clock)
    return clock.marks


@contextmanager
def demo(command: list[str], place: Path, state: Path) -> Iterator[Path]:
    """The command in a session of its own, as in a terminal; where its words go."""
    output = state.with_name("demo.log")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("VIBES_", "DJANGO_"))
    }
    with output.open("w") as file:
        process = subprocess.Popen(
            command,
            cwd=place,
            env=environment | {"VIBES_STATE_DIR": str(state)},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield output
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)


def links(output: Path, clock: Clock) -> tuple[str, str]:
    """The address and the rater's path, once they are printed."""
    while True:
        words = output.read_text()
        if "environment" not in clock.marks and re.search(r"^Installed in", words, re.MULTILINE):
            clock.mark("environment")
        found = RATER.search(words)
        if found:
            clock.mark("links")
            return found[1], found[2]
        if time.monotonic() - clock.began > PATIENCE:
            raise TimeoutError(words)
        time.sleep(0.05)


def first_pair(address: str, link: str, clock: Clock) -> None:
    """What a rater's browser does: the link, the consent, the first pair, a verdict."""
    with httpx2.Client(base_url=address, follow_redirects=True, timeout=60, trust_env=False) as client:
        client.get(link).raise_for_status()
        post(client, f"{link}begin/")
        page = post(client, "/rate/consent/", agree="on")
        while not (pair := KEY.search(page)):
            if time.monotonic() - clock.began > PATIENCE:
                raise TimeoutError(page)
            time.sleep(0.2)
            page = client.get("/rate/").text
        clock.mark("first_pair")
        post(client, f"/rate/{pair[1]}/verdict/", verdict="a", key=pair[3])
        clock.mark("rated")


def post(client: httpx2.Client, path: str, **form: str) -> str:
    headers = {"X-CSRFToken": client.cookies["vibes_csrf"], "Referer": str(client.base_url)}
    return client.post(path, data=form, headers=headers).raise_for_status().text


def machine() -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    main()
