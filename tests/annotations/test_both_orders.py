"""A machine has two assignments a comparison, sides swapped; it takes no place of people, and both answers are kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.models import Assignment, Comparison, Judgement, Rater
from annotations.queries import judgements as read
from annotations.services import both_orders, dealing, judgements, raters, sessions
from tests.annotations import room

pytestmark = pytest.mark.django_db


def machine_session(made: room.Room):
    return sessions.open_session(rater=raters.enlist_machine(), protocol=made.protocol, length=100)


def answer(assignment: Assignment, verdict: str) -> Judgement:
    given = judgements.Answer(key=f"{assignment.public_id}.1", verdict=verdict)
    return judgements.record(assignment=assignment, rater=assignment.rater, answer=given)


def test_a_machine_meets_each_comparison_once_in_each_order() -> None:
    made = room.make()
    session = machine_session(made)
    pairs = [both_orders.deal_both(session=session, comparison=one) for one in made.comparisons(12)]
    for first, second in pairs:
        assert {first.left, second.left} == {"a", "b"}
        assert (first.take, second.take) == (0, 1)
        assert (first.purpose, second.purpose) == ("study", "study")
    # Neither side is always the first one to stand on the left.
    assert {first.left for first, _ in pairs} == {"a", "b"}


def test_both_orders_are_kept_and_count_towards_no_overlap() -> None:
    made = room.make(overlap=1)
    comparison = made.comparison()
    first, second = both_orders.deal_both(session=machine_session(made), comparison=comparison)
    for assignment in (first, second):
        answer(assignment, "a")
    comparison.refresh_from_db()
    assert (comparison.taken, comparison.covered) == (0, 0)
    standing = read.standing(made.protocol).order_by("assignment__take")
    # The left column each time: in the comparison's own sides the two orders contradict each other.
    assert {row.verdict for row in standing} == {"a", "b"}
    assert [row.left for row in standing] == [first.left, second.left]
    # A person still finds the only place free.
    assert made.dealt(made.session()).comparison_id == comparison.pk


def test_dealing_again_finds_the_same_two() -> None:
    made = room.make()
    session, comparison = machine_session(made), made.comparison()
    once = both_orders.deal_both(session=session, comparison=comparison)
    answer(once[0], "b")
    sessions.end(session=session)
    later = sessions.open_session(rater=session.rater, protocol=made.protocol, length=100)
    again = both_orders.deal_both(session=later, comparison=comparison)
    assert [one.pk for one in again] == [one.pk for one in once]
    assert Assignment.objects.count() == 2
    assert again[0].state == "judged"


def test_a_half_that_is_missing_is_dealt_with_the_other_order() -> None:
    made = room.make()
    session, comparison = machine_session(made), made.comparison()
    first, second = both_orders.deal_both(session=session, comparison=comparison)
    Assignment.objects.filter(pk=first.pk).delete()
    mended, kept = both_orders.deal_both(session=session, comparison=comparison)
    assert kept.pk == second.pk
    assert mended.left == first.left != kept.left


def test_an_answer_that_comes_after_the_lease_is_kept() -> None:
    """The second order may be asked for again for days, where an endpoint is slow."""
    made = room.make()
    comparison = made.comparison()
    answer(made.dealt(made.session()), "a")
    first, _ = both_orders.deal_both(session=machine_session(made), comparison=comparison)
    assert dealing.sweep(now=timezone.now() + timedelta(days=3)) == 2
    first.refresh_from_db()
    assert first.state == "expired"
    # The place is the person's, and is not given back with what a machine held.
    assert Comparison.objects.get().taken == 1
    assert answer(first, "tie").verdict == "tie"
    assert Comparison.objects.get().taken == 1


@pytest.mark.parametrize("kind", [Rater.Kind.PERSON, Rater.Kind.SIMULATED])
def test_nobody_else_meets_a_comparison_twice(kind: str) -> None:
    made = room.make()
    rater = made.rater() if kind == Rater.Kind.PERSON else raters.simulate(planted={})
    session = sessions.open_session(rater=rater, protocol=made.protocol)
    with pytest.raises(both_orders.NotAMachine):
        both_orders.deal_both(session=session, comparison=made.comparison())
    assert not Assignment.objects.exists()
