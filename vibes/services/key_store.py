"""Where keys are read, and where they are taken out of what is written. Whose key goes where is in `keys`.

No models are imported here: logging is set up before they are there.
"""

import logging
import os
import re
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from urllib.parse import quote

from django.conf import settings

VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*_API_KEY")
FILE = re.compile(r"file:([A-Za-z0-9][A-Za-z0-9._-]*)")
HIDDEN = "[key]"
# Shorter than any vendor's key. Such words as EMPTY, which some servers want, would be taken out of honest text.
SHORTEST = 12
LARGEST_BYTES = 8192
# Variables and files are looked through again after this many seconds; a key that was handed out is known at once.
LOOK_AGAIN_SECONDS = 5.0


@dataclass(frozen=True)
class _Seen:
    """The known keys, and when they were looked for."""

    at: float
    values: tuple[str, ...]


_handed_out: set[str] = set()
_seen: _Seen | None = None


class KeyUnreadable(Exception):
    """The key cannot be had. The message names the variable or file and the mend, never the key."""


def is_reference(text: str) -> bool:
    """Whether this names a key: a variable that ends in _API_KEY, or file:NAME."""
    return bool(VARIABLE.fullmatch(text) or FILE.fullmatch(text))


def value(reference: str) -> str:
    """The key that `reference` names. Raises KeyUnreadable."""
    in_file = FILE.fullmatch(reference)
    if in_file:
        found = _sound(_file(in_file[1]), reference)
    elif VARIABLE.fullmatch(reference):
        found = _sound(_variable(reference), reference)
    else:
        raise KeyUnreadable("This names neither a variable that ends in _API_KEY nor a file (file:NAME).")
    if found not in _handed_out:
        _handed_out.add(found)
        _look_again()
    return found


def _variable(name: str) -> str:
    found = os.environ.get(name, "").strip()
    if not found:
        raise KeyUnreadable(
            f"{name} is not set in the environment of this process. Set it for the web server and the Celery workers, "
            "and start them again."
        )
    return found


def _file(name: str) -> str:
    folder = settings.SECRETS_DIR
    if folder is None:
        raise KeyUnreadable(f"file:{name} needs the folder of secret files. Set VIBES_SECRETS_DIR.")
    try:
        return _inside(folder, name)
    except (OSError, UnicodeDecodeError, RuntimeError):  # RuntimeError: links in a circle
        raise KeyUnreadable(
            f"The secret file {name} cannot be read in VIBES_SECRETS_DIR. Put it there as a plain file that this "
            "process may read."
        ) from None


def _inside(folder: Path, name: str) -> str:
    """The file's text; OSError where it is none, too large, or a link leads out of the folder."""
    path = (folder / name).resolve(strict=True)
    if not path.is_relative_to(folder.resolve()):
        raise PermissionError
    # Not blocking: a pipe by that name must not hold up the page.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not S_ISREG(os.fstat(descriptor).st_mode):
            raise PermissionError
        content = file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise PermissionError
    return content.decode("utf-8").rstrip("\r\n")


def _sound(found: str, reference: str) -> str:
    if not found:
        raise KeyUnreadable(f"{reference} is empty. Write the key into it.")
    if not found.isascii() or not found.isprintable() or " " in found:
        raise KeyUnreadable(f"{reference} holds more than a key: write one line of plain characters.")
    return found


def known() -> tuple[str, ...]:
    """The values of all keys that this process can see, longest first, so that none leaves the rest of another."""
    if _seen is None or time.monotonic() - _seen.at >= LOOK_AGAIN_SECONDS:
        return _look_again().values
    return _seen.values


def _look_again() -> _Seen:
    global _seen
    named = [name for name in os.environ if name.endswith("_API_KEY") and VARIABLE.fullmatch(name)]
    values = {os.environ.get(name, "").strip() for name in named} | _handed_out | _values_of_files()
    long_enough = sorted((key for key in values if len(key) >= SHORTEST), key=lambda key: (-len(key), key))
    _seen = _Seen(time.monotonic(), tuple(long_enough))
    return _seen


def _values_of_files() -> set[str]:
    folder = settings.SECRETS_DIR
    return set() if folder is None else set(map(_quietly, _names(folder)))


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir() if FILE.fullmatch(f"file:{path.name}")]
    except OSError:
        return []


def _quietly(name: str) -> str:
    try:
        return _file(name)
    except KeyUnreadable:
        return ""


def redact(text: str) -> str:
    """The same text without any known key, as it is or percent-encoded."""
    for key in known():
        text = text.replace(key, HIDDEN)
        encoded = quote(key, safe="")
        text = text if encoded == key else text.replace(encoded, HIDDEN)
    return text


class RedactKeys(logging.Filter):
    """Takes keys out of log lines, their arguments and tracebacks. It stands on the handler: none gets past it."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except (TypeError, ValueError, LookupError):  # a mistake in the call, which must not fail for it
            message = record.msg = f"{record.msg} {record.args!r}"
            record.args = None
        clean = redact(message)
        if clean != message:
            record.msg, record.args = clean, None
        if record.exc_info and not record.exc_text:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        record.exc_text = redact(record.exc_text) if record.exc_text else record.exc_text
        record.stack_info = redact(record.stack_info) if record.stack_info else record.stack_info
        return True
