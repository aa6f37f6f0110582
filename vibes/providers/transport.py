"""The HTTP client under both SDKs: one key, one host, no redirects, nothing from the environment."""

from __future__ import annotations

import ipaddress
import ssl
from functools import cache
from urllib.parse import urlsplit

import httpx2

from vibes.providers.base import NO_KEY

# A connection that does not open in this time (seconds) will not open.
_CONNECT_S = 5.0

_HEADERS = frozenset(
    {"accept", "accept-encoding", "anthropic-version", "authorization", "connection"}
    | {"content-length", "content-type", "host", "user-agent"}
)


def client(api_key: str, base_url: str, timeout_s: float) -> httpx2.AsyncClient:
    """An HTTP client for one provider at one address.

    The SDKs add headers that they find in environment variables (organisation, project, custom headers), whatever the
    host. Here only known headers pass, and the key is put in here: the SDK objects never hold it. A proxy from the
    environment is used, save for loopback.
    """

    async def only_ours(request: httpx2.Request) -> None:
        for name in {name for name in request.headers if not _is_ours(name)}:
            del request.headers[name]
        request.headers["authorization"] = f"Bearer {api_key.strip() or NO_KEY}"

    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(timeout_s, connect=min(_CONNECT_S, timeout_s)),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=100),
        follow_redirects=False,
        trust_env=not is_loopback(base_url),
        verify=tls(),
        event_hooks={"request": [only_ours]},
    )


@cache
def tls() -> ssl.SSLContext:
    """The certificates that are trusted, read once: a client that reads them itself takes 50 ms to make."""
    return httpx2.create_ssl_context()


def _is_ours(header: str) -> bool:
    return header in _HEADERS or header.startswith("x-stainless-")


def is_loopback(base_url: str) -> bool:
    """Whether the address names this machine: localhost, 127.0.0.0/8 or ::1."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
