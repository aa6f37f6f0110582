"""The fault table through the whole product: what each fault leaves of a row, in which words, after how many tries.

A study asks two models of one server; the fault shows for one of them. The other's answers must come in whatever happens,
no row may be left in between, and every call must be on record. What a lost broker, database or worker does is tested
with claims and pumps.
"""

from dataclasses import dataclass

import pytest

from annotations.models import Comparison
from tests.providers.loopback import running
from tests.services import desk
from vibes.models import Attempt, Generation, Study
from vibes.providers.scripted_faults import BATCH_FAULTS, FAULTS, parse_rule
from vibes.providers.scripted_server import create_app
from vibes.services import studies
from vibes.services.generations import pump

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

TRIES = 3
PROVIDERS = ("responses", "openai", "anthropic", "local")


@pytest.fixture(autouse=True)
def quick(settings) -> None:
    settings.GENERATION_BACKOFF_SECONDS = 0
    settings.GENERATION_ATTEMPTS = TRIES
    settings.GENERATION_CIRCUIT_SECONDS = 0.02


@dataclass(frozen=True)
class Row:
    """One line of the table: kind of error, whether it is final at once, words of its message."""

    kind: str
    final: bool
    words: str


PERMANENT, PASSING = True, False
STATUSES = {
    "bad_request": Row("bad_request", PERMANENT, "HTTP 400"),
    "auth": Row("auth", PERMANENT, "key"),
    "forbidden": Row("auth", PERMANENT, "not allowed"),
    "not_found": Row("not_found", PERMANENT, "HTTP 404"),
    "408": Row("timeout", PASSING, "HTTP 408"),
    "409": Row("overloaded", PASSING, "HTTP 409"),
    "too_large": Row("bad_request", PERMANENT, "too large for this server"),
    "422": Row("bad_request", PERMANENT, "further parameters"),
    "quota": Row("quota", PERMANENT, "balance"),
    "500": Row("overloaded", PASSING, "HTTP 500"),
    "502": Row("overloaded", PASSING, "HTTP 502"),
    "503": Row("overloaded", PASSING, "HTTP 503"),
    "529": Row("overloaded", PASSING, "HTTP 529"),
    "redirect": Row("redirected", PERMANENT, "not followed"),
}
BREAKS = {
    "drop": Row("unreachable", PASSING, "broke the connection"),
    "reset": Row("unreachable", PASSING, "broke the connection"),
    "overloaded": Row("overloaded", PASSING, "HTTP 529"),
    "garbled": Row("garbled", PASSING, "not JSON"),
    "not_utf8": Row("garbled", PASSING, "not UTF-8"),
    "shape": Row("garbled", PASSING, "another shape"),
}
REPLIES = {
    "empty": Row("empty", PASSING, "no text"),
    "length": Row("cut", PERMANENT, "raise max_tokens"),
    "refused": Row("refused", PERMANENT, "withheld"),
    "content_filter": Row("refused", PERMANENT, "withheld"),
    "refusal": Row("refused", PERMANENT, ""),
}
TIMEOUTS = {
    "hang": Row("timeout", PASSING, "No whole reply within 1 s"),
    "stall": Row("timeout", PASSING, "No whole reply within 1 s"),
    "endless": Row("timeout", PASSING, "No whole reply within 1 s"),
    "slow": Row("timeout", PASSING, "No whole reply within 1 s"),
}
LIMITED = ("rate_limited", "rate_limited_silent", "rate_limited_date")
HUGE = ("huge",)


def test_every_fault_is_in_the_table() -> None:
    tested = {*STATUSES, *BREAKS, *REPLIES, *TIMEOUTS, *LIMITED, *HUGE}
    assert tested == FAULTS - set(BATCH_FAULTS)


def study(address: str, provider: str = "local", slips: str = "", **settings: object) -> Study:
    """Two prompts for two models; `slips` is another address for the second."""
    chosen = [
        desk.endpoint(
            character, slips if character == "slips" and slips else address, provider=provider, **settings
        )
        for character in ("plain", "slips")
    ]
    prompts = list(desk.prompt_set(2).prompts.all())
    plan = studies.Plan(name="A study", prompts=prompts, endpoints=chosen)
    return studies.create(by=desk.lead(), plan=plan, seed=5)


def serve(*faults: str):
    return running(create_app(desk.answers(2), faults=[parse_rule(fault) for fault in faults]))


def check_the_other_model() -> None:
    """Its answers are all there, and nothing stands in between."""
    states = Generation.objects.filter(endpoint__model="scripted-plain").values_list("state", flat=True)
    assert list(states) == ["done", "done"]
    assert not Generation.objects.exclude(state__in=("done", "failed")).exists()
    assert not Attempt.objects.filter(outcome__in=(Attempt.Outcome.IN_FLIGHT, Attempt.Outcome.LOST)).exists()


def check_failed(row: Row, tries: int = TRIES) -> None:
    check_the_other_model()
    failed = list(Generation.objects.filter(endpoint__model="scripted-slips"))
    assert [(one.state, one.error_kind) for one in failed] == [("failed", row.kind)] * 2
    for one in failed:
        assert row.words in one.error
        attempts = Attempt.objects.filter(generation=one)
        assert {(attempt.outcome, attempt.error_kind) for attempt in attempts} == {("failed", row.kind)}
        # Calls while the circuit is open use up no try, for they say nothing of the row; a wrong key opens it at once.
        assert one.tries == (1 if row.final else tries)
        assert len(attempts) == 1 or not row.final or (row.kind == "auth" and len(attempts) == 2)
    assert not Comparison.objects.exists()


