"""Which rows a study gets: found, put back, or made; and what it need not pay."""

from decimal import Decimal

import pytest

from tests.services import desk
from vibes.models import Endpoint, Generation, Study
from vibes.queries import fetching
from vibes.services import studies
from vibes.services.generations import control, queue

pytestmark = pytest.mark.django_db
# What the settings of an endpoint came to before there were effort, seed and the others.
OLD = {
    "provider": "scripted",
    "base_url": "http://127.0.0.1:9/v1",
    "model": "scripted-plain",
    "key_variable": "",
    "system": "",
    "temperature": None,
    "max_tokens": 1024,
    "timeout_seconds": 120,
}
OLD_HASH = "44735dca4baf5426160e3dd16bb12fce8b3347ec365d12d54271abd95487e66e"


def second(first: Study, **plan: object) -> Study:
    """Another study of the same prompts and endpoints."""
    chosen = {"prompts": list(first.prompts.all()), "endpoints": list(first.endpoints.all())}
    return studies.create(by=desk.lead(), plan=studies.Plan(**{"name": "Another", **chosen, **plan}))


def states(study: Study) -> dict[str, int]:
    found = [row.state for row in study.generations.all()]
    return {state: found.count(state) for state in set(found)}


def test_answers_of_before_there_were_more_settings_are_found_again() -> None:
    settings = queue.snapshot(desk.endpoint("plain"))
    assert queue.snapshot_hash(settings) == queue.snapshot_hash(OLD) == OLD_HASH


@pytest.mark.parametrize(
    ("change", "another"),
    [
        ({"effort": "high"}, True),
        ({"thinking_tokens": 2048}, True),
        ({"seed": 0}, True),
        ({"extra": {"top_k": 1}}, True),
        ({"temperature": 0.0}, True),
        ({"stream": True}, False),
        ({"cache_prompts": True}, False),
        ({"timeout_seconds": 5}, False),
        ({"price_in": Decimal(3), "requests_per_minute": 5}, False),
    ],
)
def test_what_changes_an_answer_is_another_endpoint_and_what_does_not_is_the_same(
    change: dict[str, object], another: bool
) -> None:
    digest = queue.snapshot_hash(queue.snapshot(desk.endpoint("plain", **change)))
    assert (digest != OLD_HASH) is another


def test_a_paid_answer_is_not_asked_for_again_and_the_saving_is_told() -> None:
    first = desk.study(prompt_count=2)
    first.generations.update(state="done", cost=Decimal("0.25"))
    again = second(first)
    assert Generation.objects.count() == 4
    theirs, mine = fetching.progress(again), fetching.progress(first)
    assert (theirs.reused, theirs.saved) == (4, Decimal("1.00"))
    assert (mine.reused, mine.saved) == (0, Decimal(0))
    assert set(Generation.objects.values_list("ordered_by", flat=True)) == {first.pk}


def test_more_samples_ask_only_for_those_that_are_not_there() -> None:
    first = desk.study(prompt_count=2)
    again = second(first, samples=3)
    assert again.generations.count() == 2 * 2 * 3
    assert again.generations.filter(ordered_by=again).count() == 2 * 2 * 2
    assert queue.enqueue(study=again) == Generation.objects.count() == 12


@pytest.mark.slow
def test_a_fresh_draw_takes_the_next_numbers_of_all_its_endpoints() -> None:
    first = desk.study(prompt_count=2, samples=2)
    fresh = second(first, samples=2, fresh=True)
    assert set(fresh.generations.values_list("sample", flat=True)) == {2, 3}
    assert not set(first.generations.all()) & set(fresh.generations.all())
    wider = desk.endpoint("slips")
    last = second(first, endpoints=[*first.endpoints.all(), wider], fresh=True)
    assert set(last.generations.values_list("sample", flat=True)) == {4}
    alone = second(first, prompts=list(first.prompts.all()[:1]), fresh=True)
    assert set(alone.generations.values_list("sample", flat=True)) == {5}
    assert second(first, endpoints=[wider, desk.endpoint("formatted")], fresh=True).first_sample == 5


def test_each_sample_has_a_seed_of_its_own() -> None:
    study = desk.study(prompt_count=1, samples=3, settings={"seed": 40})
    rows = study.generations.order_by("endpoint", "sample").values_list("sample", "seed")
    assert list(rows) == [(0, 40), (1, 41), (2, 42)] * 2
    unseeded = desk.study(prompt_count=1, characters=("slips", "formatted"))
    assert set(unseeded.generations.values_list("seed", flat=True)) == {None}


def test_a_study_keeps_the_settings_with_which_it_began() -> None:
    first = desk.study(prompt_count=1)
    Endpoint.objects.update(temperature=0.9, timeout_seconds=7)
    first.prompts.add(*desk.prompt_set(2).prompts.all())
    queue.enqueue(study=first)
    rows = first.generations.order_by("pk")
    assert {row.snapshot["temperature"] for row in rows} == {None}
    assert [row.snapshot["timeout_seconds"] for row in rows] == [120, 120, 7, 7, 7, 7]
    later = second(first)
    assert {row.snapshot["temperature"] for row in later.generations.all()} == {0.9}


@pytest.mark.parametrize(
    ("row", "comes_back"),
    [
        ({"state": "cancelled"}, True),
        ({"state": "failed", "error_kind": "overloaded", "tries": 4}, True),
        ({"state": "failed", "error_kind": "", "error": "Its worker was lost", "tries": 4}, True),
        ({"state": "failed", "error_kind": "refused"}, False),
        ({"state": "failed", "error_kind": "cut"}, False),
        ({"state": "running"}, False),
        ({"state": "batched"}, False),
        ({"state": "done"}, False),
    ],
)
def test_rows_that_nobody_fetches_any_more_come_back_for_a_study_that_wants_them(
    row: dict[str, object], comes_back: bool
) -> None:
    first = desk.study(prompt_count=1)
    Generation.objects.update(**row)
    Endpoint.objects.update(timeout_seconds=7)
    again = second(first)
    assert states(again) == ({"queued": 2} if comes_back else {row["state"]: 2})
    for generation in again.generations.all():
        assert generation.ordered_by == (again if comes_back else first)
        if comes_back:
            assert (generation.tries, generation.error, generation.error_kind) == (0, "", "")
            assert generation.snapshot["timeout_seconds"] == 7


def test_rows_of_a_paused_study_are_let_go_for_one_that_runs_which_pays() -> None:
    first = desk.study(prompt_count=1)
    control.pause(by=desk.lead(), study=first)
    assert first.generations.filter(held=True).count() == 2
    again = second(first)
    assert list(again.generations.values_list("held", "ordered_by")) == [(False, again.pk)] * 2


def test_rows_of_a_batch_study_leave_the_queue_where_the_vendor_has_batches() -> None:
    vendor = desk.endpoints.add(
        by=desk.lead(),
        name="Vendor",
        provider="responses",
        model="m",
        base_url="https://api.openai.com/v1",
        key_variable="OPENAI_API_KEY",
    )
    plan = studies.Plan(
        name="Overnight",
        prompts=list(desk.prompt_set(2).prompts.all()),
        endpoints=[vendor, desk.endpoint("plain")],
        delivery="batch",
    )
    study = studies.create(by=desk.lead(), plan=plan)
    assert states(study) == {"batched": 2, "queued": 2}
    assert set(study.generations.filter(state="batched").values_list("endpoint", flat=True)) == {vendor.pk}
