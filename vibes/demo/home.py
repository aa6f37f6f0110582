"""The demo's folder: what it keeps between starts, and the environment that its processes share."""

import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Mapping, MutableMapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from vibes.demo import ports
from vibes.demo.problems import DemoProblem, explained
from vibes.demo.process_table import Identity

PROJECT = Path(__file__).resolve().parents[2]
DEFAULT = PROJECT / "var" / "demo"
MARK = "vibes-demo.txt"
MARK_TEXT = "This folder belongs to the Vibes demo. `make demo-reset` deletes it with everything in it.\n"
# Unix addresses hold about 107 bytes, macOS 103.
SOCKET_BYTES = 100
PLAIN_PATH = re.compile(r"[A-Za-z0-9._/-]+")
NEEDED_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True)
class Home:
    """The folder and the names in it."""

    directory: Path

    @property
    def lock(self) -> Path:
        return self.directory / "lock.json"

    @property
    def answers(self) -> Path:
        return self.directory / "answers.json"

    @property
    def broker_data(self) -> Path:
        return self.directory / "broker"

    @property
    def model(self) -> Path:
        return self.directory / "model"

    def log(self, name: str) -> Path:
        return self.directory / "logs" / f"{name}.log"

    def recall(self, name: str) -> Any:
        """What `remember` kept under that name; None where there is nothing that can be read."""
        try:
            return json.loads((self.directory / f"{name}.json").read_text())
        except (OSError, ValueError):
            return None

    def remember(self, name: str, value: object) -> None:
        """Written beside and moved into place: a start that is killed leaves the old words, not half of the new."""
        target = self.directory / f"{name}.json"
        with explained(target):
            part = target.with_suffix(".part")
            part.write_text(json.dumps(value))
            part.replace(target)

    def ports(self) -> dict[str, int]:
        kept = self.recall("ports")
        return (
            {name: port for name, port in kept.items() if isinstance(port, int)}
            if isinstance(kept, dict)
            else {}
        )

    def keep_port(self, name: str, port: int) -> None:
        self.remember("ports", self.ports() | {name: port})

    def processes(self) -> list[Identity]:
        try:
            return [Identity(**kept) for kept in self.recall("processes") or []]
        except TypeError:
            return []

    def keep_processes(self, identities: list[Identity]) -> None:
        self.remember("processes", [asdict(identity) for identity in identities])


def located(environment: Mapping[str, str]) -> Home:
    """The home that this environment names; nothing is made."""
    return Home(Path(environment.get("VIBES_STATE_DIR") or DEFAULT).expanduser().absolute())


def opened(environment: Mapping[str, str]) -> Home:
    """The home, made where it is not there yet. Raises DemoProblem: no room, no permission, a folder of others."""
    home = located(environment)
    with explained(home.directory):
        home.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        _claim(home.directory)
        for folder in (home.log("any").parent, home.broker_data):
            folder.mkdir(exist_ok=True, mode=0o700)
        if shutil.disk_usage(home.directory).free < NEEDED_BYTES:
            raise DemoProblem(
                f"Less than 200 MB are free where {home.directory} is: free some space, then start again."
            )
    return home


def _claim(directory: Path) -> None:
    """The mark is what `demo-reset` looks for before it deletes, so it is never put beside other people's files."""
    mark = directory / MARK
    if mark.exists():
        mark.touch()  # shows whether this folder may be written to
        return
    if any(directory.iterdir()):
        raise DemoProblem(f"{directory} holds other things: set VIBES_STATE_DIR to an empty or new folder.")
    mark.write_text(MARK_TEXT)


def is_ours(directory: Path) -> bool:
    return (directory / MARK).is_file()


def prepare(environment: MutableMapping[str, str]) -> Home:
    """Opens the home and completes the environment, before Django reads it. What the user has set stays."""
    home = opened(environment)
    environment["VIBES_STATE_DIR"] = str(home.directory)
    defaults = {
        "VIBES_SECRET_KEY": _secret_key(home),
        "VIBES_DATABASE_URL": f"sqlite:///{quote(str(home.directory / 'vibes.sqlite3'))}",
        "VIBES_ALLOWED_HOSTS": "127.0.0.1,localhost",
    }
    for name, value in defaults.items():
        environment[name] = environment.get(name) or value
    environment["VIBES_BROKER_URL"] = f"redis+socket://{_socket(home)}"
    environment["VIBES_SCRIPTED_URL"] = f"http://{ports.LOOPBACK}:{_scripted_port(home)}/v1"
    return home


def broker_socket(environment: Mapping[str, str]) -> Path:
    return Path(environment["VIBES_BROKER_URL"].removeprefix("redis+socket://"))


def scripted_port(environment: Mapping[str, str]) -> int:
    return int(environment["VIBES_SCRIPTED_URL"].removesuffix("/v1").rpartition(":")[2])


def _secret_key(home: Home) -> str:
    """Made once: sessions, resume codes and links hang on it."""
    path = home.directory / "secret-key"
    with explained(path):
        if not path.exists():
            part = home.directory / f"secret-key.{os.getpid()}"
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
            part.replace(path)
        return path.read_text()


def _socket(home: Home) -> Path:
    """In the home, or in a short temporary folder where the home's path is too long or too odd for an address."""
    usual = home.broker_data / "socket"
    if len(os.fsencode(usual)) < SOCKET_BYTES and PLAIN_PATH.fullmatch(str(usual)):
        return usual
    kept = home.recall("socket-folder")
    if isinstance(kept, str) and Path(kept).is_dir() and Path(kept).stat().st_uid == os.getuid():
        return Path(kept) / "socket"
    made = tempfile.mkdtemp(prefix="vibes-", dir="/tmp")
    home.remember("socket-folder", made)
    return Path(made) / "socket"


def _scripted_port(home: Home) -> int:
    return ports.free(home.ports().get("scripted"))
