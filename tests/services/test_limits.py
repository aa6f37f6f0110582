"""Limits in a real Redis: shared by workers, learnt from what servers say, and never in the way when Redis is not there."""

import time
import uuid

import pytest

from tests.providers.loopback import running
from tests.services import desk
from vibes.models import Attempt, Endpoint, Generation
from vibes.providers.base import ProviderError
from vibes.providers.scripted_faults import parse_rule
from vibes.providers.scripted_server import Pace, create_app
from vibes.services.generations import limits, pump
from vibes.services.generations.limits import Ask, Grant

pytestmark = pytest.mark.django_db(transaction=True)
NOBODY = "http://127.0.0.1:9/v1"


@pytest.fixture(autouse=True)
def quick(settings) -> None:
    settings.GENERATION_BACKOFF_SECONDS = 0.02
    settings.GENERATION_CIRCUIT_SECONDS = 0.05
    settings.PUMP_PATIENCE = 1.0


def endpoint(**settings: object) -> Endpoint:
    return desk.endpoint("plain", **{"slots": 10, **settings})


def take(one: Endpoint, wanted: int, worker: str = "one", **more: int) -> Grant:
    return limits.take(worker=worker, asks=[Ask(one, wanted, **{"flying": 0, **more})])[0]


def error(kind: str, retry_after: float | None = None) -> ProviderError:
    return ProviderError(f"it is {kind}", permanent=kind == "auth", kind=kind, retry_after=retry_after)


def fail(
    one: Endpoint, kind: str, times: int = 1, *, seconds: float = 0.0, retry_after: float | None = None
) -> list[bool]:
    return [
        limits.failed(endpoint=one, error=error(kind, retry_after), seconds=seconds) for _ in range(times)
    ]


def test_slots_are_shared_by_all_workers() -> None:
    one = endpoint(slots=10)
    assert take(one, 7).calls == 7
    assert take(one, 7, "two").calls == 3
    assert take(one, 7, "three").calls == 0
    assert take(one, 0, "one", flying=2).calls == 0
    assert take(one, 7, "three").calls == 5
    limits.leave(worker="two", endpoints=[one.pk])
    assert take(one, 9, "three", flying=5).calls == 3


@pytest.mark.slow
def test_no_minute_sees_more_requests_than_the_limit() -> None:
    one = endpoint(slots=100, requests_per_minute=600)
    began = time.monotonic()
    granted = first = take(one, 100, flying=0).calls
    last = 0.0
    assert first == 60
    while (asked := time.monotonic() - began) < 1.0:
        granted, last = granted + take(one, 100).calls, asked
        time.sleep(0.01)
    passed = time.monotonic() - began
    assert 60 + 8 * last - 2 <= granted <= 60 + (600 - 60 + 1) / 60 * passed + 1


def test_one_request_a_minute_is_one() -> None:
    one = endpoint(requests_per_minute=1)
    assert take(one, 5).calls == 1
    refused = take(one, 5, flying=1)
    assert (refused.calls, refused.why) == (0, limits.RATE)
    assert 59 < refused.wait <= 60


def test_tokens_are_reserved_by_estimate_and_corrected_after() -> None:
    one = endpoint(tokens_per_minute=100_000)
    assert take(one, 9, tokens=2_000).calls == 5
    assert take(one, 9, tokens=2_000, flying=5).calls == 0
    assert take(one, 9, tokens=2_000, flying=4, back=6_000).calls >= 3


def test_a_call_larger_than_the_bucket_waits_until_it_is_full_and_is_then_let_through() -> None:
    one = endpoint(tokens_per_minute=1_000)
    assert take(one, 1, tokens=5_000).calls == 1
    assert take(one, 1, tokens=5_000, flying=1).wait > 60


def test_too_many_requests_halve_the_calls_at_once_and_successes_grow_them_again() -> None:
    one = endpoint(slots=16)
    fail(one, "rate_limited")
    assert limits.states([one.pk])[one.pk].concurrency == 8
    time.sleep(0.02)
    # These left before the halving: they say nothing new.
    fail(one, "rate_limited", 5, seconds=1.0)
    assert limits.states([one.pk])[one.pk].concurrency == 8
    fail(one, "overloaded", 1)
    assert take(one, 16).calls == 4
    for _ in range(200):
        take(one, 0, successes=1)
    assert limits.states([one.pk])[one.pk].concurrency == 16


def test_retry_after_pauses_the_endpoint_for_all_workers() -> None:
    one, other = endpoint(), desk.endpoint("slips")
    fail(one, "rate_limited", retry_after=30)
    refused = take(one, 5, "two")
    assert (refused.calls, refused.why) == (0, limits.PAUSED)
    assert 29 < refused.wait <= 30
    assert limits.states([one.pk])[one.pk].paused_until
    assert take(other, 5, "two").calls == 5


