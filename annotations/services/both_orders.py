"""Dealing to machines: each comparison twice, once in each order of its sides.

A machine is fast and has no memory of the first look, so nothing is drawn and nothing is spaced out. It takes no place of
people, whatever it answers: overlap counts what people say.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from annotations import assigning
from annotations.models import Assignment, Comparison, Rater, RatingSession

STRATEGY = "both orders"
Pair = tuple[Assignment, Assignment]


class NotAMachine(ValueError):
    """People and simulated raters meet a comparison once."""


@transaction.atomic
def deal_both(*, session: RatingSession, comparison: Comparison) -> Pair:
    """The machine's two assignments of this comparison, made now or found: the second has the first one's sides swapped.

    Which order comes first is drawn from the session's seed. Raises NotAMachine.
    """
    locked = RatingSession.objects.select_for_update(of=("self",)).select_related("rater", "protocol")
    session = locked.get(pk=session.pk)
    if session.rater.kind != Rater.Kind.MACHINE:
        raise NotAMachine(f"{session.rater} is no machine")
    found = Assignment.objects.filter(comparison=comparison, rater=session.rater)
    by_take = {one.take: one for one in found.select_related("session__protocol", "rater", "comparison")}
    for take in (0, 1):
        if take not in by_take:
            by_take[take] = _deal(session, comparison, take, by_take.get(1 - take))
    return by_take[0], by_take[1]


def _deal(session: RatingSession, comparison: Comparison, take: int, other: Assignment | None) -> Assignment:
    last = session.assignments.aggregate(last=Max("place"))["last"]
    place = 0 if last is None else last + 1
    if other:
        left = assigning.canonical("b", "a" if other.left == "a" else "b")
    else:
        left = assigning.left_side(shown_a_left=0, shown_b_left=0, session_seed=session.seed, place=place)
    now = timezone.now()
    return Assignment.objects.create(
        session=session,
        rater=session.rater,
        comparison=comparison,
        take=take,
        left=left,
        place=place,
        purpose=Assignment.Purpose.STUDY,
        strategy=STRATEGY,
        probability=1.0,
        holds_place=False,
        lease_until=now + timedelta(seconds=settings.ASSIGNMENT_LEASE_SECONDS),
        # What it is shown stands in the question that it was sent.
        served_at=now,
    )
