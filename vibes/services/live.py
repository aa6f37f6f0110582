"""Live battles: a rater's own prompt, answered by two endpoints while the rater waits."""

import random
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from annotations.assigning import derived_seed
from annotations.models import Assignment, Comparison, RatingSession
from annotations.queries import live, own_prompts
from annotations.services import comparisons, dealing
from annotations.services import own_prompts as own
from annotations.services.own_prompts import NotNow
from vibes.models import Arm, Endpoint, Generation, Prompt, PromptSet, Study
from vibes.services import matchups, pairing
from vibes.services.generations import holding, publishing, queue

State = Generation.State
# Before all that fills a study.
PRIORITY = 100
# Nobody waits longer for an answer that has not even been asked for.
PATIENCE = timedelta(minutes=10)
OTHER = "other"


def begin(*, session: RatingSession, text: str, prompt_class: str = OTHER) -> Assignment:
    """Puts the prompt to two endpoints, and their comparison, still empty, before this rater. The caller wakes the pump.

    Raises StillWaiting or NotNow (`annotations.services.own_prompts`).
    """
    own.check(session)
    own.clear(session=session)
    with transaction.atomic():
        study = _study(session)
        places = own.hold(session=session)
        pair = _drawn(study, session)
        prompt = _prompt(study, session, text, prompt_class)
        first, second = pairing.sides(study, _asked(study, prompt, pair))
        comparison = matchups.await_answers(study=study, first=first, second=second)
        for side, row in zip(live.SIDES, (first, second), strict=True):
            row.channel = live.channel(comparison.public_id, side)
            row.save(update_fields=["channel"])
        assignment = dealing.deal_own(places=places, comparison=comparison)
        queue.settle(study=study)
    publishing.announce(comparison=comparison.public_id, names=matchups.names_of(study))
    return assignment


def _study(session: RatingSession) -> Study:
    """Locked before the session is, as whoever changes what is asked locks them."""
    locked = Study.objects.select_for_update(of=("self",)).select_related("protocol")
    study = locked.filter(protocol=session.protocol_id).first()
    if study is None or not holding.runs(study):
        raise NotNow("No answers are being fetched in this study just now.")
    return study


def _drawn(study: Study, session: RatingSession) -> list[Endpoint]:
    """Two endpoints, by the session's seed; one of them the baseline, where each answer meets the baseline's."""
    endpoints = list(study.endpoints.filter(archived_at=None).order_by("pk"))
    number, _ = own_prompts.written(session)
    rng = random.Random(derived_seed(session.seed, "own prompt", number))
    others = [one for one in endpoints if one.pk != study.baseline_id]
    if study.pairing == Study.Pairing.BASELINE:
        if len(others) == len(endpoints) or not others:
            raise NotNow("There are no two models to answer just now.")
        return [next(one for one in endpoints if one.pk == study.baseline_id), rng.choice(others)]
    if len(endpoints) < 2:
        raise NotNow("There are no two models to answer just now.")
    return rng.sample(endpoints, 2)


def _prompt(study: Study, session: RatingSession, text: str, prompt_class: str) -> Prompt:
    """In a set of the study's own, which no other study chooses from."""
    name = f"Written by raters: {study.name}"[:120]
    written = PromptSet.objects.get_or_create(
        content_hash=f"own prompts {study.pk}", defaults={"name": name}
    )[0]
    prompt = Prompt.objects.create(
        prompt_set=written,
        reference=f"own-{written.prompts.count() + 1}",
        turns=[{"role": "user", "content": text}],
        prompt_class=prompt_class,
        author=session.rater,
    )
    study.prompts.add(prompt)
    return prompt


def _asked(study: Study, prompt: Prompt, pair: list[Endpoint]) -> pairing.Pair:
    first, second = sorted((_row(study, prompt, one) for one in pair), key=lambda row: row.endpoint_id)
    study.generations.add(first, second)
    return first, second


def _row(study: Study, prompt: Prompt, endpoint: Endpoint) -> Generation:
    frozen, digest = queue.settled(study, endpoint)
    sample, seed = study.first_sample, frozen.get("seed")
    return Generation.objects.create(
        endpoint=endpoint,
        prompt=prompt,
        snapshot=frozen,
        snapshot_hash=digest,
        sample=sample,
        seed=None if seed is None else int(seed) + sample,
        ordered_by=study,
        priority=PRIORITY,
    )


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
