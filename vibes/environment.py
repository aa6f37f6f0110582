"""Readers of the environment that fail loudly: a wrong value stops the start and says which variable to mend."""

import os
from pathlib import Path


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
