"""How a row is taken and given back: queued → running, and back where its worker stops or is lost.

A claim takes many rows at once and writes their attempts in the same transaction, before any call. Whoever finishes a row
does so by its claim's token (`landings`), so that a worker that was thought dead overwrites nothing. All times are the
database's own: the clocks of workers may differ.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, Max, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from vibes.models import Attempt, Endpoint, Generation, Study
from vibes.services.generations import budget, holding, limits
from vibes.services.generations.budget import Purse
from vibes.services.generations.flights import Flight

State = Generation.State
Outcome = Attempt.Outcome
LOST = "Its worker was lost {tries} times while this answer was being fetched."
NOTHING_ASKED = "The prompt holds no turn that wants an answer: end it with one of the user's."
FREE = {"claim_token": None, "lease_until": None}
# Rows claimed ahead of the calls, as a share of the calls at once: a slot that falls free finds the next row at hand.
AHEAD = 0.25
# Where requests a minute are limited, no more is claimed ahead than what so many seconds allow.
AHEAD_SECONDS = 2


def later(seconds: float) -> Combinable:
    """A moment by the database's clock."""
    return ExpressionWrapper(Now() + timedelta(seconds=seconds), output_field=DateTimeField())


def due(within: float = 0.0) -> Q:
    """Queued rows that may be fetched: wanted by a running study, in no batch, their pause after a failure over."""
    rested = Q(not_before=None) | Q(not_before__lte=later(within))
    return Q(state=State.QUEUED, held=False, batch=None) & rested


@dataclass(frozen=True)
class Carried:
    """What a worker carries of one endpoint: all of its claimed rows, and those of them whose call has not begun."""

    rows: int = 0
    ready: int = 0


@dataclass
class _Turn:
    """What one claim finds out on its way."""

    capped: set[int] = field(default_factory=set)
    passed_over: set[int] = field(default_factory=set)
    purses: dict[int, Purse] = field(default_factory=dict)


def claim(*, token: uuid.UUID, capacity: int, carried: Mapping[int, Carried] | None = None) -> list[Flight]:
    """Rows for this worker, at most `capacity` of each endpoint with those it carries, and their attempts on record.

    Never more of an endpoint than it has slots, over all workers, and a few ahead. One endpoint's rows take no room from
    another's. Rows that would pass their study's cap stay behind.
    """
    waiting = list(_endpoints_with_due_rows())
    if not waiting:
        return []
    states = limits.states(waiting)
    flights: list[Flight] = []
    for endpoint in waiting:
        state = states.get(endpoint)
        if state is None or state.shut_for <= 0:
            mine = (carried or {}).get(endpoint, Carried())
            flights += _claim_of(endpoint, token, capacity, mine, state)
    return flights


def _endpoints_with_due_rows(within: float = 0.0) -> QuerySet[Endpoint, int]:
    rows = Generation.objects.filter(due(within), endpoint=OuterRef("pk"))
    return Endpoint.objects.filter(Exists(rows)).order_by("pk").values_list("pk", flat=True)


def _claim_of(
    endpoint: int, token: uuid.UUID, capacity: int, mine: Carried, state: limits.LimitState | None
) -> list[Flight]:
    turn = _Turn()
    with transaction.atomic():
        flights = _take(endpoint, token, capacity, mine, state, turn)
    for study in Study.objects.filter(pk__in=turn.capped):
        if budget.reached(study):
            # Other studies that want these rows may pay for them.
            holding.refresh(study=study)
    return flights


def _take(
    key: int,
    token: uuid.UUID,
    capacity: int,
    mine: Carried,
    state: limits.LimitState | None,
    turn: _Turn,
) -> list[Flight]:
    """The endpoint's row is locked while its slots are counted; one that another worker is claiming is passed over."""
    endpoint = _locked(Endpoint.objects.filter(pk=key)).first()
    if endpoint is None:
        return []
    room = _room(endpoint, capacity, mine, state)
    flights: list[Flight] = []
    while room > len(flights):
        rows = _candidates(endpoint, turn, room - len(flights), [flight.generation.pk for flight in flights])
        if not rows:
            break
        before = len(turn.passed_over)
        flights += _affordable(rows, turn)
        if len(turn.passed_over) == before:
            break
    _mark(flights, token)
    begin(flights=flights)
    return flights


