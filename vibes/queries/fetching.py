"""How far the fetching for a study is: counted in the database, a fixed number of queries whatever the study's size."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from vibes.models import Batch, Endpoint, Generation, Study
from vibes.queries.amounts import percent

State = Generation.State
Link = Study.generations.through
# What was finished within this window gives the pace.
PACE_SECONDS = 60
# Fewer than these are no pace.
PACE_FROM = 3
TROUBLES = 8
TROUBLED = (State.FAILED, State.QUEUED)
BATCHES = 10
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Counts:
    """Rows by state. `held`: queued, but no study that wants them runs; `waiting` are the other queued ones."""

    done: int = 0
    failed: int = 0
    running: int = 0
    waiting: int = 0
    held: int = 0
    batched: int = 0
    cancelled: int = 0

    @property
    def left(self) -> int:
        return self.running + self.waiting + self.held + self.batched

    @property
    def moving(self) -> int:
        return self.running + self.waiting + self.batched

    @property
    def total(self) -> int:
        return self.left + self.done + self.failed + self.cancelled


@dataclass(frozen=True)
class EndpointProgress:
    """One endpoint's part. `mean` is what an answer has cost, `paid` what this study has paid for; None: not known."""

    pk: int
    name: str
    priced: bool
    counts: Counts
    tokens: int
    paid: Decimal
    mean: Decimal | None
    tokens_per_second: float
    answers_per_second: float


@dataclass(frozen=True)
class Trouble:
    """Rows of one endpoint that failed, or are tried again, for one kind of reason; `error` is the newest of them."""

    endpoint: str
    state: str
    rows: int
    error: str


@dataclass(frozen=True)
class Progress:
    """`reused` answers were asked by another study and cost that one `saved`; `missing` were never asked for.

    `forecast` is what the whole will have cost, None where an answer's cost is not known yet; `seconds_left` likewise.
    """

    endpoints: tuple[EndpointProgress, ...]
    counts: Counts
    reused: int
    saved: Decimal
    missing: int
    troubles: tuple[Trouble, ...]
    batches: tuple[Batch, ...]

    @property
    def tokens(self) -> int:
        return sum(row.tokens for row in self.endpoints)

    @property
    def tokens_per_second(self) -> float:
        return sum(row.tokens_per_second for row in self.endpoints)

    @property
    def paid(self) -> Decimal:
        return sum((row.paid for row in self.endpoints), NOTHING)

    @property
    def forecast(self) -> Decimal | None:
        """What is paid, and the mean cost of each priced endpoint's answers for each that is left."""
        ahead = NOTHING
        for row in self.endpoints:
            if row.priced and row.counts.left:
                if row.mean is None:
                    return None
                ahead += row.mean * row.counts.left
        return self.paid + ahead

    @property
    def seconds_left(self) -> float | None:
        """Until the slowest endpoint is through, at the pace of the last minute; batches are not waited for here."""
        times = []
        for row in self.endpoints:
            ahead = row.counts.running + row.counts.waiting
            if ahead and not row.answers_per_second:
                return None
            if ahead:
                times.append(ahead / row.answers_per_second)
        return max(times, default=None)

    @property
    def percent_done(self) -> int:
        return percent(self.counts.done, self.counts.total)

    @property
    def percent_failed(self) -> int:
        return percent(self.counts.failed, self.counts.total)


def progress(study: Study) -> Progress:
    endpoints = list(study.endpoints.order_by("name"))
    # Of a rater's own prompt the two answers that were asked for, and no more.
    prompts = study.prompts.aggregate(all=Count("pk"), own=Count("author"))
    wanted = len(endpoints) * (prompts["all"] - prompts["own"]) * study.samples + 2 * prompts["own"]
    tallies, total = _tallies(study)
    paces = _paces(study)
    rows = tuple(
        _endpoint(one, [t for t in tallies if t["endpoint"] == one.pk], paces.get(one.pk))
        for one in endpoints
    )
    reused = [t for t in tallies if t["reused"] and t["state"] == State.DONE]
    return Progress(
        endpoints=rows,
        counts=_counts(tallies),
        reused=sum(t["reused"] for t in reused),
        saved=sum((t["cost_of_reused"] or NOTHING for t in reused), NOTHING),
        missing=max(0, wanted - total),
        troubles=_troubles(study),
        batches=tuple(study.batches.select_related("endpoint").order_by("-pk")[:BATCHES]),
    )


