"""Batches in the memory of the scripted server: they are answered as time goes by, expire, or are cancelled half-way.

Nothing runs in the background: whoever looks at a batch makes it catch up with the clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from vibes.providers.scripted_protocols import RefusalError

Status = Literal["validating", "running", "cancelling", "ended", "failed"]
# A request's HTTP status and body, as the live address would answer it.
Answering = Callable[[str, Mapping[str, Any]], tuple[int, dict[str, Any]]]
T = TypeVar("T")

_VALIDATING_SHARE = 0.1
_CANCELLING_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Call:
    """A request about files or batches. `fault` is the one of it that concerns the whole batch."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = ""
    host: str = "127.0.0.1"
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One request of a batch: what would be the body of a live one."""

    custom_id: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request of a batch ended: with an HTTP status and body, or by the batch's own end (expired, cancelled)."""

    custom_id: str
    status: int
    body: Mapping[str, Any]
    end: Literal["", "expired", "cancelled"] = ""


@dataclass
class Batch:
    """One batch. `path` is the live address that each of its requests is for; times are seconds since 1970."""

    id: str
    path: str
    items: Sequence[Item]
    created: float
    seconds: float
    fault: str = ""
    errors: Sequence[Mapping[str, Any]] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    input_file: str = ""
    cancelled: float | None = None
    looked_at: bool = False
    outcomes: list[Outcome] = field(default_factory=list)

    def status(self, now: float) -> Status:
        """Where it stands at a time; whoever hands it in sees it validating, however quick it is."""
        if not self.looked_at:
            return "validating"
        if self.errors:
            return "failed"
        if now >= self.ends:
            return "ended"
        if self.cancelled is not None:
            return "cancelling"
        return "validating" if now < self.created + self.seconds * _VALIDATING_SHARE else "running"

    @property
    def ends(self) -> float:
        """When it is over: in its time, or soon after it was cancelled."""
        whole = self.created + self.seconds
        if self.cancelled is None:
            return whole
        return min(whole, self.cancelled + self.seconds * _CANCELLING_SHARE)

    @property
    def expired(self) -> bool:
        """Whether it is the kind that does not end in time."""
        return self.fault == "batch_expired"

    def catch_up(self, now: float, answering: Answering) -> None:
        """Answers what would be answered by now; at its end the rest expires or is cancelled."""
        if self.errors:
            return
        for item in self.items[len(self.outcomes) : self._due(now)]:
            status, body = answering(self.path, item.body)
            self.outcomes.append(Outcome(item.custom_id, status, body))
        if self.status(now) == "ended":
            end: Literal["expired", "cancelled"] = "expired" if self.expired else "cancelled"
            rest = self.items[len(self.outcomes) :]
            self.outcomes += [Outcome(item.custom_id, 0, {}, end) for item in rest]

    def _due(self, now: float) -> int:
        until = now if self.cancelled is None else min(now, self.cancelled)
        share = min(1.0, (until - self.created) / self.seconds) if self.seconds else 1.0
        if self.status(now) == "validating":
            share = 0.0
        return int(len(self.items) * share * (0.5 if self.expired else 1.0))

    def cancel(self, now: float) -> bool:
        """Stops it; False where it is over already."""
        if self.status(now) in ("ended", "failed"):
            return False
        self.cancelled = self.cancelled or now
        return True


class Shelf:
    """The batches of one vendor, newest first, with the numbers of what was made."""

    def __init__(self, answering: Answering, seconds: float, clock: Callable[[], float] = time.time) -> None:
        self.seconds, self.clock = seconds, clock
        self._answering = answering
        self._batches: dict[str, Batch] = {}
        self._made = 0

    def number(self) -> int:
        """The next number: ids are short and come in order."""
        self._made += 1
        return self._made

    def put(self, batch: Batch) -> None:
        """Takes a batch."""
        self._batches[batch.id] = batch

    def all(self) -> list[Batch]:
        """Every batch as it is now, newest first."""
        return [self.get(name) for name in reversed(self._batches)]

    def get(self, batch_id: str) -> Batch:
        """A batch as it is now. Raises RefusalError (404)."""
        if batch_id not in self._batches:
            raise RefusalError(404, "not_found_error", f"No batch found with id '{batch_id}'.")
        batch = self._batches[batch_id]
        batch.looked_at = True
        batch.catch_up(self.clock(), self._answering)
        return batch


def page(entries: Sequence[T], name: Callable[[T], str], query: Mapping[str, str]) -> tuple[list[T], bool]:
    """The part of a list that `limit` and `after` (or `after_id`) ask for, and whether more follows. Raises RefusalError."""
    after = query.get("after") or query.get("after_id")
    names = [name(entry) for entry in entries]
    if after and after not in names:
        raise RefusalError(400, "invalid_request_error", f"There is nothing called '{after}'.")
    begin = names.index(after) + 1 if after else 0
    limit = int(query.get("limit", "20"))
    return list(entries[begin : begin + limit]), len(entries) > begin + limit


def twice(names: Iterable[str]) -> str | None:
    """The first name that comes a second time."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None
