"""Live battles: a rater's own prompt, answered by two endpoints while the rater waits."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from annotations.models import Assignment, Comparison, RatingSession
from annotations.queries import live
from annotations.queries import own_prompts as read
from annotations.services import comparisons, dealing
from annotations.services import own_prompts as own
from vibes.models import Arm, Generation
from vibes.services import matchups, own_prompts, pairing
from vibes.services.generations import publishing, queue

State = Generation.State
# Before all that fills a study.
PRIORITY = 100
# Nobody waits longer for an answer that has not even been asked for.
PATIENCE = timedelta(minutes=10)


def begin(*, session: RatingSession, text: str, prompt_class: str = own_prompts.OTHER) -> Assignment:
    """Puts the prompt to two endpoints, and their comparison, still empty, before this rater. The caller wakes the pump.

    Raises StillWaiting or NotNow (`annotations.services.own_prompts`).
    """
    own.check(session)
    own.clear(session=session)
    with transaction.atomic():
        study = own_prompts.study_of(session)
        places = own.hold(session=session)
        number, _ = read.written(session)
        pair = own_prompts.drawn(study, session, number)
        prompt = own_prompts.store(study=study, session=session, text=text, prompt_class=prompt_class)
        rows = own_prompts.ask(study=study, prompt=prompt, pair=pair, priority=PRIORITY)
        first, second = pairing.sides(study, rows)
        comparison = matchups.await_answers(study=study, first=first, second=second)
        for side, row in zip(live.SIDES, (first, second), strict=True):
            row.channel = live.channel(comparison.public_id, side)
            row.save(update_fields=["channel"])
        assignment = dealing.deal_own(places=places, comparison=comparison)
        queue.settle(study=study)
    publishing.announce(comparison=comparison.public_id, names=matchups.names_of(study))
    return assignment


def settle(*, generations: Iterable[int] | None = None) -> int:
    """Ends what waits for these answers, or for any: both are here, or one will not come; how many are complete."""
    arms = Arm.objects.filter(comparison__writing=Comparison.Writing.LIVE)
    if generations is not None:
        ended = list(generations)
        arms = arms.filter(Q(matchup__generation_a__in=ended) | Q(matchup__generation_b__in=ended))
    rows = arms.select_related("comparison__protocol", "matchup__study").order_by("pk")
    return sum(_settle(arm) for arm in rows)


@transaction.atomic
def _settle(arm: Arm) -> bool:
    """The session is locked first, as by whoever deals: what waits before the author takes its place, or is given back."""
    sessions = RatingSession.objects.filter(assignments__comparison=arm.comparison).order_by("pk")
    list(sessions.select_for_update(of=("self",)))
    matchup = arm.matchup
    both = [
        Generation.objects.select_related("prompt").get(pk=pk)
        for pk in (matchup.generation_a_id, matchup.generation_b_id)
    ]
    if any(row.state in (State.FAILED, State.CANCELLED) for row in both):
        comparisons.give_up(comparisons=Comparison.objects.filter(pk=arm.comparison_id))
        return False
    if any(row.state != State.DONE for row in both):
        return False
    side_a, side_b = map(matchups.side, both)
    names = matchups.names_of(matchup.study)
    return comparisons.complete(comparison=arm.comparison, side_a=side_a, side_b=side_b, names=names)


def sweep() -> int:
    """Ends what a killed worker left open, and what has waited too long to be asked at all; how many are complete."""
    late = Arm.objects.filter(
        comparison__writing=Comparison.Writing.LIVE,
        comparison__created_at__lt=timezone.now() - PATIENCE,
    )
    for side in ("generation_a", "generation_b"):
        _queued().filter(pk__in=late.values(f"matchup__{side}")).update(state=State.CANCELLED, held=False)
    return settle()


def _queued() -> QuerySet[Generation]:
    return Generation.objects.filter(state=State.QUEUED)
