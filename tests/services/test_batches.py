"""Batch delivery against a real server through both SDKs: sent once, collected once, whoever dies on the way."""

import asyncio
import uuid
from decimal import Decimal

import pytest

from annotations.models import AuditEntry, Comparison
from tests.services import desk
from tests.services.by_batch import (
    VENDORS,
    drive,
    drive_to_the_end,
    ordered,
    reply,
    rest,
    sent_to,
    serve,
    states,
)
from vibes.datasets.prompt_files import PromptRow
from vibes.models import Attempt, Batch, Endpoint, Generation, RawResponse, Study
from vibes.providers.base import ProviderError
from vibes.providers.registry import batch_provider
from vibes.services import endpoints, prompts, studies
from vibes.services.generations import batch_plan, batch_rows, batches, budget, claims, control, pump

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("quick_batches"),
    pytest.mark.slow,
]


@pytest.mark.parametrize("provider", VENDORS)
def test_a_study_by_batch_is_sent_asked_after_and_collected_at_its_price(provider: str) -> None:
    with serve() as server:
        study = ordered(server.address, provider)
        assert states() == {"batched": 6}
        assert Batch.objects.count() == 2
        drive()
        assert set(Batch.objects.values_list("state", flat=True)) == {"sent"}
        assert sorted(Batch.objects.values_list("vendor_id", flat=True)) == sorted(sent_to(server))
        drive_to_the_end()
    assert states() == {"done": 6}
    assert Comparison.objects.count() == 3
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {"answered"}
    assert RawResponse.objects.count() == 6
    for row in Generation.objects.select_related("batch", "endpoint", "prompt"):
        said = desk.answers(3)[row.prompt.text][row.endpoint.model]
        assert row.text == said
        live = row.tokens_in * Decimal(2) + row.tokens_out * Decimal(8)
        assert row.cost == live / 2 / 1_000_000
        assert row.provenance["delivery"] == "batch"
        assert row.provenance["batch"] == row.batch.vendor_id
        assert row.seconds is None
    for batch in Batch.objects.all():
        assert (batch.state, batch.answered, batch.failed, batch.error) == ("ended", 3, 0, "")
    spending = budget.spent(study)
    assert (spending.in_flight, spending.lost) == (0, 0)
    assert spending.paid > 0


def test_no_worker_fetches_one_by_one_what_goes_into_a_batch() -> None:
    with serve() as server:
        ordered(server.address)
        assert pump.run() == 0
        assert server.asked() == 0


def test_what_may_have_been_billed_stands_before_it_is_sent() -> None:
    study = ordered("http://127.0.0.1:9")
    attempts = Attempt.objects.filter(outcome="in flight")
    assert attempts.count() == 6
    live = {row.pk: budget.possible_cost(row.endpoint, _request(row)) for row in Generation.objects.all()}
    assert all(attempt.possible_cost == live[attempt.generation_id] / 2 for attempt in attempts)
    assert budget.spent(study).in_flight == sum(live.values()) / 2


def _request(row: Generation):
    return batch_plan.requests.request_of(row)


@pytest.mark.parametrize("provider", VENDORS)
def test_a_batch_that_was_received_though_no_reply_came_is_found_and_not_sent_again(provider: str) -> None:
    with serve(3, "batch_lost:first=1", seconds=0.2) as server:
        ordered(server.address, provider, characters=("plain",))
        drive()
        batch = Batch.objects.get()
        assert (batch.state, batch.vendor_id) == ("prepared", "")
        assert "Tried again in" in batch.error
        for _ in range(3):
            rest()
            drive()
        asyncio.run(asyncio.sleep(0.25))
        drive_to_the_end()
        assert len(sent_to(server)) == 1
        assert server.asked() == 3
    assert states() == {"done": 3}


@pytest.mark.parametrize("provider", VENDORS)
def test_a_worker_killed_between_sending_and_storing_pays_nothing_twice(provider: str) -> None:
    """Its claim is there, the vendor has the batch, and nobody knows the vendor's id."""
    with serve() as server:
        ordered(server.address, provider, characters=("plain",))
        batch, _, tried = batches._claim(Batch.objects.get().pk)
        assert not tried
        requests = batch_rows.open_requests(batch)

        async def send_and_die() -> None:
            vendor = batch_provider(provider)(f"{server.address}/v1", "sk-test-0123456789", 5.0)
            await vendor.submit(requests, label=str(batch.public_id))
            await vendor.aclose()

        asyncio.run(send_and_die())
        assert batches.due() == []
        drive_to_the_end()
        assert len(sent_to(server)) == 1
        assert server.asked() == 3
    assert states() == {"done": 3}


