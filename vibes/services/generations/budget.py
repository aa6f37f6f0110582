"""What fetching for a study has cost, may cost, and may still cost: its spending cap stops it before it is passed.

A call counts with the most that it may cost from before it is made until its answer is there, and for good where it was
lost: it may have been billed. Sums are taken from the rows themselves, under a lock on the study's row; a claim takes the
last sum, and adds what has begun since, as long as that leaves room: it is never too little.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, Sum
from django.db.models.functions import Now

from vibes.models import Attempt, Endpoint, Generation, Study
from vibes.providers.base import Request
from vibes.services.generations import requests
from vibes.services.generations.conversation import Talk

State = Generation.State
Outcome = Attempt.Outcome
# What a chat template puts around each message, in tokens, generously.
MESSAGE_TOKENS = 16
# A server may bill more than the most that was asked of it: seen no later than this.
SUMMED_SECONDS = 10
LIMIT_NAMES = ("max_tokens", "max_completion_tokens", "max_output_tokens")
# Failures after which the vendor may have billed a whole answer all the same.
PERHAPS_BILLED = ("timeout", "garbled")
NO_PRICE = (
    "No price is set for {name}, and the study has a spending cap: set the endpoint's prices, or take the cap away, "
    "then retry the failed."
)


@dataclass(frozen=True)
class Spending:
    """US dollars. `lost`: what calls without an answer may have cost. `left` is None without a cap, and never negative."""

    paid: Decimal
    in_flight: Decimal
    lost: Decimal
    left: Decimal | None


@dataclass(frozen=True)
class Purse:
    """A study's cap while rows are claimed: what is spent for good, what calls under way may come to, and those that
    this claim is about to begin.

    Where it is not `exact` the first two are told together, as `under_way`, and are the most that they may be.
    """

    cap: Decimal
    settled: Decimal
    under_way: Decimal
    promised: Decimal = Decimal(0)
    exact: bool = True

    def fits(self, cost: Decimal) -> bool:
        return self.settled + self.under_way + self.promised + cost <= self.cap

    def never_fits(self, cost: Decimal) -> bool:
        """Whether it would not fit either once the calls under way have cost nothing."""
        return self.settled + cost > self.cap

    def less(self, cost: Decimal) -> "Purse":
        return replace(self, promised=self.promised + cost)


def spent(study: Study) -> Spending:
    """The study's spending as the rows tell it now."""
    paid = _sum(Generation.objects.filter(ordered_by=study).aggregate(sum=Sum("cost")))
    attempts = Attempt.objects.filter(generation__ordered_by=study)
    in_flight = _sum(attempts.filter(outcome=Outcome.IN_FLIGHT).aggregate(sum=Sum("possible_cost")))
    gone = Q(outcome=Outcome.LOST) | Q(outcome=Outcome.FAILED, error_kind__in=PERHAPS_BILLED)
    lost = _sum(attempts.filter(gone).aggregate(sum=Sum("possible_cost")))
    whole = paid + in_flight + lost
    left = None if study.budget is None else max(Decimal(0), study.budget - whole)
    return Spending(paid, in_flight, lost, left)


def _sum(row: dict[str, Decimal | None]) -> Decimal:
    return row["sum"] or Decimal(0)


def reached(study: Study) -> bool:
    """Whether the cap leaves no room for the study's next call, whatever those under way come to."""
    if study.budget is None:
        return False
    waiting = Generation.objects.filter(ordered_by=study, state=State.QUEUED, batch=None)
    following = waiting.select_related("prompt", "endpoint").order_by("-priority", "pk").first()
    spending = spent(study)
    settled = spending.paid + spending.lost
    if following is None:
        return settled >= study.budget
    request = Talk.of(following).request()
    cost = possible_cost(following.endpoint, request) if request else None
    return settled + (cost or Decimal(0)) > study.budget


def possible_cost(endpoint: Endpoint, request: Request) -> Decimal | None:
    """The most that one call may cost, in US dollars; None where no price is set."""
    prices = requests.prices_of(endpoint)
    return None if prices is None else prices.most(size(request), most_tokens(request))


def size(request: Request) -> int:
    """Bytes of the request's own words, and something for what stands around them."""
    words = [request.system, *(message.content for message in request.messages)]
    return sum(len(text.encode("utf-8", "replace")) + MESSAGE_TOKENS for text in words)


def most_tokens(request: Request) -> int:
    """`extra` wins over the request's own limit, in whatever name the vendor knows it."""
    further = [request.extra.get(name) for name in LIMIT_NAMES]
    return max([request.max_tokens, *(n for n in further if isinstance(n, int))])


def purses(*, studies: Sequence[int]) -> dict[int, Purse]:
    """The purses of those studies that have a cap, their rows locked until the transaction ends.

    A study that somebody else has locked is left out: to wait for it while rows are held might never end.
    """
    recent = Q(summed_at__gt=Now() - timedelta(seconds=SUMMED_SECONDS))
    rows = Study.objects.filter(pk__in=studies, budget__isnull=False).order_by("pk")
    rows = rows.annotate(recent=ExpressionWrapper(recent, output_field=BooleanField()))
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, no_key=True)
    found = {}
    for study in rows:
        cap: Decimal = study.budget  # type: ignore[assignment]  # as filtered
        known = study.summed is not None and study.recent
        found[study.pk] = _bound(study, cap) if known else exact_purse(study=study, cap=cap)
    return found


def _bound(study: Study, cap: Decimal) -> Purse:
    """The last sum, and the most that what has begun since may cost. Attempts of a capped study are written under its
    lock, so that those after the last one counted are the later ones."""
    since = Attempt.objects.filter(pk__gt=study.summed_upto, generation__ordered_by=study)
    begun = _sum(since.aggregate(sum=Sum("possible_cost")))
    return Purse(cap, Decimal(0), (study.summed or Decimal(0)) + begun, exact=False)


def exact_purse(*, study: Study, cap: Decimal, promised: Decimal = Decimal(0)) -> Purse:
    """Summed anew, and kept for the claims after this one. The study's row is locked by the caller."""
    spending = spent(study)
    whole = spending.paid + spending.lost + spending.in_flight
    last = Attempt.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    Study.objects.filter(pk=study.pk).update(summed=whole, summed_upto=last, summed_at=Now())
    return Purse(cap, spending.paid + spending.lost, spending.in_flight, promised)


def forget(*, studies: Sequence[int]) -> None:
    """Has their spending summed anew: rows have come to them for which another study has paid so far."""
    Study.objects.filter(pk__in=studies).update(summed=None)
