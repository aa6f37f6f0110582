"""The progress of fetching in words: what a study's page shows, and `manage.py fetch` prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from django.utils import timezone

from vibes.models import Batch, Generation, Study
from vibes.queries.amounts import counted, money, rate, span
from vibes.queries.fetching import Counts, EndpointProgress, Progress, Trouble

# From here on a count takes long enough that it is asked for every other second.
MANY = 20_000
VENDOR_SECONDS = 15

Line = tuple[str, str]


class Limit(Protocol):
    """What holds an endpoint back."""

    @property
    def open(self) -> bool: ...
    @property
    def open_until(self) -> datetime | None: ...
    @property
    def reason(self) -> str: ...
    @property
    def paused_until(self) -> datetime | None: ...


class Spending(Protocol):
    """US dollars."""

    @property
    def paid(self) -> Decimal: ...
    @property
    def in_flight(self) -> Decimal: ...
    @property
    def lost(self) -> Decimal: ...
    @property
    def left(self) -> Decimal | None: ...


@dataclass(frozen=True)
class Row:
    """One endpoint; `mark` is its chip's class, `note` says what holds it back."""

    name: str
    counts: Counts
    waiting: int
    tokens_per_second: str
    cost: str
    mark: str
    state: str
    note: str


@dataclass(frozen=True)
class Controls:
    """Which verbs there is something to do for. `signature` changes with the set of them."""

    pause: bool
    resume: bool
    cancel: bool
    retry: bool
    fill: bool
    budget: str

    @property
    def signature(self) -> str:
        asked = [self.pause, self.resume, self.cancel, self.retry, self.fill]
        return "".join("1" if one else "0" for one in asked)


@dataclass(frozen=True)
class FetchingPage:
    """`state` is one of moving, stopped (paused, cancelled or at the cap), failed (some) and done."""

    progress: Progress
    title: str
    note: str
    state: str
    every: int
    rows: tuple[Row, ...]
    pace: tuple[Line, ...]
    costs: tuple[Line, ...]
    troubles: tuple[Line, ...]
    batches: tuple[Line, ...]
    controls: Controls

    @property
    def moving(self) -> bool:
        return self.progress.counts.moving > 0


def page(
    study: Study, progress: Progress, *, limits: Mapping[int, Limit], spending: Spending, capped: bool
) -> FetchingPage:
    now = timezone.now()
    counts = progress.counts
    capped = capped and counts.held > 0
    phase = _phase(study, counts, capped)
    only_batches = counts.batched == counts.moving
    return FetchingPage(
        progress=progress,
        title=_title(phase, counts),
        note=_note(phase, counts),
        state=_state(counts),
        every=VENDOR_SECONDS if only_batches else 2 if counts.total > MANY else 1,
        rows=tuple(_row(row, limits.get(row.pk), now) for row in progress.endpoints),
        pace=_pace(progress, stuck=any(limit.open for limit in limits.values())),
        costs=_costs(study, progress, spending),
        troubles=_troubles(progress, limits),
        batches=tuple(_batch(batch) for batch in progress.batches),
        controls=_controls(study, progress),
    )


def _state(counts: Counts) -> str:
    if counts.moving:
        return "moving"
    if counts.left or counts.cancelled:
        return "stopped"
    return "failed" if counts.failed else "done"


def _phase(study: Study, counts: Counts, capped: bool) -> str:
    """Why the fetching stands still, or how it goes on."""
    if study.cancelled_at and (counts.left or counts.cancelled):
        return "cancelled"
    if counts.left and study.paused_at:
        return "paused"
    if capped:
        return "capped"
    if counts.left:
        return "with the vendor" if counts.batched == counts.left else "arriving"
    return "over"


def _title(phase: str, counts: Counts) -> str:
    here = f"{counts.done:,} of {counted(counts.total, 'answer')}"
    titles = {
        "cancelled": f"Fetching is cancelled at {here}",
        "paused": f"Fetching is paused at {here}",
        "capped": f"The spending cap is reached at {here}",
        "with the vendor": "Answers are with the vendor",
        "arriving": "Answers are arriving",
        "over": _all_in(counts) if counts.total else "No answer is wanted yet",
    }
    return titles[phase]


def _all_in(counts: Counts) -> str:
    lacking = [
        f"{number:,} {word}"
        for number, word in ((counts.failed, "failed"), (counts.cancelled, "cancelled"))
        if number
    ]
    if lacking:
        verb = "is" if counts.done == 1 else "are"
        return f"{counted(counts.done, 'answer')} {verb} here, {' and '.join(lacking)}"
    return "The answer is here" if counts.done == 1 else f"All {counts.done:,} answers are here"


def _note(phase: str, counts: Counts) -> str:
    """What goes on all the same, and the mend."""
    finishing = _finishing(counts.running + counts.batched)
    notes = {
        "cancelled": f"{finishing}“Fetch what is missing” asks for the others after all.",
        "paused": f"{finishing}{_waits(counts.held)} until you resume.",
        "capped": f"{finishing}{_waits(counts.held)}: raise the cap to go on.",
        "with the vendor": "A batch takes up to a day. You may close this page.",
    }
    return notes.get(phase, "")


def _finishing(flying: int) -> str:
    if not flying:
        return ""
    return f"{counted(flying, 'answer')} on the way {'is' if flying == 1 else 'are'} still taken, being paid for. "