@pytest.mark.slow
def test_the_circuit_opens_lets_one_probe_through_and_closes_on_success() -> None:
    one = endpoint()
    assert fail(one, "unreachable", 5) == [False] * 5
    assert fail(one, "unreachable") == [True]  # what was under way proves nothing new
    state = limits.states([one.pk])[one.pk]
    assert (state.open, state.reason) == (True, "it is unreachable")
    assert take(one, 5).why == limits.OPEN
    time.sleep(0.06)
    assert take(one, 5).calls == 1
    assert take(one, 5, "two").calls == 0
    fail(one, "unreachable")
    assert take(one, 5).wait > 0.06  # twice as long
    time.sleep(0.11)
    assert take(one, 5).calls == 1
    take(one, 0, successes=1)
    assert not limits.states([one.pk])[one.pk].open
    assert take(one, 5).calls == 5


def test_a_success_in_between_keeps_the_circuit_closed() -> None:
    one = endpoint()
    for _ in range(4):
        fail(one, "timeout", 4)
        take(one, 0, successes=1)
    assert not limits.states([one.pk])[one.pk].open


def test_a_refused_key_opens_it_at_once_and_a_reset_closes_it() -> None:
    one = endpoint()
    fail(one, "auth")
    assert limits.states([one.pk])[one.pk].open
    limits.reset(endpoint=one.pk)
    assert take(one, 5).calls == 5


def test_a_server_that_refuses_a_request_has_answered() -> None:
    """Its probe may be a row that it does not take: that must not keep the others waiting."""
    one = endpoint()
    fail(one, "unreachable", 5)
    time.sleep(0.06)
    assert take(one, 5).calls == 1
    fail(one, "bad_request")
    assert take(one, 5).calls == 5


@pytest.mark.parametrize("kind", ["bad_request", "refused", "empty", "cut", "garbled"])
def test_what_is_the_requests_own_fault_opens_nothing(kind: str) -> None:
    one = endpoint()
    fail(one, kind, 20)
    assert limits.states([one.pk])[one.pk] == limits.LimitState()


def test_without_redis_the_slots_of_the_database_hold_and_the_log_says_so_once(settings, caplog) -> None:
    settings.BROKER_URL = f"redis+socket:///nowhere/{uuid.uuid4()}.sock"
    one = endpoint(slots=4)
    assert take(one, 9, flying=1).calls == 3
    assert fail(one, "auth") == [False]
    assert limits.states([one.pk]) == {}
    assert [record.message for record in caplog.records if "without rate limits" in record.message]
    assert len(caplog.records) == 1
    limits._outage.until = 0.0


@pytest.mark.slow
def test_fetching_goes_on_without_redis(settings) -> None:
    settings.BROKER_URL = f"redis+socket:///nowhere/{uuid.uuid4()}.sock"
    with running(create_app(desk.answers(6), pace=Pace(0.01, 0.0))) as server:
        desk.study(f"{server.address}/v1", prompt_count=6, settings={"slots": 2})
        assert pump.run() == 12
        assert server.asked() == 12
    limits._outage.until = 0.0


@pytest.mark.slow
def test_a_dead_endpoint_holds_up_no_other_and_its_rows_wait(settings) -> None:
    settings.GENERATION_CIRCUIT_SECONDS = 60
    settings.PUMP_PATIENCE = 0.2
    with running(create_app(desk.answers(24))) as server:
        desk.study(f"{server.address}/v1", prompt_count=24)
        dead = Endpoint.objects.get(model="scripted-flattering")
        rows = Generation.objects.filter(endpoint=dead)
        snapshot = rows[0].snapshot | {"base_url": NOBODY}
        rows.update(snapshot=snapshot)
        assert pump.run() == 24
    assert limits.states([dead.pk])[dead.pk].open
    assert set(rows.values_list("state", flat=True)) == {"queued"}
    # The first calls at once, and those that took a place of theirs before the circuit opened; others gave their try back.
    first = dead.slots + settings.GENERATION_CIRCUIT_FAILURES
    assert Attempt.objects.filter(generation__endpoint=dead).count() <= first
    assert rows.filter(tries=0).count() >= 24 - first


@pytest.mark.slow
def test_a_hanging_endpoint_holds_up_no_other() -> None:
    rules = [parse_rule("hang:every=1:model=scripted-flattering")]
    with running(create_app(desk.answers(12), faults=rules)) as server:
        desk.study(f"{server.address}/v1", prompt_count=12, settings={"timeout_seconds": 2})
        end = time.monotonic() + 1.5
        pump.run(stopping=lambda: time.monotonic() > end)
        assert Generation.objects.filter(state="done", endpoint__model="scripted-plain").count() == 12


@pytest.mark.slow
def test_a_study_gets_through_a_server_that_takes_few_at_once(settings) -> None:
    settings.PUMP_PATIENCE = 5.0
    rules = [parse_rule("rate_limited:every=3")]
    with running(create_app(desk.answers(10), faults=rules, pace=Pace(0.01, 0.0))) as server:
        desk.study(f"{server.address}/v1", prompt_count=10, characters=("plain",), settings={"slots": 10})
        end = time.monotonic() + 40
        pump.run(stopping=lambda: time.monotonic() > end)
    assert Generation.objects.filter(state="done").count() == 10
