"""Queries put together once give what Django's own give, on either database, in any thread."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import BigIntegerField, CharField, DateTimeField, Exists, OuterRef
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.models import Assignment, Judgement
from annotations.queries.compiled import Compiled, CompiledUpdate, Slot
from annotations.services import dealing
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db

PUBLIC_ID = Slot("public_id", Assignment._meta.get_field("public_id"))
OWN = Compiled(
    lambda: (
        Assignment.objects.filter(public_id=PUBLIC_ID)
        .select_related("session__protocol__opening", "rater__invitation", "comparison")
        .annotate(answered=Exists(Judgement.objects.filter(assignment=OuterRef("pk"))))
    )
)
ROWS = Compiled(
    lambda: (
        Assignment.objects.filter(
            session=Slot("session", BigIntegerField()), state=Slot("state", CharField())
        )
        .order_by("-place")
        .values_list("place", "public_id", "lease_until", "comparison__side_a")
    )
)
LEASE = CompiledUpdate(
    lambda: Assignment.objects.filter(pk=Slot("pk", BigIntegerField()), state=Assignment.State.DEALT),
    lease_until=Slot("lease", DateTimeField()),
    strategy="changed",
)


@pytest.fixture
def dealt() -> list[Assignment]:
    room = rooms.make()
    room.comparisons(4)
    made = []
    for _ in range(3):
        one = dealing.deal_next(session=room.session(room.rater()))
        assert one
        made.append(one)
    return made


def test_a_model_with_what_is_beside_it(dealt: list[Assignment]) -> None:
    for one in dealt:
        found = OWN.one(public_id=one.public_id)
        assert found == one
        expected = Assignment.objects.select_related("comparison").get(pk=one.pk)
        assert found
        with CaptureQueriesContext(connection) as asked:
            assert vars(found)["answered"] is False
            assert found.comparison.side_a == expected.comparison.side_a
            assert found.session.protocol.title and found.rater.invitation
        assert not asked.captured_queries
        for field in Assignment._meta.concrete_fields:
            assert getattr(found, field.attname) == getattr(expected, field.attname), field.name
    assert OWN.one(public_id=dealt[0].session.protocol.public_id) is None


def test_rows(dealt: list[Assignment]) -> None:
    first, second, _ = dealt
    for one in (first, second, first):
        plain = Assignment.objects.filter(session=one.session, state="dealt").order_by("-place")
        expected = list(plain.values_list("place", "public_id", "lease_until", "comparison__side_a"))
        assert ROWS.all(session=one.session_id, state="dealt") == expected
        assert expected
    assert ROWS.all(session=first.session_id, state="judged") == []


def test_an_update_changes_what_it_finds(dealt: list[Assignment]) -> None:
    first, second, third = dealt
    now = timezone.now() + timedelta(days=2)
    assert LEASE.run(pk=first.pk, lease=now) == 1
    Assignment.objects.filter(pk=second.pk).update(state="judged")
    assert LEASE.run(pk=second.pk, lease=now) == 0
    changed = Assignment.objects.filter(strategy="changed")
    assert [(one.pk, one.lease_until) for one in changed] == [(first.pk, now)]
    assert Assignment.objects.get(pk=third.pk).lease_until == third.lease_until


def test_each_run_is_one_statement_that_django_counts(dealt: list[Assignment]) -> None:
    with CaptureQueriesContext(connection) as asked:
        OWN.one(public_id=dealt[0].public_id)
        ROWS.all(session=dealt[0].session_id, state="dealt")
        LEASE.run(pk=dealt[0].pk, lease=timezone.now())
    assert len(asked) == 3


@override_settings(DATABASE_PREPARE=False)
def test_without_kept_plans(dealt: list[Assignment]) -> None:
    assert OWN.one(public_id=dealt[0].public_id) == dealt[0]


def test_a_slot_without_a_value_is_said(dealt: list[Assignment]) -> None:
    with pytest.raises(KeyError, match="state"):
        ROWS.all(session=dealt[0].session_id)


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_meet_in_it(dealt: list[Assignment]) -> None:
    def ask(n: int) -> bool:
        one = dealt[n % len(dealt)]
        try:
            found = OWN.one(public_id=one.public_id)
            return found == one and found.comparison_id == one.comparison_id
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(60)))


@pytest.mark.django_db(transaction=True)
def test_postgresql_keeps_the_plans(dealt: list[Assignment]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("plans are PostgreSQL's")
    for one in dealt:
        assert OWN.one(public_id=one.public_id) == one
        assert LEASE.run(pk=one.pk, lease=timezone.now()) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans FROM pg_prepared_statements")
        kept = {statement.split()[0]: plans for statement, plans in cursor.fetchall()}
    assert kept["SELECT"] >= len(dealt) and kept["UPDATE"] >= len(dealt)
