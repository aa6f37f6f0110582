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
        "too_large": (413, "request_too_large"),
        "rate_limited": (429, "rate_limit_exceeded"),
        "quota": (429, "insufficient_quota"),
        "500": (500, "internal_error"),
        "503": (503, "unavailable"),
        "529": (529, "overloaded_error"),
    }
)
OTHER_FAULTS: tuple[str, ...] = (
    "hang",  # never answers
    "drop",  # breaks the connection in mid-answer
    "empty",  # an answer without text
    "length",  # an answer cut at the token limit
    "refused",  # an answer that the vendor withholds
    "garbled",  # malformed JSON
    "not_utf8",  # bytes that are not UTF-8
    "shape",  # JSON of another shape
    "redirect",  # another address
)
FAULTS: frozenset[str] = frozenset(STATUS_FAULTS) | frozenset(OTHER_FAULTS)


class UnknownFaultError(ValueError):
    """No fault has this name, or its description cannot be read."""


@dataclass(frozen=True, slots=True)
class FaultRule:
    """When to show a fault: every nth request (1 = always), or the first k requests of each prompt; for one model or all."""

    fault: str
    every: int = 0
    first: int = 0
    model: str = ""

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


def parse_rule(text: str) -> FaultRule:
    """A rule from `fault[:every=N][:first=K][:model=NAME]`; with neither number it shows always. Raises UnknownFaultError."""
    fault, *options = text.split(":")
    try:
        values = dict(option.split("=", 1) for option in options)
        every, first = int(values.pop("every", "0")), int(values.pop("first", "0"))
        model = values.pop("model", "")
    except ValueError:
        raise UnknownFaultError(
            f"Cannot read {text!r}: write fault[:every=N][:first=K][:model=NAME]."
        ) from None
    if values:
        raise UnknownFaultError(
            f"Unknown option {', '.join(values)} in {text!r}: every, first and model exist."
        )
    return FaultRule(fault, every if every or first else 1, first, model)


class RequestLog:
    """Counts what was asked and what was answered, and picks the fault of each request. Safe across threads."""

    def __init__(self, rules: Sequence[FaultRule] = ()) -> None:
        self._rules = tuple(rules)
        self._lock = threading.Lock()
        self._asked: Counter[tuple[str, str]] = Counter()
        self._answered: Counter[tuple[str, str]] = Counter()

    def ask(self, model: str, prompt: str) -> str | None:
        """Counts a request for a prompt (by hash) and gives the fault to show, if any."""
        with self._lock:
            before = self._asked[model, prompt]
            self._asked[model, prompt] += 1
            return self._fault(model, before)

    def _fault(self, model: str, before: int) -> str | None:
        for rule in self._rules:
            number = sum(n for (name, _), n in self._asked.items() if rule.model in ("", name))
            if rule.applies(model, number, before):
                return rule.fault
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
