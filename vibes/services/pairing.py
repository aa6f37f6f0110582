"""Pairing: which answers meet. The key is written here."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import combinations, groupby

from django.db import transaction
from django.db.models import QuerySet

from annotations.assigning import derived_seed
from vibes.models import Generation, Study
from vibes.queries import rings
from vibes.services import checks, choosing, claims_readings, edit_replies, matchups, planting

Pair = tuple[Generation, Generation]
State = Generation.State
# A sample in one of these may still come.
UNDER_WAY = (State.QUEUED, State.RUNNING, State.BATCHED)
CHUNK = 200


def assemble_for(*, generations: Iterable[int]) -> int:
    """Makes the comparisons that these answers (or failures: a choice waits for the last one) complete, in every study
    that they belong to; how many."""
    rows = Generation.objects.filter(pk__in=list(generations))
    prompts: dict[int, set[int]] = defaultdict(set)
    for study, prompt in rows.exclude(studies=None).values_list("studies", "prompt"):
        prompts[study].add(prompt)
    studies = Study.objects.filter(pk__in=prompts)
    return sum(assemble(study=study, prompts=prompts[study.pk]) for study in studies)


@transaction.atomic
def assemble(*, study: Study, prompts: Iterable[int] | None = None) -> int:
    """Makes a matchup, a comparison and its key for every pair whose answers are both here; how many were new.

    Two empty or equal hands never meet: a failed generation is simply not there, and is counted where progress is
    shown. Of the prompts given, or of all. Idempotent; the study's row is locked meanwhile.
    """
    study = Study.objects.select_for_update().get(pk=study.pk)
    chosen = study.selection != Study.Selection.EACH
    rows = study.generations.all() if chosen else study.generations.filter(state=State.DONE)
    met = study.matchups.all()
    if prompts is not None:
        rows, met = rows.filter(prompt__in=prompts), met.filter(prompt__in=prompts)
    known = set(met.values_list("generation_a", "generation_b"))
    names = matchups.names_of(study)
    cues = list(study.cues.all())
    new = 0
    for pair in _pairs(study, rows, {pk for both in known for pk in both}):
        first, second = sides(study, pair)
        if (first.pk, second.pk) in known:
            continue
        new += 1
        if cue := planting.draw(study, cues, first, second):
            planting.begin(study=study, cue=cue, first=first, second=second)
        else:
            matchups.make(study=study, first=first, second=second, names=names)
    if cues:
        planting.make_pairs(study=study, cues=cues)
        planting.settle(study=study)
        edit_replies.ask(study=study)
        claims_readings.ask(study=study)
    checks.make_identical(study=study)
    return new


def _pairs(study: Study, rows: QuerySet[Generation], met: set[int]) -> Iterator[Pair]:
    """All pairs of answers to one prompt, each against the baseline's, or neighbours on its ring, in a fixed order."""
    meet = _rule(study)
    ordered = rows.select_related("prompt").order_by("prompt", "endpoint", "sample", "pk")
    for prompt, answers in groupby(ordered.iterator(chunk_size=CHUNK), key=lambda row: row.prompt_id):
        for meeting in _meetings(study, list(answers), met):
            for pair in combinations(meeting, 2):
                both = frozenset(row.endpoint_id for row in pair)
                if len(both) == 2 and meet(prompt, both):
                    yield pair


def _rule(study: Study) -> Callable[[int, frozenset[int]], bool]:
    """Whether these two endpoints meet at this prompt."""
    if study.pairing == Study.Pairing.RING:
        endpoints = rings.endpoints_of(study)
        drawn = lru_cache(maxsize=1)(lambda prompt: rings.ring(study, prompt, endpoints))
        return lambda prompt, both: both in drawn(prompt)
    if study.pairing == Study.Pairing.BASELINE:
        return lambda _, both: study.baseline_id in both
    return lambda *_: True


def _meetings(study: Study, rows: list[Generation], met: set[int]) -> list[list[Generation]]:
    """The answers to one prompt that meet each other: at most one of an endpoint in each list.

    Each sample meets those of the same number; or one sample of each endpoint speaks for it.
    """
    if study.selection != Study.Selection.EACH:
        speakers = (_speaker(study, own, met) for own in _by(rows, "endpoint_id"))
        return [[row for row in speakers if row]]
    return _by(rows, "sample")


def _by(rows: list[Generation], name: str) -> list[list[Generation]]:
    found: dict[int, list[Generation]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return list(found.values())


def _speaker(study: Study, samples: list[Generation], met: set[int]) -> Generation | None:
    """Who spoke once speaks on, also where a failed sample comes after all; none while one may still come."""
    spoke = [row for row in samples if row.pk in met]
    done = [row for row in samples if row.state == State.DONE]
    if spoke or not done or any(row.state in UNDER_WAY for row in samples):
        return spoke[0] if spoke else None
    choose = choosing.first_right if study.selection == Study.Selection.BEST else choosing.speaker
    return choose(done, done[0].prompt.answer_key)


def sides(study: Study, pair: Pair) -> Pair:
    """Which of the two is side a: drawn from the study's seed, so that no endpoint is always the first listed."""
    rng = random.Random(derived_seed(study.seed, "sides", pair[0].pk, pair[1].pk))
    return pair if rng.random() < 0.5 else (pair[1], pair[0])
