"""Overlap is exact, nobody meets a pair twice, leases come back."""

from datetime import timedelta

import pytest
from django.db.models import Count
from django.utils import timezone

from annotations.models import Assignment, Comparison
from annotations.services import dealing, judgements, sessions
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db


def judge(assignment: Assignment, verdict: str = "a") -> None:
    answer = judgements.Answer(verdict=verdict, key=f"{assignment.public_id}.{verdict}")
    judgements.record(assignment=assignment, rater=assignment.rater, answer=answer)


def test_each_comparison_is_dealt_exactly_as_often_as_it_is_wanted() -> None:
    room = rooms.make(overlap=2)
    room.comparisons(4)
    dealt = 0
    for _ in range(5):
        session = room.session()
        while assignment := dealing.deal_next(session=session):
            judge(assignment)
            dealt += 1
    assert dealt == 8
    assert all(c.taken == c.wanted for c in Comparison.objects.all())


@pytest.mark.slow
def test_a_rater_meets_one_variant_of_a_pair_only() -> None:
    room = rooms.make(overlap=3)
    room.comparison(0, group="pair", topic="one")
    room.comparison(1, group="pair", topic="two")
    session = room.session()
    judge(room.dealt(session))
    assert dealing.deal_next(session=session) is None


def test_twin_prompts_are_kept_apart_while_anything_else_is_left() -> None:
    room = rooms.make(overlap=1)
    for number in range(6):
        room.comparison(number, topic=f"topic-{number // 2}")
    session = room.session()
    topics, strategies = [], []
    for _ in range(6):
        assignment = room.dealt(session)
        topics.append(assignment.comparison.topic)
        strategies.append(assignment.strategy)
        judge(assignment)
    assert len(set(topics[:3])) == 3
    assert strategies == ["least covered"] * 3 + ["topic repeated"] * 3


def test_least_covered_comparisons_come_first() -> None:
    room = rooms.make(overlap=3)
    room.comparisons(3)
    for _ in range(3):
        session = room.session(length=3)
        while assignment := dealing.deal_next(session=session):
            judge(assignment)
        counts = set(Comparison.objects.values_list("taken", flat=True))
        assert len(counts) == 1


def test_two_tabs_get_the_same_assignment() -> None:
    room = rooms.make()
    room.comparisons(3)
    session = room.session()
    assert room.dealt(session).pk == room.dealt(session).pk


def test_a_session_ends_at_its_length() -> None:
    room = rooms.make(session_length=2)
    room.comparisons(5)
    session = room.session()
    for _ in range(2):
        judge(room.dealt(session))
    assert dealing.deal_next(session=session) is None
    sessions.end(session=session)
    judge(room.dealt(room.session(session.rater)))


@pytest.mark.parametrize("state", [Assignment.State.SKIPPED, Assignment.State.BROKEN])
def test_what_is_given_back_is_free_for_others_and_not_dealt_to_this_rater_again(
    state: Assignment.State,
) -> None:
    room = rooms.make(overlap=1)
    comparison = room.comparison()
    session = room.session()
    assignment = room.dealt(session)
    assert dealing.give_back(assignment=assignment, state=state)
    assert not dealing.give_back(assignment=assignment, state=state)
    comparison.refresh_from_db()
    assert comparison.taken == 0
    assert dealing.deal_next(session=session) is None
    assert room.dealt(room.session()).comparison == comparison


def test_an_expired_lease_frees_the_place_and_the_rater_may_have_it_again() -> None:
    room = rooms.make(overlap=1)
    comparison = room.comparison()
    session = room.session()
    first = room.dealt(session)
    assert dealing.sweep() == 0
    assert dealing.sweep(now=timezone.now() + timedelta(days=1)) == 1
    comparison.refresh_from_db()
    assert comparison.taken == 0
    again = room.dealt(session)
    assert again.pk == first.pk
    assert again.state == Assignment.State.DEALT


def test_a_late_answer_counts_while_the_place_is_free_and_is_refused_once_it_is_not() -> None:
    room = rooms.make(overlap=1)
    comparison = room.comparison()
    late = room.dealt(room.session())
    dealing.sweep(now=timezone.now() + timedelta(days=1))
    other = room.dealt(room.session())
    with pytest.raises(judgements.Stale):
        judge(late)
    dealing.give_back(assignment=other, state=Assignment.State.SKIPPED)
    judge(late)
    comparison.refresh_from_db()
    assert comparison.taken == 1
    assert comparison.assignments.filter(state=Assignment.State.JUDGED).count() == 1


@pytest.mark.slow
def test_sides_are_balanced_within_each_comparison() -> None:
    room = rooms.make(overlap=4)
    room.comparisons(5)
    for _ in range(4):
        session = room.session()
        while assignment := dealing.deal_next(session=session):
            judge(assignment)
    for comparison in Comparison.objects.all():
        counts = dict(comparison.assignments.values_list("left").annotate(n=Count("pk")))
        assert counts == {"a": 2, "b": 2}


def test_dealing_replays_from_the_seed() -> None:
    def order(room: rooms.Room) -> list[tuple[str, str]]:
        room.comparisons(6)
        session = room.session()
        type(session).objects.filter(pk=session.pk).update(seed=99)
        session.refresh_from_db()
        dealt = []
        while assignment := dealing.deal_next(session=session):
            dealt.append((assignment.comparison.group, assignment.left))
            judge(assignment)
        return dealt

    assert order(rooms.make()) == order(rooms.make())
