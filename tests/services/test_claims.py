"""Rows move by conditional updates; a worker that lost its claim changes nothing."""

import os
import subprocess
import sys
import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from tests.journeys.running_demo import ROOT
from tests.real import database_url
from tests.services import desk
from vibes.models import Attempt, Generation, RawResponse
from vibes.providers.base import ProviderError, Reply, Usage
from vibes.services.generations import claims, landings
from vibes.services.generations.claims import Carried
from vibes.services.generations.flights import Flight, Landing

pytestmark = pytest.mark.django_db
REPLY = Reply(
    text="An answer\x00",
    thoughts="",
    finish_reason="stop",
    usage=Usage(tokens_in=3, tokens_out=2),
    served_model="m",
    seconds=0.5,
    raw={"id": "chat-1", "text": "ä\x00"},
    request_id="req-1",
    server="vllm 9",
)
BUSY = ProviderError("busy", permanent=False, kind="overloaded", retry_after=30)
WRONG = ProviderError("no such model", permanent=True, kind="not_found")


def claim(token: uuid.UUID, capacity: int = 100, **carried: object) -> list[Flight]:
    return claims.claim(token=token, capacity=capacity, **carried)


def began(flights: list[Flight]) -> list[Flight]:
    for flight in flights:
        flight.begin()
    return flights


def expire() -> None:
    Generation.objects.filter(state="running").update(lease_until=timezone.now() - timedelta(seconds=1))


def rows(flights: list[Flight]) -> set[int]:
    return {flight.generation.pk for flight in flights}


def test_each_row_is_claimed_once_with_its_attempt_on_record() -> None:
    desk.study(prompt_count=4, characters=("plain",))
    first, second = claim(uuid.uuid4(), 2), claim(uuid.uuid4())
    assert (len(first), len(second)) == (3, 1)  # two, and one ahead
    assert not rows(first) & rows(second)
    assert Attempt.objects.filter(outcome="in flight", number=1).count() == 4


def test_no_endpoint_has_more_rows_out_than_slots_and_a_few_over_all_workers() -> None:
    desk.study(prompt_count=12, settings={"slots": 4})
    assert len(claim(uuid.uuid4())) == 2 * (4 + 1)
    assert claim(uuid.uuid4()) == []


def test_a_worker_carries_no_more_of_an_endpoint_than_it_may() -> None:
    desk.study(prompt_count=12, characters=("plain",), settings={"slots": 10})
    token = uuid.uuid4()
    (endpoint,) = {flight.endpoint.pk for flight in claim(token, 4)}
    assert len(claim(token, 4, carried={endpoint: Carried(rows=4, ready=0)})) == 1


def test_one_endpoints_rows_take_no_room_from_anothers() -> None:
    desk.study(prompt_count=6, characters=("plain", "slips"), settings={"slots": 4})
    token = uuid.uuid4()
    plain = Generation.objects.filter(endpoint__model="scripted-plain").first().endpoint_id
    mine = claim(token, 4, carried={plain: Carried(rows=5, ready=0)})
    assert {flight.endpoint.model for flight in mine} == {"scripted-slips"}


def test_what_somebody_waits_for_comes_first_and_held_rows_never() -> None:
    desk.study(prompt_count=4, characters=("plain",))
    low, held, high, other = Generation.objects.order_by("pk")
    Generation.objects.filter(pk=high.pk).update(priority=5)
    Generation.objects.filter(pk=held.pk).update(held=True)
    taken = [flight.generation.pk for flight in claim(uuid.uuid4())]
    assert taken == [high.pk, low.pk, other.pk]


def test_an_answer_is_stored_with_where_it_came_from() -> None:
    prices = {"price_in": 100_000, "price_out": 200_000, "temperature": 0.5}
    desk.study(prompt_count=1, characters=("plain",), settings=prices)
    token = uuid.uuid4()
    (flight,) = claim(token)
    assert landings.store(token=token, flight=flight, reply=REPLY)
    row = Generation.objects.get()
    assert (row.state, row.text, row.tokens_out) == ("done", "An answer\N{SYMBOL FOR NULL}", 2)
    assert (row.cost, row.claim_token, row.lease_until) == (Decimal("0.7"), None, None)
    assert row.provenance["sdk"].startswith("openai ")
    assert (row.provenance["server"], row.provenance["request_id"]) == ("vllm 9", "req-1")
    assert row.provenance["response_id"] == "chat-1"
    assert row.provenance["parameters"]["temperature"] == 0.5
    assert row.provenance["prices"]["price_out"].startswith("200000")
    assert len(row.request_hash) == 64
    assert landings.unpacked(bytes(RawResponse.objects.get().body)) == REPLY.raw
    attempt = row.attempts.get()
    assert (attempt.outcome, attempt.request_id) == ("answered", "req-1")
    assert attempt.possible_cost > row.cost


