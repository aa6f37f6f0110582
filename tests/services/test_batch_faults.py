"""Batches in which something fails: a part, the whole, the vendor, the key."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.models import Comparison
from tests.services import desk
from tests.services.by_batch import VENDORS, drive, drive_to_the_end, ordered, reply, sent_to, serve, states
from vibes.models import Attempt, Batch, Endpoint, Generation
from vibes.services.generations import batch_rows, batches, budget, control, pump

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("quick_batches"),
    pytest.mark.slow,
]


def test_hostile_and_unknown_ids_and_second_results_are_left_out_with_a_log_line(caplog) -> None:
    ordered("http://127.0.0.1:9", characters=("plain",))
    batch = Batch.objects.get()
    rows = list(Generation.objects.order_by("pk"))
    letters = batch.public_id.hex[:8]
    strange = [
        "",
        "g",
        "'; DROP TABLE vibes_generation; --",
        f"g{10**30}-1-{letters}",
        f"g{rows[0].pk}-2-{letters}",
        f"g{rows[0].pk}-1-00000000",
        f"g{rows[0].pk}-1",
        f"g\u0661-1-{letters}",
        f"g{rows[0].pk}-1-{letters}\n",
        f"g{rows[-1].pk + 999}-1-{letters}",
        "x" * 100_000,
        "\x00",
    ]
    results = [(custom_id, reply("stranger")) for custom_id in strange]
    results += [
        (f"g{rows[1].pk}-1-{letters}", reply("first")),
        (f"g{rows[1].pk}-1-{letters}", reply("second")),
    ]
    with caplog.at_level(logging.WARNING):
        assert batch_rows.keep(batch=batch, results=results) == [rows[1].pk]
        assert batch_rows.keep(batch=batch, results=results) == []
    assert "12 results that no row waits for" in caplog.text
    assert max(len(record.getMessage()) for record in caplog.records) < 500
    assert Generation.objects.get(pk=rows[1].pk).text == "first"
    assert states() == {"batched": 2, "done": 1}


@pytest.mark.parametrize("provider", VENDORS)
def test_part_of_a_batch_fails_for_good_and_part_is_asked_again_live(provider: str) -> None:
    with serve(
        3, "bad_request:every=1:model=scripted-slips", "500:first=1:model=scripted-flattering"
    ) as server:
        ordered(server.address, provider, characters=("plain", "slips", "flattering"))
        drive_to_the_end()
        assert states() == {"done": 3, "failed": 3, "queued": 3}
        assert pump.run() == 3
    failed = Generation.objects.filter(state="failed")
    assert {(row.endpoint.model, row.error_kind, row.batch) for row in failed} == {
        ("scripted-slips", "bad_request", None)
    }
    again = Generation.objects.filter(endpoint__model="scripted-flattering")
    assert {(row.state, row.tries, row.attempts.count()) for row in again} == {("done", 2, 2)}
    assert {batch.answered for batch in Batch.objects.all()} == {0, 3}


@pytest.mark.parametrize("fault", ["length", "refused", "empty"])
def test_an_answer_that_nobody_should_rate_is_paid_for_and_not_shown(fault: str) -> None:
    with serve(1, f"{fault}:every=1:model=scripted-plain") as server:
        study = ordered(server.address, count=1)
        drive_to_the_end()
    row = Generation.objects.get(endpoint__model="scripted-plain")
    assert row.state == ("queued" if fault == "empty" else "failed")
    assert row.text == ""
    assert row.cost > 0
    assert not Comparison.objects.exists()
    assert budget.spent(study).paid >= row.cost


@pytest.mark.parametrize("provider", VENDORS)
def test_what_expires_is_fetched_live_and_was_not_billed(provider: str) -> None:
    with serve(4, "batch_expired") as server:
        study = ordered(server.address, provider, count=4, characters=("plain",))
        drive_to_the_end()
        assert states() == {"done": 2, "queued": 2}
        assert budget.spent(study).lost == 0
        assert pump.run() == 2
    assert states() == {"done": 4}
    assert Batch.objects.get().answered == 2


@pytest.mark.parametrize("provider", VENDORS)
def test_a_batch_that_is_refused_as_a_whole_fails_its_rows_with_the_sentence(provider: str) -> None:
    with serve(3, "batch_invalid") as server:
        study = ordered(server.address, provider, characters=("plain",))
        drive_to_the_end()
    batch = Batch.objects.get()
    assert batch.state == "failed"
    assert "batch_invalid" in batch.error
    assert states() == {"failed": 3}
    assert all("batch_invalid" in row.error for row in Generation.objects.all())
    assert budget.spent(study).lost == budget.spent(study).in_flight == 0
    with serve() as server:
        Endpoint.objects.update(base_url=f"{server.address}/v1")
        control.retry_failed(by=desk.lead(), study=study)
        assert states() == {"batched": 3}


def test_a_missing_key_fails_what_was_not_sent_and_waits_for_what_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serve() as server:
        ordered(server.address)
        first, second = Batch.objects.order_by("pk")
        batches.drive(batch_id=first.pk)
        monkeypatch.delenv("TESTING_API_KEY")
        batches.drive(batch_id=first.pk)
        batches.drive(batch_id=second.pk)
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state) == ("sent", "failed")
        assert "TESTING_API_KEY" in first.error and "Tried again in" in first.error
        assert "TESTING_API_KEY" in second.error
        assert states() == {"batched": 3, "failed": 3}
        monkeypatch.setenv("TESTING_API_KEY", "sk-test-0123456789")
        drive_to_the_end()
    assert states() == {"done": 3, "failed": 3}
    first.refresh_from_db()
    assert first.error == ""


def test_a_vendor_that_is_down_is_asked_again_after_growing_pauses_and_loses_nothing() -> None:
    with serve() as server:
        ordered(server.address, characters=("plain",))
        drive()
        address = server.address
    pauses = []
    for hours in (0, 0.02, 0.2, 5):
        heard = timezone.now() - timedelta(hours=hours)
        Batch.objects.update(sent_at=heard, lease_until=None)
        drive()
        batch = Batch.objects.get()
        assert (batch.state, "Tried again in" in batch.error) == ("sent", True)
        pauses.append((batch.lease_until - timezone.now()).total_seconds())
        assert batches.due() == []
    assert pauses == sorted(pauses)
    assert pauses[0] < 1 < 30 < pauses[1] < pauses[2] < pauses[3] <= 900
    assert address in batch.snapshot["base_url"]
    assert states() == {"batched": 3}


@pytest.mark.parametrize("provider", VENDORS)
def test_a_batch_that_the_vendor_has_forgotten_fails_its_rows_and_counts_as_perhaps_billed(
    provider: str,
) -> None:
    with serve() as server:
        study = ordered(server.address, provider, characters=("plain",))
        drive()
    with serve() as server:
        Batch.objects.update(snapshot={**Batch.objects.get().snapshot, "base_url": f"{server.address}/v1"})
        Endpoint.objects.update(base_url=f"{server.address}/v1")
        drive()
        assert Batch.objects.get().state == "sent", "it may only be late in the vendor's books"
        Batch.objects.update(sent_at=timezone.now() - timedelta(hours=1))
        drive_to_the_end()
    batch = Batch.objects.get()
    assert batch.state == "failed"
    assert batch.vendor_id in batch.error
    assert states() == {"failed": 3}
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {"lost"}
    assert budget.spent(study).lost > 0


@pytest.mark.parametrize("fault", ["503", "garbled", "drop", "rate_limited"])
def test_trouble_at_any_step_passes(fault: str) -> None:
    """The first request to each address fails: upload, creation, polling, and each file of results."""
    with serve(3, f"{fault}:first=1:model=batches", "500:first=1:model=scripted-plain") as server:
        ordered(server.address, characters=("plain",))
        drive_to_the_end()
        assert len(sent_to(server)) == 1
    assert states() == {"queued": 3}
