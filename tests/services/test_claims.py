"""Rows move by conditional updates; a worker that lost its claim changes nothing."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.services import desk
from vibes.models import Attempt, Endpoint, Generation
from vibes.providers.base import ProviderError, Reply, Usage
from vibes.services.generations import claims, queue

pytestmark = pytest.mark.django_db
REPLY = Reply(
    text="An answer\x00",
    thoughts="",
    finish_reason="stop",
    usage=Usage(tokens_in=3, tokens_out=2),
    served_model="m",
    seconds=0.5,
    raw={},
)


def claim(token: uuid.UUID, capacity: int = 100) -> list[Generation]:
    return claims.claim(token=token, capacity=capacity)


def expire() -> None:
    Generation.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_each_row_is_claimed_once() -> None:
    desk.study(prompt_count=4)
    first, second = claim(uuid.uuid4(), 3), claim(uuid.uuid4(), 100)
    assert len(first) == 3
    assert len(second) == 5
    assert not {g.pk for g in first} & {g.pk for g in second}


def test_an_endpoint_never_has_more_calls_than_slots_over_all_workers() -> None:
    desk.study(prompt_count=6, settings={"slots": 2})
    assert len(claim(uuid.uuid4())) == 4
    assert claim(uuid.uuid4()) == []


def test_an_answer_is_stored_once_and_a_lost_claim_stores_nothing() -> None:
    desk.study(prompt_count=1)
    old, new = uuid.uuid4(), uuid.uuid4()
    generation = claim(old, 1)[0]
    attempt = claims.begin_attempt(generation=generation)
    expire()
    assert claims.sweep() == 1
    taken = next(g for g in claim(new) if g.pk == generation.pk)
    assert not claims.store(generation=generation, token=old, attempt=attempt, reply=REPLY)
    second = claims.begin_attempt(generation=taken)
    assert claims.store(generation=taken, token=new, attempt=second, reply=REPLY)
    taken.refresh_from_db()
    assert (taken.state, taken.text, taken.tokens_out) == ("done", "An answer\N{SYMBOL FOR NULL}", 2)
    assert [a.number for a in taken.attempts.order_by("number")] == [1, 2]


def test_a_lost_worker_leaves_its_attempt_on_record() -> None:
    desk.study(prompt_count=1)
    generation = claim(uuid.uuid4(), 1)[0]
    claims.begin_attempt(generation=generation)
    expire()
    claims.sweep()
    assert Attempt.objects.get().outcome == Attempt.Outcome.LOST
    generation.refresh_from_db()
    assert generation.state == "queued"


def test_rows_that_keep_losing_their_worker_fail_with_a_reason(settings: object) -> None:
    desk.study(prompt_count=1, characters=("plain", "slips"), settings={"slots": 1})
    for _ in range(4):
        claim(uuid.uuid4())
        expire()
        claims.sweep()
    failed = Generation.objects.filter(state="failed")
    assert failed.count() == 2
    assert "4 times" in failed[0].error


def test_a_passing_error_is_tried_again_later_and_a_permanent_one_is_not() -> None:
    desk.study(prompt_count=1)
    token = uuid.uuid4()
    passing, permanent = claim(token)
    busy = ProviderError("busy", permanent=False, kind="overloaded", retry_after=30)
    wrong = ProviderError("no such model", permanent=True, kind="not_found")
    claims.fail(generation=passing, token=token, attempt=claims.begin_attempt(generation=passing), error=busy)
    claims.fail(
        generation=permanent, token=token, attempt=claims.begin_attempt(generation=permanent), error=wrong
    )
    passing.refresh_from_db()
    permanent.refresh_from_db()
    assert (passing.state, passing.error) == ("queued", "busy")
    assert passing.not_before > timezone.now() + timedelta(seconds=25)
    assert (permanent.state, permanent.error) == ("failed", "no such model")
    assert claim(uuid.uuid4()) == []


def test_released_rows_are_free_at_once() -> None:
    desk.study(prompt_count=1)
    token = uuid.uuid4()
    mine = claim(token)
    assert claims.release(token=token, generations=[g.pk for g in mine]) == 2
    assert len(claim(uuid.uuid4())) == 2


def test_unattended_rows_are_seen_and_attended_ones_left_alone() -> None:
    assert not claims.unattended()
    desk.study(prompt_count=2, settings={"slots": 1})
    assert claims.unattended()
    claim(uuid.uuid4())
    assert not claims.unattended()
    expire()
    assert claims.unattended()


def test_a_paid_answer_is_not_asked_for_again_by_another_study() -> None:
    study = desk.study(prompt_count=2)
    again = queue.enqueue(
        study=desk.studies.create(
            by=desk.lead(),
            plan=desk.studies.Plan(
                name="second", prompts=list(study.prompts.all()), endpoints=list(study.endpoints.all())
            ),
        ),
        endpoints=study.endpoints.all(),
        prompts=study.prompts.all(),
    )
    assert again == Generation.objects.count() == 4


def test_a_changed_endpoint_makes_new_rows_and_leaves_the_old_ones_true() -> None:
    study = desk.study(prompt_count=1)
    Endpoint.objects.update(temperature=0.9)
    queue.enqueue(study=study, endpoints=Endpoint.objects.all(), prompts=study.prompts.all())
    assert Generation.objects.count() == 4
    assert {g.snapshot["temperature"] for g in Generation.objects.all()} == {None, 0.9}


def test_failed_rows_can_be_tried_again() -> None:
    study = desk.study(prompt_count=1)
    Generation.objects.update(state="failed", error="down", tries=4)
    assert queue.retry_failed(by=desk.lead(), study=study) == 2
    assert set(Generation.objects.values_list("state", "tries", "error")) == {("queued", 0, "")}
