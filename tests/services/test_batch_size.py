"""Batches as large as they may be, and driven by real workers."""

import gc
import resource
import tempfile
import threading
import time
from pathlib import Path

import pytest
from django.db.models import Count

from tests import real
from tests.services import desk
from tests.services.by_batch import drive_to_the_end, ordered, states
from vibes import tasks
from vibes.datasets.prompt_files import PromptRow
from vibes.models import Attempt, Batch, Study
from vibes.services import endpoints, prompts, studies
from vibes.services.generations import batch_plan, batch_rows, batches

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_batches")]


def test_no_batch_has_more_requests_than_its_vendor_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_plan, "MOST_REQUESTS", 4)
    ordered("http://127.0.0.1:9", count=10, characters=("plain",))
    assert sorted(Batch.objects.values_list("requests", flat=True)) == [2, 4, 4]
    ids = [custom_id for batch in Batch.objects.all() for custom_id, _ in batch_rows.open_requests(batch)]
    assert len(set(ids)) == 10
    assert max(map(len, ids)) <= 64


def test_no_batch_has_more_bytes_than_its_vendor_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_plan, "MOST_BYTES", 4000)
    ordered("http://127.0.0.1:9", count=10, characters=("plain",))
    sizes = list(Batch.objects.values_list("requests", flat=True))
    assert sum(sizes) == 10
    assert max(sizes) <= 3


@pytest.mark.slow
def test_real_workers_drive_batches_by_their_tasks(workers: None, scripted_server) -> None:
    ordered(scripted_server.base_url.removesuffix("/v1"), settings={"key_variable": ""})
    for _ in range(100):
        tasks.drive_batches.delay()
        time.sleep(0.2)
        if not Batch.objects.filter(state__in=batches.OPEN).exists():
            break
    assert states() == {"done": 6}
    assert set(
        Attempt.objects.values_list("generation").annotate(n=Count("pk")).values_list("n", flat=True)
    ) == {1}


@pytest.mark.slow
@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_ten_thousand_rows_are_one_batch_in_bounded_memory(provider: str) -> None:
    """20 MB of prompts. The server is another process, so that what is measured is ours."""
    count = 10_000
    rows = [
        PromptRow(f"q-{n}", ({"role": "user", "content": f"Question {n}? " + "weather " * 250},), "factual")
        for n in range(count)
    ]
    asked = list(prompts.store(by=desk.lead(), name="many", rows=rows).prompts.all())
    with tempfile.TemporaryDirectory() as folder, real.ScriptedServer(Path(folder)) as server:
        one = endpoints.add(
            by=desk.lead(), name="One", provider=provider, model="scripted-plain", base_url=server.base_url
        )
        plan = studies.Plan(name="Large", prompts=asked, endpoints=[one], delivery=Study.Delivery.BATCH)
        studies.create(by=desk.lead(), plan=plan)
        del asked, rows, plan
        gc.collect()
        before, most = memory(), Most()
        with most:
            drive_to_the_end()
    assert states() == {"done": count}
    batch = Batch.objects.get()
    assert (batch.requests, batch.answered) == (count, count)
    assert most.mb - before < 200


def memory() -> float:
    """Resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


class Most:
    """The most memory that was in use meanwhile."""

    def __enter__(self) -> "Most":
        self.mb, self._ended = memory(), threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            self.mb = max(self.mb, memory())

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()
