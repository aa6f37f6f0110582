"""The pump against a real server through the real SDK: faults, lost workers, and nothing paid twice."""

import asyncio
import json
import time
import uuid
from dataclasses import replace

import pytest

from annotations.models import Comparison
from tests.providers.loopback import running
from tests.services import desk
from vibes.models import Arm, Attempt, Generation
from vibes.providers.base import Reply, Usage
from vibes.providers.scripted_faults import parse_rule
from vibes.providers.scripted_server import Pace, create_app
from vibes.queries import fetching
from vibes.services.generations import claims, flights, landings, pump

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(settings) -> None:
    settings.GENERATION_BACKOFF_SECONDS = 0.02
    settings.GENERATION_ATTEMPTS = 3
    settings.GENERATION_CIRCUIT_SECONDS = 0.02


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
    progress = fetching.progress(study)
    counts = progress.counts
    assert (counts.done, counts.failed, counts.left, progress.percent_done) == (9, 0, 0, 100)
    assert progress.tokens > 0


@pytest.mark.slow
def test_a_passing_fault_is_tried_again_and_every_attempt_is_on_record() -> None:
    with serve(3, "500:first=1") as server:
        desk.study(f"{server.address}/v1")
        pump.run()
        assert server.asked() == 12
    assert set(Generation.objects.values_list("state", flat=True)) == {"done"}
    outcomes = list(Attempt.objects.values_list("outcome", flat=True))
    assert sorted(outcomes) == ["answered"] * 6 + ["failed"] * 6


@pytest.mark.slow
def test_one_model_down_fails_with_its_reason_and_the_study_goes_on() -> None:
    with serve(3, "503:every=1:model=scripted-slips") as server:
        study = desk.study(f"{server.address}/v1", characters=("plain", "flattering", "slips"))
        pump.run()
    progress = fetching.progress(study)
    assert (progress.counts.done, progress.counts.failed, progress.counts.left) == (6, 3, 0)
    assert Comparison.objects.count() == 3
    (trouble,) = progress.troubles
    assert trouble.endpoint == "Model slips"
    assert trouble.error


@pytest.mark.slow
def test_a_server_that_is_not_there_fails_every_row_with_the_reason() -> None:
    study = desk.study("http://127.0.0.1:9/v1", prompt_count=1)
    pump.run()
    counts = fetching.progress(study).counts
    assert (counts.done, counts.failed) == (0, 2)
    assert Attempt.objects.filter(error_kind="unreachable").count() == 6


@pytest.mark.slow
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
    assert "NOT_SET_API_KEY" in fetching.progress(study).troubles[0].error


@pytest.mark.slow
def test_slots_bound_the_calls_in_flight() -> None:
    with serve(6, latency=0.05) as server:
        desk.study(f"{server.address}/v1", prompt_count=6, settings={"slots": 2})
        start = time.monotonic()
        pump.run()
        # 6 prompts over 2 slots are 3 rounds of 0.05 s for each endpoint.
        assert time.monotonic() - start > 0.14


@pytest.mark.slow
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


@pytest.mark.slow
def test_two_pumps_at_once_ask_for_nothing_twice() -> None:
    with serve(20, latency=0.01) as server:
        desk.study(f"{server.address}/v1", prompt_count=20)

        async def both() -> list[int]:
            pumps = [pump.Pump(slots=5, seconds=30, stopping=lambda: False) for _ in range(2)]
            return await asyncio.gather(*(one.run() for one in pumps))

        assert sum(asyncio.run(both())) == 40
        assert server.asked() == 40
    assert Comparison.objects.count() == 20


@pytest.mark.slow
def test_a_streamed_answer_has_the_time_to_its_first_token() -> None:
    with serve(2) as server:
        desk.study(f"{server.address}/v1", prompt_count=2, settings={"stream": True})
        assert pump.run() == 4
    row = Generation.objects.first()
    assert row.text.startswith("It depends")
    assert 0 < row.first_token_seconds <= row.seconds
    assert row.tokens_out > 0


