"""One call on its way: the claimed row, its conversation, what it may cost and how it ended."""

import hashlib
import importlib.metadata
import json
import time
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Any

from vibes.models import Attempt, Endpoint, Generation
from vibes.providers.base import ProviderError, Reply, Request
from vibes.services.generations import budget, requests
from vibes.services.generations.conversation import Talk, storable

BYTES_A_TOKEN = 4
# US dollars, as many as the column holds: a server may claim any number of tokens.
MOST_COST = Decimal("999999.99999999")
WHOLE = Decimal(1)


@dataclass(eq=False)
class Flight:
    """A claimed row whose next turn is to be asked; `attempt` is on record before it is."""

    generation: Generation
    talk: Talk
    request: Request
    possible_cost: Decimal | None
    attempt: Attempt = field(init=False)
    began: float | None = None

    @classmethod
    def of(cls, generation: Generation) -> "Flight | None":
        """None where the row's conversation has all its answers."""
        return cls.on(generation, Talk.of(generation))

    @classmethod
    def on(cls, generation: Generation, talk: Talk) -> "Flight | None":
        request = talk.request()
        if request is None:
            return None
        return cls(generation, talk, request, budget.possible_cost(generation.endpoint, request))

    @property
    def endpoint(self) -> Endpoint:
        return self.generation.endpoint

    @property
    def tokens(self) -> int:
        """What it may use of a limit of tokens a minute, by estimate."""
        return budget.size(self.request) // BYTES_A_TOKEN + budget.most_tokens(self.request)

    def begin(self) -> None:
        self.began = time.monotonic()

    @property
    def seconds(self) -> float:
        return 0.0 if self.began is None else time.monotonic() - self.began


@dataclass(eq=False)
class Landing:
    """How a call ended: with a reply, with an error, or with a reply that may not be shown (and was billed).

    `free`: the error says nothing about the row, and uses up none of its tries.
    """

    flight: Flight
    reply: Reply | None = None
    error: ProviderError | None = None
    free: bool = False


def answer_values(generation: Generation, request: Request, reply: Reply, text: str) -> dict[str, Any]:
    """The columns that an answer fills, what it cost apart."""
    return {
        "text": text,
        "thoughts": storable(reply.thoughts),
        "finish_reason": reply.finish_reason,
        "served_model": storable(reply.served_model)[:200],
        "seconds": reply.seconds,
        "first_token_seconds": reply.first_token_seconds,
        "seed": request.seed,
        "request_hash": request_hash(request),
        "provenance": provenance(generation, request, reply),
    }


def billed(generation: Generation, reply: Reply, *, share: Decimal = WHOLE) -> dict[str, Any]:
    """Tokens and cost of the reply, added to those of earlier calls: a reply that may not be shown is billed as well.

    `share` is what is charged of the price.
    """
    usage, prices = reply.usage, requests.prices_of(generation.endpoint)
    cost = generation.cost
    if prices is not None:
        cost = min((cost or Decimal(0)) + replace(prices, share=share).cost(usage), MOST_COST)
    return {
        "tokens_in": (generation.tokens_in or 0) + usage.tokens_in,
        "tokens_out": (generation.tokens_out or 0) + usage.tokens_out,
        "tokens_reasoning": (generation.tokens_reasoning or 0) + usage.tokens_reasoning,
        "tokens_cached": (generation.tokens_cached or 0) + usage.tokens_cached,
        "cost": cost,
    }


def request_hash(request: Request) -> str:
    """SHA-256 of the request in one fixed writing."""
    canonical = json.dumps(asdict(request), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def provenance(generation: Generation, request: Request, reply: Reply) -> dict[str, Any]:
    """How the answer came to be, beyond what has columns of its own."""
    parameters = asdict(request)
    del parameters["messages"]
    endpoint = generation.endpoint
    prices = {name: str(price) for name in PRICES if (price := getattr(endpoint, name)) is not None}
    found = {
        "sdk": sdk(generation.snapshot["provider"]),
        "server": reply.server,
        "served_model": reply.served_model,
        "request_id": reply.request_id,
        "response_id": str(reply.raw.get("id") or ""),
        "parameters": parameters,
        "prices": prices,
    }
    known: dict[str, Any] = _storable(found)
    return known


def _storable(value: Any) -> Any:
    """The same for the database's JSON, which holds no NUL and no half a character either: text by text, since a server
    may write such escapes out as letters."""
    if isinstance(value, dict):
        return {storable(str(name)): _storable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float) else storable(str(value))


PRICES = ("price_in", "price_out", "price_cached", "price_cache_write")


@cache
def sdk(provider: str) -> str:
    """Name and version of the SDK that speaks to this kind of endpoint."""
    name = "anthropic" if provider == "anthropic" else "openai"
    return f"{name} {importlib.metadata.version(name)}"