def test_an_answer_is_stored_once_and_a_lost_claim_stores_nothing() -> None:
    desk.study(prompt_count=1, characters=("plain",))
    old, new = uuid.uuid4(), uuid.uuid4()
    (flight,) = claim(old)
    expire()
    assert claims.sweep() == 1
    (taken,) = claim(new)
    assert not landings.store(token=old, flight=flight, reply=REPLY)
    assert landings.store(token=new, flight=taken, reply=REPLY)
    row = Generation.objects.get()
    assert row.state == "done"
    # The first was answered too, and thrown away: it counts as lost, not as nothing.
    assert list(row.attempts.order_by("number").values_list("number", "outcome")) == [
        (1, "lost"),
        (2, "answered"),
    ]


def test_an_answer_that_comes_late_to_a_row_that_nobody_took_is_kept() -> None:
    desk.study(prompt_count=1, characters=("plain",))
    token = uuid.uuid4()
    (flight,) = claim(token)
    expire()
    claims.sweep()
    assert landings.store(token=token, flight=flight, reply=REPLY)
    assert Generation.objects.get().state == "done"
    assert Attempt.objects.get().outcome == "answered"
    assert claim(uuid.uuid4()) == []


def test_the_same_landing_twice_changes_nothing_more() -> None:
    """What a flush does whose commit came through and whose confirmation did not."""
    desk.study(prompt_count=1, characters=("plain",), settings={"price_in": 1, "price_out": 1})
    token = uuid.uuid4()
    (flight,) = claim(token)
    assert landings.store(token=token, flight=flight, reply=REPLY)
    before = Generation.objects.values().get()
    assert not landings.store(token=token, flight=flight, reply=REPLY)
    assert Generation.objects.values().get() == before


def test_a_lost_worker_leaves_its_attempt_on_record() -> None:
    desk.study(prompt_count=1, characters=("plain",))
    claim(uuid.uuid4())
    expire()
    claims.sweep()
    assert Attempt.objects.get().outcome == Attempt.Outcome.LOST
    assert Generation.objects.get().state == "queued"


def test_rows_that_keep_losing_their_worker_fail_with_a_reason() -> None:
    desk.study(prompt_count=1)
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
    landings.fail(token=token, flight=passing, error=BUSY)
    landings.fail(token=token, flight=permanent, error=WRONG)
    waits, failed = (Generation.objects.get(pk=one.generation.pk) for one in (passing, permanent))
    assert (waits.state, waits.error, waits.tries) == ("queued", "busy", 1)
    assert waits.not_before > timezone.now() + timedelta(seconds=25)
    assert (failed.state, failed.error, failed.error_kind) == ("failed", "no such model", "not_found")
    assert claim(uuid.uuid4()) == []
    assert claims.expected(60)
    assert not claims.expected(5)


@pytest.mark.slow
def test_what_tells_nothing_about_the_row_uses_up_no_try_but_not_for_ever() -> None:
    desk.study(prompt_count=1, characters=("plain",))
    slow = ProviderError("slow down", permanent=False, kind="rate_limited")
    for _ in range(landings.FREE_ATTEMPTS + 3):
        token = uuid.uuid4()
        (flight,) = claim(token)
        landings.fail(token=token, flight=flight, error=slow)
        Generation.objects.update(not_before=None)
        if flight.attempt.number < landings.FREE_ATTEMPTS:
            assert Generation.objects.get().tries == 0
    assert Generation.objects.get().state == "failed"


def test_a_reply_that_may_not_be_shown_is_billed_all_the_same() -> None:
    desk.study(prompt_count=1, characters=("plain",), settings={"price_in": 100_000, "price_out": 100_000})
    token = uuid.uuid4()
    (flight,) = claim(token)
    cut = ProviderError("cut", permanent=True, kind="cut")
    landings.land(token=token, landings=[Landing(flight, reply=REPLY, error=cut)])
    row = Generation.objects.get()
    assert (row.state, row.cost, row.text) == ("failed", Decimal("0.5"), "")


def test_the_pause_doubles_is_spread_and_is_the_same_for_the_same_try() -> None:
    first = [landings.pause(row, 1, 1, None).total_seconds() for row in range(50)]
    third = [landings.pause(row, 3, 3, None).total_seconds() for row in range(50)]
    assert len(set(first)) == 50
    assert 1.5 <= min(first) < max(first) <= 2.5
    assert 6 <= min(third) < max(third) <= 10
    assert landings.pause(1, 1, 1, None) == landings.pause(1, 1, 1, None)
    assert landings.pause(1, 1, 1, 30).total_seconds() > 30
    assert landings.pause(1, 1, 1, 10**9).total_seconds() < 700


