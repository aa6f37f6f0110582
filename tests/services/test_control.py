"""What a lead does to a study's fetching: said twice it is done once, and what is in flight is never interrupted."""

import threading
import uuid
from decimal import Decimal

import pytest
from django.db import connection

from annotations.models import AuditEntry, Comparison
from tests.services import desk
from vibes.models import Batch, Generation, Study
from vibes.providers.base import ProviderError, Reply, Usage
from vibes.services import studies
from vibes.services.generations import claims, control, holding, landings

pytestmark = pytest.mark.django_db
REPLY = Reply("An answer", "", "stop", Usage(3, 2), "m", 0.5, {})


def second(first: Study, **plan: object) -> Study:
    """Another study of the same prompts and endpoints: all of its rows are the first one's."""
    chosen = {"prompts": list(first.prompts.all()), "endpoints": list(first.endpoints.all())} | plan
    return studies.create(by=desk.lead(), plan=studies.Plan(name="second", **chosen), seed=6)


def states(study: Study | None = None) -> list[tuple[str, bool]]:
    rows = study.generations.all() if study else Generation.objects.all()
    return sorted(rows.values_list("state", "held"))


def verbs(word: str) -> int:
    return AuditEntry.objects.filter(verb__contains=word).count()


def pause(study: Study) -> bool:
    return control.pause(by=desk.lead(), study=study)


def cancel(study: Study) -> int:
    return control.cancel(by=desk.lead(), study=study)


def finish(study: Study, state: str = "done", **filters: object) -> None:
    study.generations.filter(**filters).update(state=state, text="An answer.")


def test_a_paused_study_gives_no_row_to_a_worker_and_a_resumed_one_gives_all() -> None:
    study = desk.study(prompt_count=2)
    assert pause(study)
    assert states() == [("queued", True)] * 4
    assert claims.claim(token=uuid.uuid4(), capacity=9) == []
    assert control.resume(by=desk.lead(), study=study)
    assert len(claims.claim(token=uuid.uuid4(), capacity=9)) == 4


def test_a_double_click_pauses_once_and_is_recorded_once() -> None:
    study = desk.study(prompt_count=1)
    assert [pause(study), pause(study)] == [True, False]
    assert [control.resume(by=desk.lead(), study=study) for _ in range(2)] == [True, False]
    assert (verbs("paused"), verbs("resumed")) == (1, 1)


def test_what_is_in_flight_when_a_study_is_paused_is_stored() -> None:
    study = desk.study(prompt_count=1, characters=("plain", "slips"))
    token = uuid.uuid4()
    flights = claims.claim(token=token, capacity=1)
    assert flights
    pause(study)
    assert landings.store(token=token, flight=flights[0], reply=REPLY)
    flights[0].generation.refresh_from_db()
    assert flights[0].generation.state == "done"


def test_a_call_that_fails_after_the_pause_waits_with_the_others() -> None:
    study = desk.study(prompt_count=1)
    token = uuid.uuid4()
    flight = claims.claim(token=token, capacity=1)[0]
    pause(study)
    busy = ProviderError("busy", permanent=False, kind="overloaded")
    landings.fail(token=token, flight=flight, error=busy)
    row = Generation.objects.get(pk=flight.generation.pk)
    assert (row.state, row.held) == ("queued", True)


def test_pausing_one_study_leaves_what_another_wants() -> None:
    first = desk.study(prompt_count=2)
    other = second(first, prompts=list(first.prompts.all()[:1]))
    pause(first)
    assert states(other) == [("queued", False)] * 2
    assert states(first) == [("queued", False)] * 2 + [("queued", True)] * 2
    pause(other)
    assert states(first) == [("queued", True)] * 4


def test_who_still_runs_pays_for_what_another_ordered_and_paused() -> None:
    first = desk.study(prompt_count=1)
    other = second(first)
    assert set(Generation.objects.values_list("ordered_by", flat=True)) == {first.pk}
    pause(first)
    assert set(Generation.objects.values_list("ordered_by", flat=True)) == {other.pk}


def test_cancelling_drops_what_is_queued_and_lets_what_runs_finish() -> None:
    study = desk.study(prompt_count=2)
    running = claims.claim(token=uuid.uuid4(), capacity=1)
    assert cancel(study) == 4 - len(running)
    assert states().count(("cancelled", False)) == 4 - len(running)
    assert states().count(("running", True)) == len(running) > 0
    assert cancel(study) == 0
    assert verbs("cancelled fetching") == 1


def test_a_call_that_fails_after_the_cancelling_is_swept_away() -> None:
    study = desk.study(prompt_count=1)
    token = uuid.uuid4()
    flights = claims.claim(token=token, capacity=1)
    cancel(study)
    claims.release(token=token, flights=flights)
    assert ("queued", True) in states()
    assert holding.sweep() == len(flights)
    assert set(states()) == {("cancelled", False)}
    assert holding.sweep() == 0


@pytest.mark.slow
@pytest.mark.parametrize(("paused", "kept"), [(False, ("queued", False)), (True, ("queued", True))])
def test_cancelling_keeps_what_another_study_waits_for(paused: bool, kept: tuple[str, bool]) -> None:
    first = desk.study(prompt_count=2)
    other = second(first, prompts=list(first.prompts.all()[:1]))
    if paused:
        pause(other)
    assert cancel(first) == 2
    assert states(other) == [kept] * 2


