"""What a person can do about a failure, in one sentence behind its name."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import httpx2

from vibes.providers.base import Kind

_LONGEST_CHAIN = 10


def mend_of_connection(error: Exception, address: str) -> str:
    """Why there is no connection, or why it broke, and what to look at; `address` is the endpoint's."""
    causes = list(_causes(error))
    place = f" at {_place(address)}" if address else ""
    for kind, words in _CONNECTIONS:
        found = next((cause for cause in causes if isinstance(cause, kind)), None)
        if found is not None:
            return f"The server cannot be reached{place}: {words.format(error=_reason(found))}"
    return f"The server{place} broke the connection: {_reason(causes[-1])}. It may have been stopped or restarted."


_CONNECTIONS: tuple[tuple[type[BaseException], str], ...] = (
    (socket.gaierror, "no such host name is known here ({error}). Is the address spelt right?"),
    (
        ssl.SSLCertVerificationError,
        "its certificate is not trusted ({error}). Name the authority's file in SSL_CERT_FILE, or use its http:// address.",
    ),
    (ssl.SSLError, "no secure connection ({error}). Does it speak plain http:// on this port?"),
    (ConnectionRefusedError, "connection refused. Is the server running, and on this port?"),
    (httpx2.ConnectTimeout, "no connection within the time limit. Is the host up, and no firewall between?"),
    (httpx2.UnsupportedProtocol, "the address must begin with http:// or https://."),
    (httpx2.ProxyError, "the proxy refused ({error}). See HTTPS_PROXY and NO_PROXY."),
    (httpx2.ConnectError, "{error}. Is the server running?"),
)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, the nearest first."""
    seen: BaseException | None = error
    for _ in range(_LONGEST_CHAIN):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__


def _reason(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError):
        return error.reason or type(error).__name__
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error).rstrip(".") or type(error).__name__


def _place(address: str) -> str:
    """Host and port alone: a path or a query may hold what nobody should read."""
    parts = urlsplit(address)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.hostname}{port}"


def mend_of_status(status: int, kind: Kind, words: str, headers: Mapping[str, str], *, has_key: bool) -> str:
    """What to do about an HTTP status; empty where waiting is all."""
    if status == 401:
        return _ASK_KEY[has_key]
    if status == 404:
        return _MODEL if "model" in words.lower() else "Does the address end in /v1?"
    if kind == "redirected":
        return f"Redirects are not followed: enter the address it points to{_target(headers)}."
    return _STATUSES.get(status, "") if kind != "quota" else "Look at the account's balance and limits."


_ASK_KEY = {
    True: "Look at the key that the endpoint names: it is wrong, expired, or another vendor's.",
    False: "No key was sent: name the variable or file that holds it at the endpoint.",
}
_MODEL = "See the models that the server offers, and the endpoint's model name."
_STATUSES: Mapping[int, str] = {
    403: "The key is not allowed to do this: look at its project and permissions.",
    405: "Does the address end in /v1?",
    413: "The request is too large for this server.",
    422: "Look at the endpoint's further parameters.",
}


def _target(headers: Mapping[str, str]) -> str:
    try:
        parts = urlsplit(headers.get("location", ""))
        return f" ({parts.scheme}://{parts.hostname}{parts.path})" if parts.hostname else ""
    except ValueError:
        return ""
