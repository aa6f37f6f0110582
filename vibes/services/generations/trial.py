"""The test call: one short question to an endpoint, streamed, by the way that a study's questions go.

No generation is stored and nothing is compared with it; the audit trail says who asked, and what it cost.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from annotations.models import User
from annotations.services import audit
from vibes.models import Endpoint, Generation, Prompt
from vibes.providers.base import Piece, Provider, ProviderError, Reply, Request, fault
from vibes.services import keys
from vibes.services.generations import discovery, queue, requests

QUESTION = "Answer in one short sentence: what is the capital of France?"
LONGEST_SECONDS = 30
WORDS_SHOWN = 200


@dataclass(frozen=True)
class Trial:
    """What came back, for a page. `problem` is empty where an answer came; then `words` are its first.

    Seconds run from the sending; `first_seconds` to the first piece of thought or answer. `cost` is in US dollars, none
    where no price is set.
    """

    problem: str = ""
    words: str = ""
    cut: bool = False
    thoughts: bool = False
    served_model: str = ""
    server: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_reasoning: int = 0
    first_seconds: float | None = None
    seconds: float | None = None
    cost: Decimal | None = None


def call(*, by: User, endpoint: Endpoint) -> Trial:
    """Asks, waits for the answer, at most 30 s, and writes down that `by` did. Not inside a running event loop."""
    row = _row(endpoint)
    try:
        provider = requests.provider_of(row)
        discovery.let_go_of_database()
        trial = asyncio.run(_ask(provider, _request(row), endpoint))
    except ProviderError as error:
        trial = Trial(problem=keys.redact(str(error)))
    audit.record(
        by=by,
        verb="tested",
        subject=endpoint,
        answered=not trial.problem,
        cost=None if trial.cost is None else format(trial.cost, "f"),
    )
    return trial


def _row(endpoint: Endpoint) -> Generation:
    """A generation that is never saved: what turns rows into requests turns this one too."""
    frozen: dict[str, Any] = queue.snapshot(endpoint)
    frozen["timeout_seconds"] = min(endpoint.timeout_seconds, LONGEST_SECONDS)
    prompt = Prompt(reference="test", turns=[{"role": "user", "content": QUESTION}])
    return Generation(endpoint=endpoint, snapshot=frozen, prompt=prompt, seed=endpoint.seed)


def _request(row: Generation) -> Request:
    return replace(requests.request_of(row), timeout_s=float(row.snapshot["timeout_seconds"]))


async def _ask(provider: Provider, request: Request, endpoint: Endpoint) -> Trial:
    began = time.monotonic()
    try:
        async with asyncio.timeout(request.timeout_s + 1):
            reply, first, thoughts = await _listen(provider.stream(request), began)
    except TimeoutError:
        message = (
            f"No whole reply within {request.timeout_s:g} s. A study waits {endpoint.timeout_seconds} s."
        )
        raise ProviderError(message, permanent=False, kind="timeout") from None
    finally:
        await provider.aclose()
    return _told(reply, endpoint, first, time.monotonic() - began, thoughts=thoughts)


async def _listen(pieces: AsyncIterator[Piece | Reply], began: float) -> tuple[Reply, float | None, bool]:
    """The whole reply, seconds to its first piece, and whether any of it was thought."""
    first, thoughts, reply = None, False, None
    async with aclosing(pieces) as stream:  # type: ignore[type-var]
        async for piece in stream:
            if isinstance(piece, Reply):
                reply = piece
                continue
            first = time.monotonic() - began if first is None else first
            thoughts = thoughts or piece.thought
    if reply is None:
        raise ProviderError("The stream ended before the reply was whole.", permanent=False, kind="garbled")
    return reply, first, thoughts or bool(reply.thoughts)


def _told(reply: Reply, endpoint: Endpoint, first: float | None, seconds: float, *, thoughts: bool) -> Trial:
    problem = fault(reply)
    prices = requests.prices_of(endpoint)
    return Trial(
        problem=keys.redact(str(problem)) if problem else "",
        words=_first(keys.redact(reply.text)),
        cut=len(reply.text.strip()) > WORDS_SHOWN,
        thoughts=thoughts,
        served_model=keys.redact(reply.served_model),
        server=keys.redact(reply.server),
        tokens_in=reply.usage.tokens_in,
        tokens_out=reply.usage.tokens_out,
        tokens_reasoning=reply.usage.tokens_reasoning,
        first_seconds=first,
        seconds=seconds,
        cost=prices.cost(reply.usage) if prices else None,
    )


def _first(text: str) -> str:
    return " ".join(text.split())[:WORDS_SHOWN]
