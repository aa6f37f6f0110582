"""The pump against a real server through the real SDK: faults, lost workers, and nothing paid twice."""

import asyncio
import time

import pytest

from annotations.models import Comparison
from tests.providers.loopback import running
from tests.services import desk
from vibes.models import Arm, Attempt, Generation
from vibes.providers.scripted_faults import parse_rule
from vibes.providers.scripted_server import Pace, create_app
from vibes.queries import studies as read
from vibes.services.generations import pump

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(settings) -> None:
    settings.GENERATION_BACKOFF_SECONDS = 0.02
    settings.GENERATION_ATTEMPTS = 3


def serve(count: int = 3, *faults: str, latency: float = 0.0):
    return running(
        create_app(desk.answers(count), faults=[parse_rule(f) for f in faults], pace=Pace(latency, 0.0))
    )


def test_answers_are_fetched_stored_and_paired() -> None:
    with serve() as server:
        study = desk.study(f"{server.address}/v1", characters=("plain", "flattering", "formatted"))
        assert pump.run() == 9
    assert set(Generation.objects.values_list("state", flat=True)) == {"done"}
    assert Comparison.objects.count() == Arm.objects.count() == 9
    comparison = Arm.objects.select_related("comparison", "matchup__generation_a", "matchup__generation_b")
    for arm in comparison:
        assert arm.comparison.side_a[-1]["text"] == arm.matchup.generation_a.text
        assert arm.comparison.side_b[-1]["text"] == arm.matchup.generation_b.text
    progress = read.progress(study)
    assert (progress.done, progress.failed, progress.left, progress.percent) == (9, 0, 0, 100)
    assert progress.tokens > 0


def test_a_passing_fault_is_tried_again_and_every_attempt_is_on_record() -> None:
    with serve(3, "500:first=1") as server:
        desk.study(f"{server.address}/v1")
        pump.run()
        assert server.asked() == 12
    assert set(Generation.objects.values_list("state", flat=True)) == {"done"}
    outcomes = list(Attempt.objects.values_list("outcome", flat=True))
    assert sorted(outcomes) == ["answered"] * 6 + ["failed"] * 6


def test_one_model_down_fails_with_its_reason_and_the_study_goes_on() -> None:
    with serve(3, "503:every=1:model=scripted-slips") as server:
        study = desk.study(f"{server.address}/v1", characters=("plain", "flattering", "slips"))
        pump.run()
    progress = read.progress(study)
    assert (progress.done, progress.failed, progress.left) == (6, 3, 0)
    assert Comparison.objects.count() == 3
    (row,) = read.failures(study)
    assert row["endpoint__name"] == "Model slips"
    assert row["error"]


def test_a_server_that_is_not_there_fails_every_row_with_the_reason() -> None:
    study = desk.study("http://127.0.0.1:9/v1", prompt_count=1)
    pump.run()
    progress = read.progress(study)
    assert (progress.done, progress.failed) == (0, 2)
    assert Attempt.objects.filter(error_kind="unreachable").count() == 6


@pytest.mark.parametrize("fault", ["empty", "length", "refused"])
def test_an_empty_cut_or_refused_answer_is_never_put_before_a_rater(fault: str) -> None:
    with serve(1, f"{fault}:every=1:model=scripted-plain") as server:
        desk.study(f"{server.address}/v1", prompt_count=1)
        pump.run()
    assert Generation.objects.get(endpoint__model="scripted-plain").state == "failed"
    assert not Comparison.objects.exists()


def test_a_missing_key_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOT_SET_API_KEY", raising=False)
    study = desk.study(prompt_count=1, settings={"key_variable": "NOT_SET_API_KEY"})
    pump.run()
    assert "NOT_SET_API_KEY" in str(read.failures(study)[0]["error"])


def test_slots_bound_the_calls_in_flight() -> None:
    with serve(6, latency=0.05) as server:
        desk.study(f"{server.address}/v1", prompt_count=6, settings={"slots": 2})
        start = time.monotonic()
        pump.run()
        # 6 prompts over 2 slots are 3 rounds of 0.05 s for each endpoint.
        assert time.monotonic() - start > 0.14


def test_a_worker_told_to_stop_gives_its_rows_back_and_the_next_fetches_them(settings) -> None:
    settings.GENERATION_STOP_SECONDS = 0.1
    with serve(2, "hang:first=1") as server:
        desk.study(f"{server.address}/v1", prompt_count=2)
        end = time.monotonic() + 0.5
        pump.run(stopping=lambda: time.monotonic() > end)
        assert set(Generation.objects.values_list("state", flat=True)) == {"queued"}
        assert set(Attempt.objects.values_list("outcome", flat=True)) == {"lost"}
        assert pump.run() == 4
        assert server.asked() == 8


def test_two_pumps_at_once_ask_for_nothing_twice() -> None:
    with serve(20, latency=0.01) as server:
        desk.study(f"{server.address}/v1", prompt_count=20)

        async def both() -> list[int]:
            pumps = [pump.Pump(slots=5, seconds=30, stopping=lambda: False) for _ in range(2)]
            return await asyncio.gather(*(one.run() for one in pumps))

        assert sum(asyncio.run(both())) == 40
        assert server.asked() == 40
    assert Comparison.objects.count() == 20