def test_a_conversation_is_asked_turn_by_turn_and_each_turn_once() -> None:
    with serve(1) as server:
        turns = ({"role": "user", "content": "Question 0?"}, {"role": "user", "content": "Are you sure?"})
        rows = [desk.PromptRow(reference="pushed", turns=turns)]
        pushed = desk.prompts.store(by=desk.lead(), name="pushed", rows=rows)
        one = desk.endpoint("plain", f"{server.address}/v1")
        plan = desk.studies.Plan(name="pushes", prompts=list(pushed.prompts.all()), endpoints=[one])
        desk.studies.create(by=desk.lead(), plan=plan, seed=1)
        assert pump.run() == 1
        assert server.asked() == 2
    row = Generation.objects.get()
    assert [turn["role"] for turn in row.transcript] == ["assistant", "user", "assistant"]
    assert list(row.attempts.order_by("number").values_list("turn", "outcome")) == [
        (0, "answered"),
        (1, "answered"),
    ]


@pytest.mark.slow
def test_another_process_is_called_where_an_endpoint_has_more_slots_than_one_fills(settings) -> None:
    settings.GENERATION_SLOTS = 2
    calls: list[int] = []
    with serve(6) as server:
        desk.study(f"{server.address}/v1", prompt_count=6, settings={"slots": 4})
        assert pump.run(call_help=lambda: calls.append(1)) == 12
    assert calls == [1]


def test_pairs_that_a_killed_pump_left_unmade_are_made_by_the_sweep() -> None:
    desk.study(prompt_count=2)
    token = uuid.uuid4()
    reply = Reply("An answer", "", "stop", Usage(), "m", 1.0, {})
    # Stored, and then nothing more: what a kill between the two leaves behind.
    for flight in claims.claim(token=token, capacity=10):
        assert landings.store(token=token, flight=flight, reply=reply)
    assert not Comparison.objects.exists()
    assert pump.pair_recent() == 2
    assert pump.pair_recent() == 0
    assert Comparison.objects.count() == 2


async def dear(scope, receive, send) -> None:
    """A server whose answer to one question costs more than a column holds."""
    question, more = b"", True
    while more:
        message = await receive()
        question, more = question + message.get("body", b""), message.get("more_body", False)
    tokens = 40_000_000 if b"Question 1?" in question else 5
    choice = {"message": {"role": "assistant", "content": "Yes."}, "finish_reason": "stop"}
    answer = {"choices": [choice], "usage": {"prompt_tokens": 3, "completion_tokens": tokens}}
    body = json.dumps(answer).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.mark.slow
def test_a_cost_beyond_all_bounds_is_stored_as_the_most_that_there_is() -> None:
    with running(dear) as server:
        prices = {"price_in": 1, "price_out": 900_000}
        desk.study(f"{server.address}/v1", prompt_count=3, characters=("plain",), settings=prices)
        assert pump.run() == 3
    assert max(Generation.objects.values_list("cost", flat=True)) == flights.MOST_COST


class Meddled(pump.Pump):
    """Puts into the reply to one question what no column takes."""

    async def _write(self) -> None:
        for landing in self.tower.landed:
            if landing.reply and landing.flight.request.messages[-1].content == "Question 1?":
                landing.reply = replace(landing.reply, raw={"id": {1, 2}})
        await super()._write()


@pytest.mark.slow
def test_an_answer_that_the_database_does_not_take_fails_and_takes_no_other_with_it() -> None:
    with serve(3) as server:
        desk.study(f"{server.address}/v1", prompt_count=3, characters=("plain",))
        assert asyncio.run(Meddled(slots=5, seconds=30, stopping=lambda: False).run()) == 2
    failed = Generation.objects.exclude(state="done").get()
    assert (failed.state, failed.error_kind) == ("failed", "garbled")
    assert "cannot be stored" in failed.error