def _room(endpoint: Endpoint, capacity: int, mine: Carried, state: limits.LimitState | None) -> int:
    """Without Redis nobody bounds the calls but the claims: then none is claimed ahead."""
    running = Generation.objects.filter(endpoint=endpoint, state=State.RUNNING).count()
    if state is None:
        return min(endpoint.slots - running, capacity - mine.rows)
    at_once = min(endpoint.slots, state.concurrency or endpoint.slots)
    if state.open:
        at_once = 1
    ahead = max(1, round(min(at_once, capacity) * AHEAD))
    room = min(at_once + ahead - running, capacity + ahead - mine.rows)
    if endpoint.requests_per_minute:
        room = min(room, max(1, endpoint.requests_per_minute * AHEAD_SECONDS // 60) - mine.ready)
    return room


def _locked(rows: QuerySet[Endpoint]) -> QuerySet[Endpoint]:
    """Not against foreign keys: rows may be queued for the endpoint meanwhile."""
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, no_key=True)
    return rows


def _candidates(endpoint: Endpoint, turn: _Turn, most: int, taken: Sequence[int]) -> list[Generation]:
    rows = Generation.objects.filter(due(), endpoint=endpoint).order_by("-priority", "pk")
    if turn.passed_over:
        rows = rows.exclude(ordered_by__in=turn.passed_over)
    if taken:
        rows = rows.exclude(pk__in=taken)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, no_key=True, of=("self",))
    found = list(rows.select_related("prompt", "ordered_by")[:most])
    for row in found:
        row.endpoint = endpoint
    return found


def _affordable(rows: Sequence[Generation], turn: _Turn) -> list[Flight]:
    """Of these rows those that may be called now; the studies of the others are passed over for this turn."""
    capped = {row.ordered_by_id for row in rows if row.ordered_by and row.ordered_by.budget is not None}
    new = [study for study in capped if study is not None and study not in turn.purses]
    if new:
        turn.purses |= budget.purses(studies=new)
    flights = []
    for row in rows:
        flight = Flight.of(row)
        if flight is None:
            _refuse_empty(row)
            continue
        study = row.ordered_by_id
        if study is not None and study in capped and not _fits(flight, turn):
            turn.passed_over.add(study)
            continue
        flights.append(flight)
    return flights


def _fits(flight: Flight, turn: _Turn) -> bool:
    """Takes the call's possible cost out of its study's purse, if it holds so much."""
    payer, study = flight.generation.ordered_by, flight.generation.ordered_by_id
    purse = turn.purses.get(study) if study else None
    if payer is None or study is None or purse is None or study in turn.passed_over:
        return False
    if flight.possible_cost is None:
        _refuse(flight.generation)
        return False
    if not purse.exact and not purse.fits(flight.possible_cost):
        purse = budget.exact_purse(study=payer, cap=purse.cap, promised=purse.promised)
    if not purse.fits(flight.possible_cost):
        if purse.never_fits(flight.possible_cost):
            turn.capped.add(study)
            _hold(study)
        return False
    turn.purses[study] = purse.less(flight.possible_cost)
    return True


def _refuse_empty(generation: Generation) -> None:
    Generation.objects.filter(pk=generation.pk).update(
        state=State.FAILED, error=NOTHING_ASKED, error_kind="bad_request", finished_at=Now()
    )


def _refuse(generation: Generation) -> None:
    """A cap cannot be kept where nobody knows what a call costs."""
    rows = Generation.objects.filter(
        due(), endpoint=generation.endpoint_id, ordered_by=generation.ordered_by_id
    )
    message = budget.NO_PRICE.format(name=generation.endpoint.name)
    _lockable(rows).update(state=State.FAILED, error=message, error_kind="no_price", finished_at=Now())


def _hold(study: int) -> None:
    _lockable(Generation.objects.filter(ordered_by=study, state=State.QUEUED, held=False, batch=None)).update(
        held=True
    )


def _lockable(rows: QuerySet[Generation]) -> QuerySet[Generation]:
    """Without those that another transaction holds: to wait for it while rows are held might never end."""
    if not connection.features.has_select_for_update_skip_locked:
        return rows
    free = rows.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)
    return Generation.objects.filter(pk__in=list(free))


