"""Adaptive pairing: close pairs are dealt first, by chances that are stored, and the margins stay fair."""

import random
from collections import Counter
from math import exp, sqrt
from statistics import fmean, stdev

import pytest
from django.core.cache import cache
from django.db.models import Sum

from annotations.models import Assignment, Comparison, Invitation, Judgement, RatingSession
from annotations.services import dealing, judgements, raters, sessions
from tests.services import desk
from vibes.models import Arm, Generation, Study
from vibes.queries import unblinded
from vibes.services import adaptive, pairing

pytestmark = pytest.mark.django_db
CHARACTERS = ("plain", "flattering", "formatted", "slips")
# Log-odds: the first two are close, all others far apart.
STRENGTHS = dict(zip((f"scripted-{name}" for name in CHARACTERS), (0.0, 0.1, 3.0, 6.0), strict=True))
CLOSE, CLEAR = frozenset(("scripted-plain", "scripted-flattering")), "scripted-slips"


def made(prompts: int, rule: str = Study.Pairing.ADAPTIVE, **plan: object) -> Study:
    study = desk.study(prompt_count=prompts, characters=CHARACTERS, pairing=rule, **plan)
    for row in Generation.objects.select_related("endpoint"):
        Generation.objects.filter(pk=row.pk).update(state="done", text=f"{row.endpoint.name} {row.prompt_id}")
    pairing.assemble(study=study)
    return study


def key() -> dict[int, tuple[str, str]]:
    ends = ("matchup__generation_a__endpoint__model", "matchup__generation_b__endpoint__model")
    return {pk: (one, other) for pk, one, other in Arm.objects.values_list("comparison", *ends)}


def rate(study: Study, votes: int, rng: random.Random, *, each: int = 20) -> list[Assignment]:
    """People judge by the planted strengths; the job looks in after every twentieth."""
    shown, given = key(), []
    invitation = Invitation.objects.get(protocol=study.protocol)
    while len(given) < votes:
        session = sessions.open_session(rater=raters.begin(invitation=invitation), protocol=study.protocol)
        sessions.consent(session=session)
        # Else it follows from the rater's random id.
        RatingSession.objects.filter(pk=session.pk).update(seed=len(given))
        for _ in range(each):
            assignment = dealing.deal_next(session=session)
            assert assignment
            one, other = (STRENGTHS[name] for name in shown[assignment.comparison_id])
            a_wins = rng.random() < 1 / (1 + exp(other - one))
            answer = judgements.Answer(
                verdict="a" if a_wins == (assignment.left == "a") else "b", key=f"{assignment.public_id}.1"
            )
            judgements.record(assignment=assignment, rater=assignment.rater, answer=answer)
            given.append(assignment)
        adaptive.refresh_due()
    return given


def by_pair(given: list[Assignment]) -> Counter[frozenset[str]]:
    shown = key()
    return Counter(frozenset(shown[one.comparison_id]) for one in given)


@pytest.mark.slow
def test_close_pairs_are_dealt_first_and_the_margins_stay_fair() -> None:
    study = made(60, overlap=1, session_length=20)
    given = rate(study, 200, random.Random(8))
    counts = by_pair(given)
    assert len(counts) == 6
    # 360 comparisons, 60 of each pair: without priorities 33 of each are dealt, with an SD of 3.6.
    assert counts[CLOSE] > 42
    assert sum(counts[frozenset((name, CLEAR))] for name in CLOSE) < 50
    left = Counter(one.left for one in given)
    assert abs(left["a"] - left["b"]) <= 40
    assert all(0 < one.probability <= 1 for one in given)
    assert not Comparison.objects.filter(taken__gt=1).exists()


def error(values: list[float]) -> float:
    """The standard error of their mean: a rare draw weighs much, so the spread is the weights' own."""
    return stdev(values) / sqrt(len(values))


@pytest.mark.slow
def test_each_vote_weighed_by_its_stored_chance_counts_all_comparisons_alike() -> None:
    study = made(60, overlap=1, session_length=20)
    rate(study, 60, random.Random(8))
    assert Comparison.objects.values("priority").distinct().count() > 2
    # The next draw, again and again: each of the 300 that are left counts once on average.
    invitation = Invitation.objects.get(protocol=study.protocol)
    Invitation.objects.update(places=1_000)
    counted: list[float] = []
    close = []
    shown = key()
    for _ in range(400):
        session = sessions.open_session(rater=raters.begin(invitation=invitation), protocol=study.protocol)
        assignment = dealing.deal_next(session=session)
        assert assignment
        counted.append(1 / assignment.probability)
        close.append(frozenset(shown[assignment.comparison_id]) == CLOSE)
        dealing.give_back(assignment=assignment, state=Assignment.State.EXPIRED)
    left = Comparison.objects.filter(taken=0)
    assert abs(fmean(counted) - left.count()) < 4 * error(counted)
    pairs = Counter(frozenset(shown[pk]) for pk in left.values_list("pk", flat=True))
    of_close = [weight * is_close for weight, is_close in zip(counted, close, strict=True)]
    assert abs(fmean(of_close) - pairs[CLOSE]) < 4 * error(of_close)
    assert error(counted) < 0.15 * left.count()
    assert sum(close) / len(close) > 1.5 * pairs[CLOSE] / left.count()


def test_priorities_follow_the_votes_of_people_and_only_where_pairing_is_adaptive() -> None:
    cache.clear()
    study = made(4, overlap=3, session_length=20)
    assert adaptive.priorities(study) == {} and adaptive.refresh_due() == 0
    rate(study, 20, random.Random(1))
    assert {verdict for *_, verdict, _ in unblinded.tally(study)} <= {"a", "b"}
    assert sum(n for *_, n in unblinded.tally(study)) == 20
    found = adaptive.priorities(study)
    assert len(found) == 6 and max(found.values()) == adaptive.MOST - 1 and min(found.values()) >= 0
    assert Comparison.objects.aggregate(n=Sum("priority"))["n"] == 4 * sum(found.values())
    # Nothing is written twice, and nothing looked at again before there is more to see.
    assert adaptive.refresh(study=study) == 0 == adaptive.refresh_due()
    Comparison.objects.update(priority=0)
    Study.objects.update(pairing=Study.Pairing.ALL)
    cache.clear()
    assert adaptive.refresh_due() == 0 and Judgement.objects.count() == 20
