"""From what the SDKs raise to one `ProviderError`: kind, permanence, waiting time, the mend, and no key in the message."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import httpx2

from vibes.providers.base import NO_KEY, Kind, ProviderError
from vibes.providers.mends import mend_of_connection, mend_of_status
from vibes.providers.waiting import retry_after

__all__ = [
    "SdkErrors",
    "as_promised",
    "clean",
    "from_event",
    "from_status",
    "one_error",
    "retry_after",
    "translated",
    "without_key",
]

_LONGEST_MESSAGE = 400

# How much of it is the server's own words, so that the mend behind them is not cut off.
_LONGEST_WORDS = 240

# status: (kind, permanent). 408, 409 and 425 pass with time.
_STATUSES: Mapping[int, tuple[Kind, bool]] = {
    401: ("auth", True),
    402: ("quota", True),
    403: ("auth", True),
    404: ("not_found", True),
    408: ("timeout", False),
    409: ("overloaded", False),
    425: ("overloaded", False),
    429: ("rate_limited", False),
}

# What vendors write into a 429 or 403 that no waiting will mend.
_NO_MONEY = ("insufficient_quota", "billing_hard_limit_reached", "billing_error", "credit balance is too low")

# What vendors write into a 400 that is no mistake of the request: Anthropic, OpenAI, Azure.
_WITHHELD = ("content filtering policy", "content_policy_violation", "content_filter")

# What an error is called that comes inside a reply, where there is no status: the first sign that its type or code holds.
_SIGNS: tuple[tuple[str, tuple[Kind, bool]], ...] = (
    ("quota", ("quota", True)),
    ("billing", ("quota", True)),
    ("rate_limit", ("rate_limited", False)),
    ("overloaded", ("overloaded", False)),
    ("timeout", ("timeout", False)),
    ("authentication", ("auth", True)),
    ("permission", ("auth", True)),
    ("api_key", ("auth", True)),
    ("not_found", ("not_found", True)),
    ("policy", ("refused", True)),
    ("content_filter", ("refused", True)),
    ("invalid", ("bad_request", True)),
    ("badrequest", ("bad_request", True)),
    ("context_length", ("bad_request", True)),
    ("too_large", ("bad_request", True)),
)

# Secrets of other places that a server quotes: the usual beginnings of keys, and whatever follows "Bearer".
_TOKENS = re.compile(r"\b(?:sk|gsk|hf|xai|rk)[-_][\w*.-]{8,}|(?<=Bearer )\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SdkErrors:
    """The three exception classes that both SDKs have, each with its own."""

    timeout: type[Exception]
    connection: type[Exception]
    status: type[Exception]


@asynccontextmanager
async def one_error(
    sdk: SdkErrors, *, api_key: str, timeout_s: float, address: str = ""
) -> AsyncIterator[None]:
    """Bounds the whole block to `timeout_s` seconds and turns every failure of the call into a ProviderError."""
    with translated(sdk, api_key=api_key, timeout_s=timeout_s, address=address):
        async with asyncio.timeout(timeout_s):
            yield


@contextmanager
def translated(sdk: SdkErrors, *, api_key: str, timeout_s: float, address: str = "") -> Iterator[None]:
    """Turns every failure of the call into a ProviderError; bounding the time is the caller's.

    Both SDKs wrap what happens before the reply begins; after that httpx2 raises its own.
    """
    try:
        yield
    except (sdk.status, httpx2.HTTPStatusError) as error:
        raise _from_response(error, api_key) from None
    # A timeout is a connection error to both SDKs: it comes first.
    except (TimeoutError, sdk.timeout, httpx2.TimeoutException) as error:
        raise _timed_out(error, timeout_s, address, api_key) from None
    except httpx2.DecodingError as error:
        raise _garbled("bytes that do not decompress", error, api_key) from None
    except (sdk.connection, httpx2.HTTPError) as error:
        raise _unreachable(error, address, api_key) from None
    except UnicodeEncodeError:
        raise _unsendable() from None


@contextmanager
def as_promised(api_key: str) -> Iterator[None]:
    """Turns what happens when a body is not UTF-8, not JSON or not of the promised shape into a ProviderError."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise _garbled("bytes that are not UTF-8", error, api_key) from None
    except json.JSONDecodeError as error:
        what = f"text that is not JSON, beginning with {without_key(error.doc, api_key)[:60]!r}. Does the address end in /v1?"
        raise _garbled(what, None, api_key) from None
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise _garbled("JSON of another shape than a reply's", error, api_key) from None


