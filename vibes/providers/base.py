"""What every provider takes and gives: requests, replies, errors, and the rule for a reply that nobody should rate."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Literal, Protocol

Role = Literal["user", "assistant"]

Kind = Literal[
    "unreachable",  # no connection, or it broke: refused, DNS, TLS, reset
    "timeout",  # no whole reply within the time limit
    "rate_limited",  # 429: slow down
    "quota",  # the account has no money or quota left
    "overloaded",  # 5xx, 529: their trouble, try later
    "auth",  # 401, 403: key missing, wrong or not allowed
    "not_found",  # 404: no such model or address
    "bad_request",  # 400, 413, 422: they will never accept this request
    "redirected",  # 3xx: redirects are not followed
    "garbled",  # not JSON, not UTF-8, or not the promised shape
    "refused",  # the vendor withheld or refused the answer
    "empty",  # no answer text
    "cut",  # stopped by the token limit
]

# What is sent as the key where a server needs none: many local servers want some key, whichever.
NO_KEY = "none"

# No call takes as many tokens, nor has a batch as many requests; the database would refuse much larger numbers.
MOST_COUNTED = 50_000_000

FinishReason = Literal["stop", "length", "refused", "other", "unknown"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """One question to one model.

    `max_tokens` counts answer and reasoning together. `temperature` and `seed` are sent only where they are set and the
    API knows them (Anthropic has no seed). `effort` is the vendor's own word for how hard a reasoning model thinks,
    `thinking_tokens` Anthropic's budget for it. `cache`: ask the vendor to cache the prompt's beginning, where that must
    be asked for. `timeout_s` is for the whole reply, in seconds. `extra` goes into the body as it is (`top_k`, `stop`,
    `chat_template_kwargs`) and wins over the fields above.
    """

    model: str
    messages: tuple[Message, ...]
    system: str = ""
    max_tokens: int = 1024
    temperature: float | None = None
    seed: int | None = None
    effort: str = ""
    thinking_tokens: int | None = None
    cache: bool = False
    timeout_s: float = 120.0
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the API billed them; 0 where it says nothing.

    `tokens_in` includes `tokens_cached` (read from the vendor's cache) and `tokens_cache_written`; `tokens_out` includes
    `tokens_reasoning`.
    """

    tokens_in: int = 0
    tokens_out: int = 0
    tokens_reasoning: int = 0
    tokens_cached: int = 0
    tokens_cache_written: int = 0

    def __post_init__(self) -> None:
        for one in fields(self):
            object.__setattr__(self, one.name, count(getattr(self, one.name)))


def count(told: object) -> int:
    """A number of tokens or requests as a server tells it; 0 where it is none that can be true."""
    return int(told) if isinstance(told, int | float) and 0 <= told <= MOST_COUNTED else 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the answer in `text`, reasoning apart in `thoughts`, the whole response body in `raw`.

    `finish_reason` is in our words; the vendor's own stands in `raw`. `seconds` runs from sending to the last byte.
    `first_token_seconds` is None where the reply was not streamed. `request_id` is the vendor's, `server` what the
    server calls itself, with its version; each empty where it says nothing.
    """

    text: str
    thoughts: str
    finish_reason: FinishReason
    usage: Usage
    served_model: str
    seconds: float
    raw: Mapping[str, object]
    first_token_seconds: float | None = None
    request_id: str = ""
    server: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A few characters of a streamed reply; `thought` where they are reasoning and not answer."""

    text: str
    thought: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """What a server tells of itself; None where it does not. `running` and `waiting` are requests.

    `cache_share` is how full its key-value cache is, 0 … 1. `loaded` names the models that are in memory, where the
    server loads them on demand.
    """

    ok: bool
    version: str = ""
    running: int | None = None
    waiting: int | None = None
    cache_share: float | None = None
    loaded: tuple[str, ...] = ()


class ProviderError(Exception):
    """No usable reply. `permanent`: the same request will fail again, so do not retry it.

    `retry_after` is in seconds, and only where the server said so.
    """

    def __init__(
        self, message: str, *, permanent: bool, kind: Kind, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.kind: Kind = kind
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.message, self.permanent, self.kind, self.retry_after)


def _rebuild(message: str, permanent: bool, kind: Kind, retry_after: float | None) -> ProviderError:
    """Keyword-only arguments do not survive pickling by themselves, and task queues pickle errors."""
    return ProviderError(message, permanent=permanent, kind=kind, retry_after=retry_after)


class Provider(Protocol):
    """One model server seen through one API. Close it when done; it holds connections."""

    def __init__(self, base_url: str, api_key: str, timeout_s: float) -> None: ...

    async def complete(self, request: Request) -> Reply:
        """The reply to one request. Raises ProviderError, and nothing else that the server causes."""

    def stream(self, request: Request) -> AsyncIterator[Piece | Reply]:
        """The same reply as it is written: pieces, and last the whole Reply. Raises ProviderError on the way."""

    async def health(self) -> Health:
        """What the server tells of itself now. Raises ProviderError where it cannot be reached."""

    async def list_models(self) -> tuple[str, ...]:
        """The names of the models that the server offers, in its order. Raises ProviderError."""

    async def aclose(self) -> None:
        """Close all connections."""


BatchState = Literal["running", "cancelling", "ended", "failed"]


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """Where a batch stands. `answered` and `failed` count requests; `problem` says why the whole batch failed.

    A cancelled or expired batch has ended: what it answered before that is there to be collected.
    """

    state: BatchState
    answered: int = 0
    failed: int = 0
    problem: ProviderError | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A batch that was perhaps received, as far as it can be told from others of the same account.

    `custom_id` is one of its own, `requests` their number; it was not made before `since`, and is none of `known`, the
    vendor's ids of the batches that are accounted for.
    """

    label: str
    custom_id: str
    requests: int
    since: datetime
    known: frozenset[str]


class BatchProvider(Provider, Protocol):
    """A vendor that takes many requests at once, answers within a day, and charges about half."""

    async def submit(self, requests: Sequence[tuple[str, Request]], *, label: str) -> str:
        """Hands over (custom id, request) pairs; the vendor's id of the batch. Raises ProviderError.

        `label` goes with the batch where the vendor takes one, so that `find` can tell it.
        """

    async def find(self, missing: Missing) -> str | None:
        """The vendor's id of a batch that was perhaps received, None where it was not: by its label, else by a custom id.

        Raises ProviderError, also where that cannot be told yet.
        """

    async def poll(self, batch_id: str) -> BatchStatus:
        """Where the batch stands. Raises ProviderError."""

    def collect(self, batch_id: str) -> AsyncIterator[tuple[str, Reply | ProviderError]]:
        """Each request's custom id with its reply, or with why there is none, in any order. Raises ProviderError."""

    async def cancel(self, batch_id: str) -> None:
        """Asks the vendor to stop; what is answered by then is charged and stays. Raises ProviderError."""


def fault(reply: Reply) -> ProviderError | None:
    """Why this reply must not be rated, or None if it may be."""
    if reply.finish_reason == "refused":
        return ProviderError("The vendor withheld the answer.", permanent=True, kind="refused")
    if reply.finish_reason == "length":
        return ProviderError(_cut_message(reply), permanent=True, kind="cut")
    if not reply.text.strip():
        return ProviderError("The model answered with no text.", permanent=False, kind="empty")
    return None


def _cut_message(reply: Reply) -> str:
    where = "while still reasoning" if not reply.text.strip() and reply.thoughts else "in mid-answer"
    return (
        f"The answer was cut {where} at the token limit ({reply.usage.tokens_out} tokens): raise max_tokens."
    )