def _mark(flights: Sequence[Flight], token: uuid.UUID) -> None:
    if not flights:
        return
    rows = Generation.objects.filter(pk__in=[flight.generation.pk for flight in flights])
    lease = later(settings.GENERATION_LEASE_SECONDS)
    rows.update(state=State.RUNNING, claim_token=token, lease_until=lease, tries=F("tries") + 1)
    for flight in flights:
        flight.generation.tries += 1


@transaction.atomic(savepoint=False)
def begin(*, flights: Sequence[Flight]) -> None:
    """Writes the attempts, before the calls: if this worker dies, they say what may have been billed."""
    if not flights:
        return
    past = Attempt.objects.filter(generation__in=[flight.generation.pk for flight in flights])
    last = dict(past.values_list("generation").annotate(last=Max("number")))
    attempts = [
        Attempt(
            generation=flight.generation,
            number=last.get(flight.generation.pk, 0) + 1,
            turn=flight.talk.turn,
            possible_cost=flight.possible_cost,
        )
        for flight in flights
    ]
    for flight, attempt in zip(flights, Attempt.objects.bulk_create(attempts), strict=True):
        flight.attempt = attempt


def renew(*, token: uuid.UUID) -> int:
    """Extends the leases of this worker's running rows."""
    mine = Generation.objects.filter(claim_token=token, state=State.RUNNING)
    return mine.update(lease_until=later(settings.GENERATION_LEASE_SECONDS))


@transaction.atomic
def release(*, token: uuid.UUID, flights: Iterable[Flight]) -> int:
    """Gives rows back at once, with the try where no call was made. A call that was under way may have been billed."""
    begun: list[Flight] = []
    waiting: list[Flight] = []
    for flight in flights:
        (waiting if flight.began is None else begun).append(flight)
    Attempt.objects.filter(
        pk__in=[flight.attempt.pk for flight in waiting], outcome=Outcome.IN_FLIGHT
    ).delete()
    _lose([flight.generation.pk for flight in begun])
    return _free(token, begun) + _free(token, waiting, tries=F("tries") - 1)


def _free(token: uuid.UUID, flights: Collection[Flight], **more: object) -> int:
    if not flights:
        return 0
    ids = [flight.generation.pk for flight in flights]
    mine = Generation.objects.filter(pk__in=ids, claim_token=token, state=State.RUNNING)
    return mine.update(state=State.QUEUED, **FREE, **more)


@transaction.atomic
def sweep() -> int:
    """Rows whose worker went away are queued again, or failed once their attempts are used up; how many."""
    overdue = Generation.objects.filter(state=State.RUNNING, lease_until__lt=Now())
    if connection.features.has_select_for_update_skip_locked:
        overdue = overdue.select_for_update(skip_locked=True, no_key=True)
    ids = list(overdue.values_list("pk", flat=True))
    if not ids:
        return 0
    _lose(ids)
    gone = Generation.objects.filter(pk__in=ids)
    worn = gone.filter(tries__gte=settings.GENERATION_ATTEMPTS)
    message = LOST.format(tries=settings.GENERATION_ATTEMPTS)
    worn.update(state=State.FAILED, error=message, error_kind="lost", finished_at=Now(), **FREE)
    gone.filter(state=State.RUNNING).update(state=State.QUEUED, **FREE)
    return len(ids)


def _lose(generations: Sequence[int]) -> None:
    open_ones = Attempt.objects.filter(generation__in=generations, outcome=Outcome.IN_FLIGHT)
    open_ones.update(outcome=Outcome.LOST, ended_at=Now())


def expected(seconds: float) -> bool:
    """Whether a row can be fetched within so many seconds: pauses, of rows and of endpoints, looked ahead over."""
    waiting = list(_endpoints_with_due_rows(seconds))
    states = limits.states(waiting)
    return any(endpoint not in states or states[endpoint].shut_for <= seconds for endpoint in waiting)


def unattended() -> bool:
    """Whether rows can be fetched while no live worker holds any: a message was lost, or its worker."""
    return not alive() and expected(0)


def alive() -> bool:
    """Whether a live worker holds rows."""
    return Generation.objects.filter(state=State.RUNNING, lease_until__gte=Now()).exists()
