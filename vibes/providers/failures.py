"""From what the SDKs raise to one `ProviderError`: kind, permanence, waiting time, and no key in the message."""

from __future__ import annotations

import asyncio
import email.utils
import json
import math
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from vibes.providers.base import NO_KEY, Kind, ProviderError

_LONGEST_MESSAGE = 400

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


@dataclass(frozen=True, slots=True)
class SdkErrors:
    """The three exception classes that both SDKs have, each with its own."""

    timeout: type[Exception]
    connection: type[Exception]
    status: type[Exception]


@asynccontextmanager
async def one_error(sdk: SdkErrors, *, api_key: str, timeout_s: float) -> AsyncIterator[None]:
    """Bounds the whole block to `timeout_s` seconds and turns every failure of the call into a ProviderError."""
    try:
        async with asyncio.timeout(timeout_s):
            yield
    # A timeout is a connection error to both SDKs: it comes first.
    except (TimeoutError, sdk.timeout):
        raise _timed_out(timeout_s) from None
    except sdk.connection as error:
        raise _unreachable(error, api_key) from None
    except sdk.status as error:
        raise _from_response(error, api_key) from None
    except UnicodeEncodeError:
        raise _unsendable() from None


@contextmanager
def as_promised(api_key: str) -> Iterator[None]:
    """Turns what happens when a body is not UTF-8, not JSON or not of the promised shape into a ProviderError."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise _garbled(error, api_key) from None


def _timed_out(timeout_s: float) -> ProviderError:
    return ProviderError(f"No whole reply within {timeout_s:g} s.", permanent=False, kind="timeout")


def _unreachable(error: Exception, api_key: str) -> ProviderError:
    cause = str(error.__cause__ or "") or type(error.__cause__ or error).__name__
    return ProviderError(
        clean(f"The server cannot be reached: {cause}", api_key), permanent=False, kind="unreachable"
    )


def _unsendable() -> ProviderError:
    message = "The text holds characters that cannot be sent."
    return ProviderError(message, permanent=True, kind="bad_request")


def _garbled(error: Exception, api_key: str) -> ProviderError:
    message = f"The server sent something that is not a reply ({type(error).__name__}: {error})."
    return ProviderError(clean(message, api_key), permanent=False, kind="garbled")


def _from_response(error: Exception, api_key: str) -> ProviderError:
    response = error.response  # type: ignore[attr-defined]  # every APIStatusError of both SDKs has it
    return from_status(response.status_code, response.text, response.headers, api_key=api_key)


def from_status(status: int, body: str, headers: Mapping[str, str], *, api_key: str) -> ProviderError:
    """The error that an HTTP status other than 2xx stands for; `body` is quoted, shortened, without the key."""
    kind, permanent = _meaning(status, body)
    return ProviderError(
        clean(f"HTTP {status}: {_words(body) or 'no text'}", api_key),
        permanent=permanent,
        kind=kind,
        retry_after=retry_after(headers),
    )


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
    if status in _STATUSES:
        return _STATUSES[status]
    if status >= 500:
        return "overloaded", False
    return ("bad_request", True) if status >= 400 else ("redirected", True)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait (0 or more) from `retry-after-ms` or `retry-after` (seconds or an HTTP date), else None."""
    for name, divisor in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        seconds = _seconds(headers.get(name, ""))
        if seconds is not None:
            return seconds / divisor
    return None


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        seconds = _until(value)
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _until(http_date: str) -> float:
    """Seconds from now to an HTTP date; NaN where it is none."""
    parsed = email.utils.parsedate_tz(http_date)
    return email.utils.mktime_tz(parsed) - time.time() if parsed else math.nan


def clean(message: str, api_key: str) -> str:
    """One line of at most 400 characters, with the key taken out."""
    without_key = message.replace(api_key, "[key]") if api_key not in ("", NO_KEY) else message
    line = " ".join(without_key.split())
    return line if len(line) <= _LONGEST_MESSAGE else line[: _LONGEST_MESSAGE - 1] + "…"
