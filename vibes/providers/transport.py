"""The HTTP client under both SDKs: one key, one host, no redirects, nothing from the environment, no endless error."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from functools import cache
from urllib.parse import urlsplit

import httpx2

from vibes.providers.base import NO_KEY, ProviderError

# A connection that does not open in this time (seconds) will not open.
_CONNECT_S = 5.0

# How much of an error's body is read: a sentence is wanted, and some servers send a whole web page.
_LONGEST_ERROR = 64 * 1024

_HEADERS = frozenset(
    {"accept", "accept-encoding", "anthropic-version", "connection"}
    | {"content-length", "content-type", "host", "user-agent"}
)


def bearer(key: str) -> Mapping[str, str]:
    """The key as OpenAI and every server that speaks its protocol want it."""
    return {"authorization": f"Bearer {key}"}


def client(
    api_key: str, base_url: str, timeout_s: float, key_headers: Callable[[str], Mapping[str, str]] = bearer
) -> httpx2.AsyncClient:
    """An HTTP client for one provider at one address. Raises ProviderError where no header can hold the key.

    The SDKs add headers that they find in environment variables (organisation, project, custom headers), whatever the
    host. Here only known headers pass, and the key is put in here: the SDK objects never hold it. A proxy from the
    environment is used, save for loopback.
    """
    key = key_headers(_sendable(api_key))

    async def only_ours(request: httpx2.Request) -> None:
        for name in {name for name in request.headers if not _is_ours(name)}:
            del request.headers[name]
        request.headers.update(key)

    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(timeout_s, connect=min(_CONNECT_S, timeout_s)),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=100),
        follow_redirects=False,
        trust_env=not is_loopback(base_url),
        verify=tls(),
        event_hooks={"request": [only_ours], "response": [_short_error]},
    )


def _sendable(api_key: str) -> str:
    key = api_key.strip() or NO_KEY
    if not (key.isascii() and key.isprintable()):
        message = (
            "The key holds characters that no key has: look at the variable or file that the endpoint names."
        )
        raise ProviderError(message, permanent=True, kind="auth")
    return key


class _Beginning(httpx2.AsyncByteStream):
    """The first bytes of a stream."""

    def __init__(self, whole: httpx2.AsyncByteStream) -> None:
        self._whole = whole

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = _LONGEST_ERROR
        async for chunk in self._whole:
            yield chunk[:left]
            left -= len(chunk)
            if left <= 0:
                return

    async def aclose(self) -> None:
        await self._whole.aclose()


async def _short_error(response: httpx2.Response) -> None:
    """The SDKs read an error's whole body, however long it is, in whatever charset it claims: some are no texts' at all."""
    if response.is_success:
        return
    response.encoding = "utf-8"
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Beginning(response.stream)


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


def is_at(base_url: str, domain: str) -> bool:
    """Whether the address is at this domain or below it."""
    host = urlsplit(base_url).hostname or ""
    return host == domain or host.endswith(f".{domain}")