def _tallies(study: Study) -> tuple[list[dict[str, Any]], int]:
    """Counts by endpoint and state, and how many rows there are.

    What the study ordered is read from one index; the rows that it shares with others are looked for only where some
    are, because that takes the whole of its links.
    """
    total = Link.objects.filter(study=study).count()
    mine = _tally(Generation.objects.filter(ordered_by=study), mine=True)
    if sum(t["n"] for t in mine) == total:
        return mine, total
    return mine + _tally(study.generations.exclude(ordered_by=study), mine=False), total


def _tally(rows: QuerySet[Generation], *, mine: bool) -> list[dict[str, Any]]:
    asked = Q(ordered_by__isnull=False)
    found = rows.values("endpoint", "state", "held").annotate(
        n=Count("*"), spent=Sum("cost"), priced=Count("cost"), tokens=Sum("tokens_out")
    )
    if mine:
        return [row | {"mine": True, "reused": 0} for row in found.order_by()]
    found = found.annotate(reused=Count("pk", filter=asked), cost_of_reused=Sum("cost", filter=asked))
    return [row | {"mine": False} for row in found.order_by()]


def _endpoint(
    endpoint: Endpoint, tallies: list[dict[str, Any]], pace: tuple[float, float] | None
) -> EndpointProgress:
    spent = sum((t["spent"] or NOTHING for t in tallies), NOTHING)
    priced = sum(t["priced"] for t in tallies)
    tokens_per_second, answers_per_second = pace or (0.0, 0.0)
    return EndpointProgress(
        pk=endpoint.pk,
        name=endpoint.name,
        priced=endpoint.price_in is not None and endpoint.price_out is not None,
        counts=_counts(tallies),
        tokens=sum(t["tokens"] or 0 for t in tallies),
        paid=sum((t["spent"] or NOTHING for t in tallies if t["mine"]), NOTHING),
        mean=spent / priced if priced else None,
        tokens_per_second=tokens_per_second,
        answers_per_second=answers_per_second,
    )


def _counts(tallies: Iterable[dict[str, Any]]) -> Counts:
    found = dict.fromkeys(("done", "failed", "running", "waiting", "held", "batched", "cancelled"), 0)
    for tally in tallies:
        queued = "held" if tally["held"] else "waiting"
        found[queued if tally["state"] == State.QUEUED else tally["state"]] += tally["n"]
    return Counts(**found)


def _of(study: Study) -> Exists:
    """For queries that begin at a few rows and only then ask whether they are the study's."""
    return Exists(Link.objects.filter(study=study, generation=OuterRef("pk")))


def _paces(study: Study) -> dict[int, tuple[float, float]]:
    """Tokens and answers a second of each endpoint in the last minute, or since its first answer in it."""
    now = timezone.now()
    recent = Generation.objects.filter(_of(study), finished_at__gte=now - timedelta(seconds=PACE_SECONDS))
    # By a sum, not by the column: SQLite would read every row in the order of the column's index.
    rows = (
        recent.annotate(at=F("endpoint") + 0)
        .values("at")
        .annotate(n=Count("pk"), tokens=Sum("tokens_out"), first=Min("finished_at"))
        .order_by()
    )
    found = {}
    for row in rows:
        seconds = max(1.0, (now - row["first"]).total_seconds())
        steady = row["n"] >= PACE_FROM
        found[row["at"]] = ((row["tokens"] or 0) / seconds, row["n"] / seconds if steady else 0.0)
    return found


def _troubles(study: Study) -> tuple[Trouble, ...]:
    """The errors that concern most rows, failed ones first; of each kind the text of its newest row."""
    rows = Generation.objects.filter(_of(study), ~Q(error=""))
    kinds = rows.values("endpoint__name", "error_kind", "state").annotate(n=Count("pk"), newest=Max("pk"))
    # The state is asked here: in the query SQLite would take the index of states, which nearly all rows have.
    told = [kind for kind in kinds.order_by("state", "-n", "endpoint__name") if kind["state"] in TROUBLED]
    worst = told[:TROUBLES]
    texts = dict(
        Generation.objects.filter(pk__in=[kind["newest"] for kind in worst]).values_list("pk", "error")
    )
    return tuple(
        Trouble(kind["endpoint__name"], kind["state"], kind["n"], texts.get(kind["newest"], ""))
        for kind in worst
    )