def test_released_rows_are_free_at_once_and_only_a_call_under_way_is_lost() -> None:
    desk.study(prompt_count=1)
    token = uuid.uuid4()
    calling, waiting = claim(token)
    began([calling])
    assert claims.release(token=token, flights=[calling, waiting]) == 2
    assert Attempt.objects.get().generation_id == calling.generation.pk
    assert Attempt.objects.get().outcome == "lost"
    assert dict(Generation.objects.values_list("pk", "tries")) == {
        calling.generation.pk: 1,
        waiting.generation.pk: 0,
    }
    assert len(claim(uuid.uuid4())) == 2


def two_turns() -> None:
    """One prompt whose answer is asked about again."""
    turns = ({"role": "user", "content": "Question 0?"}, {"role": "user", "content": "Are you sure?"})
    rows = [desk.PromptRow(reference="pushed", turns=turns)]
    pushed = desk.prompts.store(by=desk.lead(), name="pushed", rows=rows)
    one = desk.endpoint("plain", price_in=100_000, price_out=100_000)
    plan = desk.studies.Plan(name="pushes", prompts=list(pushed.prompts.all()), endpoints=[one])
    desk.studies.create(by=desk.lead(), plan=plan, seed=1)


def test_each_turn_of_a_conversation_is_kept_and_a_crash_pays_for_none_again() -> None:
    two_turns()
    old, new = uuid.uuid4(), uuid.uuid4()
    (first,) = claim(old)
    (following,) = landings.land(token=old, landings=[Landing(first, reply=REPLY)]).onward
    assert (following.attempt.turn, following.attempt.number) == (1, 2)
    row = Generation.objects.get()
    assert (row.state, row.text, row.cost) == ("running", "", Decimal("0.5"))
    expire()
    claims.sweep()
    (again,) = claim(new)
    assert (again.talk.turn, again.attempt.turn, again.attempt.number) == (1, 1, 3)
    assert [message.content for message in again.request.messages] == [
        "Question 0?",
        "An answer\N{SYMBOL FOR NULL}",
        "Are you sure?",
    ]
    sure = replace(REPLY, text="Yes.")
    assert landings.store(token=new, flight=again, reply=sure)
    row.refresh_from_db()
    assert (row.state, row.text, row.cost, row.tokens_out) == ("done", "Yes.", 1, 4)
    assert [turn["content"] for turn in row.transcript][1:] == ["Are you sure?", "Yes."]
    assert list(row.attempts.order_by("number").values_list("turn", "outcome")) == [
        (0, "answered"),
        (1, "lost"),
        (1, "answered"),
    ]


def test_unattended_rows_are_seen_and_attended_ones_left_alone() -> None:
    assert not claims.unattended()
    desk.study(prompt_count=2, settings={"slots": 1})
    assert claims.unattended()
    claim(uuid.uuid4())
    assert not claims.unattended()
    expire()
    claims.sweep()
    assert claims.unattended()


SKEWED = """
import sys, uuid, django
from datetime import timedelta
django.setup()
from django.utils import timezone
real = timezone.now
timezone.now = lambda: real() + timedelta(seconds=float(sys.argv[1]))
from vibes.services.generations import claims
print(len(claims.claim(token=uuid.uuid4(), capacity=1)), claims.sweep(), len(claims.claim(token=uuid.uuid4(), capacity=9)))
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("skew", [-90, 90])
def test_leases_run_by_the_databases_clock_whatever_a_workers_says(skew: int) -> None:
    desk.study(prompt_count=1, characters=("plain",))
    command = [sys.executable, "-c", SKEWED, str(skew)]
    more = {"DJANGO_SETTINGS_MODULE": "vibes.settings", "VIBES_DATABASE_URL": database_url()}
    ran = subprocess.run(command, env=os.environ | more, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["1", "0", "0"]
    assert claims.sweep() == 0
    assert claims.alive()


def test_a_claim_finds_its_rows_by_the_index_and_counts_no_table() -> None:
    """Linear cost: neither the due rows nor those under way are read by passing over the others."""
    desk.study(prompt_count=3)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        due = Generation.objects.filter(claims.due(), endpoint=1).order_by("-priority", "pk")[:5]
        running = Generation.objects.filter(endpoint=1, state="running")
        plans = [query.explain() for query in (due, running)]
    assert "generation_due" in plans[0]
    assert "SORT" not in plans[0].upper().replace("SORT KEY", "")
    assert "INDEX" in plans[1].upper()
    assert "SEQ SCAN" not in plans[1].upper()
