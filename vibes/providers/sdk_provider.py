"""One call through either SDK: bounded in time and size, streamed or whole, and its failure as one ProviderError."""

from __future__ import annotations

import asyncio
import json
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any, ClassVar, Protocol

import httpx2

from vibes.providers.assembling import Assembly, InOnePiece, pieces_of
from vibes.providers.base import Health, Piece, ProviderError, Reply, Request
from vibes.providers.failures import SdkErrors, as_promised, one_error, translated, without_key
from vibes.providers.health import ask_server
from vibes.providers.streaming import events, one_event, until, whole
from vibes.providers.transport import is_at

_VENDORS = ("openai.com", "anthropic.com")

# A server that takes longer to tell how it fares does not fare well; seconds.
_HEALTH_S = 5.0

# The columns that hold these names are 200 characters long.
_LONGEST_NAME = 200


class Response(Protocol):
    """What both SDKs give before the body is read."""

    @property
    def headers(self) -> httpx2.Headers:
        """As the server sent them."""

    def iter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """The body, decompressed."""


Opened = AbstractAsyncContextManager[Response]


class SdkProvider(ABC):
    """A Provider over an SDK. A subclass says how to ask and how to read what comes back."""

    errors: ClassVar[SdkErrors]
    # Where to ask if the endpoint names no address; empty: it must name one.
    vendor: ClassVar[str] = ""

    def __init__(self, base_url: str, api_key: str, timeout_s: float) -> None:
        if not (base_url or self.vendor):
            message = "The endpoint has no address: enter one, such as http://127.0.0.1:8000/v1."
            raise ProviderError(message, permanent=True, kind="bad_request")
        self._base_url, self._api_key, self._timeout_s = base_url or self.vendor, api_key, timeout_s

    # The HTTP client under the SDK's.
    _http: httpx2.AsyncClient

    @abstractmethod
    def _open(self, request: Request, *, stream: bool) -> Opened:
        """The call, not yet begun. Raises ProviderError where the request can be seen to be wrong."""

    @abstractmethod
    def _open_models(self) -> Opened:
        """The call for the list of models."""

    @abstractmethod
    def _read(self, raw: dict[str, Any], seconds: float = 0.0) -> Reply:
        """A whole body as a reply, without its headers."""

    @abstractmethod
    def _assembly(self) -> Assembly:
        """An empty reply to be streamed."""

    async def complete(self, request: Request) -> Reply:
        """The reply to one request. Raises ProviderError."""
        began = time.monotonic()
        content, headers = await self._whole(self._open(request, stream=False), request.timeout_s)
        with as_promised(self._api_key):
            return self._signed(self._read(json.loads(content), time.monotonic() - began), headers)

    async def stream(self, request: Request) -> AsyncIterator[Piece | Reply]:
        """The reply as it is written: pieces, and last the whole Reply. Raises ProviderError on the way."""
        began, first, length = time.monotonic(), None, 0
        try:
            with translated(
                self.errors, api_key=self._api_key, timeout_s=request.timeout_s, address=self._base_url
            ):
                async with self._streaming(request) as (headers, assembly, pieces):
                    async for piece in pieces:
                        first = first or time.monotonic() - began
                        length += len(piece.text)
                        yield piece
        except ProviderError as error:
            raise _told(error, length) from None
        with as_promised(self._api_key):
            reply = self._signed(self._read(assembly.raw(), time.monotonic() - began), headers)
        yield replace(reply, first_token_seconds=first)

    async def health(self) -> Health:
        """What the server tells of itself now; a vendor tells only that it answers. Raises ProviderError."""
        if any(is_at(self._base_url, vendor) for vendor in _VENDORS):
            await self.list_models()
            return Health(ok=True)
        timeout_s = min(self._timeout_s, _HEALTH_S)
        async with one_error(self.errors, api_key=self._api_key, timeout_s=timeout_s, address=self._base_url):
            with as_promised(self._api_key):
                found = await ask_server(self._http, self._base_url, self._api_key)
                return replace(found, version=sound(found.version), loaded=tuple(map(sound, found.loaded)))

    async def list_models(self) -> tuple[str, ...]:
        """The names of the models that the server offers. Raises ProviderError."""
        content, _ = await self._whole(self._open_models(), self._timeout_s)
        with as_promised(self._api_key):
            return tuple(sound(str(model["id"])) for model in json.loads(content)["data"])

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    def _signed(self, reply: Reply, headers: Mapping[str, str]) -> Reply:
        """The reply with what its headers tell, and no text that a database would refuse."""
        fingerprint = str(reply.raw.get("system_fingerprint") or "")
        request_id = headers.get("x-request-id") or headers.get("request-id") or ""
        return replace(
            reply,
            text=sound(reply.text),
            thoughts=sound(reply.thoughts),
            served_model=self._name(reply.served_model),
            request_id=self._name(request_id),
            server=self._name(" ".join(filter(None, (headers.get("server", ""), fingerprint)))),
        )

    def _name(self, told: str) -> str:
        return without_key(sound(told), self._api_key)[:_LONGEST_NAME]

    async def _whole(self, opened: Opened, timeout_s: float) -> tuple[bytes, httpx2.Headers]:
        async with (
            one_error(self.errors, api_key=self._api_key, timeout_s=timeout_s, address=self._base_url),
            opened as response,
        ):
            return await whole(response.iter_bytes()), response.headers

    @asynccontextmanager
    async def _streaming(
        self, request: Request
    ) -> AsyncIterator[tuple[httpx2.Headers, Assembly, AsyncIterator[Piece]]]:
        """The headers, the reply to be, and its pieces. A server may answer in one piece though asked to stream."""
        deadline = asyncio.get_running_loop().time() + request.timeout_s
        async with AsyncExitStack() as stack:
            async with asyncio.timeout_at(deadline):
                response = await stack.enter_async_context(self._open(request, stream=True))
            streamed = "json" not in response.headers.get("content-type", "")
            chunks = await stack.enter_async_context(aclosing(until(deadline, response.iter_bytes())))
            assembly = self._assembly() if streamed else InOnePiece(self._read)
            said = pieces_of(
                events(chunks) if streamed else one_event(chunks), assembly, chunks, api_key=self._api_key
            )
            yield response.headers, assembly, await stack.enter_async_context(aclosing(said))


def _told(error: ProviderError, length: int) -> ProviderError:
    """The same error with how far the reply had come, where it is the connection's or the clock's."""
    if not length or error.kind not in ("timeout", "unreachable"):
        return error
    message = f"{error.message} It came after the first {length:,} characters."
    return ProviderError(message, permanent=error.permanent, kind=error.kind, retry_after=error.retry_after)


def sound(text: str) -> str:
    """The same text; halves of surrogate pairs, which JSON can hold and no file, joined or replaced."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