def _timed_out(error: Exception, timeout_s: float, address: str, api_key: str) -> ProviderError:
    if isinstance(error.__cause__ or error, httpx2.ConnectTimeout):
        return _unreachable(error, address, api_key)
    message = (
        f"No whole reply within {timeout_s:g} s: raise the endpoint's time limit, or ask for fewer tokens."
    )
    return ProviderError(message, permanent=False, kind="timeout")


def _unreachable(error: Exception, address: str, api_key: str) -> ProviderError:
    message = mend_of_connection(error, address)
    return ProviderError(clean(message, api_key), permanent=False, kind="unreachable")


def _unsendable() -> ProviderError:
    message = "The text holds characters that cannot be sent: half a surrogate pair. Import the prompt again."
    return ProviderError(message, permanent=True, kind="bad_request")


def _garbled(what: str, error: Exception | None, api_key: str) -> ProviderError:
    detail = f" ({type(error).__name__}: {error})" if error else ""
    return ProviderError(clean(f"The server sent {what}{detail}", api_key), permanent=False, kind="garbled")


def _from_response(error: Exception, api_key: str) -> ProviderError:
    response = error.response  # type: ignore[attr-defined]  # every APIStatusError of both SDKs has it
    return from_status(response.status_code, response.text, response.headers, api_key=api_key)


def from_status(status: int, body: str, headers: Mapping[str, str], *, api_key: str) -> ProviderError:
    """The error that an HTTP status other than 2xx stands for; `body` is quoted, shortened, without the key."""
    kind, permanent = _meaning(status, body)
    words = _shortened(without_key(_words(body), api_key), _LONGEST_WORDS) or "no text"
    mend = mend_of_status(status, kind, words, headers, has_key=api_key not in ("", NO_KEY))
    return ProviderError(
        clean(f"HTTP {status}: {words}{' ' if mend else ''}{mend}", api_key),
        permanent=permanent,
        kind=kind,
        retry_after=retry_after(headers),
    )


def from_event(error: object, *, api_key: str) -> ProviderError:
    """The error that came inside a reply which had begun with 200: an object with `type`, `code` and `message`."""
    said = error if isinstance(error, Mapping) else {"message": error}
    code, kinds = said.get("code"), f"{said.get('type')} {said.get('code')}".lower().replace(" ", "_")
    if isinstance(code, int) and code >= 400:
        return from_status(code, json.dumps({"error": dict(said)}, default=str), {}, api_key=api_key)
    kind, permanent = next((meaning for sign, meaning in _SIGNS if sign in kinds), ("overloaded", False))
    message = f"The server broke off with an error: {said.get('message') or kinds}"
    return ProviderError(clean(message, api_key), permanent=permanent, kind=kind)


def _words(body: str) -> str:
    """The sentence in an error body, wherever this vendor or server puts it; else the body as it is."""
    try:
        values = json.loads(body)
        error = values.get("error", values)
        words = error if isinstance(error, str) else error.get("message") or error["detail"]
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return body
    return words if isinstance(words, str) else body


def _meaning(status: int, body: str) -> tuple[Kind, bool]:
    if status in (400, 403, 429) and any(sign in body for sign in _NO_MONEY):
        return "quota", True
    if status == 400 and any(sign in body for sign in _WITHHELD):
        return "refused", True
    if status in _STATUSES:
        return _STATUSES[status]
    if status >= 500:
        return "overloaded", False
    return ("bad_request", True) if status >= 400 else ("redirected", True)


def clean(message: str, api_key: str) -> str:
    """One line of at most 400 printable characters, with the key and whatever looks like one taken out."""
    found = _TOKENS.sub("[key]", without_key(message, api_key))
    return _shortened("".join(char if char.isprintable() else " " for char in found), _LONGEST_MESSAGE)


def without_key(text: str, api_key: str) -> str:
    """The same text without the key. Before it is cut: the beginning of a key is not known again."""
    key = api_key.strip()
    if key in ("", NO_KEY):
        return text
    return text.replace(key, "[key]").replace(quote(key, safe=""), "[key]")


def _shortened(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