def test_a_worker_killed_before_sending_is_followed_by_one_that_sends() -> None:
    with serve() as server:
        ordered(server.address, characters=("plain",))
        batches._claim(Batch.objects.get().pk)
        drive_to_the_end()
        assert len(sent_to(server)) == 1
    assert states() == {"done": 3}


def test_a_batch_in_another_workers_hands_is_left_alone_and_a_zombie_writes_nothing() -> None:
    with serve() as server:
        ordered(server.address, characters=("plain",))
        batch, token, tried = batches._claim(Batch.objects.get().pk)
        assert not batches.drive(batch_id=batch.pk)
        drive_to_the_end()
        late = batches.Held(batch, token, tried, None, None)
        with pytest.raises(batches.ClaimLost):
            late.write(vendor_id="batch_of_a_zombie")
    assert Batch.objects.get().vendor_id != "batch_of_a_zombie"


def test_a_collection_that_broke_off_goes_on_and_stores_nothing_twice() -> None:
    with serve(6) as server:
        ordered(server.address, count=6, characters=("plain", "flattering"))
        drive()
        batch = Batch.objects.order_by("pk").first()
        results = asyncio.run(_collected(server, batch.endpoint.provider, batch.vendor_id))
        assert len(batch_rows.keep(batch=batch, results=results[:4])) == 4
        first = {row.pk: row.finished_at for row in Generation.objects.filter(state="done")}
        drive_to_the_end()
    assert states() == {"done": 12}
    assert Comparison.objects.count() == 6
    assert Attempt.objects.count() == 12
    for row in Generation.objects.filter(pk__in=first):
        assert row.finished_at == first[row.pk]


async def _collected(server, provider: str, vendor_id: str) -> list[batch_rows.Result]:
    vendor = batch_provider(provider)(f"{server.address}/v1", "sk-test-0123456789", 5.0)
    await vendor.poll(vendor_id)
    found = [result async for result in vendor.collect(vendor_id)]
    await vendor.aclose()
    return found


def test_a_result_for_a_row_that_has_left_the_batch_changes_nothing() -> None:
    ordered("http://127.0.0.1:9", characters=("plain",))
    batch = Batch.objects.get()
    (custom_id, _), *_ = batch_rows.open_requests(batch)
    batch_rows.give_back(batch=batch, problem=ProviderError("Gone.", permanent=False, kind="overloaded"))
    assert batch_rows.keep(batch=batch, results=[(custom_id, reply("late"))]) == []
    assert states() == {"queued": 3}


def test_a_server_without_batches_is_asked_one_by_one() -> None:
    with serve(3, "not_found:every=1:model=batches") as server:
        ordered(server.address, characters=("plain",))
        drive_to_the_end()
        assert states() == {"queued": 3}
        assert "takes no batches" in Batch.objects.get().error
        assert pump.run() == 3


def test_a_person_cancels_and_what_was_answered_is_kept_the_rest_fetched_live() -> None:
    with serve(10, seconds=1.0) as server:
        study = ordered(server.address, count=10, characters=("plain",))
        drive()
        drive()
        asyncio.run(asyncio.sleep(0.5))
        batch = Batch.objects.get()
        assert batches.cancel(by=desk.lead(), batch=batch)
        assert not batches.cancel(by=desk.lead(), batch=batch)
        drive_to_the_end()
        done = states()["done"]
        assert 0 < done < 10
        assert states() == {"done": done, "queued": 10 - done}
        assert budget.spent(study).lost == 0
        assert pump.run() == 10 - done
    assert AuditEntry.objects.filter(verb="cancelled", subject=f"batch {batch.pk}").count() == 1


@pytest.mark.parametrize("provider", VENDORS)
def test_a_cancelled_study_has_its_batches_cancelled_and_its_rows_with_them(provider: str) -> None:
    with serve(10, seconds=1.0) as server:
        study = ordered(server.address, provider, count=10, characters=("plain",))
        drive()
        drive()
        asyncio.run(asyncio.sleep(0.4))
        control.cancel(by=desk.lead(), study=study)
        drive_to_the_end()
        assert pump.run() == 0
        assert 0 < server.asked() < 10
    done = states().get("done", 0)
    assert states() == {"done": done, "cancelled": 10 - done}


def test_a_batch_that_was_never_sent_is_cancelled_without_the_vendor() -> None:
    with serve() as server:
        study = ordered(server.address)
        control.cancel(by=desk.lead(), study=study)
        drive_to_the_end()
        assert sent_to(server) == []
    assert states() == {"cancelled": 6}
    assert set(Batch.objects.values_list("state", flat=True)) == {"ended"}
    assert budget.spent(study).in_flight == budget.spent(study).lost == 0