def check_mended(attempts: int = 2) -> None:
    """All rows are answered, the second model's after failures; then the pairs are there."""
    check_the_other_model()
    rows = Generation.objects.filter(endpoint__model="scripted-slips")
    assert [(row.state, row.error, row.error_kind) for row in rows] == [("done", "", "")] * 2
    for row in rows:
        outcomes = [attempt.outcome for attempt in row.attempts.order_by("number")]
        assert outcomes == ["failed"] * (attempts - 1) + ["answered"]
    assert Comparison.objects.count() == 2


@pytest.mark.parametrize("fault", STATUSES | BREAKS | REPLIES)
def test_a_fault_that_stays_fails_its_rows_in_words_and_the_study_goes_on(fault: str) -> None:
    with serve(f"{fault}:model=scripted-slips") as server:
        study(f"{server.address}/v1")
        pump.run()
        check_failed((STATUSES | BREAKS | REPLIES)[fault])
        assert server.asked() == Attempt.objects.count()


@pytest.mark.parametrize(
    "fault", [name for name, row in (STATUSES | BREAKS | REPLIES).items() if not row.final]
)
def test_a_fault_that_passes_costs_one_more_try(fault: str) -> None:
    with serve(f"{fault}:first=1:model=scripted-slips") as server:
        study(f"{server.address}/v1")
        assert pump.run() == 4
        check_mended()
        assert server.asked() == 6


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("fault", ["drop", "reset", "overloaded", "garbled", "not_utf8"])
def test_a_stream_that_breaks_in_the_middle_is_asked_for_again(fault: str, provider: str) -> None:
    with serve(f"{fault}:first=1:model=scripted-slips") as server:
        study(f"{server.address}/v1", provider, stream=True)
        assert pump.run() == 4
        check_mended()
    row = BREAKS[fault]
    (kind,) = Attempt.objects.filter(outcome="failed").values_list("error_kind", flat=True).distinct()
    assert kind == row.kind


@pytest.mark.slow
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("fault", TIMEOUTS)
def test_a_server_that_takes_too_long_costs_the_time_limit(
    fault: str, provider: str, stream: bool, settings
) -> None:
    settings.GENERATION_ATTEMPTS = 2
    rule = f"{fault}:model=scripted-slips" + (":seconds=5" if fault == "slow" else "")
    with serve(rule) as server:
        study(f"{server.address}/v1", provider, stream=stream, timeout_seconds=1)
        pump.run()
        check_failed(TIMEOUTS[fault], tries=2)
    after_first = "after the first" in Generation.objects.filter(state="failed")[0].error
    assert after_first == (stream and fault in ("stall", "endless"))


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("fault", REPLIES)
def test_what_nobody_should_rate_is_told_apart_by_every_api(fault: str, provider: str) -> None:
    with serve(f"{fault}:model=scripted-slips") as server:
        study(f"{server.address}/v1", provider)
        pump.run()
    row = REPLIES[fault]
    words = "" if (fault, provider) == ("content_filter", "anthropic") else row.words
    check_failed(Row(row.kind, row.final, words))
    failed = Generation.objects.filter(state="failed")
    if provider != "anthropic" or fault != "content_filter":
        assert all(one.tokens_in for one in failed)  # billed all the same


@pytest.mark.slow
@pytest.mark.parametrize("fault", LIMITED)
def test_too_many_requests_wait_as_long_as_the_server_says(fault: str) -> None:
    with serve(f"{fault}:first=1:model=scripted-slips") as server:
        study(f"{server.address}/v1")
        assert pump.run() == 4
        check_mended()
    for row in Generation.objects.filter(endpoint__model="scripted-slips"):
        first, second = row.attempts.order_by("number")
        waited = (second.started_at - first.ended_at).total_seconds()
        assert (waited >= 1.5) == (fault != "rate_limited_silent")
        assert waited < 10  # the clock that is an hour fast is not believed
        assert row.tries == 1  # too many requests say nothing of the row


@pytest.mark.slow
def test_ten_megabytes_are_an_answer() -> None:
    with serve("huge:model=scripted-slips") as server:
        study(f"{server.address}/v1")
        assert pump.run() == 4
    check_mended(attempts=1)
    assert all(
        len(row.text) > 9_000_000 for row in Generation.objects.filter(endpoint__model="scripted-slips")
    )


PLACES = {
    "refused": ("http://127.0.0.1:9/v1", "connection refused. Is the server running"),
    "no name": ("https://nowhere.invalid:8000/v1", "no such host name is known here"),
    "tls": ("https://127.0.0.1:{port}/v1", "http://"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_server_that_cannot_be_reached_fails_with_what_to_look_at(place: str) -> None:
    address, words = PLACES[place]
    with serve() as server:
        study(f"{server.address}/v1", slips=address.format(port=server.port))
        pump.run()
        check_failed(Row("unreachable", PASSING, words))
