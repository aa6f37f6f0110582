"""The numbers and words of a study's fetching, and that they cost the same for few rows and for many."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from tests.services import desk
from vibes.models import Batch, Endpoint, Generation, Study
from vibes.queries import fetching, fetching_page
from vibes.queries.amounts import counted, money, rate, span
from vibes.services import studies
from vibes.services.generations import budget, control, limits, watching

pytestmark = pytest.mark.django_db
PRICED = {"price_in": 1, "price_out": 2}
STATES = ("done", "done", "failed", "running", "batched", "queued", "queued", "cancelled")


def mixed(**settings: object) -> Study:
    """Eight rows, four an endpoint, in every state there is."""
    study = desk.study(prompt_count=4, settings=settings)
    for row, state in zip(study.generations.order_by("pk"), STATES, strict=True):
        Generation.objects.filter(pk=row.pk).update(
            state=state, error="It is down." if state == "failed" else ""
        )
    return study


def finish(
    study: Study, count: int, *, seconds_ago: float = 30, cost: str = "0.01", tokens: int = 60
) -> None:
    """The first `count` rows of each endpoint are done."""
    for endpoint in study.endpoints.all():
        rows = study.generations.filter(endpoint=endpoint).order_by("pk")[:count]
        Generation.objects.filter(pk__in=[row.pk for row in rows]).update(
            state="done",
            cost=Decimal(cost),
            tokens_out=tokens,
            finished_at=timezone.now() - timedelta(seconds=seconds_ago),
        )


def again(study: Study) -> Study:
    return studies.create(
        by=desk.lead(),
        plan=studies.Plan(
            name="again", prompts=list(study.prompts.all()), endpoints=list(study.endpoints.all())
        ),
    )


def seen(study: Study) -> fetching_page.FetchingPage:
    study.refresh_from_db()
    return watching.watch(study)


def test_every_state_is_counted_once() -> None:
    study = mixed()
    counts = fetching.progress(study).counts
    assert counts == fetching.Counts(done=2, failed=1, running=1, waiting=2, held=0, batched=1, cancelled=1)
    assert (counts.left, counts.moving, counts.total) == (4, 4, 8)
    control.pause(by=desk.lead(), study=study)
    counts = fetching.progress(study).counts
    assert (counts.waiting, counts.held, counts.moving) == (0, 2, 2)
    each = [row.counts for row in fetching.progress(study).endpoints]
    assert [one.total for one in each] == [4, 4]


def test_rows_that_another_study_ordered_are_counted_and_saved_but_not_paid() -> None:
    first = desk.study(prompt_count=3, settings=PRICED)
    finish(first, 2)
    other = again(first)
    mine, theirs = fetching.progress(first), fetching.progress(other)
    assert mine.counts == theirs.counts
    assert (mine.paid, mine.reused, mine.saved) == (Decimal("0.04"), 0, 0)
    assert (theirs.paid, theirs.reused, theirs.saved) == (0, 4, Decimal("0.04"))


def test_the_forecast_is_the_mean_cost_of_each_endpoints_answers_for_each_that_is_left() -> None:
    study = desk.study(prompt_count=4, settings=PRICED)
    assert fetching.progress(study).forecast is None
    finish(study, 1, cost="0.01")
    cheap = study.endpoints.order_by("name").first()
    Generation.objects.filter(state="done", endpoint=cheap).update(cost=Decimal("0.001"))
    assert fetching.progress(study).forecast == Decimal("0.011") * 4
    # An endpoint without a price adds nothing, and is named as not counted.
    Endpoint.objects.filter(pk=cheap.pk).update(price_in=None)
    assert fetching.progress(study).forecast == Decimal("0.011") + 3 * Decimal("0.01")
    assert ("Not counted", f"{cheap.name}: no price is set") in seen(study).costs


def test_the_pace_is_that_of_the_last_minute_and_the_slowest_endpoint_says_how_long() -> None:
    study = desk.study(prompt_count=9)
    finish(study, 3, seconds_ago=30, tokens=100)
    progress = fetching.progress(study)
    assert progress.tokens_per_second == pytest.approx(600 / 30, rel=0.1)
    assert progress.seconds_left == pytest.approx(6 / (3 / 30), rel=0.1)
    slow = study.endpoints.first()
    Generation.objects.filter(endpoint=slow, state="done").update(
        finished_at=timezone.now() - timedelta(hours=1)
    )
    progress = fetching.progress(study)
    assert progress.tokens_per_second == pytest.approx(300 / 30, rel=0.1)
    assert progress.seconds_left is None


def test_rows_never_made_are_told() -> None:
    study = desk.study(prompt_count=2)
    assert (fetching.progress(study).missing, seen(study).controls.fill) == (0, False)
    study.endpoints.add(desk.endpoint("formatted"))
    assert (fetching.progress(study).missing, seen(study).controls.fill) == (2, True)


def test_errors_are_told_by_endpoint_and_kind_with_their_newest_text() -> None:
    study = desk.study(prompt_count=4)
    for number, row in enumerate(study.generations.order_by("pk")):
        failed = number % 2
        Generation.objects.filter(pk=row.pk).update(
            state="failed" if failed else "queued", error=f"Down {number}.", error_kind="unreachable"
        )
    Generation.objects.filter(error="Down 0.").update(error="")
    told = dict.fromkeys(line for _, line in seen(study).troubles)
    assert any("2 answers failed, the newest because: Down" in line for line in told)
    assert any(line.startswith("1 answer is tried again, because: Down") for line in told)
    assert len(seen(study).troubles) == 4
    assert fetching.progress(study).troubles[0].state == "failed"


def test_many_kinds_of_error_are_cut_short() -> None:
    study = desk.study(prompt_count=12)
    for number, row in enumerate(study.generations.all()):
        Generation.objects.filter(pk=row.pk).update(state="failed", error="x", error_kind=f"kind {number}")
    assert len(fetching.progress(study).troubles) == fetching.TROUBLES


@pytest.mark.parametrize(
    ("states", "verb", "title"),
    [
        ([], None, "No answer is wanted yet"),
        (["done"], None, "The answer is here"),
        (["done", "done"], None, "All 2 answers are here"),
        (["done", "failed"], None, "1 answer is here, 1 failed"),
        (["done", "done", "failed", "cancelled"], None, "2 answers are here, 1 failed and 1 cancelled"),
        (["done", "queued"], None, "Answers are arriving"),
        (["done", "batched"], None, "Answers are with the vendor"),
        (["done", "queued"], control.pause, "Fetching is paused at 1 of 2 answers"),
        (["running"], control.pause, "Fetching is paused at 0 of 1 answer"),
        (["done", "done"], control.pause, "All 2 answers are here"),
        (["done", "queued", "queued"], control.cancel, "Fetching is cancelled at 1 of 3 answers"),
    ],
)
def test_the_title_says_where_it_stands(states: list[str], verb, title: str) -> None:
    study = desk.study(prompt_count=4)
    keep = list(study.generations.order_by("pk"))
    study.generations.set(keep[: len(states)])
    Generation.objects.filter(studies=None).delete()
    for row, state in zip(keep, states, strict=False):
        Generation.objects.filter(pk=row.pk).update(state=state)
    if verb:
        verb(by=desk.lead(), study=study)
    assert seen(study).title == title


def test_a_cap_that_is_reached_says_so_and_its_mend() -> None:
    study = desk.study(prompt_count=2, settings=PRICED)
    finish(study, 1, cost="0.5")
    control.set_budget(by=desk.lead(), study=study, budget=Decimal(1))
    page = seen(study)
    assert page.title == "The spending cap is reached at 2 of 4 answers"
    assert page.note == "2 answers wait: raise the cap to go on."
    assert ("Spending cap", "$1.00, $0 left") in page.costs
    assert (page.state, page.moving) == ("stopped", False)


def test_an_endpoint_that_does_not_answer_or_asks_for_patience_says_so() -> None:
    study = desk.study(prompt_count=2)
    first, second = study.endpoints.order_by("name")
    now = datetime.now(UTC)
    page = fetching_page.page(
        study,
        fetching.progress(study),
        limits={
            first.pk: limits.LimitState(open=True, open_until=now + timedelta(seconds=20), reason="Refused."),
            second.pk: limits.LimitState(paused_until=now + timedelta(seconds=9)),
        },
        spending=budget.spent(study),
        capped=False,
    )
    assert [(row.state, row.note) for row in page.rows] == [
        ("not answering", "Tried again in 20 seconds"),
        ("rate limited", "Tried again in 9 seconds"),
    ]
    assert page.troubles == ((first.name, "does not answer: Refused."),)


def test_what_calls_in_flight_and_lost_ones_may_cost_stands_apart() -> None:
    study = desk.study(prompt_count=1, settings=PRICED)
    first, second = study.generations.order_by("pk")
    first.attempts.create(number=1, outcome="in flight", possible_cost=Decimal("0.2"))
    second.attempts.create(number=1, outcome="lost", possible_cost=Decimal("0.3"))
    costs = dict(seen(study).costs)
    assert costs["In flight"] == "at most $0.20"
    assert costs["Calls without an answer"].startswith("perhaps $0.30")
    assert costs["Paid so far"] == "$0"


def test_without_prices_nothing_is_said_of_money() -> None:
    assert seen(desk.study(prompt_count=1)).costs == ()


def test_batches_are_told() -> None:
    study = desk.study(prompt_count=1)
    endpoint = study.endpoints.first()
    Batch.objects.create(endpoint=endpoint, study=study, snapshot={}, state="sent", requests=1)
    ((name, told),) = seen(study).batches
    assert name.endswith(f"{endpoint.name}: with the vendor")
    assert told == "1 answer asked, 0 here, 0 failed."


def test_buttons_are_offered_where_there_is_something_to_do() -> None:
    study = mixed()
    assert seen(study).controls.signature == "10111"
    control.pause(by=desk.lead(), study=study)
    assert seen(study).controls.signature == "01111"
    control.cancel(by=desk.lead(), study=study)
    assert seen(study).controls.signature == "00011"
    Generation.objects.update(state="done")
    assert seen(study).controls.signature == "00000"


@pytest.mark.parametrize("characters", [("plain",), ("plain", "slips", "formatted")])
@pytest.mark.parametrize("prompts", [1, 3])
def test_the_queries_are_as_many_for_few_rows_as_for_many(
    characters: tuple[str, ...], prompts: int, django_assert_num_queries
) -> None:
    study = desk.study(prompt_count=prompts, characters=characters, settings=PRICED)
    study.generations.update(state="failed", error="down")
    with django_assert_num_queries(11):
        watching.watch(study)


@pytest.mark.slow
@pytest.mark.parametrize("prompts", [1, 3])
def test_shared_rows_cost_one_query_more(prompts: int, django_assert_num_queries) -> None:
    other = again(desk.study(prompt_count=prompts))
    other.generations.update(state="failed", error="down")
    with django_assert_num_queries(12):
        watching.watch(other)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "less than a minute"),
        (59, "less than a minute"),
        (61, "about 1 minute"),
        (3600, "about 60 minutes"),
        (3 * 3600, "about 3 hours"),
        (3 * 86400, "about 3 days"),
    ],
)
def test_spans_are_said_as_a_person_would(seconds: float, said: str) -> None:
    assert span(seconds) == said


@pytest.mark.parametrize(
    ("dollars", "said"),
    [
        ("0", "$0"),
        ("0.00000001", "less than $0.0001"),
        ("0.0123", "$0.0123"),
        ("0.5", "$0.50"),
        ("1234.5", "$1,234.50"),
    ],
)
def test_money_is_never_rounded_to_nothing(dollars: str, said: str) -> None:
    assert money(Decimal(dollars)) == said


def test_one_answer_is_no_answers() -> None:
    assert [counted(n, "answer") for n in (0, 1, 1200)] == ["0 answers", "1 answer", "1,200 answers"]
    assert [rate(n) for n in (0, 0.25, 12.4, 1234)] == ["0", "0.2", "12", "1,234"]
