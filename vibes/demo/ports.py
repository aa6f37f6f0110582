"""Loopback ports: the ones of the last start where they are free, else the next free ones."""

import errno
import socket
from collections.abc import Iterable

LOOPBACK = "127.0.0.1"
WEB_PORTS = range(8000, 8100)
CONNECT_SECONDS = 0.2


def listen(candidates: Iterable[int]) -> socket.socket:
    """A listening socket on the first of these ports that is free, on any free one where none is."""
    for port in candidates:
        bound = _bound(port)
        if bound is not None:
            return bound
    anywhere = _bound(0)
    if anywhere is None:
        raise OSError(errno.EADDRNOTAVAIL, "no loopback port is free")
    return anywhere


def free(preferred: int | None = None) -> int:
    """`preferred` where it is free, else a free port that the system picks. Nobody holds it afterwards."""
    with listen([preferred] if preferred else []) as bound:
        return number(bound)


def number(bound: socket.socket) -> int:
    port: int = bound.getsockname()[1]
    return port


def _bound(port: int) -> socket.socket | None:
    if port and _answers(port):
        return None
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((LOOPBACK, port))
        bound.listen(128)
    except (OSError, OverflowError):
        bound.close()
        return None
    return bound


def _answers(port: int) -> bool:
    """macOS lets one bind 127.0.0.1 beside a server on all addresses, and takes its visitors."""
    try:
        socket.create_connection((LOOPBACK, port), CONNECT_SECONDS).close()
    except (OSError, OverflowError):
        return False
    return True
