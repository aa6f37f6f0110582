"""Overlap is exact, nobody meets a pair twice, leases come back."""

import random
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.models import Assignment, Comparison, Rater, RatingSession
from annotations.services import dealing, judgements, overlap, raters, sessions
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db
# Of one dealing, transaction control left out: the session's lock, its progress, the draw, the place, the assignment; and
# which sides were shown, where anybody has had the comparison.
STATEMENTS = 6
CONTROL = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")


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


@pytest.mark.slow
def test_dealing_replays_from_the_seeds_and_the_order_of_requests() -> None:
    def order(room: rooms.Room) -> list[tuple[str, int, str]]:
        for group in range(12):
            for cell in range(3):
                room.comparison(group, group=f"group-{group}", cell=cell, wanted=1 + cell)
        sessions = [room.session() for _ in range(3)]
        for number, session in enumerate(sessions):
            RatingSession.objects.filter(pk=session.pk).update(seed=number)
            # A rater's order of variants is drawn from the protocol's seed and from who they are.
            Rater.objects.filter(pk=session.rater_id).update(public_id=uuid.UUID(int=number))
        dealt = []
        for number in random.Random(1).choices(range(3), k=30):
            assignment = dealing.deal_next(session=sessions[number])
            if assignment:
                dealt.append((assignment.comparison.group, assignment.comparison.cell, assignment.left))
                judge(assignment)
        for session in sessions:
            Rater.objects.filter(pk=session.rater_id).update(public_id=uuid.uuid4())
        return dealt

    first, second = order(rooms.make()), order(rooms.make())
    assert first == second
    assert len(first) > 25
    assert {cell for _, cell, _ in first} == {0, 1, 2}


@pytest.mark.slow
def test_variants_of_a_pair_are_dealt_as_often_as_each_is_wanted_and_groups_evenly() -> None:
    room = rooms.make()
    for group in range(6):
        for cell, wanted in enumerate((1, 3, 3)):
            room.comparison(group, group=f"group-{group}", cell=cell, wanted=wanted)
    for _ in range(7):
        session = room.session()
        while assignment := dealing.deal_next(session=session):
            judge(assignment)
        covered = Counter(Assignment.objects.values_list("comparison__group", flat=True))
        assert len(set(covered.values())) == 1
    assert all(c.taken == c.wanted for c in Comparison.objects.all())


def test_one_dealing_takes_few_statements() -> None:
    room = rooms.make(overlap=3)
    room.comparisons(30)
    counts = []
    for _ in range(2):
        session = room.session()
        for _ in range(5):
            with CaptureQueriesContext(connection) as asked:
                assignment = dealing.deal_next(session=session, served=True)
            assert assignment and assignment.served_at
            counts.append(sum(not query["sql"].startswith(CONTROL) for query in asked))
            judge(assignment)
    assert max(counts) <= STATEMENTS, counts


def test_what_is_put_on_the_screen_is_noted_once() -> None:
    room = rooms.make()
    room.comparisons(2)
    session = room.session()
    assignment = dealing.deal_next(session=session)
    assert assignment and assignment.served_at is None
    for _ in range(2):
        assert dealing.deal_next(session=session, served=True) == assignment
    assignment.refresh_from_db()
    first = assignment.served_at
    assert first
    dealing.mark_served(assignment=assignment)
    assignment.refresh_from_db()
    assert assignment.served_at == first


def test_a_comparison_that_others_took_since_it_was_drawn_is_not_taken() -> None:
    room = rooms.make(overlap=3)
    drawn = room.comparison()
    session = room.session()
    room.dealt(room.session())
    assert overlap.take(session=session, head=drawn.pk, covered=0) is None
    found = overlap.take(session=session, head=drawn.pk, covered=1)
    assert found and (found.taken, found.covered) == (2, 2)
    drawn.refresh_from_db()
    assert (drawn.taken, drawn.covered) == (2, 2)


@pytest.mark.slow
def test_simulated_raters_take_no_places_and_meet_all_variants() -> None:
    room = rooms.make(overlap=1)
    for group in range(20):
        for cell in range(3):
            room.comparison(group, group=f"group-{group}", cell=cell)
    for _ in range(3):
        session = room.session(raters.simulate(planted={}))
        while assignment := dealing.deal_next(session=session):
            judge(assignment)
    cells = Counter(Assignment.objects.values_list("comparison__cell", flat=True))
    assert sum(cells.values()) == 60
    # Binomial(60, ⅓): 5 and more holds with probability 1 − 2e-6.
    assert min(cells[cell] for cell in range(3)) >= 5
    assert set(Comparison.objects.values_list("taken", flat=True)) == {0}