def test_a_paused_study_sends_nothing_and_collects_what_is_under_way() -> None:
    with serve() as server:
        study = ordered(server.address)
        batches.drive(batch_id=batches.due()[0])
        control.pause(by=desk.lead(), study=study)
        for _ in range(5):
            drive()
        assert sorted(Batch.objects.values_list("state", flat=True)) == ["ended", "prepared"]
        control.resume(by=desk.lead(), study=study)
        drive_to_the_end()
    assert states() == {"done": 6}


def test_only_what_the_spending_cap_allows_is_sent() -> None:
    with serve(6) as server:
        whole = ordered(server.address, count=6, characters=("plain",), name="Without a cap")
        each = Attempt.objects.first().possible_cost
        control.cancel(by=desk.lead(), study=whole)
        drive_to_the_end()
        study = studies.create(
            by=desk.lead(),
            plan=studies.Plan(
                name="With a cap",
                prompts=list(whole.prompts.all()),
                endpoints=list(whole.endpoints.all()),
                delivery=Study.Delivery.BATCH,
                budget=round(each * Decimal("2.5"), 4),
            ),
        )
        assert study.generations.filter(state="batched").count() == 2
        assert budget.spent(study).in_flight <= study.budget
        # The others wait for room in a later batch: no worker fetches them at the full price.
        assert study.generations.filter(state="queued", held=True).count() == 4
        assert claims.claim(token=uuid.uuid4(), capacity=100) == []
        assert batches.prepare_waiting() == 0
        drive_to_the_end()
        assert batches.prepare_waiting() == 1
        assert study.generations.filter(state="done").count() == 2
        assert study.generations.filter(state="batched").count() == 2


def test_what_waits_for_a_batch_is_fetched_where_another_study_wants_it_at_once() -> None:
    with serve(6) as server:
        waiting = ordered(server.address, count=6, characters=("plain",), budget=Decimal("0.0001"))
        chosen = {"prompts": list(waiting.prompts.all()), "endpoints": list(waiting.endpoints.all())}
        assert states() == {"queued": 6} and not claims.claim(token=uuid.uuid4(), capacity=100)
        studies.create(by=desk.lead(), plan=studies.Plan(name="Live", **chosen))
        assert len(claims.claim(token=uuid.uuid4(), capacity=100)) == 6


def test_what_cannot_be_batched_is_left_to_the_workers() -> None:
    with serve() as server:
        pushed = [
            PromptRow("p-1", ({"role": "user", "content": "Question 0?"},) * 2, "factual"),
            PromptRow("p-2", ({"role": "user", "content": "Question 1?"},), "factual"),
        ]
        asked = list(prompts.store(by=desk.lead(), name="pushes", rows=pushed).prompts.all())
        chosen = [
            endpoints.add(
                by=desk.lead(),
                name=provider,
                provider=provider,
                model="scripted-plain",
                base_url=f"{server.address}/v1",
            )
            for provider in ("openai", "local")
        ]
        plan = studies.Plan(name="Mixed", prompts=asked, endpoints=chosen, delivery=Study.Delivery.BATCH)
        studies.create(by=desk.lead(), plan=plan)
        assert states() == {"batched": 1, "queued": 3}
        assert pump.run() == 3
        drive_to_the_end()
    assert states() == {"done": 4}


def test_who_can_batch() -> None:
    def able(provider: str, base_url: str = "") -> bool:
        return batches.batchable(Endpoint(provider=provider, base_url=base_url))

    assert able("responses") and able("anthropic") and able("openai")
    assert able("openai", "https://api.openai.com/v1") and able("openai", "https://eu.api.openai.com/v1")
    assert not able("openai", "https://api.openai.com.example.org/v1")
    assert not able("openai", "https://openrouter.example/v1")
    assert not able("local", "http://127.0.0.1:8000/v1") and not able("scripted")


def test_rows_that_come_later_are_batched_too() -> None:
    with serve() as server:
        study = ordered(server.address, characters=("plain",))
        control.cancel(by=desk.lead(), study=study)
        drive_to_the_end()
        assert states() == {"cancelled": 3}
        control.fill_missing(by=desk.lead(), study=study)
        assert states() == {"batched": 3}
        assert batches.prepare_waiting() == 0
        drive_to_the_end()
        assert Attempt.objects.filter(number=2, outcome="answered").count() == 3
    assert states() == {"done": 3}
