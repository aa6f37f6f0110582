"""Prompts that raters write: put to two endpoints of their study, at once (`live`) or with all else that fills it."""

import random
from collections.abc import Iterable

from django.db import transaction

from annotations.assigning import derived_seed
from annotations.models import RatingSession
from annotations.services import own_prompts as room
from annotations.services.own_prompts import NotNow
from vibes.models import Endpoint, Generation, Prompt, PromptSet, Study
from vibes.queries import rings
from vibes.services.generations import holding, queue

OTHER = "other"
ENOUGH = "You have written as many prompts as this set takes."
NO_MODELS = "There are no two models to answer just now."


def left(session: RatingSession) -> int:
    """How many more this rater may write to be answered later: so many for each of their sets, the one to come included
    where the last has ended."""
    if not room.asked_later(session):
        return 0
    study = Study.objects.filter(protocol=session.protocol_id).first()
    return _left(study, session) if study else 0


@transaction.atomic
def write(*, session: RatingSession, texts: Iterable[tuple[str, str]]) -> int:
    """Puts each text, with its class, to two endpoints; how many. The pair comes up once both answers are here (`pairing`).
    One that this rater has written already is not written again. The caller wakes the pump. Raises NotNow.
    """
    room.check_later(session)
    study = study_of(session)
    before = [prompt.text for prompt in _written(study, session)]
    new = [(text, kind) for text, kind in dict(texts).items() if text not in before]
    if len(new) > _left(study, session):
        raise NotNow(ENOUGH)
    for number, (text, kind) in enumerate(new, len(before)):
        prompt = store(study=study, session=session, text=text, prompt_class=kind)
        ask(study=study, prompt=prompt, pair=drawn(study, session, number, prompt))
    if new:
        queue.settle(study=study)
    return len(new)


def _left(study: Study, session: RatingSession) -> int:
    sets = session.rater.sessions.filter(protocol__in=study.versions.values("protocol"), training=False)
    count = sets.count() + (session.ended_at is not None)
    return max(0, count * session.protocol.own_prompts - len(_written(study, session)))


def _written(study: Study, session: RatingSession) -> list[Prompt]:
    return list(study.prompts.filter(author=session.rater_id))


def study_of(session: RatingSession) -> Study:
    """Locked before the session is, as whoever changes what is asked locks them."""
    locked = Study.objects.select_for_update(of=("self",)).select_related("protocol")
    study = locked.filter(protocol=session.protocol_id).first()
    if study is None or not holding.runs(study):
        raise NotNow("No answers are being fetched in this study just now.")
    return study


def drawn(study: Study, session: RatingSession, number: int, prompt: Prompt | None = None) -> list[Endpoint]:
    """Two endpoints, by the session's seed; one of them the baseline, where each answer meets the baseline's. For `prompt`
    on a ring: neighbours there."""
    endpoints = list(study.endpoints.filter(archived_at=None).order_by("pk"))
    rng = random.Random(derived_seed(session.seed, "own prompt", number))
    others = [one for one in endpoints if one.pk != study.baseline_id]
    if study.pairing == Study.Pairing.BASELINE:
        if len(others) == len(endpoints) or not others:
            raise NotNow(NO_MODELS)
        return [next(one for one in endpoints if one.pk == study.baseline_id), rng.choice(others)]
    if len(endpoints) < 2:
        raise NotNow(NO_MODELS)
    if prompt and study.pairing == Study.Pairing.RING:
        return _neighbours(study, prompt, endpoints, rng)
    return rng.sample(endpoints, 2)


def _neighbours(
    study: Study, prompt: Prompt, endpoints: list[Endpoint], rng: random.Random
) -> list[Endpoint]:
    known = {one.pk: one for one in endpoints}
    ring = rings.ring(study, prompt.pk, rings.endpoints_of(study))
    pairs = sorted(sorted(pair) for pair in ring if pair <= set(known))
    if not pairs:
        raise NotNow(NO_MODELS)
    return [known[pk] for pk in rng.choice(pairs)]


def store(*, study: Study, session: RatingSession, text: str, prompt_class: str) -> Prompt:
    """In a set of the study's own, which no other study chooses from."""
    name = f"Written by raters: {study.name}"[:120]
    written = PromptSet.objects.get_or_create(
        content_hash=f"own prompts {study.pk}", defaults={"name": name}
    )[0]
    prompt = Prompt.objects.create(
        prompt_set=written,
        reference=f"own-{written.prompts.count() + 1}",
        turns=[{"role": "user", "content": text}],
        prompt_class=prompt_class or OTHER,
        author=session.rater,
    )
    study.prompts.add(prompt)
    return prompt


def ask(
    *, study: Study, prompt: Prompt, pair: list[Endpoint], priority: int = 0
) -> tuple[Generation, Generation]:
    """Queues the answers of these two, in the order of their endpoints."""
    first, second = sorted(
        (_row(study, prompt, one, priority) for one in pair), key=lambda row: row.endpoint_id
    )
    study.generations.add(first, second)
    return first, second


def _row(study: Study, prompt: Prompt, endpoint: Endpoint, priority: int) -> Generation:
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
        priority=priority,
    )
