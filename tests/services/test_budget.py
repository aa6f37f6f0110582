"""A study's spending cap stops it before it is passed, whatever the calls under way may come to."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.providers.loopback import running
from tests.services import desk
from vibes.models import Attempt, Generation, Study
from vibes.providers.base import Message, Request
from vibes.providers.scripted_server import Pace, create_app
from vibes.services import studies
from vibes.services.generations import budget, claims, control, pump

pytestmark = pytest.mark.django_db(transaction=True)
# US dollars a million tokens: an answer of about 20 tokens costs 2 cents and may cost 1,024 tokens, a dollar.
PRICES = {"price_in": 0, "price_out": 1_000}


@pytest.fixture(autouse=True)
def quick(settings) -> None:
    settings.GENERATION_BACKOFF_SECONDS = 0.02
    settings.PUMP_PATIENCE = 0.3


def study(
    cap: str | None, count: int = 6, base_url: str = "http://127.0.0.1:9/v1", **settings: object
) -> Study:
    made = desk.study(
        base_url,
        prompt_count=count,
        characters=("plain",),
        settings={**PRICES, "max_tokens": 1_000, **settings},
    )
    Study.objects.filter(pk=made.pk).update(budget=None if cap is None else Decimal(cap))
    made.refresh_from_db()
    return made


def states() -> list[str]:
    return sorted(f"held {s}" if held else s for s, held in Generation.objects.values_list("state", "held"))


def claim() -> list[claims.Flight]:
    return claims.claim(token=uuid.uuid4(), capacity=100)


def test_only_so_many_calls_begin_as_the_cap_can_pay_at_their_dearest() -> None:
    made = study("3.5")
    assert len(claim()) == 3
    spending = budget.spent(made)
    assert (spending.paid, spending.in_flight, spending.left) == (0, 3, Decimal("0.5"))
    # The others may fit once these have cost less: they wait, and are not held.
    assert claim() == []
    assert states() == ["queued"] * 3 + ["running"] * 3


def test_what_never_fits_is_held_and_released_when_the_cap_is_raised() -> None:
    made = study("0.5")
    assert claim() == []
    assert states() == ["held queued"] * 6
    assert budget.reached(made)
    assert not claims.expected(60)
    control.set_budget(by=desk.lead(), study=made, budget=Decimal(2))
    assert states() == ["queued"] * 6
    assert len(claim()) == 2


def test_lost_calls_count_for_good() -> None:
    made = study("2.5")
    assert len(claim()) == 2
    Generation.objects.filter(state="running").update(lease_until="2020-01-01T00:00Z")
    claims.sweep()
    assert budget.spent(made).lost == 2
    assert claim() == []
    assert states() == ["held queued"] * 6


@pytest.mark.slow
def test_a_study_runs_up_to_its_cap_and_never_over_it() -> None:
    with running(create_app(desk.answers(40), pace=Pace(0.02, 0.0))) as server:
        made = study("1.25", 40, f"{server.address}/v1", slots=10)
        pump.run()
        spending = budget.spent(made)
        # The last dollar cannot be spent: any one call might cost it.
        assert 0 < spending.paid <= Decimal("1.25")
        assert spending.paid > Decimal("0.25") - Decimal("0.03")
        assert spending.in_flight == 0
        assert set(states()) == {"done", "held queued"}
        assert server.asked() == Generation.objects.filter(state="done").count()


def test_two_workers_at_once_do_not_pass_it_together() -> None:
    made = study("3.5")
    one, two = claim(), claim()
    assert len(one) + len(two) == 3
    assert budget.spent(made).in_flight == 3


def test_a_study_without_a_cap_is_not_held_up_by_one_with() -> None:
    capped = study("0.5", 3)
    free = desk.studies.create(
        by=desk.lead(),
        plan=desk.studies.Plan(
            name="free",
            prompts=[
                desk.prompts.store(
                    by=desk.lead(),
                    name="others",
                    rows=[desk.PromptRow(reference="o", turns=({"role": "user", "content": "Other?"},))],
                ).prompts.get()
            ],
            endpoints=list(capped.endpoints.all()),
        ),
    )
    (flight,) = claim()
    assert flight.generation.ordered_by_id == free.pk


def test_a_row_that_another_study_wants_too_is_paid_by_that_one() -> None:
    capped = study(None, 1)
    other = desk.studies.create(
        by=desk.lead(),
        plan=desk.studies.Plan(
            name="other", prompts=list(capped.prompts.all()), endpoints=list(capped.endpoints.all())
        ),
    )
    Study.objects.filter(pk=capped.pk).update(budget=Decimal("0.5"))
    assert claim() == []
    (flight,) = claim()
    assert flight.generation.ordered_by_id == other.pk
    assert budget.spent(capped).in_flight == 0


def test_a_cap_without_prices_is_refused_with_the_mend() -> None:
    made = study("5", price_out=None)
    assert claim() == []
    row = Generation.objects.first()
    assert (row.state, row.error_kind) == ("failed", "no_price")
    assert "No price is set for Model plain" in row.error
    assert not Attempt.objects.exists()
    assert budget.spent(made).left == 5


def test_without_a_cap_nothing_is_asked_of_prices() -> None:
    study(None, price_out=None)
    assert len(claim()) == 6


def test_a_calls_most_is_never_less_than_what_any_tokeniser_would_bill() -> None:
    made = study(None, price_in=1_000)
    request = Request("m", (Message("user", "ä" * 100),), system="s", max_tokens=10, extra={"max_tokens": 50})
    most = budget.possible_cost(made.endpoints.get(), request)
    assert most is not None
    assert most >= Decimal(201 + 50) / 1_000


def test_a_sum_of_before_is_never_too_little_and_holds_up_nothing() -> None:
    study("3.5")
    assert len(claims.claim(token=uuid.uuid4(), capacity=1)) == 2
    # Two dollars may have gone since nothing was counted: one more call fits.
    assert len(claim()) == 1
    Attempt.objects.update(outcome=Attempt.Outcome.FAILED, error_kind="auth")
    Generation.objects.filter(state="running").update(state="failed")
    # Nothing has gone after all: summed anew, there is room for the rest.
    assert len(claim()) == 3


def test_a_claim_does_not_sum_all_rows_again() -> None:
    made = study("9", count=8)
    assert len(claims.claim(token=uuid.uuid4(), capacity=1)) == 2
    with CaptureQueriesContext(connection) as asked:
        assert len(claims.claim(token=uuid.uuid4(), capacity=1)) == 2
    assert not any('SUM("vibes_generation"."cost")' in query["sql"] for query in asked)
    Study.objects.update(summed_at=timezone.now() - timedelta(seconds=budget.SUMMED_SECONDS + 1))
    assert len(claims.claim(token=uuid.uuid4(), capacity=1)) == 2
    made.refresh_from_db()
    assert (made.summed, made.summed_upto) == (4, Attempt.objects.order_by("pk")[3].pk)


def test_rows_that_come_from_another_study_bring_what_they_have_cost() -> None:
    first = study(None, count=2)
    plan = studies.Plan(
        "Another", list(first.prompts.all()), list(first.endpoints.all()), budget=Decimal("1.2")
    )
    second = studies.create(by=desk.lead(), plan=plan)
    Generation.objects.update(cost=Decimal("0.3"))
    Study.objects.filter(pk=second.pk).update(summed=0, summed_at=timezone.now())
    control.pause(by=desk.lead(), study=first)
    assert set(Generation.objects.values_list("ordered_by", flat=True)) == {second.pk}
    assert claim() == []
