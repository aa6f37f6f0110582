"""Faults that the scripted server can be told to show, so that tests meet real ones on a real connection."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

# name: (HTTP status, error code). Those without an entry here are shown by the server itself.
STATUS_FAULTS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "bad_request": (400, "invalid_request_error"),
        "auth": (401, "invalid_api_key"),
        "forbidden": (403, "permission_denied"),
        "not_found": (404, "model_not_found"),
        "408": (408, "request_timeout"),
        "409": (409, "conflict"),
        "too_large": (413, "request_too_large"),
        "422": (422, "unprocessable_entity"),
        "rate_limited": (429, "rate_limit_exceeded"),
        "rate_limited_silent": (429, "rate_limit_exceeded"),  # says not how long to wait
        "rate_limited_date": (429, "rate_limit_exceeded"),  # says until when, by a clock that is an hour fast
        "quota": (429, "insufficient_quota"),
        "500": (500, "internal_error"),
        "502": (502, "bad_gateway"),  # a proxy's page in HTML
        "503": (503, "unavailable"),
        "529": (529, "overloaded_error"),
    }
)
# These change the answer and leave it well formed.
ANSWER_FAULTS: tuple[str, ...] = (
    "empty",  # an answer without text
    "length",  # an answer cut at the token limit
    "refused",  # an answer that the vendor withholds
    "content_filter",  # the same; an error 400 of Anthropic
    "refusal",  # the model says that it will not
    "huge",  # an answer of ten megabytes
)
# These take the place of the answer, or break in when a stream has shown its first token.
BROKEN_FAULTS: tuple[str, ...] = (
    "hang",  # never answers; a stream does not even begin
    "stall",  # begins, and stops
    "endless",  # begins, and never ends
    "drop",  # ends the connection in mid-answer
    "reset",  # resets it
    "overloaded",  # an error event in mid-stream, HTTP 529 where it is not streamed
    "garbled",  # malformed JSON
    "not_utf8",  # bytes that are not UTF-8
    "shape",  # JSON of another shape
    "redirect",  # another address
)
# These happen to a batch as a whole.
BATCH_FAULTS: tuple[str, ...] = (
    "batch_invalid",  # fails its validation
    "batch_expired",  # expires when half of it is done
    "batch_lost",  # is taken, but the connection breaks before the reply
)
# `slow` delays a whole answer by `seconds`.
FAULTS: frozenset[str] = frozenset({*STATUS_FAULTS, *ANSWER_FAULTS, *BROKEN_FAULTS, *BATCH_FAULTS, "slow"})

# What a rule is for when it is for the batches' own requests: files, batches, results.
BATCHES = "batches"


class UnknownFaultError(ValueError):
    """No fault has this name, or its description cannot be read."""


@dataclass(frozen=True, slots=True)
class FaultRule:
    """When to show a fault: every nth request (1 = always), or the first k requests of each prompt; for one model or all.

    `seconds` is how long `slow` takes.
    """

    fault: str
    every: int = 0
    first: int = 0
    model: str = ""
    seconds: float = 1.0

    def __post_init__(self) -> None:
        check(self.fault)

    def applies(self, model: str, request_number: int, asked_before: int) -> bool:
        """Whether to show it now; both counts are for requests that this rule's model filter lets through."""
        if self.model not in ("", model):
            return False
        nth = self.every > 0 and request_number % self.every == 0
        return nth or asked_before < self.first


def check(fault: str) -> str:
    """The name itself. Raises UnknownFaultError, naming those that exist."""
    if fault not in FAULTS:
        raise UnknownFaultError(f"Unknown fault {fault!r}: choose one of {', '.join(sorted(FAULTS))}.")
    return fault


FORM = "fault[:every=N][:first=K][:model=NAME][:seconds=S]"


def parse_rule(text: str) -> FaultRule:
    """A rule as written above; with neither number it shows always. Raises UnknownFaultError."""
    fault, *options = text.split(":")
    try:
        values = dict(option.split("=", 1) for option in options)
        every, first = int(values.pop("every", "0")), int(values.pop("first", "0"))
        model, seconds = values.pop("model", ""), float(values.pop("seconds", "1"))
    except ValueError:
        raise UnknownFaultError(f"Cannot read {text!r}: write {FORM}.") from None
    if values:
        raise UnknownFaultError(
            f"Unknown option {', '.join(values)} in {text!r}: every, first, model and seconds exist."
        )
    return FaultRule(fault, every if every or first else 1, first, model, seconds)


class RequestLog:
    """Counts what was asked and what was answered, and picks the fault of each request. Safe across threads."""

    def __init__(self, rules: Sequence[FaultRule] = ()) -> None:
        self._rules = tuple(rules)
        self._lock = threading.Lock()
        self._asked: Counter[tuple[str, str]] = Counter()
        self._answered: Counter[tuple[str, str]] = Counter()
        self._by_model: Counter[str] = Counter()

    def ask(self, model: str, prompt: str) -> FaultRule | None:
        """Counts a request for a prompt (by hash) and gives the rule of the fault to show, if any."""
        with self._lock:
            before = self._asked[model, prompt]
            self._asked[model, prompt] += 1
            self._by_model[model] += 1
            return self._rule(model, before)

    def _rule(self, model: str, before: int) -> FaultRule | None:
        for rule in self._rules:
            number = self._by_model[rule.model] if rule.model else self._by_model.total()
            if rule.applies(model, number, before):
                return rule
        return None

    def answer(self, model: str, prompt: str) -> None:
        """Counts a request that got its whole answer."""
        with self._lock:
            self._answered[model, prompt] += 1

    def counts(self) -> list[dict[str, str | int]]:
        """One row per model and prompt hash: how often asked, how often answered."""
        with self._lock:
            return [
                {"model": model, "prompt": prompt, "asked": asked, "answered": self._answered[model, prompt]}
                for (model, prompt), asked in self._asked.items()
            ]
