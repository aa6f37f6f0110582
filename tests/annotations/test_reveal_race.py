"""An answer on its way while the names are shown: it is stored before them, or refused after, and never in between."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from annotations.models import Assignment, Judgement, Protocol, RatingSession
from annotations.services import dealing, judgements, reveal
from annotations.services.judgements import Answer, Stale
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def taken_back() -> Assignment:
    """The last answer of a full set, taken back: it waits, and an old page of it may still send."""
    room = rooms.make(session_length=2, reveal=Protocol.Reveal.AFTER)
    room.comparisons(4)
    session = room.session()
    for n in range(2):
        one = dealing.deal_next(session=session, served=True)
        assert one
        judgements.record(assignment=one, rater=session.rater, answer=Answer(key=f"k{n}", verdict="a"))
    judgements.retract(assignment=one, rater=session.rater, key="undone")
    return Assignment.objects.select_related("session__protocol", "rater", "comparison").get(pk=one.pk)


def beside(call: Callable[[], object], began: threading.Event) -> object:
    """In a thread, with a connection of its own."""
    try:
        began.set()
        return call()
    finally:
        connections.close_all()


def answered(assignment: Assignment) -> Judgement:
    answer = Answer(key="again", verdict="b")
    return judgements.record(assignment=assignment, rater=assignment.rater, answer=answer)


def end(session: RatingSession) -> None:
    RatingSession.objects.filter(pk=session.pk).update(ended_at=session.started_at)


def test_an_answer_that_comes_while_the_names_are_shown_is_refused(taken_back: Assignment) -> None:
    end(taken_back.session)
    began = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert reveal.reveal(session=taken_back.session)
            sent = pool.submit(beside, lambda: answered(taken_back), began)
            began.wait(5)
            time.sleep(0.2)  # it waits for the row meanwhile
            assert not sent.done()
        with pytest.raises(Stale):
            sent.result(20)
    newest = Judgement.objects.filter(assignment=taken_back).latest("revision")
    assert newest.retracted
    assert Assignment.objects.get(pk=taken_back.pk).state == Assignment.State.EXPIRED


def test_names_asked_for_while_an_answer_is_stored_wait_for_it(taken_back: Assignment) -> None:
    end(taken_back.session)
    began = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            answered(taken_back)
            asked = pool.submit(beside, lambda: reveal.reveal(session=taken_back.session), began)
            began.wait(5)
            time.sleep(0.2)
            assert not asked.done()
        assert asked.result(20) is True
    assert Assignment.objects.get(pk=taken_back.pk).state == Assignment.State.JUDGED
    newest = Judgement.objects.filter(assignment=taken_back).latest("revision")
    assert (newest.key, newest.verdict == "a") == ("again", taken_back.left == "b")
    with pytest.raises(Stale):
        judgements.record(
            assignment=taken_back, rater=taken_back.rater, answer=Answer(key="late", verdict="a")
        )