def test_cancelling_has_the_vendor_stop_the_batches_that_nobody_else_wants() -> None:
    study = desk.study(prompt_count=2)
    other = second(study, prompts=list(study.prompts.all()[:1]))
    batches = {}
    for name, prompts in (
        ("shared", other.prompts.all()),
        ("own", study.prompts.exclude(pk__in=other.prompts.values("pk"))),
    ):
        endpoint = study.endpoints.first()
        batch = Batch.objects.create(endpoint=endpoint, study=study, snapshot={}, state="sent")
        study.generations.filter(prompt__in=prompts).update(state="batched", batch=batch)
        batches[name] = batch
    cancel(study)
    for batch in batches.values():
        batch.refresh_from_db()
    assert (batches["shared"].state, batches["own"].state) == ("sent", "cancelling")


def test_failed_rows_are_tried_again_once_and_at_the_cost_of_who_asks() -> None:
    first = desk.study(prompt_count=1)
    other = second(first)
    Generation.objects.update(state="failed", error="down", error_kind="unreachable", tries=4)
    assert [control.retry_failed(by=desk.lead(), study=other) for _ in range(2)] == [2, 0]
    row = ("queued", 0, "", "", other.pk)
    found = Generation.objects.values_list("state", "tries", "error", "error_kind", "ordered_by")
    assert set(found) == {row}
    assert verbs("retried") == 1


def test_failed_rows_of_a_paused_study_wait_for_it() -> None:
    study = desk.study(prompt_count=1)
    pause(study)
    finish(study, "failed")
    assert control.retry_failed(by=desk.lead(), study=study) == 2
    assert states() == [("queued", True)] * 2


def test_only_what_is_missing_is_asked_for() -> None:
    study = desk.study(prompt_count=3)
    rows = list(study.generations.order_by("pk"))
    for row, state in zip(rows, ("done", "failed", "cancelled", "queued", "running", "batched"), strict=True):
        Generation.objects.filter(pk=row.pk).update(state=state, error_kind="bad_request")
    assert control.fill_missing(by=desk.lead(), study=study) == 2
    assert [state for state, _ in states()] == ["batched", "done", "queued", "queued", "queued", "running"]
    assert control.fill_missing(by=desk.lead(), study=study) == 0
    assert verbs("missing") == 1


def test_an_endpoint_and_a_prompt_that_were_added_are_asked() -> None:
    study = desk.study(prompt_count=1)
    finish(study)
    study.endpoints.add(desk.endpoint("formatted"))
    study.prompts.add(*desk.prompt_set(2).prompts.all())
    assert control.fill_missing(by=desk.lead(), study=study) == 3 * 3 - 2
    assert study.generations.count() == 9


def test_what_another_study_has_fetched_meanwhile_is_paired_and_not_asked_for() -> None:
    rich = desk.answered(2)
    chosen = list(rich.endpoints.order_by("pk"))
    study = studies.create(
        by=desk.lead(),
        plan=studies.Plan(name="poor", prompts=list(rich.prompts.all()), endpoints=chosen[:2]),
        seed=7,
    )
    study.endpoints.add(chosen[2])
    before = Comparison.objects.filter(protocol=study.protocol).count()
    assert control.fill_missing(by=desk.lead(), study=study) == 0
    assert Comparison.objects.filter(protocol=study.protocol).count() == before * 3


def test_filling_opens_a_cancelled_study_again() -> None:
    study = desk.study(prompt_count=1)
    cancel(study)
    assert control.fill_missing(by=desk.lead(), study=study) == 2
    study.refresh_from_db()
    assert study.cancelled_at is None
    assert states() == [("queued", False)] * 2


def test_a_cancelled_study_is_neither_paused_nor_resumed() -> None:
    study = desk.study(prompt_count=1)
    cancel(study)
    assert not pause(study)
    assert not control.resume(by=desk.lead(), study=study)
    assert set(states()) == {("cancelled", False)}


def test_a_cap_holds_and_a_higher_one_lets_go() -> None:
    study = desk.study(prompt_count=1, settings={"price_in": 1, "price_out": 1})
    assert control.set_budget(by=desk.lead(), study=study, budget=Decimal(0))
    assert states() == [("queued", True)] * 2
    assert not control.set_budget(by=desk.lead(), study=study, budget=Decimal("0.0000"))
    assert control.set_budget(by=desk.lead(), study=study, budget=Decimal(5))
    assert states() == [("queued", False)] * 2
    assert control.set_budget(by=desk.lead(), study=study, budget=None)
    study.refresh_from_db()
    assert study.budget is None
    told = AuditEntry.objects.filter(verb__contains="cap").order_by("pk").values_list("detail", flat=True)
    assert [(row["before"], row["after"]) for row in told] == [
        ("none", "0"),
        ("0.0000", "5"),
        ("5.0000", "none"),
    ]


def test_a_study_at_its_cap_lets_the_other_one_pay() -> None:
    first = desk.study(prompt_count=1, settings={"price_in": 1, "price_out": 1})
    other = second(first)
    control.set_budget(by=desk.lead(), study=first, budget=Decimal(0))
    assert states() == [("queued", False)] * 2
    assert set(Generation.objects.values_list("ordered_by", flat=True)) == {other.pk}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_leads_of_two_studies_at_once_leave_no_row_behind() -> None:
    """Each pauses or resumes their own; a row is held afterwards where both are paused, and nowhere else."""
    first = desk.study(prompt_count=2)
    other = second(first)
    by = desk.lead()

    def act(verb, study: Study) -> None:
        try:
            verb(by=by, study=study)
        except Exception as error:  # noqa: BLE001  told below, in the test's own thread
            wrong.append(error)
        finally:
            connection.close()

    wrong: list[Exception] = []
    for one, two, held in (
        (control.pause, control.pause, True),
        (control.resume, control.pause, False),
        (control.pause, control.resume, False),
        (control.resume, control.pause, False),
        (control.pause, control.pause, True),
    ):
        threads = [threading.Thread(target=act, args=pair) for pair in ((one, first), (two, other))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert set(Generation.objects.values_list("held", flat=True)) == {held}
