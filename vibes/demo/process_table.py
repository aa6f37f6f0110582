"""Which processes are ours. A number alone proves nothing: numbers are reused."""

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
# Fields of /proc/<pid>/stat after the name, which may hold spaces and brackets.
STATE, GROUP, STARTED = 0, 2, 19


@dataclass(frozen=True)
class Identity:
    """A process that we started as the leader of its own group: when it began, and what we told it to run.

    The command is ours, not the system's word: that is empty for a moment while a program is being loaded.
    """

    name: str
    pid: int
    started: str
    command: str


def identify(name: str, pid: int, arguments: Iterable[str]) -> Identity:
    return Identity(name, pid, started(pid) or "", " ".join(arguments))


def started(pid: int) -> str | None:
    """When the process began, in the system's own words; None where it is gone or a zombie."""
    if not PROC.joinpath("self").exists():
        return _ps("lstart=", pid) or None
    fields = _stat(pid)
    return None if fields is None or fields[STATE] == "Z" else fields[STARTED]


def command(pid: int) -> str:
    """The command line; empty where the process is gone."""
    if not PROC.joinpath("self").exists():
        return _ps("command=", pid)
    try:
        return (
            PROC.joinpath(str(pid), "cmdline")
            .read_bytes()
            .replace(b"\0", b" ")
            .decode(errors="replace")
            .strip()
        )
    except OSError:
        return ""


def survivors(identity: Identity) -> list[int]:
    """What still runs of that process and of those that it forked."""
    return [pid for pid in _group(identity.pid) if _belongs(pid, identity)]


def _belongs(pid: int, identity: Identity) -> bool:
    """The leader by its start; the forked ones by its command line, without what it was started through, such as nice."""
    if pid == identity.pid:
        return started(pid) == identity.started
    theirs = command(pid)
    return bool(theirs) and identity.command.endswith(theirs)


def _group(leader: int) -> Iterator[int]:
    if not PROC.joinpath("self").exists():
        yield from (pid for pid, group in _groups_by_ps() if group == leader)
        return
    for folder in PROC.iterdir():
        fields = _stat(int(folder.name)) if folder.name.isdigit() else None
        if fields and fields[STATE] != "Z" and fields[GROUP] == str(leader):
            yield int(folder.name)


def _stat(pid: int) -> list[str] | None:
    try:
        text = PROC.joinpath(str(pid), "stat").read_text(errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _ps(column: str, pid: int) -> str:
    arguments = ["ps", "-o", column, "-p", str(pid)]
    return subprocess.run(arguments, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603


def _groups_by_ps() -> Iterator[tuple[int, int]]:
    arguments = ["ps", "-axo", "pid=,pgid="]
    for line in subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.splitlines():  # noqa: S603
        pid, group = line.split()
        yield int(pid), int(group)
