"""A session's places are read from its end: as many for a long session as for a short one, and none that waits is missed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import Assignment, RatingSession
from annotations.queries import places
from annotations.services import dealing, judgements
from annotations.services.judgements import Answer
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db
State = Assignment.State


def judged(session: RatingSession, count: int) -> list[Assignment]:
    made = []
    for n in range(count):
        one = dealing.deal_next(session=session)
        assert one
        judgements.record(assignment=one, rater=session.rater, answer=Answer(key=f"k{n}", verdict="a"))
        made.append(Assignment.objects.get(pk=one.pk))
    return made


@pytest.fixture
def session() -> RatingSession:
    room = rooms.make(session_length=60)
    room.comparisons(40)
    return room.session()


def test_an_empty_session(session: RatingSession) -> None:
    found = places.of(session)
    assert (found.done, found.rows, found.next_number, found.waiting) == (0, (), 0, None)


def test_a_long_session_is_counted_whole_and_read_from_its_end(session: RatingSession) -> None:
    made = judged(session, 25)
    waiting = dealing.deal_next(session=session)
    with CaptureQueriesContext(connection) as asked:
        found = places.of(session)
    assert len(asked) == 1
    assert (found.done, found.next_number, found.waiting) == (25, 26, waiting)
    assert len(found.rows) == places.LAST
    assert [row.pk for row in found.judged] == [one.pk for one in made[-(places.LAST - 1) :]]
    assert {row.revisions for row in found.judged} == {1}
    assert all(row.first_at for row in found.judged)
    assert waiting and found.revisions(waiting) == 0


def test_what_waits_far_behind_is_found(session: RatingSession) -> None:
    """Answers taken back one after another, beyond what is read from the end."""
    made = judged(session, 20)
    judgements.retract(assignment=made[-1], rater=session.rater, key="undone")
    Assignment.objects.filter(pk=made[2].pk).update(state=State.DEALT)
    Assignment.objects.filter(pk=made[5].pk).update(state=State.SKIPPED)
    found = places.of(session)
    assert found.waiting == made[2]
    assert found.done == 17
    assert found.revisions(made[-1]) == 2
    assert not found.holds(made[5])


def test_revisions_of_what_was_not_read(session: RatingSession) -> None:
    made = judged(session, 15)
    assert places.of(session).revisions(made[0]) == 1