def _waits(held: int) -> str:
    return f"{counted(held, 'answer')} {'waits' if held == 1 else 'wait'}"


def _row(row: EndpointProgress, limit: Limit | None, now: datetime) -> Row:
    mark, state, note = _standing(row.counts, limit, now)
    return Row(
        name=row.name,
        counts=row.counts,
        waiting=row.counts.waiting + row.counts.held,
        tokens_per_second=rate(row.tokens_per_second),
        cost=money(row.paid) if row.priced or row.paid else "no price",
        mark=mark,
        state=state,
        note=note,
    )


def _standing(counts: Counts, limit: Limit | None, now: datetime) -> tuple[str, str, str]:
    """An endpoint's chip and word, and why it waits."""
    if counts.running + counts.waiting:
        if limit and limit.open:
            return "failed", "not answering", _until(limit.open_until, now)
        if limit and limit.paused_until and limit.paused_until > now:
            return "thin", "rate limited", _until(limit.paused_until, now)
        return ("working", "fetching", "") if counts.running else ("waiting", "waiting", "")
    if counts.batched:
        return "waiting", "with the vendor", ""
    if counts.held:
        return "thin", "held", ""
    if counts.failed:
        return "failed", "some failed" if counts.done else "failed", ""
    if counts.cancelled:
        return "thin", "cancelled", ""
    return ("done", "done", "") if counts.done else ("waiting", "nothing asked", "")


def _until(moment: datetime | None, now: datetime) -> str:
    if moment is None or moment <= now:
        return "Tried again now"
    return f"Tried again in {counted(max(1, round((moment - now).total_seconds())), 'second')}"


def _pace(progress: Progress, *, stuck: bool) -> tuple[Line, ...]:
    """While an endpoint does not answer nobody knows how long the whole will take."""
    lines = [("tokens", f"{progress.tokens:,}")]
    if progress.counts.moving:
        lines.append(("tokens a second", rate(progress.tokens_per_second)))
    if progress.counts.running + progress.counts.waiting and progress.seconds_left is not None and not stuck:
        lines.append(("left", span(progress.seconds_left)))
    return tuple(lines)


def _costs(study: Study, progress: Progress, spending: Spending) -> tuple[Line, ...]:
    """What is known of money; nothing where no endpoint has a price."""
    lines: list[Line] = []
    unpriced = [row.name for row in progress.endpoints if not row.priced]
    if len(unpriced) < len(progress.endpoints) or spending.paid:
        lines.append(("Paid so far", money(spending.paid)))
    if spending.in_flight:
        lines.append(("In flight", f"at most {money(spending.in_flight)}"))
    if spending.lost:
        lines.append(
            ("Calls without an answer", f"perhaps {money(spending.lost)}: they may have been billed")
        )
    if lines and progress.counts.left:
        told = (
            "known once each endpoint has answered"
            if progress.forecast is None
            else f"about {money(progress.forecast)}"
        )
        lines.append(("Forecast of the whole", told))
    if study.budget is not None:
        left = "" if spending.left is None else f", {money(max(spending.left, Decimal(0)))} left"
        lines.append(("Spending cap", f"{money(study.budget)}{left}"))
    if progress.reused:
        lines.append(
            ("Saved", f"{money(progress.saved)}, by {counted(progress.reused, 'answer')} of earlier studies")
        )
    if lines and unpriced:
        lines.append(("Not counted", f"{_listed(unpriced)}: no price is set"))
    return tuple(lines)


def _listed(names: list[str]) -> str:
    shown, more = names[:5], len(names) - 5
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _troubles(progress: Progress, limits: Mapping[int, Limit]) -> tuple[Line, ...]:
    """What keeps an endpoint shut stands first, unless its rows tell the same."""
    told = {trouble.error for trouble in progress.troubles}
    shut = [
        (row.name, limits[row.pk].reason)
        for row in progress.endpoints
        if row.pk in limits and limits[row.pk].open
    ]
    first = [(name, f"does not answer: {reason}") for name, reason in shut if reason and reason not in told]
    return (*first, *(_trouble(trouble) for trouble in progress.troubles))


def _trouble(trouble: Trouble) -> Line:
    """Who, and how many answers for which reason. The reason names its mend."""
    failed = trouble.state == Generation.State.FAILED
    verb = "failed" if failed else "is tried again" if trouble.rows == 1 else "are tried again"
    last = "" if trouble.rows == 1 else "the newest "
    return trouble.endpoint, f"{counted(trouble.rows, 'answer')} {verb}, {last}because: {trouble.error}"


def _batch(batch: Batch) -> Line:
    told = f"{counted(batch.requests, 'answer')} asked, {batch.answered:,} here, {batch.failed:,} failed"
    name = f"Batch {batch.pk}, {batch.endpoint.name}: {batch.get_state_display().lower()}"
    return name, f"{told}. {batch.error}".strip()


def _controls(study: Study, progress: Progress) -> Controls:
    counts = progress.counts
    stopped = bool(study.paused_at or study.cancelled_at)
    return Controls(
        pause=not stopped and counts.left > 0,
        resume=study.paused_at is not None and study.cancelled_at is None,
        cancel=study.cancelled_at is None and counts.running + counts.waiting + counts.held > 0,
        retry=counts.failed > 0,
        fill=counts.cancelled + progress.missing > 0,
        budget="" if study.budget is None else f"{study.budget.normalize():f}",
    )
