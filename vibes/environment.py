"""Readers of the environment that fail loudly: a wrong value stops the start and says which variable to mend."""

import ipaddress
import os
import re
from pathlib import Path

_HOST = re.compile(r"(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")


class EnvironmentProblem(SystemExit):
    """A variable holds a value that cannot be used. Ends the process with one sentence."""


def text(name: str, default: str | None = None) -> str:
    """The variable's text, or `default`; a variable that has no default must be set."""
    value = os.environ.get(name, default)
    if value is None or (value == "" and default is None):
        raise EnvironmentProblem(
            f"{name} is not set. Set it in the environment; .env.example shows all of them."
        )
    return value


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").lower()
    if value == "":
        return default
    if value in {"1", "true", "yes"}:
        return True
    if value in {"0", "false", "no"}:
        return False
    raise EnvironmentProblem(f"{name}={value!r} is neither true nor false. Use 1 or 0.")


def number(name: str, default: int) -> int:
    value = os.environ.get(name, "")
    try:
        return int(value) if value else default
    except ValueError:
        raise EnvironmentProblem(f"{name}={value!r} is not a whole number.") from None


def names(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def folder(name: str, default: Path) -> Path:
    return Path(os.environ.get(name) or default).expanduser().resolve()


def optional_folder(name: str) -> Path | None:
    value = os.environ.get(name, "")
    return Path(value).expanduser().resolve() if value else None


def hosts(name: str, default: str = "") -> list[str]:
    """Host names, `*.suffixes`, addresses and networks, lower case; set but empty means none."""
    found = [entry.lower().rstrip(".") for entry in names(name, default)]
    for entry in found:
        if not _is_host(entry):
            raise EnvironmentProblem(
                f"{name}: {entry!r} is neither a host name, *.suffix, address nor network. "
                "Write them as gpu-1, *.internal, 10.0.0.7 or 10.0.0.0/8, without http:// and port."
            )
    return found


def _is_host(entry: str) -> bool:
    try:
        ipaddress.ip_network(entry)
    except ValueError:
        return _HOST.fullmatch(entry) is not None and not re.fullmatch(r"[\d.]+", entry)
    return True


def _is_one_host(entry: str) -> bool:
    """A key belongs to hosts that are named one by one: neither to a suffix nor to a network."""
    return _is_host(entry) and "*" not in entry and "/" not in entry


def key_hosts(name: str) -> dict[str, tuple[str, ...]]:
    """`NAME=host[,host]; …`: the hosts to which each key may be sent."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in filter(None, (part.strip() for part in os.environ.get(name, "").split(";"))):
        key, equals, listed = entry.partition("=")
        allowed = tuple(host.strip().lower().rstrip(".") for host in listed.split(",") if host.strip())
        if not equals or not key.strip() or not allowed or not all(map(_is_one_host, allowed)):
            # Not the entry itself: who mistakes the format may have written a key here.
            raise EnvironmentProblem(
                f"{name}: entry {len(found) + 1} is not NAME=host. "
                "Write NAME=host,host; NAME=host, such as GPU_API_KEY=gpu-1.example.org, each host by its whole name."
            )
        found[key.strip()] = allowed
    return found
