"""Many raters at once on a real database: exact overlap, no row lost, none doubled."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from annotations.models import Assignment, Comparison, Judgement, RatingSession
from annotations.services import dealing, judgements
from annotations.services.judgements import Answer
from tests.annotations import room as rooms

RATERS, COMPARISONS, OVERLAP = 12, 20, 3


def rate(session: RatingSession) -> int:
    """Judges all that is dealt; every third answer is sent twice with its key."""
    done = 0
    try:
        while assignment := dealing.deal_next(session=session):
            answer = Answer(verdict="a", key=f"{assignment.public_id}.1")
            for _ in range(2 if done % 3 == 0 else 1):
                judgements.record(assignment=assignment, rater=session.rater, answer=answer)
            done += 1
    finally:
        connections.close_all()
    return done


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_many_raters_at_once_give_each_comparison_exactly_its_overlap() -> None:
    room = rooms.make(overlap=OVERLAP, session_length=500)
    room.comparisons(COMPARISONS)
    sessions = [room.session() for _ in range(RATERS)]
    with ThreadPoolExecutor(RATERS) as pool:
        done = sum(pool.map(rate, sessions))
    assert done == COMPARISONS * OVERLAP == Judgement.objects.count()
    per_comparison = Counter(Assignment.objects.filter(state="judged").values_list("comparison", flat=True))
    assert set(per_comparison.values()) == {OVERLAP}
    assert all(c.taken == OVERLAP for c in Comparison.objects.all())
    assert not Assignment.objects.exclude(state="judged").exists()


@pytest.mark.django_db(transaction=True)
def test_one_rater_in_two_tabs_gets_no_comparison_twice() -> None:
    room = rooms.make(overlap=1, session_length=500)
    room.comparisons(COMPARISONS)
    session = room.session()
    with ThreadPoolExecutor(2) as pool:
        assignments = list(pool.map(lambda _: _deal_and_close(session), range(2)))
    assert len({a.pk for a in assignments}) == 1


def _deal_and_close(session: RatingSession) -> Assignment:
    try:
        found = dealing.deal_next(session=session)
        assert found is not None
        return found
    finally:
        connections.close_all()
